"""The matrix: rules by targets on one HTML page, and its counts as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.report.html.page import environment, parts
from conformance.report.html.slugs import slugs
from conformance.report.html.sources import source_link
from conformance.report.markdown import escaped
from conformance.report.matrix_rows import merged
from conformance.report.matrix_table import make_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record
    from conformance.report.matrix_model import CapabilityCell, State, Table

_MANY_CELLS: Final = 20_000
"""Cells of tests from which on each is its sign alone: 50,000 with words make a page of 5 MB."""
SYMBOLS: Final[Mapping[State, str]] = {
    "fails": "✗",
    "blocked": "⊘",
    "warns": "△",
    "passes": "✓",
    "unsupported": "○",
    "skipped": "○",
    "not-run": "…",
    "absent": "·",
}
_SHORT: Final[Mapping[State, str]] = {state: state[0] for state in SYMBOLS}
"""Names of classes where there are tens of thousands of cells."""
MEANINGS: Final[Mapping[State, str]] = {
    "fails": "at least one test shows that the rule is broken",
    "blocked": "could not be tried, or the connection failed",
    "warns": "a recommendation is not followed, or sources contradict each other",
    "passes": "every tested test passes",
    "unsupported": "the endpoint or its profile says that it does not offer this: not tested",
    "skipped": "needs what is neither declared nor detected: not tested",
    "not-run": "the run ended before",
    "absent": "not part of that run",
}


def render(
    records: Sequence[Record],
    links: Sequence[str] = (),
    found: Sequence[Sequence[Finding]] | None = None,
) -> str:
    """Return the page; ``links`` lead from it to the reports of the records.

    ``found`` are the findings of each record; by default those made of the record alone.
    """
    table = make_table(records, links, found)
    page = parts(("report.css", "matrix.css"), ("matrix.js",))
    template = environment().get_template("matrix.html.j2")
    return template.render(
        table=table,
        slugs=slugs(tuple(row.rule.id for row in table.rules)),
        symbols=SYMBOLS,
        short=_SHORT,
        merged=merged,
        meanings=MEANINGS,
        links=_source_links(records),
        compact=sum(len(row.tests) for row in table.rules) * len(table.columns) > _MANY_CELLS,
        style=page.style,
        script=page.script,
        style_hash=page.style_hash,
        script_hash=page.script_hash,
    )


def _source_links(records: Sequence[Record]) -> dict[str, str]:
    """Return source to its web address, of those that have one."""
    texts = [one for record in records for one in record.catalog.sources]
    return {one.id: link for one in texts if (link := source_link(one))}


def markdown(records: Sequence[Record]) -> str:
    """Return the counts by capability as a Markdown table: passed/failed, else why not tested."""
    table = make_table(records)
    return "\n".join(_markdown_lines(table)) + "\n"


def _markdown_lines(table: Table) -> Iterator[str]:
    yield "| tests that need | " + " | ".join(escaped(one.label) for one in table.columns) + " |"
    yield "|---|" + "---|" * len(table.columns)
    for row in table.capabilities:
        cells = " | ".join(_markdown_cell(cell) for cell in row.cells)
        yield f"| {escaped(row.name)} | {cells} |"
    if not table.clients:
        return
    yield ""
    yield "| client | " + " | ".join(escaped(one.label) for one in table.columns) + " |"
    yield "|---|" + "---|" * len(table.columns)
    for client in table.clients:
        texts = " | ".join(escaped(one.text) for one in client.cells)
        yield f"| {escaped(client.name)} | {texts} |"


def _markdown_cell(cell: CapabilityCell) -> str:
    if not cell.judged:
        return escaped(cell.claim or "not tested")
    failed, total = cell.counts.get("fails", 0), cell.judged
    rest = f", {cell.others} not tested" if cell.others else ""
    return f"{failed} of {total} fail{rest}"
