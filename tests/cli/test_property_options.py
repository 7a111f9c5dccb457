"""The options of ``run`` that say how laws are tried."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from conformance.cli.property_options import property_arguments
from conformance.record.options import PropertyOptions

if TYPE_CHECKING:
    from pathlib import Path


def asked(*arguments: str) -> PropertyOptions | None:
    """Return what the options come to."""
    found: list[PropertyOptions | None] = []

    @click.command()
    @property_arguments
    def command(*, properties: PropertyOptions | None) -> None:
        found.append(properties)

    result = CliRunner().invoke(command, list(arguments))
    if result.exit_code:
        raise click.UsageError(result.output)
    return found[0]


def test_nothing_asked() -> None:
    """Without options the kind of run decides."""
    assert asked() is None


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        (["--properties", "off"], PropertyOptions(profile="off")),
        (["--properties", "thorough"], PropertyOptions(profile="thorough")),
        (["--properties", "soak", "--for", "30m"], PropertyOptions(profile="soak", seconds=1800.0)),
        (["--seed", "7"], PropertyOptions(seed=7)),
        (["--property-requests", "9"], PropertyOptions(requests=9)),
        (["--property-bytes", "2MiB"], PropertyOptions(bytes=2 * 1024**2)),
    ],
)
def test_asked(arguments: list[str], options: PropertyOptions) -> None:
    """Each option is taken, with units."""
    assert asked(*arguments) == options


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--properties", "soak"], "--for 30m"),
        (["--for", "30m"], "--properties soak"),
        (["--properties", "soak", "--for", "soon"], "not a time"),
        (["--property-bytes", "2MB"], "not a size"),
        (["--properties", "slow"], "slow"),
    ],
)
def test_refused(arguments: list[str], complaint: str) -> None:
    """What makes no sense is refused before anything is sent."""
    with pytest.raises(click.UsageError, match=complaint):
        asked(*arguments)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_of_laws(tmp_path: Path, workers: str) -> None:
    """Laws are selected, spread, recorded and counted as tests are."""
    from conformance.cli.main import group  # noqa: PLC0415  # the whole command, for one test

    arguments = ["run", "--select", "property/part-numbers or property/tags", "-n", workers]
    result = CliRunner().invoke(group, [*arguments, "--out", str(tmp_path)], standalone_mode=False)
    assert result.return_value == 0, result.output
    lines = [json.loads(line) for line in (tmp_path / "record.jsonl").read_text().splitlines()]
    tests = {line["id"]: line for line in lines if line["type"] == "test"}
    assert set(tests) == {"property/part-numbers", "property/tags"}
    for line in tests.values():
        assert line["verdict"] == "PASS"
        assert line["search"]["profile"] == "quick"
        assert 5 < line["search"]["examples"] <= line["search"]["planned"] == 20
        assert line["search"]["stopped"] == ""
        assert line["search"]["rounds"] == 1
    assert "2 properties tested" in (tmp_path / "report.html").read_text()
