"""``prove`` as a command: what it says, what it writes, how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import prove as room
from conformance.cli.prove import command
from conformance.faults.registry import rule_faults

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
