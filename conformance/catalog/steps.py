"""Turns a step as read into the step of one test: bound, checked, in plain values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.catalog.binding import Binder, is_call
from conformance.catalog.lint.answers import check_expectation, check_save, expects_error
from conformance.catalog.lint.calls import check_calls, is_runtime
from conformance.catalog.lint.dialects import check_spoken, is_sent, left_out, read_spoken
from conformance.catalog.lint.edits import check_edit
from conformance.catalog.lint.members import check_members
from conformance.catalog.lint.shape import kind_of, words_of
from conformance.catalog.model import Expectation, Step, Strength, Tree
from conformance.catalog.problems import did_you_mean
from conformance.catalog.references import Reference, ReferenceSyntaxError, parse
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence, plain
from conformance.vocabulary.format import EDIT_KEYS, MOST_REPEATED

if TYPE_CHECKING:
    from collections.abc import Collection
    from collections.abc import Mapping as Map

    from conformance.catalog.draft_steps import DraftStep
    from conformance.catalog.problems import Mark, Problems
    from conformance.vocabulary.dialects import Dialect, Spoken

_NO_VALUE: Final = "repeat takes at least one value: nothing would be sent, and nothing could fail"
MOST_SECONDS: Final = 300
"""For which a step waits for what takes effect after a while; on S3 it is a minute."""
_MOST_RULES: Final = 2
_STRENGTHS: Final[tuple[Strength, ...]] = ("must", "should", "observe", "disputed")
_UNBOUND: Final = frozenset(
    {"name", "save", "sources", "when", "concurrently", "dialect", "not-sent-by"}
)

Built: TypeAlias = "dict[tuple[int, str], tuple[DraftStep, Step]]"
"""Steps in which nothing was put in place, by their draft's identity and their dialect."""


