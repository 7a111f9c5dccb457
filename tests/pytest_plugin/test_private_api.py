"""What is private in pytest and xdist is known to one module, and both are bounded for its sake."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACE = "private_api.py"
PRIVATE = {"_pytest", "_rinfo", "dsession", "workerinput", "workeroutput", "exitstatus"}
"""Names that pytest and xdist leave out of their reference, and that this package knew once."""


def names(path: Path) -> set[str]:
    """Return the names of modules and attributes, and the texts, in a module's code."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        match node:
            case ast.Attribute(attr=name):
                found.add(name)
            case ast.ImportFrom(module=str(name)):
                found.update(name.split("."))
            case ast.Import(names=aliases):
                found.update(part for one in aliases for part in one.name.split("."))
            case ast.Constant(value=str(text)):
                found.add(text)
    return found


def test_one_module_knows_what_is_private() -> None:
    """Whoever raises a bound has one module to look at."""
    folder = ROOT / "conformance"
    users = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if names(path) & PRIVATE
    }
    assert users == {f"pytest_plugin/{PLACE}"}


@pytest.mark.parametrize("package", ["pytest", "pytest-xdist"])
def test_the_versions_are_bounded_from_above(package: str) -> None:
    """A new major version may change what no document promises."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        needs = tomllib.load(file)["project"]["dependencies"]
    (need,) = (one for one in needs if re.match(rf"{package}\b(?!-)", one))
    assert re.search(r",<\d+$", need), need
