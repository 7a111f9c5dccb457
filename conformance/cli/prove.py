"""``prove``: plant faults in the reference and see that the scenarios catch them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.catalog.load import load
from conformance.catalog.problems import did_you_mean
from conformance.cli.errors import fail, user_errors
from conformance.cli.options import JSON
from conformance.cli.signals import terminable
from conformance.faults.mutations import mutations
from conformance.faults.registry import rule_faults
from conformance.prove.documentation import folder, renew
from conformance.prove.pages import html as html_page
from conformance.prove.pages import markdown as markdown_page
from conformance.prove.proof import prove
from conformance.prove.report import as_json as proof_json
from conformance.prove.report import (
    line,
    mutant_line,
    summary,
    survey_json,
    survey_summary,
)
from conformance.prove.survey import Mutant, survey
from conformance.prove.workers import crew
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault
    from conformance.prove.model import Finding, Proof
    from conformance.prove.survey import Survey
    from conformance.prove.workers import Crew

_LEFT_TO_MEND = 1


@click.command()
@click.option("--rule", "rules", multiple=True, metavar="ID", help="Only faults of this rule.")
@click.option("--fault", "chosen", multiple=True, metavar="ID", help="Only this fault.")
@click.option(
    "-n",
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Number of worker processes.",
)
@click.option(
    "--all",
    "whole",
    is_flag=True,
    help="Run the scenarios of other rules against each fault, too, to see what else it breaks.",
)
@click.option(
    "--until-caught",
    is_flag=True,
    help="Stop testing a fault once it is caught, and a scenario once it has failed for a fault: "
    "the same exit code in half the time.",
)
@click.option("--mutations", "mutate", is_flag=True, help="Test generic mutations, too.")
@JSON
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--markdown", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--write", is_flag=True, help="Update docs/reference/proof.md for these faults.")
def command(  # noqa: PLR0913  # one argument an option
    *,
    rules: tuple[str, ...],
    chosen: tuple[str, ...],
    workers: int,
    whole: bool,
    until_caught: bool,
    mutate: bool,
    as_json: bool,
    html: Path | None,
    markdown: Path | None,
    write: bool,
) -> int:
    """Plant faults in the reference, one at a time, and check that the scenarios catch each.

    A fault counts as caught when a test of the rule that it breaks fails. With --mutations, generic
    changes of requests and answers, made from the service model, follow.

    Exit code 1: a fault was not caught, a rule is unproven, a scenario fails for no fault of its
    rules, or a mutation survived without a reason. Exit code 2: an id is unknown.
    """
    if until_caught and (whole or write or html or markdown):
        raise click.UsageError("--until-caught finds too little for a page, or for --all")
    with user_errors():
        catalog = load(None)
    known = rule_faults(catalog)
    faults = _chosen(known, rules, chosen)
    every = len(faults) == len(known)

    def tell(found: Finding | Mutant) -> None:
        if not as_json:
            click.echo(mutant_line(found) if isinstance(found, Mutant) else line(found))

    with terminable(), crew(catalog, workers) as hands:
        proof = prove(
            catalog,
            faults,
            hands,
            whole=whole,
            until_caught=until_caught,
            every_rule=every,
            tell=tell,
        )
        mutants = _survey(catalog, hands, tell) if mutate else None
    if as_json:
        found = proof_json(proof)
        if mutants is not None:
            found["mutations"] = survey_json(mutants)
        click.echo(json.dumps(found, indent=2))
    else:
        click.echo("\n".join(("", *summary(proof), *(survey_summary(mutants) if mutants else ()))))
    if html is not None:
        _write(html, html_page(catalog, faults, proof, mutants))
    if markdown is not None:
        _write(markdown, markdown_page(catalog, faults, proof, mutants))
    if write:
        _renew(catalog, proof, mutants)
    survived = mutants is not None and (mutants.count("survived") or mutants.idle)
    return _LEFT_TO_MEND if survived or not proof.proven else 0


def _chosen(
    known: Mapping[str, Fault], rules: tuple[str, ...], chosen: tuple[str, ...]
) -> Mapping[str, Fault]:
    """Return the faults that were asked for, all without a choice; exits for unknown ids."""
    _check(rules, {rule for fault in known.values() for rule in fault.rules}, "rule with a fault")
    _check(chosen, known, "fault")
    if not rules and not chosen:
        return known
    return {
        name: fault
        for name, fault in known.items()
        if name in chosen or not set(rules).isdisjoint(fault.rules)
    }


def _check(given: Iterable[str], known: Collection[str], what: str) -> None:
    for name in given:
        if name not in known:
            hint = did_you_mean(name, known)
            fail(f"no {what} is called {name}" + (f"; {hint}" if hint else ""), ExitCode.USAGE)


def _survey(catalog: Catalog, hands: Crew, tell: Callable[[Mutant], None]) -> Survey:
    return survey(catalog, {one.id: one for one in mutations(catalog)}, hands, tell)


def _renew(catalog: Catalog, proof: Proof, mutants: Survey | None) -> None:
    try:
        renew(folder(), catalog, proof, mutants)
    except OSError as error:
        fail(f"{error.filename} can't be renewed: {error.strerror}", ExitCode.USAGE)
    except ValueError as error:
        fail(f"the results beside the page can't be read: {error}", ExitCode.USAGE)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{file} can't be written: {error.strerror}", ExitCode.USAGE)