class StepBuilder:
    """Builds the steps of one test in order; what they save is known to the later ones.

    ``built`` outlives the test: a step in which nothing was put in place is the same in every
    test of its scenario, and is checked once.
    """

    def __init__(
        self,
        binder: Binder,
        problems: Problems,
        built: Built,
        rules: Collection[str] | None = None,
        dialects: Map[str, Dialect] | None = None,
        spoken: Spoken | None = None,
    ) -> None:
        self.binder = binder
        self.problems = problems
        self.built = built
        self.rules = rules
        """Ids that a step may name; None where they are not known."""
        self.dialects = dialects or {}
        self.spoken = spoken
        self.left_out: list[str] = []
        """Operations of steps that the dialect's client never sends, in order."""

    def build(self, drafts: tuple[DraftStep, ...]) -> tuple[Step, ...]:
        """Build the steps of one list, but those that the dialect's client never sends."""
        steps = []
        for draft in drafts:
            if not self._is_sent(draft):
                self.left_out.append(draft.operation)
                continue
            steps.append(self._step(draft))
            self.binder.runtime.update(_saved(draft))
        return tuple(steps)

    def _is_sent(self, draft: DraftStep) -> bool:
        unsent_by = draft.node.entries.get("not-sent-by")
        names = left_out(unsent_by, self.dialects, self.problems)
        spoken = self._spoken(draft)
        if spoken is None or not draft.operation:
            return True
        mark = draft.mark if unsent_by is None else unsent_by.mark
        return is_sent(spoken, draft.operation, names, mark, self.problems)

    def _spoken(self, draft: DraftStep) -> Spoken | None:
        """Return the dialect of one step: its own, or that of the scenario."""
        own = draft.node.entries.get("dialect")
        if own is None:
            return self.spoken
        return read_spoken(self.binder.bind(own), self.dialects, self.problems)

    def _step(self, draft: DraftStep) -> Step:
        if draft.concurrently:
            return Step(
                operation="",
                name=draft.name,
                concurrently=tuple(self._step(step) for step in draft.concurrently),
                note=self._note(draft.node.entries.get("note")),
                place=draft.mark.place,
            )
        bound, repeat = self._bind(draft)
        unchanged = all(bound[key] is draft.node.entries[key] for key in bound)
        spoken = self._spoken(draft)
        key = (id(draft), spoken.name if spoken is not None else "")
        if unchanged and key in self.built:
            return self.built[key][1]
        step = self._made(draft, bound, repeat, spoken)
        if unchanged:
            self.built[key] = (draft, step)
        return step

    def _bind(self, draft: DraftStep) -> tuple[dict[str, Node], dict[str, Tree]]:
        """Bind the step's values, within which the names of its ``repeat`` are known.

        Its expectations also know what it saves itself: of one answer two values may be compared.
        """
        entries = draft.node.entries
        repeat: dict[str, Tree] = {}
        bound: dict[str, Node] = {}
        names: set[str] = set()
        if "repeat" in entries:
            bound["repeat"] = self.binder.bind(entries["repeat"])
            repeat = self._repeat(bound["repeat"])
            names = set(repeat) - self.binder.runtime
            self.binder.runtime |= names
        own = set(draft.saves) - self.binder.runtime
        for key, node in entries.items():
            if key not in _UNBOUND and key != "repeat":
                self.binder.runtime |= own if key in _STRENGTHS else set()
                bound[key] = self.binder.bind(node) if node.live else node
                self.binder.runtime -= own
        self.binder.runtime -= names
        return bound, repeat

    def _made(
        self,
        draft: DraftStep,
        bound: dict[str, Node],
        repeat: dict[str, Tree],
        spoken: Spoken | None,
    ) -> Step:
        expectations = self._expectations(draft, bound)
        negative = any(
            expects_error(bound.get(strength)) for strength in ("must", "should", "disputed")
        )
        request = bound.get(draft.operation) if draft.operation else None
        for name, path in draft.saves.items():
            saves = draft.node.entries["save"]
            mark = saves.entries[name].mark if isinstance(saves, Mapping) else draft.mark
            check_save(draft.operation, path, mark, self.problems)
        members = self._members(draft, request, negative=negative)
        if spoken is not None and isinstance(request, Mapping):
            marks = {name: request.key_mark(name) for name in members}
            check_spoken(spoken, draft.operation, bound, marks, self.problems)
        return Step(
            operation=draft.operation,
            name=draft.name,
            members=members,
            spoken=spoken,
            edits={
                key: check_edit(key, bound[key], self.problems) for key in EDIT_KEYS if key in bound
            },
            save=draft.saves,
            when=self._condition(draft.node.entries.get("when")),
            expectations=expectations,
            note=self._note(bound.get("note")),
            sources=words_of(draft.sources),
            rules=self._rules(bound.get("rules")),
            repeat=repeat,
            eventually=self._seconds(bound.get("eventually")),
            place=draft.mark.place,
        )

    def _members(self, draft: DraftStep, node: Node | None, *, negative: bool) -> Map[str, Tree]:
        if node is None:
            return {}
        if not isinstance(node, Mapping) or is_call(node):
            self._wrong(draft.operation, node, "a map of members")
            return {}
        merged: dict[str, tuple[Mark, Node]] = {}
        more = node.entries.get("with")
        for part in more.items if isinstance(more, Sequence) else [more] if more else []:
            if isinstance(part, Mapping) and not is_call(part):
                for key, value in part.entries.items():
                    merged[key] = (part.key_mark(key), value)
            else:
                self._wrong("with", part, "a map of members, or a list of maps, known before a run")
        for key, value in node.entries.items():
            if key != "with":
                merged[key] = (node.key_mark(key), value)
        check_members(draft.operation, merged, self.problems, negative=negative)
        return {key: plain(value) for key, (_, value) in merged.items()}

    def _expectations(self, draft: DraftStep, bound: dict[str, Node]) -> tuple[Expectation, ...]:
        found: list[Expectation] = []
        for strength in _STRENGTHS:
            node = bound.get(strength)
            if node is None:
                continue
            if not isinstance(node, Mapping):
                self._wrong(strength, node, "a map of what comes back")
                continue
            check_expectation(draft.operation, node, self.problems)
            fields = {key: plain(value) for key, value in node.entries.items()}
            found.append(
                Expectation(
                    strength=strength, fields=fields, place=draft.node.key_mark(strength).place
                )
            )
        return tuple(found)

    def _repeat(self, node: Node) -> dict[str, Tree]:
        if not isinstance(node, Mapping) or len(node.entries) != 1:
            self._wrong("repeat", node, "one name with the list of its values")
            return {}
        name, values = next(iter(node.entries.items()))
        if isinstance(values, Mapping):
            ends = [values.entries.get("from"), values.entries.get("to")]
            first, last = (
                end.value if isinstance(end, Scalar) and type(end.value) is int else None
                for end in ends
            )
            if first is None or last is None or len(values.entries) != 2:
                self._wrong("repeat", values, "a list, or numbers from and to known before a run")
                return {name: []}
            if first > last:
                self.problems.add(values.mark, "wrong-kind", _NO_VALUE)
            if last - first >= MOST_REPEATED:
                self._too_many(last - first + 1, values.mark)
                return {name: []}
            self.binder.budget.spend(max(last - first, 0), values.mark)
            return {name: list(range(first, last + 1))}
        if not isinstance(values, Sequence) and not is_runtime(values):
            self._wrong("repeat", values, "a list, or numbers from and to")
            return {name: []}
        if isinstance(values, Sequence) and not values.items:
            self.problems.add(values.mark, "wrong-kind", _NO_VALUE)
        if isinstance(values, Sequence) and len(values.items) > MOST_REPEATED:
            self._too_many(len(values.items), values.mark)
        check_calls(values, self.problems)
        return {name: plain(values)}

    def _too_many(self, count: int, mark: Mark) -> None:
        text = f"repeat takes at most {MOST_REPEATED:,} values, not {count:,}"
        self.problems.add(mark, "too-large", text)

    def _rules(self, node: Node | None) -> tuple[str, ...]:
        """Return the rules that a step names; they are looked up here, for a case may give them."""
        if node is None:
            return ()
        items = node.items if isinstance(node, Sequence) else ()
        if not 0 < len(items) <= _MOST_RULES or not all(isinstance(one, Scalar) for one in items):
            self._wrong("rules", node, "a list of one rule or two")
            return ()
        found = tuple(one for one in items if isinstance(one, Scalar))
        for one in found:
            name = str(one.value)
            if self.rules is not None and name not in self.rules:
                hint = did_you_mean(name, self.rules)
                self.problems.add(one.mark, "unknown-rule", f"no rule is named {name}", hint)
        return words_of(found)

    def _note(self, node: Node | None) -> str:
        return bound_text(self.binder.bind(node)) if node is not None else ""

    def _seconds(self, node: Node | None) -> float:
        if node is None:
            return 0.0
        value = node.value if isinstance(node, Scalar) else None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if number and isinstance(value, int | float) and 0 < value <= MOST_SECONDS:
            return float(value)
        self._wrong("eventually", node, f"a number of seconds above 0, at most {MOST_SECONDS}")
        return 0.0

    def _condition(self, node: Node | None) -> str:
        if node is None:
            return ""
        name = node.value if isinstance(node, Scalar) else None
        if not isinstance(name, str) or name not in self.binder.runtime:
            text = f"when takes a name that an earlier step saves, not {kind_of(node)}"
            if isinstance(name, str):
                text = f"no earlier step saves {name}"
            hint = did_you_mean(str(name), self.binder.runtime)
            self.problems.add(node.mark, "unknown-name", text, hint)
            return ""
        return name

    def _wrong(self, key: str, node: Node, wanted: str) -> None:
        self.problems.add(node.mark, "wrong-kind", f"{key} takes {wanted}, not {kind_of(node)}")


def bound_text(node: Node) -> str:
    """Return a bound text for people: ``$$`` is a dollar sign, what only a run knows ``$name``."""
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return "" if not isinstance(node, Scalar) else str(node.value)
    if not node.live:
        return node.value
    try:
        parsed = parse(node.value)
    except ReferenceSyntaxError:
        return node.value  # reported where it was bound
    if isinstance(parsed, Reference):
        return f"${parsed}"
    return "".join(
        piece.replace("$$", "$") if isinstance(piece, str) else f"${piece}" for piece in parsed
    )


def _saved(draft: DraftStep) -> set[str]:
    names = set(draft.saves)
    for step in draft.concurrently:
        names |= _saved(step)
    return names
