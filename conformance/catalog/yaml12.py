"""Strict YAML 1.2 (core schema) with the place of every key and value.

libyaml splits the text into events; what they mean is decided here, because its own resolver
speaks YAML 1.1 (``no`` is false, ``12:30`` is 750) and drops duplicate keys, anchors and merge
keys silently. A file is read on as far as it makes sense, so that all its mistakes show at once.

Nodes carry their place themselves, rather than in a table beside a tree of plain values: a value
that `expand` puts in place of a ``$name`` thereby keeps pointing at the line where it was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeAlias

import yaml

from conformance.catalog.problems import Mark, Problems, SourceFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Tree

MAX_COLUMNS: Final = 100
MAX_DEPTH: Final = 64
MAX_DIGITS: Final = 40
"""Characters of a number; 128 bits have 39 digits."""
ScalarValue: TypeAlias = "bool | int | float | str | None"

_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS: Final = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_NODE_EVENTS: Final = (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)
_NUMBER_START: Final = frozenset("0123456789+-.")


# The nodes are not frozen, as an exception: a frozen instance takes three times as long to build,
# and a catalogue has a hundred thousand of them. Nothing changes a node once it is read.
@dataclass(slots=True, eq=False)
class Scalar:
    """One value. ``live`` is set when it holds a dollar sign."""

    value: ScalarValue
    mark: Mark
    live: bool = False


@dataclass(slots=True, eq=False)
class Sequence:
    """A list. ``live`` is set when something below has to be bound."""

    items: list[Node]
    mark: Mark
    live: bool = False


@dataclass(slots=True, eq=False)
class Mapping:
    """A map in the order of its file, with a scalar node for each key."""

    entries: dict[str, Node]
    mark: Mark
    keys: dict[str, Mark] = field(default_factory=dict)
    live: bool = False

    def key_mark(self, key: str) -> Mark:
        """Return where a key stands; the map's own place for one that was not written."""
        return self.keys.get(key, self.mark)


Node: TypeAlias = Scalar | Sequence | Mapping

# Calls that are worked out when a file is bound, not when a test runs; see `expand`.
BOUND_CALLS: Final = frozenset({"sse_c"})


def plain(node: Node) -> Tree:
    """Return the values of a node without places."""
    match node:
        case Scalar(value=value):
            return value
        case Sequence(items=items):
            return [plain(item) for item in items]
        case Mapping(entries=entries):
            return {key: plain(value) for key, value in entries.items()}


