"""The house keeps its floors."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parent.parent


def test_no_room_imports_a_higher_floor() -> None:
    """Import-linter's contracts in pyproject.toml hold for every module of the package."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    outcome = subprocess.run(  # noqa: S603 - our own tool, found beside the interpreter
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_no_module_imports_itself_by_way_of_others() -> None:
    """No circle of modules, not even one for types alone."""
    graph = grimp.build_graph("conformance", cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    # The fixture uses the public face as anyone outside does, and so closes one for types.
    imports["conformance.pytest_plugin.entry"].discard("conformance")
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(f"a circle of imports: {' -> '.join(error.args[1])}")


def test_the_architecture_names_every_room_on_its_floor() -> None:
    """The table is what the contract holds, in its order."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if "exhaustive" in one)
    floors = {
        (number, room)
        for number, layer in enumerate(layers, start=1)
        for room in layer.split(" | ")
    }
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = re.findall(r"^\| (\d+) \| `(\w+)` \|", page, re.MULTILINE)
    assert {(int(number), room) for number, room in rows} == floors
    assert [int(number) for number, _ in rows] == sorted(int(number) for number, _ in rows)
