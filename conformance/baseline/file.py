"""Reads baseline files: all mistakes at once, each with its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from conformance.baseline.entries import CHECK_MARK, Baseline, Entry, Judged
from conformance.baseline.named_finding import NamedFinding
from conformance.baseline.since_section import read_since
from conformance.catalog import yaml12
from conformance.catalog.lint.shape import RULE_ID, Form, head
from conformance.catalog.place import Place
from conformance.catalog.problems import Mark, Problem, Problems, SpecError
from conformance.findings.model import KINDS
from conformance.vocabulary.verdicts import CheckVerdict, Verdict

if TYPE_CHECKING:
    from pathlib import Path

FORMAT: Final = 1
_KEYS: Final = ("about", "target", "expected", "judged", "catalogue", "partial", "expects")
_ENTRY_REQUIRED: Final = ("is", "because")
_FINDING_REQUIRED: Final = ("rule", "kind")
_ALONE: Final = "a failing verdict beside PASS, as [FAIL, PASS] for a result that varies"
_ENTRY_KEYS: Final = ("id", "finding", "seen", *_ENTRY_REQUIRED, "bug", "until")
ACCEPTABLE: Final[tuple[Verdict, ...]] = tuple(
    verdict for verdict in Verdict if verdict not in {Verdict.XFAIL, Verdict.XPASS, Verdict.FLAKY}
)
ACCEPTABLE_OF_CHECKS: Final[tuple[Verdict, ...]] = tuple(
    verdict for verdict in ACCEPTABLE if verdict.value in {one.value for one in CheckVerdict}
)
ACCEPTABLE_OF_FINDINGS: Final = (Verdict.FAIL, Verdict.WARN, Verdict.PASS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the parts of a baseline stand in its text; lines count from 0."""

    root: yaml12.Mapping
    entries: tuple[yaml12.Mapping, ...]
    """As the entries of the baseline, in the same order."""


def load_baseline(path: Path) -> Baseline:
    """Read a baseline; `SpecError` with every mistake, also when the file can't be read."""
    return parse_baseline(str(path), read_text(path))[0]


def read_text(path: Path) -> str:
    """Return the text of a baseline, line ends and all; `SpecError` when it can't be read."""
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        place = Place(str(path), 1, 1)
        raise SpecError([Problem(place, "file-unreadable", reason or str(error))]) from error


def parse_baseline(name: str, text: str) -> tuple[Baseline, Layout]:
    """Return the baseline that a text holds and where its parts stand; `SpecError` likewise."""
    problems = Problems()
    root = yaml12.read(name, text, problems)
    if root is None and not len(problems):
        place = Place(name, 1, 1)
        raise SpecError([Problem(place, "file-unreadable", "an empty file")])
    parsed = _baseline(name, text, root, problems) if root is not None else None
    if found := problems.sorted():
        raise SpecError(found)
    if parsed is None:
        raise AssertionError("a baseline that can't be read has a problem")
    return parsed


def _baseline(
    name: str, text: str, root: yaml12.Node, problems: Problems
) -> tuple[Baseline, Layout] | None:
    if not isinstance(root, yaml12.Mapping):
        hint = "s3-conformance baseline init RECORD writes one"
        problems.add(root.mark, "wrong-kind", "a baseline is a map", hint)
        return None
    form = Form(root, "a baseline", problems, required=("format", "expected"), optional=_KEYS)
    if "format" in root.entries and form.number("format") != FORMAT:
        problems.add(form.mark("format"), "format-version", "the format of baselines is 1")
    form.text("about")
    since = read_since(form, problems)
    nodes = tuple(form.maps("expected"))
    seen: dict[str, Mark] = {}
    entries = tuple(_entry(node, seen, problems) for node in nodes)
    baseline = Baseline(
        file=name,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        target=form.text("target"),
        entries=entries,
        judged=tuple(
            Judged(id=str(node.value), line=node.mark.line + 1) for node in form.texts("judged")
        ),
        since=since,
    )
    return baseline, Layout(root=root, entries=nodes)


def _entry(node: yaml12.Mapping, seen: dict[str, Mark], problems: Problems) -> Entry:
    form = Form(node, "an entry", problems, required=_ENTRY_REQUIRED, optional=_ENTRY_KEYS)
    finding = _finding(form, problems)
    name = str(finding) if finding is not None else form.text("id")
    mark = form.mark("id" if finding is None else "finding")
    if ("id" in node.entries) == ("finding" in node.entries):
        text = "an entry has an id or a finding, one of the two"
        problems.add(head(node), "missing-key", text, "finding: {rule: complete.order, kind: lost}")
    for key in ("id", "because", "bug", "seen"):
        if key in node.entries and not form.text(key).strip():
            problems.add(form.mark(key), "missing-key", f"{key} of an entry is empty")
    if "seen" in node.entries and "finding" not in node.entries:
        problems.add(form.mark("seen"), "unknown-key", "seen belongs to an entry with a finding")
    bad = not name.partition(CHECK_MARK)[0] or name.endswith(CHECK_MARK)
    if name and finding is None and bad:
        hint = "as test#step.strength.field, or without the #"
        problems.add(mark, "bad-id", f"{name} names no test or no check", hint)
    if name in seen:
        first = seen[name].line + 1
        problems.add(mark, "duplicate-id", f"{name} is given already, on line {first}")
    elif name:
        seen[name] = mark
    words = ACCEPTABLE_OF_CHECKS if CHECK_MARK in name else ACCEPTABLE
    return Entry(
        id=name,
        allowed=_allowed(form, node, words if finding is None else ACCEPTABLE_OF_FINDINGS),
        because=form.text("because"),
        bug=form.text("bug"),
        until=_until(form, problems),
        finding=finding,
        seen=form.text("seen"),
        line=node.mark.line + 1,
    )


def _finding(form: Form, problems: Problems) -> NamedFinding | None:
    """Return the finding that an entry names; None for one that names tests."""
    node = form.mapping("finding")
    if node is None:
        return None
    part = Form(node, "a finding", problems, required=_FINDING_REQUIRED, optional=("operation",))
    rule = part.text("rule")
    if "rule" in node.entries and not RULE_ID.fullmatch(rule):
        problems.add(part.mark("rule"), "bad-id", f"{rule} is not the id of a rule")
    if "operation" in node.entries and not part.text("operation").strip():
        problems.add(part.mark("operation"), "missing-key", "operation of a finding is empty")
    return NamedFinding(rule, part.word("kind", KINDS, KINDS[0]), part.text("operation"))


def _allowed(form: Form, node: yaml12.Mapping, words: tuple[Verdict, ...]) -> tuple[Verdict, ...]:
    """Return the verdicts of ``is``: one word or a list of them."""
    value = node.entries.get("is")
    if isinstance(value, yaml12.Sequence):
        found = form.words("is", words)
        if not value.items:
            form.wrong("is", value, "at least one verdict")
        allowed = tuple(Verdict(word) for word in found)
        if allowed and set(allowed) == {Verdict.PASS}:
            form.wrong("is", value, _ALONE)
        return allowed
    if value is None:
        return ()
    verdict = Verdict(form.word("is", words, words[0]))
    if verdict is Verdict.PASS:
        form.wrong("is", value, _ALONE)
    return (verdict,)


def _until(form: Form, problems: Problems) -> date | None:
    text = form.text("until")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "write it as 2026-12-31, the last day on which the entry holds"
        problems.add(form.mark("until"), "wrong-kind", f"until is not a date: {text}", hint)
        return None
