"""``prove`` as a command: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import prove as room
from conformance.cli.prove import command
from conformance.faults.registry import rule_faults
from conformance.prove.documentation import PAGE, RESULTS
from conformance.prove.kept import read
from conformance.prove.pages import kept_page

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from click.testing import Result

    from conformance.catalog.model import Catalog
    from conformance.faults.model import Fault

CAUGHT = "complete.order/sorted"


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(command, list(arguments), standalone_mode=False)


@pytest.mark.parametrize("option", ["--rule", "--fault"])
def test_unknown_ids_are_usage_errors(option: str) -> None:
    """An id that there is not ends in 2, and nothing is run."""
    outcome = _run(option, "complete.ordr")
    assert getattr(outcome.exception, "code", None) == 2


@pytest.mark.parametrize("other", ["--all", "--write", "--markdown=page.md", "--html=page.html"])
def test_what_stops_early_is_no_page(other: str) -> None:
    """Pages and --all need every test that a fault meets."""
    assert getattr(_run("--until-caught", other).exception, "exit_code", None) == 2


def test_a_caught_fault_ends_in_0_and_is_written(tmp_path: Path) -> None:
    """One fault, its catch as JSON, and both pages."""
    html, markdown = tmp_path / "proof.html", tmp_path / "proof.md"
    outcome = _run("--fault", CAUGHT, "--json", "--html", str(html), "--markdown", str(markdown))
    assert outcome.return_value == 0
    told = json.loads(outcome.stdout)
    assert (told["faults"], told["caught"], told["escaped"]) == (1, 1, [])
    assert (told["rules"], told["unproven"]) == (1, [])
    assert CAUGHT.partition("/")[2] in html.read_text("utf-8")
    assert CAUGHT in markdown.read_text("utf-8")


def test_write_renews_the_kept_page(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """--write proves what was asked for, and puts it where nothing was known yet."""
    (tmp_path / RESULTS).touch()
    monkeypatch.setattr(room, "folder", lambda: tmp_path)
    assert _run("--fault", CAUGHT, "--write").return_value == 0
    kept = read(tmp_path / RESULTS)
    assert kept.faults.keys() == {CAUGHT}
    assert "complete/part-order" in kept.faults[CAUGHT].caught_by
    assert (tmp_path / PAGE).read_text("utf-8") == kept_page(catalog, rule_faults(catalog), kept)


@pytest.mark.parametrize("results", [None, "{}"])
def test_results_that_are_not_there_are_a_usage_error(
    results: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without results to renew, as in an installed package, or with broken ones, it ends in 2."""
    if results is not None:
        (tmp_path / RESULTS).write_text(results, "utf-8")
    monkeypatch.setattr(room, "folder", lambda: tmp_path)
    outcome = _run("--fault", CAUGHT, "--write")
    assert getattr(outcome.exception, "code", None) == 2
    assert not (tmp_path / PAGE).exists()


def test_an_escape_ends_in_1(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that its rule's tests do not notice fails the command, and is told."""
    known = rule_faults(catalog)

    def without_proof(catalog: Catalog) -> Mapping[str, Fault]:
        del catalog
        # The fault is about another rule than the one that it is told to break.
        fault = known["list-parts.order/descending"]
        return {
            fault.id: type(fault)(
                id=fault.id,
                kind=fault.kind,
                says=fault.says,
                rules=("abort.unknown",),
                switches=fault.switches,
            )
        }

    monkeypatch.setattr(room, "rule_faults", without_proof)
    outcome = _run("--fault", "list-parts.order/descending")
    assert outcome.return_value == 1
    assert "unproven: abort.unknown" in outcome.stdout
