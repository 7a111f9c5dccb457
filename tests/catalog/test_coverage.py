"""What counts as asserted, excused, later or open; and that nothing of the project's is open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.coverage import Coverage, Entry, coverage, grades
from conformance.catalog.load import load

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = "date: '2026', url: 'https://example.org/fact', witnesses: [somebody]"
RULES = """\
  - id: {id}
    statement: something holds
    level: MUST
    impact: interop
    applies-to: [{scope}]
    sources: [{sources}]
"""


def make(
    folder: Path,
    *,
    steps: str,
    fact: str = "status: 400, code: InvalidPart",
    operation: str = "UploadPart",
    scenario: str = "rules: [part.one]",
    **ledger: str,
) -> Coverage:
    """Count a catalogue of one fact, FACT-1, behind two rules, and one scenario, ``t``."""
    files = {
        "sources": "  - {id: PAGE-1, grade: documented, operation: UploadPart, condition: any, "
        f"where: a page,\n     {ORIGIN}}}\n"
        f"  - {{id: FACT-1, grade: recorded, operation: {operation}, condition: any,\n"
        f"     {fact}, where: a recording,\n     {ORIGIN}}}\n"
        "  - {id: FACT-2, grade: verified, operation: UploadPart, condition: elsewhere,\n"
        f"     status: 400, where: a recording,\n     {ORIGIN}}}\n",
        "rules": RULES.format(id="part.one", scope="general-purpose", sources="PAGE-1, FACT-1")
        + RULES.format(id="part.two", scope="general-purpose", sources="PAGE-1")
        + RULES.format(id="dir.one", scope="directory", sources="PAGE-1, FACT-2")
        + "    open: not built yet\n",
        "capabilities": "  - {name: tls, about: TLS}\n",
        "buckets": "  - name: plain\n    about: a bucket\n    setup: [CreateBucket: {}]\n",
        "scenarios": f"  - id: t\n    title: something holds\n    why: for a test\n    {scenario}\n"
        f"    steps:\n      - UploadPart: {{UploadId: x, PartNumber: 1}}\n        {steps}\n",
        **ledger,
    }
    for kind, text in files.items():
        folder.joinpath(f"{kind}.yaml").write_text(f"format: 1\nabout: a test\n{kind}:\n{text}")
    return coverage(load([folder / "scenarios.yaml"], specs=folder))


def fact(found: Coverage) -> Entry:
    """Return what became of FACT-1."""
    return found.facts.entries[0]


@pytest.mark.parametrize(
    "steps",
    [
        "must: {status: 400, code: InvalidPart}",
        "should: {status: 400, code: InvalidPart}",
        "disputed: {status: 400, code: InvalidPart}",
        "must: {code: InvalidPart}",
        "must: {status: [400, 404], code: [InvalidPart, NoSuchUpload]}",
        "must: {status: {one_of: [404, 400]}, code: {any_of: [NoSuchUpload, InvalidPart]}}",
    ],
)
def test_a_fact_by_its_rule(tmp_path: Path, steps: str) -> None:
    """A test of a rule asserts a fact when it expects its status and code."""
    found = fact(make(tmp_path, steps=steps))
    assert (found.state, found.shown, found.through) == ("asserted", (), ("t",))


@pytest.mark.parametrize(
    "steps",
    [
        "must: {status: 400}",
        "must: {status: 4xx, code: InvalidPart}",
        "must: {status: 404, code: InvalidPart}",
        "must: {status: 400, code: NoSuchUpload}",
        "must: {status: 400}\n        observe: {code: InvalidPart}",
        "must: {status: 400, code: {not: InvalidPart}}",
    ],
)
def test_a_fact_that_its_rule_does_not_assert(tmp_path: Path, steps: str) -> None:
    """Another status or code, a class of statuses, and what is only observed assert nothing."""
    found = make(tmp_path, steps=steps)
    assert fact(found).state == "open"
    assert found.rules.entries[0].state == "asserted"


@pytest.mark.parametrize(
    ("operation", "state"),
    [
        ("UploadPart", "asserted"),
        ("UploadPart/UploadPartCopy", "asserted"),
        ("all", "asserted"),
        ("PutObject (the same check)", "asserted"),
        ("ListParts", "open"),
        ("Complete and CompleteMultipartUpload", "open"),
    ],
)
def test_a_fact_belongs_to_its_operation(tmp_path: Path, operation: str, state: str) -> None:
    """By its rule a fact is asserted on its own operation only, where it names one."""
    steps = "must: {status: 400, code: InvalidPart}"
    assert fact(make(tmp_path, steps=steps, operation=operation)).state == state


def test_a_fact_without_a_code(tmp_path: Path) -> None:
    """By its rule a success is asserted by its status, and not by an error of that status."""
    plain = "status: 400"
    assert fact(make(tmp_path, steps="must: {status: 400}", fact=plain)).state == "asserted"
    error = "must: {status: 400, code: InvalidPart}"
    assert fact(make(tmp_path, steps=error, fact=plain)).state == "open"
    bare = make(tmp_path, steps=error, fact="notes: of any answer")
    assert fact(bare).state == "open"


@pytest.mark.parametrize(
    ("scenario", "steps"),
    [
        ("rules: [part.two]\n    sources: [FACT-1]", "must: {status: 200}"),
        ("rules: [part.two]", "must: {status: 200}\n        sources: [FACT-1]"),
        ("rules: [part.two]\n    cases: {a: {sources: [FACT-1]}}", "must: {status: 200}"),
    ],
)
def test_a_fact_that_is_cited(tmp_path: Path, scenario: str, steps: str) -> None:
    """Whoever cites a fact, in the scenario, a case or a judged step, answers for it."""
    found = fact(make(tmp_path, steps=steps, scenario=scenario))
    assert (found.state, found.shown, found.through) == ("asserted", ("t",), ())


def test_only_what_is_judged_counts(tmp_path: Path) -> None:
    """A test that only observes asserts neither its rule, nor its row, nor what it cites."""
    found = make(
        tmp_path,
        steps="observe: {status: 400, code: InvalidPart}\n        sources: [FACT-1]",
        scenario="rules: [part.one]\n    catches: [A01]",
        incompatibilities="  - {id: A01, statement: it holds, threads: [a/b#1]}\n",
    )
    assert [entry.state for entry in found.rules.entries] == ["open", "open", "later"]
    assert fact(found).state == "open"
    assert found.incompatibilities.entries[0].state == "open"


def test_later_is_not_open(tmp_path: Path) -> None:
    """Rules of other kinds of bucket, and facts that stand behind them alone, come later."""
    found = make(tmp_path, steps="must: {status: 200}")
    assert [entry.id for entry in found.rules.of("later")] == ["dir.one"]
    assert [(entry.id, entry.reason) for entry in found.facts.of("later")] == [
        ("FACT-2", "not built yet")
    ]


def test_rows_statements_and_excuses(tmp_path: Path) -> None:
    """Rows are caught or excused, and a statement is as far as the least of its rules."""
    found = make(
        tmp_path,
        steps="must: {status: 200}",
        scenario="rules: [part.one]\n    catches: [A01]",
        incompatibilities="  - {id: A01, statement: it holds, threads: []}\n"
        "  - {id: A02, statement: it holds, threads: [], excused: no way}\n"
        "  - {id: A03, statement: it holds, threads: []}\n",
        statements="  - {id: p/a, page: PAGE-1, statement: s, rules: [part.one]}\n"
        "  - {id: p/b, page: PAGE-1, statement: s, rules: [part.one, dir.one]}\n"
        "  - {id: p/c, page: PAGE-1, statement: s, rules: [part.one, dir.one, part.two]}\n"
        "  - {id: p/d, page: PAGE-1, statement: s, excused: an advice}\n",
        excuses="  - {reason: nobody can tell, facts: [FACT-1], rules: [part.two]}\n",
    )
    assert [e.state for e in found.incompatibilities.entries] == ["asserted", "excused", "open"]
    states = [(entry.state, entry.reason) for entry in found.statements.entries]
    assert states == [
        ("asserted", ""),
        ("later", "not built yet"),
        ("later", "not built yet"),
        ("excused", "an advice"),
    ]
    assert (fact(found).state, fact(found).reason) == ("excused", "nobody can tell")
    assert found.rules.counts() == {
        "total": 3, "asserted": 1, "excused": 1, "later": 1, "open": 0,
    }  # fmt: skip
    assert not found.complete


def test_an_excuse_for_what_is_asserted_is_stale(tmp_path: Path) -> None:
    """An excuse that has lost its reason keeps the catalogue from being complete."""
    steps = "must: {status: 400, code: InvalidPart}"
    whole = {"rules": RULES.format(id="part.one", scope="general-purpose", sources="FACT-1")}
    excuse = "  - {{reason: nobody can tell, facts: [{}]}}\n"
    found = make(tmp_path, steps=steps, excuses=excuse.format("FACT-2"), **whole)
    assert found.complete
    found = make(tmp_path, steps=steps, excuses=excuse.format("FACT-2, FACT-1"), **whole)
    assert [entry.id for entry in found.facts.entries if entry.stale] == ["FACT-1"]
    assert not found.complete


def test_grades_add_up() -> None:
    """The facts are counted by grade, and nothing but recorded and verified ones."""
    own = load()
    found = coverage(own)
    counted = grades(own, found.facts)
    assert list(counted) == ["recorded", "verified"]
    assert sum(each["total"] for each in counted.values()) == found.facts.total
    for each in counted.values():
        assert each["total"] == sum(n for state, n in each.items() if state != "total")


def test_nothing_is_open() -> None:
    """Every rule, fact, row and statement of the project is asserted, excused, or for later."""
    found = coverage(load())
    open_now = {
        name: [entry.id for entry in table.of("open")] for name, table in found.tables().items()
    }
    assert open_now == {"rules": [], "facts": [], "incompatibilities": [], "statements": []}
    stale = [e.id for table in found.tables().values() for e in table.entries if e.stale]
    assert stale == []
    assert found.complete
