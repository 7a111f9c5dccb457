"""The changelog of expectations, looked up by test."""

from __future__ import annotations

from conformance.catalog.history.corrections import corrections, corrections_of, read_corrections

PAGE = """\
# Corrections

| id | tests | before | after | why |
|---|---|---|---|---|
| A1 | `a/b[one]`, `[two]`, `c/*` | MUST 400 | SHOULD 400 | nobody saw it \\| ever |

| row | target | test | exchange | |
|---|---|---|---|---|
| A1 | moto | `a/b[three]` | PUT | no row of a correction |
"""


def test_rows_are_read_with_their_tests() -> None:
    """A bracket alone is another case of the scenario before it; other tables are left out."""
    (row,) = read_corrections(PAGE)
    assert (row.id, row.before, row.after, row.why) == (
        "A1", "MUST 400", "SHOULD 400", "nobody saw it | ever",
    )  # fmt: skip
    named = ["a/b[one]", "a/b[two]", "c/d", "c/d[x]"]
    assert [name for name in [*named, "a/b[three]", "a/b", "d"] if row.names(name)] == named


def test_a_scenario_stands_for_all_its_tests() -> None:
    """Rows name scenarios by their ids alone."""
    (row,) = read_corrections(PAGE.replace("`a/b[one]`", "`a/b`"))
    assert row.names("a/b")
    assert row.names("a/b[three]")
    assert not row.names("a/bc")


def test_the_shipped_page_is_read() -> None:
    """The rows of the reviews are found by the tests that they name."""
    assert len(corrections()) > 100
    assert "B4" in {row.id for row in corrections_of("framing/content-encoding[alone]")}
