"""The ledger: what is read of it, what is a mistake in it, what the project's own holds."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.catalog.problems import SpecError

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog

HEAD = "format: 1\nabout: for a test\n"
PARAMETERS = (
    "acl", "bucket", "cache-control", "content-disposition", "content-encoding",
    "content-language", "content-type", "expires", "grant-full-control", "grant-read",
    "grant-read-acp", "grant-write-acp", "key", "metadata", "encryption", "storage-class",
    "redirect", "customer-algorithm", "customer-secret", "customer-key-md5", "kms-key",
    "kms-context", "bucket-key", "payer", "tagging", "lock-mode", "lock-date", "lock-hold",
    "owner", "checksum-algorithm", "checksum-type",
)  # fmt: skip
MEMBERS = (
    "abort-date", "abort-rule", "bucket", "key", "upload-id", "encryption", "customer-algorithm",
    "customer-key-md5", "kms-key", "kms-context", "bucket-key", "charged", "checksum-algorithm",
    "checksum-type",
)  # fmt: skip


@pytest.fixture(scope="module")
def own() -> Catalog:
    """Load the project's own catalogue."""
    return load()


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Copy the small catalogue, so that a test may change it."""
    return shutil.copytree(SPECS, tmp_path / "specs")


def mistakes(specs: Path) -> list[tuple[str, str, str]]:
    """Load a catalogue that is wrong and return rule, place within its file, and text."""
    with pytest.raises(SpecError) as raised:
        load(specs=specs)
    return [
        (p.rule, f"{p.place.line}:{p.place.column}", f"{p.text}; {p.hint}")
        for p in raised.value.problems
    ]


def test_what_is_read(specs: Path) -> None:
    """Rows, statements and excuses come with their ids, texts and places."""
    (specs / "statements.yaml").write_text(
        f"{HEAD}statements:\n"
        "  - {id: page/a-1, page: CMU-1, statement: it answers, rules: [life.create]}\n"
        "  - {id: page/a-2, page: CMU-1, statement: it is fast, excused: nobody can tell}\n"
    )
    (specs / "excuses.yaml").write_text(
        f"{HEAD}excuses:\n  - {{reason: no way to tell, facts: [CMU-1], rules: [life.later]}}\n"
        "later:\n  - {reason: not yet, facts: [GUESS-1]}\n"
    )
    ledger = load(specs=specs).ledger
    row = ledger.incompatibilities["D01"]
    assert row.threads == ("example/server#12", "example/other.server#3")
    assert (row.notes, row.excused, row.place.line) == ("", "", 4)
    assert ledger.incompatibilities["D02"].notes == "met in a probe of our own"
    assert ledger.statements["page/a-1"].rules == ("life.create",)
    assert ledger.statements["page/a-2"].excused == "nobody can tell"
    assert {e.subject: (e.reason, e.later) for e in ledger.excuses.values()} == {
        "CMU-1": ("no way to tell", False),
        "life.later": ("no way to tell", False),
        "GUESS-1": ("not yet", True),
    }


def test_a_catalogue_without_a_ledger(specs: Path) -> None:
    """Where there is no file of incompatibilities, what scenarios catch is not looked up."""
    (specs / "incompatibilities.yaml").unlink()
    loaded = load(specs=specs)
    assert loaded.ledger.incompatibilities == {}
    assert any(test.catches for test in loaded.tests)


def test_an_unreadable_ledger_hides_no_ids(specs: Path) -> None:
    """A file of incompatibilities that is no YAML is the only mistake that is told."""
    (specs / "incompatibilities.yaml").write_text("format: [\n")
    assert [rule for rule, _, _ in mistakes(specs)] == ["yaml-syntax"]


def test_names_are_looked_up(specs: Path) -> None:
    """Pages, facts and rules that the ledger names exist; others bring the nearest name."""
    (specs / "statements.yaml").write_text(
        f"{HEAD}statements:\n"
        "  - {id: page/a-1, page: CMU-2, statement: it answers, rules: [life.creat]}\n"
    )
    (specs / "excuses.yaml").write_text(f"{HEAD}excuses:\n  - {{reason: no, facts: [GUES-1]}}\n")
    assert mistakes(specs) == [
        ("unknown-source", "4:26", "no source is named GUES-1; did you mean GUESS-1?"),
        ("unknown-source", "4:26", "no source is named CMU-2; did you mean CMU-1?"),
        (
            "unknown-rule",
            "4:64",
            "no rule is named life.creat; did you mean life.create or life.later or life.abort?",
        ),
    ]


def test_what_is_given_twice(specs: Path) -> None:
    """A row, a statement or an excuse is given once."""
    rows = specs / "incompatibilities.yaml"
    rows.write_text(f"{rows.read_text()}  - {{id: D01, statement: again, threads: []}}\n")
    (specs / "excuses.yaml").write_text(
        f"{HEAD}excuses:\n  - {{reason: one, facts: [CMU-1]}}\n"
        "  - {reason: two, facts: [CMU-1]}\n"
    )
    said = mistakes(specs)
    assert [rule for rule, _, _ in said] == ["duplicate-id", "duplicate-id"]
    assert said[0][2].startswith("CMU-1 is given already; at ")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("statements:\n  - {id: a, page: CMU-1, statement: s}\n", "statement-without-rule"),
        (
            "statements:\n  - {id: a, page: CMU-1, statement: s, rules: [life.create], excused: e}",
            "statement-without-rule",
        ),
        ("statements:\n  - {id: A_1, page: CMU-1, statement: s, excused: e}\n", "bad-id"),
        ("statements:\n  - {id: a, statement: s, excused: e}\n", "missing-key"),
        ("statements:\n  - {id: a, page: CMU-1, statment: s, excused: e}\n", "unknown-key"),
        ("statements: {a: b}\n", "wrong-kind"),
    ],
)
def test_form(specs: Path, text: str, rule: str) -> None:
    """The ledger is as strict in form as the other spec files."""
    (specs / "statements.yaml").write_text(HEAD + text)
    assert rule in {found for found, _, _ in mistakes(specs)}


def test_own_rows(own: Catalog) -> None:
    """All 105 rows are there, each with a thread or a word on where it was met."""
    rows = own.ledger.incompatibilities
    letters = Counter(name[0] for name in rows)
    assert letters == {"A": 17, "B": 23, "C": 6, "D": 14, "E": 19, "F": 12, "G": 6, "H": 8}
    assert sorted(rows) == [f"{k}{n:02}" for k, v in letters.items() for n in range(1, v + 1)]
    assert [row.id for row in rows.values() if not (row.threads or row.notes)] == []


def test_own_statements(own: Catalog) -> None:
    """Every page has its statements, and every parameter and answer of boto3's page too."""
    statements = own.ledger.statements
    pages = {source for source in own.sources if source.startswith("page-")}
    assert {each.page for each in statements.values()} == pages
    assert all(each.id.startswith(f"{each.page}/") for each in statements.values())
    wanted = [*PARAMETERS, *(f"answer-{name}" for name in MEMBERS)]
    assert [name for name in wanted if f"page-boto3/{name}-1" not in statements] == []
