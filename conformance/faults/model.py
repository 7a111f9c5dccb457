"""What a fault is: a sentence, the rules that it breaks, and the switches that plant it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from conformance.reference.http.authentication import authenticate
from conformance.reference.http.payload import assemble

if TYPE_CHECKING:
    from conformance.reference.domain.messages import Request, Response, S3Error
    from conformance.reference.http.answers import Message
    from conformance.reference.http.exchange import Assemble, Authenticate
    from conformance.reference.pipeline import Operation

Kind = Literal["accepts", "refuses", "answers", "forgets", "loses", "leaks", "orders", "races"]
"""What goes wrong, in one word.

``accepts`` what must be refused; ``refuses`` what must be accepted; ``answers`` another status,
code, field or header; ``forgets`` what it was told; ``loses``, cuts short or mixes up data;
``leaks`` what is not to be seen; ``orders`` entries, pages or refusals wrongly; ``races``.
"""

KINDS: Final[dict[Kind, str]] = {
    "accepts": "accepts what must be rejected",
    "refuses": "rejects what must be accepted",
    "answers": "answers differently from the documentation",
    "forgets": "forgets what was sent",
    "loses": "loses, cuts short or mixes up data",
    "leaks": "shows what is not to be seen",
    "orders": "puts entries, pages or refusals in a wrong order",
    "races": "mixes up what comes at the same time",
}

FACE: Final = "*"
"""In the place of an operation: the face, which sees every request first."""

Ask = Callable[[str, "Request"], "Request"]
"""From an operation's name and a request to the request that the model sees."""
Say = Callable[[str, "Request", "Response"], "Response"]
"""From an operation's name, its request and its answer to the answer that goes out."""
Refuse = Callable[[str, "Request", "S3Error"], "S3Error | Response"]
"""The same for a refusal, which may become an answer."""


@dataclass(slots=True)
class Wiring:
    """The moving parts of one reference endpoint, which switches change before it serves."""

    # Every operation has a context of its own type; see `conformance.reference.registry`.
    operations: dict[str, Operation[Any]]
    asks: list[Ask] = field(default_factory=list)
    says: list[Say] = field(default_factory=list)
    refuses: list[Refuse] = field(default_factory=list)
    authenticate: Authenticate = authenticate
    assemble: Assemble = assemble
    takes_incomplete: bool = False
    finish: Callable[[Message], Message] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One exchange of the faultless reference: what a switch can tell by that it would act."""

    operation: str
    """Its name; empty when the request was refused before one was found, `FACE` before that."""
    request: Request
    """Without its payload."""
    answer: Response | S3Error
    """The body left out when it is long."""
    check: str
    """The name of the check that refused; empty when none did."""


class Switch(Protocol):
    """One change of the wiring."""

    def names(self) -> tuple[str, ...]:
        """Return the operations that it is planted in, or `FACE`."""
        ...

    def plant(self, wiring: Wiring) -> None:
        """Change the wiring. Raises KeyError for an operation or check that does not exist."""
        ...

    def touches(self, seen: Seen) -> bool:
        """Return whether it may change what happened to a request; never False when it would."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One planted deviation."""

    id: str
    """``rule/slug``, for ever."""
    kind: Kind
    says: str
    """One sentence without a full stop: what such a server does."""
    rules: tuple[str, ...]
    """Ids of the rules that it breaks; all of them must show it."""
    switches: tuple[Switch, ...]
    known: tuple[str, ...] = ()
    """Ids of incompatibilities of real servers that it stands for."""
    should: bool = False
    """It breaks what scenarios only recommend, such as a detail of an error: a WARN shows it."""

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that its switches are planted in, `FACE` among them."""
        return tuple(dict.fromkeys(name for one in self.switches for name in one.names()))

    def touches(self, seen: Seen) -> bool:
        """Return whether the fault may change what happened to a request."""
        return any(switch.touches(seen) for switch in self.switches)


class Make(Protocol):
    """What makes faults of one kind; the rule is what comes before the slash of ``slug``."""

    def __call__(
        self, slug: str, says: str, *switches: Switch, known: str = "", should: bool = False
    ) -> Fault:
        """Return a fault; ``known`` names incompatibilities, with spaces between them."""
        ...


def of_kind(kind: Kind) -> Make:
    """Return what makes faults of that kind."""

    def make(
        slug: str, says: str, *switches: Switch, known: str = "", should: bool = False
    ) -> Fault:
        rule = slug.partition("/")[0]
        return Fault(
            id=slug,
            kind=kind,
            says=says,
            rules=(rule,),
            switches=switches,
            known=tuple(known.split()),
            should=should,
        )

    return make


accepts = of_kind("accepts")
refuses = of_kind("refuses")
answers = of_kind("answers")
forgets = of_kind("forgets")
loses = of_kind("loses")
leaks = of_kind("leaks")
orders = of_kind("orders")
races = of_kind("races")
