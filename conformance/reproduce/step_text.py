"""The source of one step of a script."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.references import path_steps
from conformance.engine.checks import wants_status
from conformance.engine.errors import EngineError
from conformance.engine.requests import prepare as prepare_step
from conformance.reproduce.errors import CannotReproduceError
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Step, Tree
    from conformance.engine.requests import Prepared
    from conformance.reproduce.expressions import Names
    from conformance.reproduce.requests import RequestWriter

_SAYS_STATUS: Final = frozenset({"status", "code", "message", "error"})
_NAMED: Final = frozenset({"headers", "error", "xml"})
_MOST_SPELLED: Final = 24
"""Requests of a ``repeat`` that the script spells out one by one."""
_WHOLE: Final = "answer"


class StepWriter:
    """Writes the steps of one test; ``members`` are those that they name, by operation."""

    def __init__(self, names: Names, requests: RequestWriter) -> None:
        self._names = names
        self._requests = requests
        self.members: dict[str, set[str]] = {}

    def write(self, step: Step, role: str) -> str:
        """Return the source of a step, of a group, or of the requests of a ``repeat``."""
        if step.concurrently:
            inner = "".join(self.write(one, role) for one in step.concurrently)
            return (
                f"Step({step.name!r}, '', lambda v: NOTHING, role={role!r}, together=(\n"
                f"{textwrap.indent(inner, '    ')})),\n"
            )
        if not step.repeat:
            return self._one(step, role, step.name)
        ((variable, tree),) = step.repeat.items()
        if not self._names.is_known(tree):
            raise CannotReproduceError(f"{step.name} repeats over what an answer gives")
        try:
            requests = self._prepared(step)
        except EngineError as error:
            raise CannotReproduceError(str(error)) from error
        items = [one.scope.names[variable] for one in requests]
        if len(items) > _MOST_SPELLED:
            return self._one(step, role, step.name, repeat=(variable, self._items(items)))
        outer = self._names.scope
        written = []
        for index, item in enumerate(items):
            self._names.scope = outer.with_names({variable: item})
            written.append(self._one(step, role, f"{step.name}[{index}]", listed=True))
        self._names.scope = outer
        return "".join(written)

    def _prepared(self, step: Step) -> list[Prepared]:
        """Return the requests of a ``repeat``, for the values that each of them has."""
        bare = replace(step, members={}, edits={}, spoken=None)
        scope = self._names.scope.with_names({"bucket": "bucket"})
        return prepare_step(bare, scope, None)

    @staticmethod
    def _items(items: Sequence[object]) -> str:
        numbers = [one for one in items if isinstance(one, int)]
        if len(numbers) == len(items) and numbers == list(range(numbers[0], numbers[-1] + 1)):
            return f"list(range({numbers[0]}, {numbers[-1] + 1}))"
        return repr(list(items))

    def _one(
        self,
        step: Step,
        role: str,
        name: str,
        *,
        listed: bool = False,
        repeat: tuple[str, str] = ("", ""),
    ) -> str:
        """Return the source of one request, or of one that is sent for each of many items."""
        wanted = self.members.setdefault(step.operation, set())
        lines = [f"{name!r}, {step.operation!r},", f"lambda v: {self._requests.write(step)},"]
        for strength in ("must", "should"):
            fields = self._fields(step, strength, wanted)
            if fields:
                lines.append(f"{strength}=lambda v: {{{', '.join(fields)}}},")
        strongest = _strongest(step)
        named = {
            "succeeds": repr(_implied(step, given=role != "step")),
            "strength": repr("" if strongest == "must" else strongest),
            "save": self._saves(step, wanted, listed=listed or bool(repeat[0])),
            "role": repr("" if role == "step" else role),
            "when": repr(step.when),
            "eventually": repr(step.eventually or ""),
            "expects_501": "True" if wants_status(step, 501) else "''",
            "repeat": repr(repeat[0]),
            "items": f"lambda v: {repeat[1]}" if repeat[0] else "''",
        }
        lines += [f"{key}={value}," for key, value in named.items() if value not in ("''", "{}")]
        note = f"    # {harmless(step.note)}\n" if step.note else ""
        inner = "".join(textwrap.indent(f"{one}\n", "    ") for one in lines)
        return f"Step(\n{note}{inner}),\n"

    @staticmethod
    def _saves(step: Step, wanted: set[str], *, listed: bool) -> str:
        """Return the places of what a step saves, and learn which members they name."""
        saves = []
        for variable, path in step.save.items():
            steps = path_steps("." + path)
            if steps[0] == _WHOLE and len(steps) > 1:
                steps = steps[1:]
            wanted.add(str(steps[0]))
            name = f"{variable}[]" if listed else variable
            saves.append(f"{name!r}: {steps!r}")
        return f"{{{', '.join(saves)}}}"

    def _fields(self, step: Step, strength: str, wanted: set[str]) -> list[str]:
        written = []
        for one in step.expectations:
            if one.strength != strength:
                continue
            for name, tree in one.fields.items():
                wanted.add(name)
                expected = self._expected(name, tree)
                deferred = "v." in expected
                written.append(f"{name!r}: {f'lambda: {expected}' if deferred else expected}")
        return written

    def _expected(self, name: str, tree: Tree) -> str:
        if name == "status":
            if isinstance(tree, dict) and len(tree) == 1 and set(tree) <= {"any_of", "one_of"}:
                ((word, choices),) = tree.items()
                written = self._names.expression(choices)
                return f"tuple({written})" if word == "one_of" else written
            if isinstance(tree, list):
                return self._names.expression(tree)
        if name in _NAMED and isinstance(tree, dict):
            pairs = (f"{key!r}: {self._names.expected(item)}" for key, item in tree.items())
            return f"{{{', '.join(pairs)}}}"
        return self._names.expected(tree)


def _implied(step: Step, *, given: bool) -> str:
    if any(_SAYS_STATUS & set(one.fields) for one in step.expectations):
        return ""
    strengths = {one.strength for one in step.expectations}
    if given or not strengths or "must" in strengths:
        return "must"
    return "should" if "should" in strengths else ""


def _strongest(step: Step) -> str:
    strengths = {one.strength for one in step.expectations}
    order = ("must", "should", "disputed", "observe")
    return next((one for one in order if one in strengths), "must")
