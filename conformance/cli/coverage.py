"""``coverage``: what of the evidence is asserted, excused or open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import click

from conformance.catalog.coverage import coverage, grades
from conformance.catalog.load import load
from conformance.catalog.model_watch.drift import drift
from conformance.catalog.model_watch.watch import watch
from conformance.cli import coverage_model as model
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import JSON
from conformance.cli.recorded_facts import recorded_lines, recorded_tree
from conformance.cli.recorded_reference import sources_against_reference
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from conformance.catalog.coverage import Coverage, Entry
    from conformance.catalog.model import Catalog
    from conformance.catalog.model_watch.watch import Watch

_STATES: Final = ("total", "asserted", "excused", "later", "open")


@click.command()
@JSON
@click.option(
    "--model",
    "of_model",
    is_flag=True,
    help="Show each member and enum value of the S3 service model, and which tests send and "
    "assert it.",
)
@click.option(
    "--against",
    metavar="FILE|installed",
    help="With --model: what this service-2.json, or the installed botocore, adds to the model.",
)
@click.pass_context
def command(ctx: click.Context, *, as_json: bool, of_model: bool, against: str | None) -> None:
    """Show which rules, facts, known incompatibilities and statements no scenario asserts.

    Also shows members and enum values of the S3 service model, for the multipart operations,
    GetObjectAttributes and CreateSession. Recorded requests are sent to the reference again, which
    should answer as S3 did.

    Exit code 1 when one of them is open, or excused although it is asserted, and when a recorded
    request is answered differently without a reason; with --against, when the two editions of the
    model differ. What the catalogue postpones counts as later; the shipped catalogue postpones
    nothing. docs/reference/coverage.md explains the counting.
    """
    if against is not None and not of_model:
        fail("--against needs --model", ExitCode.USAGE)
    if against is not None:
        ctx.exit(_compare(against, as_json=as_json))
    with user_errors():
        catalog = load()
    found, watched = coverage(catalog), watch(catalog, model.kept_edition())
    if of_model and not as_json:
        click.echo("\n".join(model.shown(watched)))
        ctx.exit(ExitCode.EXPECTED if watched.complete else ExitCode.DIFFERS)
    replayed = sources_against_reference(catalog)
    if as_json:
        tree = {**as_tree(catalog, found, watched), "recorded": recorded_tree(replayed)}
        click.echo(json.dumps(tree, indent=2))
    else:
        click.echo("\n".join((*_shown(catalog, found, watched), *recorded_lines(replayed))))
    complete = watched.complete and (of_model or (found.complete and replayed.as_expected))
    ctx.exit(ExitCode.EXPECTED if complete else ExitCode.DIFFERS)


def _compare(against: str, *, as_json: bool) -> int:
    """Show what another edition of the model adds, and return the exit code."""
    found = drift(model.kept_edition(), model.other_edition(against))
    if as_json:
        click.echo(json.dumps(model.drift_tree(found), indent=2))
    else:
        click.echo("\n".join(model.shown_drift(found)))
        if against == model.INSTALLED:
            click.echo("\n".join(model.shown_schema_drift()), nl=False)
    return ExitCode.EXPECTED if found.none else ExitCode.DIFFERS


def as_tree(catalog: Catalog, found: Coverage, watched: Watch) -> dict[str, object]:
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
        "model": model.counts(watched),
        "later": {name: _ids(table.of("later")) for name, table in tables},
        "stale": {
            **{name: _ids(e for e in table.entries if e.stale) for name, table in tables},
            "model": watched.stale,
        },
        "details": {
            **{
                name: {entry.id: _detail(entry) for entry in table.entries}
                for name, table in tables
            },
            "model": model.details(watched),
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


def _shown(catalog: Catalog, found: Coverage, watched: Watch) -> Iterator[str]:
    yield f"{'':18}{''.join(f'{state:>10}' for state in _STATES)}"
    for name, table in found.tables().items():
        yield _row(name, table.counts())
        if table is found.facts:
            for grade, counted in grades(catalog, table).items():
                yield _row(f"  {grade}", counted)
    states = {state: len(watched.of(state)) for state in ("asserted", "excused", "open")}
    yield _row("model", {"total": len(watched.entries), **states})
    alone = len(found.by_rule_alone)
    yield f"\n{alone} of the facts are asserted by a test of their rule alone"
    texts = _texts(catalog)
    for name, table in found.tables().items():
        yield from _listed(f"Open {name}", table.of("open"), texts[name])
    yield from model.listed("Open model", watched)
    for name, table in found.tables().items():
        stale = tuple(entry for entry in table.entries if entry.stale)
        yield from _listed(f"Excused {name} that are asserted", stale, texts[name])
    for name, table in found.tables().items():
        if name != "statements":  # their excuses are many; the page lists them
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
