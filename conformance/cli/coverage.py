"""``coverage``: what of the evidence is asserted, excused or open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from conformance.catalog.coverage import coverage, grades
from conformance.catalog.load import load
from conformance.cli.errors import user_errors
from conformance.cli.options import JSON
from conformance.record.outcome import DIFFERS, EXPECTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.coverage import Coverage, Entry
    from conformance.catalog.model import Catalog

_STATES: Final = ("total", "asserted", "excused", "later", "open")


@click.command()
@JSON
@click.pass_context
def command(ctx: click.Context, *, as_json: bool) -> None:
    """Show which rules, facts, known incompatibilities and statements no scenario asserts.

    Ends with 1 when one of them is open, or excused although it is asserted. What the catalogue
    puts off counts as later, and is neither; as shipped, it puts nothing off.
    docs/reference/coverage.md says how things are counted.
    """
    with user_errors():
        catalog = load()
    found = coverage(catalog)
    if as_json:
        click.echo(json.dumps(as_tree(catalog, found), indent=2))
    else:
        click.echo("\n".join(_shown(catalog, found)))
    ctx.exit(EXPECTED if found.complete else DIFFERS)


def as_tree(catalog: Catalog, found: Coverage) -> dict[str, object]:
    """Return the coverage as scripts rely on it."""
    summary: dict[str, dict[str, object]] = {
        name: {
            "total": table.total,
            "asserted": table.count("asserted"),
            "excused": table.count("excused"),
            "open": _ids(table.of("open")),
        }
        for name, table in found.tables().items()
    }
    summary["facts"]["by-rule-alone"] = len(found.by_rule_alone)
    summary["facts"]["grades"] = grades(catalog, found.facts)
    tables = found.tables().items()
    return {
        **summary,
        "later": {name: _ids(table.of("later")) for name, table in tables},
        "stale": {name: _ids(e for e in table.entries if e.stale) for name, table in tables},
        "details": {
            name: {entry.id: _detail(entry) for entry in table.entries} for name, table in tables
        },
    }


def _ids(entries: Iterable[Entry]) -> list[str]:
    return [entry.id for entry in entries]


def _detail(entry: Entry) -> dict[str, object]:
    """Return one entry; ``shown`` holds scenarios, for a statement rules."""
    detail: dict[str, object] = {"state": entry.state, "shown": entry.shown}
    if entry.through:
        detail["through"] = entry.through
    if entry.reason:
        detail["reason"] = entry.reason
    return detail


def _shown(catalog: Catalog, found: Coverage) -> Iterator[str]:
    yield f"{'':18}{''.join(f'{state:>10}' for state in _STATES)}"
    for name, table in found.tables().items():
        yield _row(name, table.counts())
        if table is found.facts:
            for grade, counted in grades(catalog, table).items():
                yield _row(f"  {grade}", counted)
    alone = len(found.by_rule_alone)
    yield f"\n{alone} of the facts are asserted by a test of their rule alone"
    texts = _texts(catalog)
    for name, table in found.tables().items():
        yield from _listed(f"Open {name}", table.of("open"), texts[name])
    for name, table in found.tables().items():
        stale = tuple(entry for entry in table.entries if entry.stale)
        yield from _listed(f"Excused {name} that are asserted", stale, texts[name])
    for name, table in found.tables().items():
        if name != "statements":  # their excuses are many, and stand on the page
            excused = table.of("excused")
            yield from _listed(f"Excused {name}", excused, {e.id: e.reason for e in excused})


def _row(name: str, counts: Mapping[str, int]) -> str:
    return f"{name:18}{''.join(f'{counts.get(state, 0):>10}' for state in _STATES)}"


def _listed(title: str, entries: tuple[Entry, ...], texts: dict[str, str]) -> Iterator[str]:
    if entries:
        yield f"\n{title}"
        yield from (f"  {entry.id}  {texts[entry.id]}" for entry in entries)


def _texts(catalog: Catalog) -> dict[str, dict[str, str]]:
    """Return what each id stands for, by table."""
    ledger = catalog.ledger
    return {
        "rules": {rule.id: rule.statement for rule in catalog.rules.values()},
        "facts": {
            source.id: f"{source.operation}: {source.condition}"
            + "".join(f" {each}" for each in (source.status, source.code) if each)
            for source in catalog.sources.values()
        },
        "incompatibilities": {r.id: r.statement for r in ledger.incompatibilities.values()},
        "statements": {s.id: s.statement for s in ledger.statements.values()},
    }
