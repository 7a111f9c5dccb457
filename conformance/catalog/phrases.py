"""Values of a scenario in plain English: literals, references, calls and matchers."""

from __future__ import annotations

import re
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
from conformance.vocabulary.format import BUILT_INS, FUNCTIONS, MATCHERS
from conformance.vocabulary.text import escaped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.catalog.model import Tree

MAX_TEXT: Final = 120
"""Characters of a text that a sentence shows; a longer one is cut."""
_MAX_ITEMS: Final = 4
_NAME: Final = re.compile(r"\{(\w+)\}")


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
        text = customer_keys.without_keys(text)
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
        built_in = BUILT_INS.get(reference.name)
        return built_in.phrase if built_in is not None else str(reference)

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
        special = _CALLS.get(name)
        return special(said) if special is not None else said.in_words(FUNCTIONS[name].phrase)

    def expected(self, tree: Tree) -> str:
        """Say an expected value: a literal, or the matchers that stand in its place."""
        if not isinstance(tree, dict) or not any(key in MATCHERS for key in tree):
            return self.value(tree)
        return " and ".join(self._matcher(key, value) for key, value in tree.items())

    def _matcher(self, key: str, value: Tree) -> str:
        matcher = MATCHERS[key]
        match matcher.argument:
            case "pattern":
                said = shorten(unescape(str(value)))
            case "alternatives":
                alternatives = value if isinstance(value, list) else [value]
                said = " or ".join(self.expected(each) for each in alternatives)
            case _:
                said = self.expected(value)
        return matcher.phrase.replace("{}", said)


def shorten(text: str) -> str:
    """Cut a text to `MAX_TEXT` characters and say how long it is; control characters escaped."""
    printable = escaped(text)
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

    def in_words(self, phrase: str) -> str:
        """Put the parts in place of their names in braces."""
        parts = {"subject": self.subject, "listed": self.listed(), **self.more}
        return _NAME.sub(lambda name: parts.get(name[1], "nothing"), phrase)

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


def _part_list(call: _SaidCall) -> str:
    if "from" not in call.more:
        return f"the parts {call.subject}"
    members = [f"{key} {said}" for key, said in call.more.items() if key not in {"from", "to"}]
    bounds = f"parts {call.more['from']} to {call.more.get('to')}"
    return f"{bounds} with {', '.join(members)}" if members else bounds


_CALLS: Final[dict[str, Callable[[_SaidCall], str]]] = {
    "random": _random,
    "zeros": lambda call: f"{_size(call)} zero bytes",
    "text": lambda call: f"{call.subject} {call.more.get('times', '1')} times",
    "concat": lambda call: call.listed(" then "),
    "join": _join,
    "slice": _slice,
    "sum": lambda call: call.listed(" + "),
    "digest": _digest,
    "part_list": _part_list,
}
"""Functions of which a phrase does not say enough."""
