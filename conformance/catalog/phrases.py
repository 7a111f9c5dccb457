"""Values of a scenario in plain English: literals, references, calls and matchers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog import customer_keys
from conformance.catalog.references import (
    PathStep,
    Reference,
    ReferenceSyntaxError,
    parse,
    unescape,
)
from conformance.catalog.vocabulary import FUNCTIONS, MATCHERS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.catalog.model import Tree

MAX_TEXT: Final = 120
"""Characters of a text that a sentence shows; a longer one is cut."""
_MAX_ITEMS: Final = 4

_BUILT_INS: Final = {
    "bucket": "the bucket",
    "key": "the key",
    "prefix": "the test's prefix",
    "region": "the region",
    "other_bucket": "a bucket that does not exist",
    "second_bucket": "the second bucket",
    "second_directory_bucket": "the second directory bucket",
    "availability_zone": "the Availability Zone",
    "local_zone": "the Local Zone",
    "directory_access_point": "the access point of a directory bucket",
    "access_point_alias": "the alias of the access point",
    "access_point_arn": "the ARN of the access point",
    "access_point_bucket": "the bucket behind the access point",
    "outposts_arn": "the ARN of the access point on Outposts",
    "outposts_alias": "the alias of the access point on Outposts",
    "fsx_alias": "the alias of the access point for FSx",
    "access_key": "the access key id",
    "account_id": "the account id",
    "kms_key": "the KMS key",
    "kms_disabled_key": "a disabled KMS key",
    "kms_pending_key": "a KMS key pending deletion",
    "kms_foreign_key": "a KMS key of another account",
    "kms_denied_key": "a KMS key that may not be used",
}


@dataclass(frozen=True, slots=True)
class Saved:
    """Where a variable's value comes from."""

    path: str
    step: int
    repeated: bool = False
    """The variable is a list, with one value a request."""

    def say(self, path: tuple[PathStep, ...] = ()) -> str:
        """Say what stands at a path within the value."""
        request = ""
        what = "" if self.path == "answer" else self.path
        if self.repeated and path and isinstance(path[0], int):
            request = f"request {path[0] + 1} of "
            path = path[1:]
        elif self.repeated:
            request = "every request of "
        further = str(Reference(what, path)).lstrip(".")
        return f"{f'the {further}' if further else 'the answer'} of {request}step {self.step}"


@dataclass(slots=True)
class Phrases:
    """Says values; ``saved`` maps a variable to where its value comes from."""

    saved: dict[str, Saved] = field(default_factory=dict)

    def value(self, tree: Tree) -> str:
        """Say a literal, a reference or a call."""
        match tree:
            case None:
                return "null"
            case bool():
                return str(tree).lower()
            case int() | float():
                return str(tree)
            case str():
                return self.text(tree)
            case list():
                return self.items(tree)
            case dict():
                name = next(iter(tree), "")
                return self._call(name, tree) if name in FUNCTIONS else self.map(tree)

    def text(self, text: str) -> str:
        """Say a text, with what only a run knows named in it."""
        if key := customer_keys.name_of(text):
            return key
        try:
            parsed = parse(text) if "$" in text else (text,)
        except ReferenceSyntaxError:
            parsed = (text,)
        if isinstance(parsed, Reference):
            return self.reference(parsed)
        if len(parsed) == 1 and isinstance(parsed[0], Reference):
            return self.reference(parsed[0])
        said = "".join(
            unescape(piece) if isinstance(piece, str) else f"<{self._inside(piece)}>"
            for piece in parsed
        )
        quoted = " " in said or not any(character.isalnum() for character in said)
        return f'"{shorten(said)}"' if quoted else shorten(said)

    def reference(self, reference: Reference) -> str:
        """Say where a value comes from that only a run knows."""
        if saved := self.saved.get(reference.name):
            return saved.say(reference.path)
        return _BUILT_INS.get(reference.name, str(reference))

    def _inside(self, reference: Reference) -> str:
        """Say a reference within a text, in short."""
        saved = self.saved.get(reference.name)
        return str(reference) if saved is None else saved.say(reference.path).removeprefix("the ")

    def items(self, items: list[Tree]) -> str:
        """Say a list, cut to its first items."""
        shown = ", ".join(self.value(item) for item in items[:_MAX_ITEMS])
        more = f", … {len(items)} in all" if len(items) > _MAX_ITEMS else ""
        return f"[{shown}{more}]"

    def map(self, tree: Mapping[str, Tree]) -> str:
        """Say a map as its pairs."""
        return (
            "{" + ", ".join(f"{key}: {self.expected(value)}" for key, value in tree.items()) + "}"
        )

    def _call(self, name: str, tree: Mapping[str, Tree]) -> str:
        subject = tree[name]
        inner = subject if isinstance(subject, dict) else {}
        more = {**inner, **{key: value for key, value in tree.items() if key != name}}
        said = _SaidCall(
            subject=self.value(subject),
            items=[self.value(item) for item in subject] if isinstance(subject, list) else [],
            more={key: self.value(value) for key, value in more.items()},
        )
        return _CALLS[name](said)

    def expected(self, tree: Tree) -> str:
        """Say an expected value: a literal, or the matchers that stand in its place."""
        if not isinstance(tree, dict) or not any(key in MATCHERS for key in tree):
            return self.value(tree)
        return " and ".join(self._matcher(key, value) for key, value in tree.items())

    def _matcher(self, key: str, value: Tree) -> str:
        alternatives = value if isinstance(value, list) else [value]
        match key:
            case "present" | "absent":
                return key
            case "any_of":
                return " or ".join(self.expected(each) for each in alternatives)
            case "one_of":
                return "either " + " or ".join(self.expected(each) for each in alternatives)
            case "matches":
                return f"like /{shorten(unescape(str(value)))}/"
            case "length":
                return f"of length {self.expected(value)}"
            case "unordered":
                return f"{self.expected(value)} in any order"
            case "not":
                return f"not {self.expected(value)}"
        return f"{_COMPARED[key]} {self.expected(value)}"


