"""What passes between the HTTP face and the model of the reference endpoint."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from conformance.reference.domain.values import Encryption


@dataclass(frozen=True, slots=True)
class Account:
    """An AWS account with the one key pair that acts for it."""

    id: str
    """Twelve digits."""
    canonical_id: str
    """64 hex digits, what ACLs name."""
    name: str
    access_key: str
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What CreateSession gave: credentials for one directory bucket and five minutes (DIR-003)."""

    account: Account
    """Whose session it is."""
    bucket: str
    """Name of the bucket."""
    access_key: str
    secret_key: str = field(repr=False)
    token: str = field(repr=False)
    read_only: bool
    expires: datetime
    encryption: Encryption | None = None
    """What it settles for new objects (DIR-020); None for whatever the bucket's default is."""


class Pairs:
    """Ordered name-value pairs; look-up gives the first, as S3 does with repeated parameters.

    Names compare in lower case when ``fold`` is set (headers), exactly otherwise (query).
    """

    __slots__ = ("_first", "fold", "items")

    def __init__(self, items: Sequence[tuple[str, str]] = (), *, fold: bool = False) -> None:
        self.fold = fold
        self.items = tuple(items)
        self._first: dict[str, str] = {}
        for name, value in self.items:
            self._first.setdefault(name.lower() if fold else name, value)

    def get(self, name: str) -> str | None:
        """Return the first value of that name, or None."""
        return self._first.get(name.lower() if self.fold else name)

    def __contains__(self, name: str) -> bool:
        return (name.lower() if self.fold else name) in self._first

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def starting(self, prefix: str) -> Mapping[str, str]:
        """Return name to first value for all names that begin with ``prefix`` (lower case)."""
        return {name: value for name, value in self._first.items() if name.startswith(prefix)}


class HangUp(Exception):  # noqa: N818  # no error: what a crash looks like from outside
    """The connection is closed without an answer, as by a crash; only a planted fault does that."""


class S3Error(Exception):
    """A refusal, as Amazon S3 words it.

    ``fields`` are the further children of ``<Error>`` in wire order; ``declaration`` says whether
    the document begins with an XML declaration (sources XML-008, XML-009), ``bare`` that there is
    no document at all (MS-069, MS-070).
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str = "",
        fields: Sequence[tuple[str, str]] = (),
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.fields = tuple(fields)
        self.headers = tuple(headers)
        self.declaration = True
        self.bare = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The request body, its framing already undone.

    ``problem`` is what went wrong in framing, digest or trailer; the operation raises it at the
    point where S3 would look at the body, so that precedence stays the service's business.
    """

    data: bytes = b""
    trailers: Pairs = field(default_factory=lambda: Pairs((), fold=True))
    streaming: bool = False
    """The body came aws-chunked."""
    problem: S3Error | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One authenticated (or anonymous) request, addressing and framing already resolved."""

    method: str
    bucket: str | None
    key: str | None
    query: Pairs
    headers: Pairs
    payload: Payload
    caller: Account | None
    """None for an anonymous request."""
    signed: Literal["header", "query", "none"]
    secure: bool
    """It came over TLS."""
    virtual_host: bool
    host: str
    now: datetime
    """UTC; the model reads no other clock."""
    service: str = "s3"
    """The service whose scope the signature names; s3 for an anonymous request."""
    session: Session | None = None
    """Whose credentials signed; ``caller`` is its account."""
    zone: str | None = None
    """The zone in the host, or ``control`` (DIR-001); None at every other host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer; the face adds Date, Server, the request ids and the framing."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    chunked: bool = False
    """The body goes out in HTTP chunks, as S3 sends documents that are no copy's (MS-083)."""
    closing: bool = False
    """The connection takes no further request, as S3 has it after DeleteObjects."""
    content_length: int | None = None
    """For HEAD: the length to announce without sending a body."""