def resolve_scalar(text: str) -> ScalarValue:
    """Give a plain (unquoted) scalar its YAML 1.2 core value."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text[0] not in _NUMBER_START or len(text) > MAX_DIGITS:
        return text
    if _INT.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text[2:] if base != 10 else text, base)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _NOT_FINITE.fullmatch(text):
        return float(text.lower().replace(".", "", 1))
    return text


def _is_number(text: str) -> bool:
    return _INT.fullmatch(text) is not None or _FLOAT.fullmatch(text) is not None


def read(name: str, text: str, problems: Problems) -> Node | None:
    """Read one file's text; ``name`` is how its file is shown. None when it can't be read."""
    lines = tuple(text.splitlines())
    file = SourceFile(name, lines)
    _check_lines(file, problems)
    try:
        return _Composer(file, problems).document(text)
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = Mark(file, at.line, at.column, 1) if at else Mark(file, 0, 0, 1)
        if mark.line >= len(lines) and lines:  # the end of the file: show its last line
            mark = Mark(file, len(lines) - 1, len(lines[-1]), 1)
        what = ", ".join(filter(None, (error.context, error.problem)))
        problems.add(mark, "yaml-syntax", what, _syntax_hint(what))
    except _TooDeepError as error:
        problems.add(error.mark, "yaml-syntax", f"nested more than {MAX_DEPTH} deep")
    except yaml.reader.ReaderError as error:
        problems.add(Mark(file, 0, 0, 1), "yaml-syntax", error.reason)
    return None


def _syntax_hint(what: str) -> str:
    if "mapping values are not allowed" in what:
        return "a text with `: ` in it needs quotes"
    if "cannot start any token" in what:
        return "a text that begins with this character needs quotes"
    if "flow" in what:
        return "a bracket is missing, or a text with a comma, bracket or brace needs quotes"
    return ""


def _check_lines(file: SourceFile, problems: Problems) -> None:
    for number, line in enumerate(file.lines):
        # A word that fills a line by itself (an address, say) has no place to break.
        if len(line) > MAX_COLUMNS and len(line.lstrip(" -").split(maxsplit=1)) > 1:
            problems.add(
                Mark(file, number, MAX_COLUMNS, len(line) - MAX_COLUMNS),
                "long-line",
                f"{len(line)} characters, at most {MAX_COLUMNS}",
            )
        tab = line.find("\t")
        if tab >= 0:
            problems.add(Mark(file, number, tab, 1), "yaml-tab", "a tab character", "use spaces")


class _TooDeepError(Exception):
    def __init__(self, mark: Mark) -> None:
        super().__init__()
        self.mark = mark


class _Composer:
    """Builds nodes out of libyaml's events."""

    def __init__(self, file: SourceFile, problems: Problems) -> None:
        self.file = file
        self.problems = problems
        self.anchors: dict[str, Node] = {}
        self.depth = 0

    def document(self, text: str) -> Node | None:
        events: Iterator[yaml.Event] = yaml.parse(text, Loader=yaml.CSafeLoader)
        root: Node | None = None
        seen = 0
        for event in events:
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            seen += 1
            mark = self._mark(event)
            if event.version or event.tags:
                self.problems.add(mark, "yaml-directive", "a YAML directive", "leave it out")
            if seen == 2:
                self.problems.add(mark, "yaml-documents", "a second document begins here")
            node = self._node(next(events), events)
            root = node if root is None else root
        return root

    def _mark(self, event: yaml.Event) -> Mark:
        start, end = event.start_mark, event.end_mark
        if start is None or end is None:  # libyaml always gives both
            return Mark(self.file, 0, 0, 1)
        line, column = start.line, start.column
        if end.line == line:
            return Mark(self.file, line, column, end.column - column)
        lines = self.file.lines
        return Mark(self.file, line, column, len(lines[line]) - column if line < len(lines) else 1)

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event]) -> Node:
        mark = self._mark(event)
        if isinstance(event, yaml.AliasEvent):
            anchor = event.anchor or ""
            self.problems.add(
                mark,
                "yaml-alias",
                f"an alias, *{anchor}",
                f"put the value under let and write ${anchor}",
            )
            return self.anchors.get(anchor) or Scalar(None, mark)
        if not isinstance(event, _NODE_EVENTS):
            raise TypeError(f"{event} begins no value")
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            plain_style = not event.style or event.style == "plain"
            value = resolve_scalar(event.value) if plain_style else event.value
            if plain_style and len(event.value) > MAX_DIGITS and _is_number(event.value):
                text = f"a number of {len(event.value)} characters, at most {MAX_DIGITS}"
                self.problems.add(mark, "yaml-number", text, "a text needs quotes")
            node = Scalar(value, mark, isinstance(value, str) and "$" in value)
        else:
            node = self._collection(event, mark, events)
        if event.tag is not None:
            self.problems.add(mark, "yaml-tag", f"a tag, {event.tag}", "leave it out")
        if event.anchor is not None:
            self.problems.add(
                mark,
                "yaml-anchor",
                f"an anchor, &{event.anchor}",
                f"put the value under let and write ${event.anchor}",
            )
            self.anchors[event.anchor] = node
        return node

    def _collection(
        self,
        event: yaml.SequenceStartEvent | yaml.MappingStartEvent,
        mark: Mark,
        events: Iterator[yaml.Event],
    ) -> Node:
        if self.depth >= MAX_DEPTH:
            raise _TooDeepError(mark)
        self.depth += 1
        build = self._sequence if isinstance(event, yaml.SequenceStartEvent) else self._mapping
        node = build(mark, events)
        self.depth -= 1
        return node

    def _sequence(self, mark: Mark, events: Iterator[yaml.Event]) -> Sequence:
        items: list[Node] = []
        live = False
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            item = self._node(event, events)
            live = live or item.live
            items.append(item)
        return Sequence(items, mark, live)

    def _mapping(self, mark: Mark, events: Iterator[yaml.Event]) -> Mapping:
        entries: dict[str, Node] = {}
        keys: dict[str, Mark] = {}
        live = False
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            at = self._mark(event)
            key = self._key(event, events, at)
            value = self._node(next(events), events)
            if key is None:
                continue
            if key in entries:
                first = keys[key].line + 1
                self.problems.add(
                    at, "yaml-duplicate-key", f"{key} stands here again, first on line {first}"
                )
                continue
            live = live or value.live or "$" in key or (not entries and key in BOUND_CALLS)
            entries[key] = value
            keys[key] = at
        return Mapping(entries, mark, keys, live)

    def _key(self, event: yaml.Event, events: Iterator[yaml.Event], at: Mark) -> str | None:
        """Return the key's text; None for one that is left out of the map."""
        if isinstance(event, yaml.ScalarEvent) and event.tag is None and event.anchor is None:
            if event.value == "<<" and event.implicit[0]:
                self.problems.add(at, "yaml-merge-key", "a merge key", "use with, or write it out")
                return None
            if event.implicit[0] and not isinstance(resolve_scalar(event.value), str):
                self.problems.add(
                    at,
                    "yaml-key",
                    f"the key {event.value} is not a string",
                    f'write "{event.value}":' if event.value else "give the value a key",
                )
            return event.value
        node = self._node(event, events)
        if isinstance(node, Scalar):
            return str(node.value)
        self.problems.add(at, "yaml-key", "a list or map as a key")
        return None