def shorten(text: str) -> str:
    """Cut a text to `MAX_TEXT` characters and say how long it is; control characters escaped."""
    printable = "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
    if len(printable) <= MAX_TEXT:
        return printable
    return f"{printable[: MAX_TEXT - 1]}… ({len(text)} characters)"


@dataclass(frozen=True, slots=True)
class _SaidCall:
    """The parts of a call, each said already."""

    subject: str
    items: list[str]
    more: Mapping[str, str]
    """The further arguments, and what stands in a subject that is a map."""

    def listed(self, between: str = ", ") -> str:
        return between.join(self.items) or self.subject


def _size(call: _SaidCall) -> str:
    """Say ``5MiB`` as ``5 MiB of``, and a bare number as it is."""
    number, unit = call.subject[:-3], call.subject[-3:]
    return f"{number} {unit} of" if unit in {"KiB", "MiB"} else call.subject


def _random(call: _SaidCall) -> str:
    seed = call.more.get("seed")
    return f"{_size(call)} random bytes" + (f" (seed {seed})" if seed else "")


def _join(call: _SaidCall) -> str:
    between = call.more.get("with", '""')
    if between == '""':
        return call.listed(" + ")
    return f"{call.listed(' and ')} joined by {between}"


def _slice(call: _SaidCall) -> str:
    start, end = call.more.get("from", "0"), call.more.get("to", "the end")
    return f"bytes {start} to {end} of {call.subject}"


def _digest(call: _SaidCall) -> str:
    form = " in hex" if call.more.get("as") == "hex" else ""
    return f"the {call.more.get('algorithm')}{form} of {call.subject}"


def _checksum(call: _SaidCall) -> str:
    return f"the {call.more.get('type')} {call.more.get('algorithm')} of {call.listed()}"


def _part_list(call: _SaidCall) -> str:
    if "from" not in call.more:
        return f"the parts {call.subject}"
    members = [f"{key} {said}" for key, said in call.more.items() if key not in {"from", "to"}]
    bounds = f"parts {call.more['from']} to {call.more.get('to')}"
    return f"{bounds} with {', '.join(members)}" if members else bounds


def _pick(call: _SaidCall) -> str:
    choices, other = call.more.get("from", "nothing"), call.more.get("else", "nothing")
    return f"what {call.subject} picks from {choices}, else {other}"


_COMPARED: Final = {
    "gt": "more than",
    "gte": "at least",
    "lt": "less than",
    "lte": "at most",
    "contains": "with",
    "same_as": "the same as",
    "bytes_of": "the bytes of",
}
_CALLS: Final[dict[str, Callable[[_SaidCall], str]]] = {
    "random": _random,
    "zeros": lambda call: f"{_size(call)} zero bytes",
    "hex_bytes": lambda call: f"the bytes {call.subject}",
    "text": lambda call: f"{call.subject} {call.more.get('times', '1')} times",
    "concat": lambda call: call.listed(" then "),
    "join": _join,
    "slice": _slice,
    "pad": lambda call: f"{call.subject} made {call.more.get('to')} bytes long",
    "size": lambda call: f"the size of {call.subject}",
    "sum": lambda call: call.listed(" + "),
    "sse_c": lambda call: f"the SSE-C members {call.subject}",
    "base64": lambda call: f"base64 of {call.subject}",
    "url": lambda call: f"{call.subject} percent-encoded",
    "digest": _digest,
    "etag": lambda call: f"the ETag of {call.subject}",
    "multipart_etag": lambda call: f"the multipart ETag of {call.listed()}",
    "checksum": _checksum,
    "part_list": _part_list,
    "time": lambda call: f"now {call.subject}",
    "wrong": lambda call: f"another value than {call.subject}",
    "unquoted": lambda call: f"{call.subject} without quotes",
    "pick": _pick,
}
