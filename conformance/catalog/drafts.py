"""Scenario files as read: keys known, shapes sound, nothing bound yet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from conformance.catalog.draft_steps import DraftStep, check_names, read_step
from conformance.catalog.lint.shape import (
    SCENARIO_ID,
    VALUE_NAME,
    Form,
    kind_of,
)
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.impacts import IMPACTS, Impact

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Mapping as Map

    from conformance.catalog.problems import Mark, Problems

CASE_WORDS: Final = ("needs", "rules", "sources", "catches")
_OWN: Final = (*CASE_WORDS, "impact")
"""What a row of cases holds beside its variables."""
DEFAULT_BUCKET: Final = "plain"
_READS: Final = ("Get", "Head", "List")
"""Beginnings of operations that change nothing."""

SCENARIO_REQUIRED: Final = ("id", "title", "rules", "why", "steps")
SCENARIO_KEYS: Final = (
    "id", "title", "rules", "why", "needs", "sources", "catches", "impact", "bucket", "cases",
    "matrix", "case-titles", "dialect", "ignored", "given", "given-once", "steps",
)  # fmt: skip


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
    impact: Impact | None = None
    """The row's own impact, in place of the scenario's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftScenario:
    """A scenario before its cases and axes are multiplied out."""

    id: str
    title: Scalar | None
    why: str
    words: Map[str, tuple[Scalar, ...]]
    impact: Impact | None
    buckets: tuple[Scalar, ...]
    """Kinds of bucket that it runs in; empty for the plain one."""
    cases: tuple[DraftCase, ...]
    matrix: Map[str, Map[str, Node]]
    """Axis to value name to value."""
    axis_marks: Map[str, Mark]
    case_titles: Map[str, str]
    """Words for cases and for values of axes, see `conformance.catalog.case_titles`."""
    ignored: Scalar | None
    """The capability that must be honoured or refused; None for any other scenario."""
    dialect: Node | None
    """The dialect that its steps speak."""
    given: tuple[DraftStep, ...]
    given_once: bool
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
    check_names(draft.let_marks, "a let value", problems)
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


def _scenario(node: Mapping, problems: Problems) -> DraftScenario:
    form = Form(
        node,
        "a scenario",
        problems,
        required=SCENARIO_REQUIRED,
        optional=SCENARIO_KEYS,
    )
    title = form.get("title")
    text = form.text("title")
    if text.endswith("."):
        problems.add(form.mark("title"), "title-full-stop", "the title ends with a full stop")
    several = isinstance(form.get("bucket"), Sequence)
    bucket = form.get("bucket")
    if not several:
        form.text("bucket")
    matrix, axis_marks = _matrix(form, problems)
    cases = tuple(_cases(form, problems))
    names: dict[str, int] = {}
    given = _steps(form, "given", names, problems)
    steps = _steps(form, "steps", names, problems)
    given_once = form.flag("given-once")
    if given_once:
        _check_given_once(form, given, steps, problems)
    if isinstance(form.get("steps"), Sequence) and not form.items("steps"):
        problems.add(form.mark("steps"), "empty-steps", "no step to test")
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
        buckets=form.texts("bucket") if several else _single(bucket),
        cases=cases,
        matrix=matrix,
        case_titles=_case_titles(form, {case.name for case in cases}, matrix, problems),
        ignored=next(iter(_single(form.node.entries.get("ignored"))), None),
        axis_marks=axis_marks,
        dialect=form.get("dialect"),
        given=given,
        given_once=given_once,
        steps=steps,
        mark=form.mark("id"),
        node=node,
    )


def _check_given_once(
    form: Form, given: tuple[DraftStep, ...], steps: tuple[DraftStep, ...], problems: Problems
) -> None:
    """Report what makes a set-up useless for the test behind: a step that may change it."""
    if not given:
        text = "there are no given steps that could be sent once"
        problems.add(form.mark("given-once"), "given-once", text, "leave it out")
    for step in (one for each in steps for one in each.concurrently or (each,)):
        if step.operation and not step.operation.startswith(_READS):
            text = f"{step.operation} may change what given-once makes for other tests, too"
            hint = "leave given-once out, or only read in steps"
            problems.add(step.mark, "given-once", text, hint)


def _single(bucket: Node | None) -> tuple[Scalar, ...]:
    return (bucket,) if isinstance(bucket, Scalar) else ()


def _cases(form: Form, problems: Problems) -> Iterator[DraftCase]:
    table = form.mapping("cases")
    if table is None:
        return
    if not table.entries:
        problems.add(table.mark, "wrong-kind", "cases takes at least one case")
    first: tuple[str, set[str]] | None = None
    for name, row in table.entries.items():
        mark = table.key_mark(name)
        _check_value_name(name, "a case", mark, problems)
        if not isinstance(row, Mapping):
            problems.add(row.mark, "wrong-kind", f"case {name} takes a map, not {kind_of(row)}")
            continue
        variables = {key: node for key, node in row.entries.items() if key not in _OWN}
        check_names({key: row.key_mark(key) for key in variables}, "a case variable", problems)
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
            impact=words.word("impact", IMPACTS, "interop") if "impact" in row.entries else None,
        )


def _case_titles(
    form: Form, cases: set[str], axes: Map[str, Map[str, Node]], problems: Problems
) -> dict[str, str]:
    """Return name to words, and report names that no case and no value of an axis has."""
    table = form.mapping("case-titles")
    if table is None:
        return {}
    of_axes = (f"{axis}={value}" for axis, values in axes.items() for value in values)
    names = cases.union(*axes.values(), of_axes)
    row = Form(table, "case-titles", problems, optional=names)
    return {name: row.text(name) for name in table.entries if name in names}


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
            f"{name or 'nothing'} is not a name for {what}",
            "it stands in the test's id: letters, digits and :._+*-, without blanks; "
            "an axis may be a map of name to value",
        )


def _matrix(form: Form, problems: Problems) -> tuple[dict[str, dict[str, Node]], dict[str, Mark]]:
    table = form.mapping("matrix")
    if table is None:
        return {}, {}
    check_names(table.keys, "an axis", problems)
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
