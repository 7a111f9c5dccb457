"""Scenario files as read: keys known, shapes sound, nothing bound yet."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog.lint_shape import (
    SCENARIO_ID,
    STEP_NAME,
    VALUE_NAME,
    WORD_ID,
    Form,
    head,
    kind_of,
)
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.references import NAME
from conformance.catalog.service import operation_names
from conformance.catalog.vocabulary import STEP_KEYS, STRENGTHS
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Map

    from conformance.catalog.model import Impact

IMPACTS: Final[tuple[Impact, ...]] = ("data-loss", "security", "interop", "cosmetic")
CASE_WORDS: Final = ("needs", "rules", "sources", "catches")
DEFAULT_BUCKET: Final = "plain"

FILE_KEYS: Final = ("format", "about", "let", "scenarios")
SCENARIO_KEYS: Final = (
    "id", "title", "rules", "why", "needs", "sources", "catches", "impact", "bucket", "cases",
    "matrix", "given", "steps",
)  # fmt: skip
GROUP_KEYS: Final = ("concurrently", "name", "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStep:
    """A step, or a group of them, with its name settled."""

    operation: str
    """Empty for a group, and for a step whose operation is unknown."""
    name: str
    node: Mapping
    mark: Mark
    saves: Map[str, str]
    sources: tuple[Scalar, ...]
    concurrently: tuple[DraftStep, ...] = ()

    def expects(self) -> bool:
        """Tell whether anything in it says what should come back."""
        own = any(strength in self.node.entries for strength in STRENGTHS)
        return own or any(step.expects() for step in self.concurrently)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCase:
    """One row of the table."""

    name: str
    mark: Mark
    variables: Map[str, Node]
    marks: Map[str, Mark]
    """Where each of the row's keys stands."""
    words: Map[str, tuple[Scalar, ...]]
    """The row's own ``needs rules sources catches``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftScenario:
    """A scenario before its cases and axes are multiplied out."""

    id: str
    title: Scalar | None
    why: str
    words: Map[str, tuple[Scalar, ...]]
    impact: Impact | None
    bucket: Scalar | None
    cases: tuple[DraftCase, ...]
    matrix: Map[str, Map[str, Node]]
    """Axis to value name to value."""
    axis_marks: Map[str, Mark]
    given: tuple[DraftStep, ...]
    steps: tuple[DraftStep, ...]
    mark: Mark
    node: Mapping


@dataclass(slots=True, kw_only=True)
class DraftFile:
    """One scenario file."""

    about: str
    lets: Map[str, Node]
    let_marks: Map[str, Mark]
    scenarios: list[DraftScenario] = field(default_factory=list)


def read_scenarios(root: Node, problems: Problems) -> DraftFile | None:
    """Read one scenario file; None when it is no map at all."""
    form = file_form(root, "a scenario file", ("about", "scenarios"), ("let",), problems)
    if form is None:
        return None
    lets = form.mapping("let")
    draft = DraftFile(
        about=form.text("about"),
        lets=lets.entries if lets else {},
        let_marks=lets.keys if lets else {},
    )
    _check_names(draft.let_marks, "a let value", problems)
    draft.scenarios.extend(_scenario(node, problems) for node in form.maps("scenarios"))
    return draft


def file_form(
    root: Node, what: str, required: tuple[str, ...], optional: tuple[str, ...], problems: Problems
) -> Form | None:
    """Begin to read a spec file: a map with ``format: 1``; None when it is no map."""
    if not isinstance(root, Mapping):
        problems.add(root.mark, "wrong-kind", f"{what} is a map, not {kind_of(root)}")
        return None
    form = Form(root, what, problems, required=("format", *required), optional=optional)
    version = form.get("format")
    if version is not None and not (isinstance(version, Scalar) and version.value == 1):
        problems.add(version.mark, "format-version", "this version knows format: 1 only")
    return form


def _check_names(names: Map[str, Mark], what: str, problems: Problems) -> None:
    for name, mark in names.items():
        if not NAME.fullmatch(name):
            better = re.sub(r"[^A-Za-z0-9]+", "_", name)
            hint = f"write {better}" if NAME.fullmatch(better) else "letters, digits and _"
            problems.add(mark, "bad-name", f"{name} is no name for {what}", hint)


def _scenario(node: Mapping, problems: Problems) -> DraftScenario:
    form = Form(
        node,
        "a scenario",
        problems,
        required=("id", "title", "rules", "why", "steps"),
        optional=SCENARIO_KEYS,
    )
    title = form.get("title")
    text = form.text("title")
    if text.endswith("."):
        problems.add(form.mark("title"), "title-full-stop", "the title ends with a full stop")
    bucket = form.get("bucket")
    form.text("bucket")
    matrix, axis_marks = _matrix(form, problems)
    names: dict[str, int] = {}
    given = _steps(form, "given", names, problems)
    steps = _steps(form, "steps", names, problems)
    if isinstance(form.get("steps"), Sequence) and not form.items("steps"):
        problems.add(form.mark("steps"), "empty-steps", "no step to judge")
    elif steps and not any(step.expects() for step in steps):
        problems.add(
            node.key_mark("steps"),
            "no-expectation",
            "no step says what comes back",
            "add must, should or observe to a step",
        )
    return DraftScenario(
        id=form.identifier("id", SCENARIO_ID),
        title=title if isinstance(title, Scalar) and text else None,
        why=form.text("why"),
        words={word: form.texts(word) for word in CASE_WORDS},
        impact=form.word("impact", IMPACTS, "interop") if "impact" in node.entries else None,
        bucket=bucket if isinstance(bucket, Scalar) else None,
        cases=tuple(_cases(form, problems)),
        matrix=matrix,
        axis_marks=axis_marks,
        given=given,
        steps=steps,
        mark=form.mark("id"),
        node=node,
    )


def _cases(form: Form, problems: Problems) -> Iterator[DraftCase]:
    table = form.mapping("cases")
    if table is None:
        return
    first: tuple[str, set[str]] | None = None
    for name, row in table.entries.items():
        mark = table.key_mark(name)
        _check_value_name(name, "a case", mark, problems)
        if not isinstance(row, Mapping):
            problems.add(row.mark, "wrong-kind", f"case {name} takes a map, not {kind_of(row)}")
            continue
        variables = {key: node for key, node in row.entries.items() if key not in CASE_WORDS}
        _check_names({key: row.key_mark(key) for key in variables}, "a case variable", problems)
        if first is None:
            first = (name, set(variables))
        elif set(variables) != first[1]:
            _report_uneven(name, mark, set(variables), first, problems)
        words = Form(row, f"case {name}", problems, optional=row.entries)
        yield DraftCase(
            name=name,
            mark=mark,
            variables=variables,
            marks=row.keys,
            words={word: words.texts(word) for word in CASE_WORDS},
        )


def _report_uneven(
    name: str, mark: Mark, has: set[str], first: tuple[str, set[str]], problems: Problems
) -> None:
    other, wanted = first
    parts = []
    if wanted - has:
        parts.append(f"lacks {', '.join(sorted(wanted - has))}")
    if has - wanted:
        parts.append(f"adds {', '.join(sorted(has - wanted))}")
    problems.add(
        mark,
        "case-variables",
        f"case {name} sets other variables than case {other}: {' and '.join(parts)}",
    )


def _check_value_name(name: str, what: str, mark: Mark, problems: Problems) -> None:
    if not VALUE_NAME.fullmatch(name):
        problems.add(
            mark,
            "bad-name",
            f"{name or 'nothing'} is no name for {what}",
            "it stands in the test's id: letters, digits and :._+*-, without blanks; "
            "an axis may be a map of name to value",
        )


def _matrix(form: Form, problems: Problems) -> tuple[dict[str, dict[str, Node]], dict[str, Mark]]:
    table = form.mapping("matrix")
    if table is None:
        return {}, {}
    _check_names(table.keys, "an axis", problems)
    axes: dict[str, dict[str, Node]] = {}
    for axis, node in table.entries.items():
        values: dict[str, Node] = {}
        if isinstance(node, Mapping):
            values = node.entries
            for name in values:
                _check_value_name(name, "an axis value", node.key_mark(name), problems)
        elif isinstance(node, Sequence):
            for item in node.items:
                if not isinstance(item, Scalar) or item.value is None:
                    problems.add(
                        item.mark,
                        "wrong-kind",
                        f"axis {axis} takes texts and numbers, not {kind_of(item)}",
                        "write the axis as a map of name to value",
                    )
                    continue
                name = str(item.value).lower() if isinstance(item.value, bool) else str(item.value)
                _check_value_name(name, "an axis value", item.mark, problems)
                values[name] = item
        if values:
            axes[axis] = values
        elif not isinstance(node, (Mapping, Sequence)) or not (
            node.entries if isinstance(node, Mapping) else node.items
        ):
            problems.add(
                node.mark, "wrong-kind", f"axis {axis} takes a list or map that is not empty"
            )
    return axes, table.keys


def _steps(
    form: Form, key: str, names: dict[str, int], problems: Problems
) -> tuple[DraftStep, ...]:
    return tuple(read_step(node, names, problems) for node in form.maps(key))


def read_step(node: Mapping, names: dict[str, int], problems: Problems) -> DraftStep:
    """Read one step; ``names`` counts those that are taken already."""
    if "concurrently" in node.entries:
        return _group(node, names, problems)
    operation, mark = _operation(node, problems)
    form = Form(node, operation or "a step", problems, optional=node.entries)
    return DraftStep(
        operation=operation if operation in operation_names() else "",
        name=_name(form, operation or "step", names, problems),
        node=node,
        mark=mark,
        saves=_saves(form, problems),
        sources=form.texts("sources"),
    )


def _group(node: Mapping, names: dict[str, int], problems: Problems) -> DraftStep:
    form = Form(node, "a concurrent group", problems, optional=GROUP_KEYS)
    name = _name(form, "concurrently", names, problems)
    return DraftStep(
        operation="",
        name=name,
        node=node,
        mark=node.key_mark("concurrently"),
        saves={},
        sources=(),
        concurrently=tuple(read_step(item, names, problems) for item in form.maps("concurrently")),
    )


def _operation(node: Mapping, problems: Problems) -> tuple[str, Mark]:
    """Find the key that is the operation; empty when there is none."""
    others = [key for key in node.entries if key not in STEP_KEYS]
    known = [key for key in others if key in operation_names()]
    if len(known) > 1:
        problems.add(
            node.key_mark(known[1]), "step-operation", f"a step has one operation; {known[0]} is it"
        )
    # A first key that is no operation was meant as one; a later one is a misspelt step key.
    operation = known[0] if known else next((key for key in others if key[:1].isupper()), "")
    for key in others:
        if key == operation or key in known:
            continue
        problems.add(
            node.key_mark(key),
            "unknown-key",
            f"a step has no key {key}",
            did_you_mean(key, (*STEP_KEYS, "concurrently", "with")),
        )
    if not operation:
        problems.add(head(node), "step-operation", "a step names one S3 operation")
        return "", head(node)
    mark = node.key_mark(operation)
    if not known:
        problems.add(
            mark,
            "unknown-operation",
            f"S3 has no operation {operation}",
            did_you_mean(operation, operation_names()),
        )
    return operation, mark


def _name(form: Form, default: str, names: dict[str, int], problems: Problems) -> str:
    if "name" not in form.node.entries:
        names[default] = names.get(default, 0) + 1
        return default if names[default] == 1 else f"{default}-{names[default]}"
    name = form.text("name")
    mark = form.mark("name")
    if name and not STEP_NAME.fullmatch(name):
        problems.add(mark, "bad-name", f"{name} is no step name", "words joined by hyphens")
    elif name in names:
        problems.add(mark, "duplicate-step-name", f"another step is named {name} already")
    names[name] = names.get(name, 0) + 1
    return name


def _saves(form: Form, problems: Problems) -> dict[str, str]:
    node = form.mapping("save")
    if node is None:
        return {}
    _check_names(node.keys, "a saved value", problems)
    saves: dict[str, str] = {}
    for name, value in node.entries.items():
        if isinstance(value, Scalar) and isinstance(value.value, str):
            saves[name] = value.value
        else:
            problems.add(value.mark, "wrong-kind", f"save takes a path, not {kind_of(value)}")
            saves[name] = ""
    return saves


__all__ = [
    "CASE_WORDS",
    "DEFAULT_BUCKET",
    "IMPACTS",
    "WORD_ID",
    "DraftCase",
    "DraftFile",
    "DraftScenario",
    "DraftStep",
    "file_form",
    "read_scenarios",
    "read_step",
]
