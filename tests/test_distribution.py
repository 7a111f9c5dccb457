"""What is published: the wheel holds the package with its specs, the sdist all that tests need."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import conformance

ROOT = Path(__file__).parents[1]
JUNK = ("__pycache__", ".catalog", ".tox", "reports/published")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both, and return their folder."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(  # noqa: S603  # the project's own build backend
        [sys.executable, "-m", "hatchling", "build", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return folder


def files(*folders: str) -> set[str]:
    """Return the files of a checkout below these folders that are to be published."""
    return {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_oldest_botocore_is_the_one_that_is_tried() -> None:
    """``tox -e oldest`` runs with the least that the package asks for."""
    least = dict(re.findall(r'"(boto(?:3|core))>=([\d.]+)"', (ROOT / "pyproject.toml").read_text()))
    tried = dict(re.findall(r"(boto(?:3|core))==([\d.]+)", (ROOT / "tox.ini").read_text()))
    assert least == tried
    assert len(least) == 2


def test_the_wheel_holds_the_package_and_its_specs(built: Path) -> None:
    """Every file of both and the page of corrections, and nothing else of the repository."""
    (wheel,) = built.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    specs = {f"conformance/{name}" for name in files("specs")}
    # `explain` and the gate quote what was corrected, also where there is no checkout.
    corrections = "conformance/specs/history/corrections.md"
    assert names == files("conformance") | specs | {corrections}
    assert "conformance/py.typed" in names


def test_the_sdist_holds_what_builds_and_tests(built: Path) -> None:
    """Package, specs, tests, pages and configuration; no published report, which are large."""
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert files("conformance", "specs", "tests", "docs", "benchmarks", "changelog.d") <= names
    assert {path.name for path in ROOT.glob("*.md")} <= names
    assert {"pyproject.toml", "tox.ini", "action.yml", ".ci/run", "LICENSE"} <= names
    assert not [name for name in names if any(word in name for word in JUNK)]


def test_tests_run_on_the_installed_package() -> None:
    """In tox that is the wheel; a checkout that got in front of it would hide what it lacks."""
    if "TOX_ENV_NAME" not in os.environ:
        pytest.skip("outside of tox the package is a checkout, installed by `pip install -e`")
    assert not Path(conformance.__file__).is_relative_to(ROOT / "conformance")
