"""Reads the maps of a spec file by their known keys, and reports what does not fit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeVar

from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as Map

SLUG: Final = r"[a-z0-9]+(?:-[a-z0-9]+)*"
SCENARIO_ID: Final = re.compile(rf"{SLUG}(?:/{SLUG})*")
RULE_ID: Final = re.compile(rf"{SLUG}(?:\.{SLUG})+")
WORD_ID: Final = re.compile(SLUG)
SOURCE_ID: Final = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
VALUE_NAME: Final = re.compile(r"[A-Za-z0-9:._+*-]+")
STEP_NAME: Final = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*")

_Word = TypeVar("_Word", bound=str)


def kind_of(node: Node) -> str:
    """Name what a node is, for messages."""
    match node:
        case Mapping():
            return "a map"
        case Sequence():
            return "a list"
        case Scalar(value=None):
            return "nothing"
        case Scalar(value=bool()):
            return "true or false"
        case Scalar(value=str()):
            return "text"
        case Scalar():
            return "a number"


class Form:
    """One map of the format: its keys are checked when it is built, its values when asked for.

    Every getter reports what does not fit and returns an empty value then, so that reading goes on.
    """

    def __init__(
        self,
        node: Mapping,
        what: str,
        problems: Problems,
        *,
        required: Iterable[str] = (),
        optional: Iterable[str] = (),
    ) -> None:
        self.node = node
        self.what = what
        self.problems = problems
        needed = tuple(required)
        known = {*needed, *optional}
        for key in node.entries:
            if key not in known:
                problems.add(
                    node.key_mark(key),
                    "unknown-key",
                    f"{what} has no key {key}",
                    did_you_mean(key, known) or f"its keys are {', '.join(sorted(known))}",
                )
        for key in needed:
            if key not in node.entries:
                problems.add(head(node), "missing-key", f"{what} has no {key}")

    def get(self, key: str) -> Node | None:
        """Return the value's node; None without one."""
        return self.node.entries.get(key)

    def mark(self, key: str) -> Mark:
        """Return where the value stands, or the map when there is none."""
        node = self.get(key)
        return node.mark if node is not None else head(self.node)

    def wrong(self, key: str, node: Node, wanted: str) -> None:
        """Report a value of the wrong kind."""
        self.problems.add(
            node.mark, "wrong-kind", f"{key} of {self.what} takes {wanted}, not {kind_of(node)}"
        )

    def text(self, key: str) -> str:
        """Return a text; empty without one."""
        node = self.get(key)
        if node is None:
            return ""
        if isinstance(node, Scalar) and isinstance(node.value, str):
            return node.value
        self.wrong(key, node, "text")
        return ""

    def identifier(self, key: str, pattern: re.Pattern[str]) -> str:
        """Return an id of that form."""
        value = self.text(key)
        if key in self.node.entries and value and not pattern.fullmatch(value):
            self.problems.add(
                self.mark(key),
                "bad-id",
                f"{value} is no {key} for {self.what}",
                "lower-case words and digits, joined by hyphens",
            )
        return value

    def word(self, key: str, words: tuple[_Word, ...], default: _Word) -> _Word:
        """Return one of a closed set of words."""
        if key not in self.node.entries:
            return default
        value = self.text(key)
        return (self._word(key, value, self.mark(key), words) if value else None) or default

    def words(self, key: str, words: tuple[_Word, ...]) -> tuple[_Word, ...]:
        """Return a list of words of a closed set."""
        found = (self._word(key, str(n.value), n.mark, words) for n in self.texts(key))
        return tuple(word for word in found if word is not None)

    def _word(self, key: str, value: str, mark: Mark, words: tuple[_Word, ...]) -> _Word | None:
        for word in words:
            if word == value:
                return word
        self.problems.add(
            mark,
            "unknown-word",
            f"{key} of {self.what} is not {value}",
            did_you_mean(value, words) or f"one of {', '.join(words)}",
        )
        return None

    def number(self, key: str) -> int | None:
        """Return a whole number; None without one or for null."""
        node = self.get(key)
        if node is None or (isinstance(node, Scalar) and node.value is None):
            return None
        if isinstance(node, Scalar) and type(node.value) is int:
            return node.value
        self.wrong(key, node, "a number")
        return None

    def flag(self, key: str) -> bool:
        """Return true or false; false without one."""
        node = self.get(key)
        if node is None:
            return False
        if isinstance(node, Scalar) and isinstance(node.value, bool):
            return node.value
        self.wrong(key, node, "true or false")
        return False

    def items(self, key: str) -> list[Node]:
        """Return the nodes of a list; none without one."""
        node = self.get(key)
        if node is None:
            return []
        if isinstance(node, Sequence):
            return node.items
        self.wrong(key, node, "a list")
        return []

    def texts(self, key: str) -> tuple[Scalar, ...]:
        """Return the items of a list of texts, with their places."""
        return texts(self.items(key), f"{key} of {self.what}", self.problems)

    def mapping(self, key: str) -> Mapping | None:
        """Return a map; None without one."""
        node = self.get(key)
        if node is None or isinstance(node, Mapping):
            return node
        self.wrong(key, node, "a map")
        return None

    def maps(self, key: str) -> Iterator[Mapping]:
        """Yield the items of a list of maps."""
        for item in self.items(key):
            if isinstance(item, Mapping):
                yield item
            else:
                self.wrong(key, item, "a list of maps")


def head(node: Mapping) -> Mark:
    """Return a short mark for a whole map: its first key."""
    return next(iter(node.keys.values()), node.mark)


def texts(items: Iterable[Node], what: str, problems: Problems) -> tuple[Scalar, ...]:
    """Keep the nodes that are texts and report the others."""
    kept: list[Scalar] = []
    for item in items:
        if isinstance(item, Scalar) and isinstance(item.value, str):
            kept.append(item)
        else:
            problems.add(
                item.mark, "wrong-kind", f"{what} takes a list of texts, not {kind_of(item)}"
            )
    return tuple(kept)


def words_of(nodes: Iterable[Scalar]) -> tuple[str, ...]:
    """Return the values of text nodes."""
    return tuple(str(node.value) for node in nodes)


def check_known(
    nodes: Iterable[Scalar],
    known: Map[str, object],
    say: Callable[[Mark, str, str], None],
) -> None:
    """Call ``say(mark, id, hint)`` for each text that is not among the known ones."""
    for node in nodes:
        value = str(node.value)
        if value not in known:
            say(node.mark, value, did_you_mean(value, known))
