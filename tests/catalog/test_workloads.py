"""Features and workloads: what is read of them, and what is a mistake in them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import catalog_digest, load
from conformance.catalog.problems import SpecError
from conformance.catalog.select import select
from conformance.catalog.workloads import unaccounted

from .conftest import SPECS

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog

FEATURES = """\
format: 1
about: for a test
groups:
  - id: basics
    title: Basics
    features:
      - id: keys
        title: Keys
        about: Customer keys.
        capabilities: [sse-c]
set-up: [tls]
servers: {moto: emulator}
"""
WORKLOADS = """\
format: 1
about: for a test
workloads:
  - id: backup
    title: Backup
    about: What a backup needs.
    needs: [sse-c]
    select: ["needs:sse-c"]
"""


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Copy the small catalogue, with both files beside it."""
    folder = shutil.copytree(SPECS, tmp_path / "specs")
    (folder / "features.yaml").write_text(FEATURES, "utf-8")
    (folder / "workloads.yaml").write_text(WORKLOADS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def own() -> Catalog:
    """Load the project's own catalogue."""
    return load()


def change(specs: Path, name: str, old: str, new: str) -> None:
    """Replace a text of a spec file."""
    path = specs / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def mistakes(specs: Path) -> list[tuple[str, int]]:
    """Load a catalogue that is wrong and return rules and lines of its mistakes."""
    with pytest.raises(SpecError) as raised:
        load(specs=specs)
    return [(one.rule, one.place.line) for one in raised.value.problems]


def test_what_is_read(specs: Path) -> None:
    """Features have the title of their group, workloads their needs; set-up and servers too."""
    found = load(specs=specs).selections
    (feature,) = found.features
    (workload,) = found.workloads
    assert (feature.id, feature.group, feature.capabilities) == ("keys", "Basics", ("sse-c",))
    assert (workload.id, workload.needs, workload.select) == (
        "backup", ("sse-c",), ("needs:sse-c",)
    )  # fmt: skip
    assert (found.set_up, dict(found.servers)) == (("tls",), {"moto": "emulator"})


def test_a_catalogue_may_be_without_them() -> None:
    """A catalogue of somebody's own needs neither file."""
    found = load(specs=SPECS).selections
    assert (found.features, found.workloads) == ((), ())


@pytest.mark.parametrize(
    ("name", "old", "new", "mistake"),
    [
        ("features.yaml", "[sse-c]", "[sse-cc]", ("unknown-capability", 10)),
        ("features.yaml", "set-up: [tls]", "set-up: [tsl]", ("unknown-capability", 11)),
        ("features.yaml", "emulator", "7", ("wrong-kind", 12)),
        ("features.yaml", "        capabilities: [sse-c]\n", "", ("missing-key", 7)),
        ("features.yaml", "id: keys", "id: Keys", ("bad-id", 7)),
        ("workloads.yaml", "needs: [sse-c]", "needs: [nothing]", ("unknown-capability", 7)),
        ("workloads.yaml", "needs:sse-c", "needs:nothing", ("unknown-test", 8)),
        ("workloads.yaml", '["needs:sse-c"]', "[]", ("missing-key", 8)),
        ("workloads.yaml", "title: Backup", "titel: Backup", ("unknown-key", 5)),
    ],
)
def test_mistakes_have_their_place(
    specs: Path, name: str, old: str, new: str, mistake: tuple[str, int]
) -> None:
    """Each mistake is reported with its line, and nothing is loaded."""
    change(specs, name, old, new)
    assert mistake in mistakes(specs)


def test_an_id_is_given_once(specs: Path) -> None:
    """A second feature or workload of one id is a mistake."""
    path = specs / "workloads.yaml"
    again = WORKLOADS.partition("workloads:\n")[2]
    path.write_text(WORKLOADS + again, "utf-8")
    assert mistakes(specs) == [("duplicate-id", 9)]


def test_no_digest_depends_on_them(specs: Path) -> None:
    """A new workload makes no record incomparable."""
    before = catalog_digest(specs=specs)
    change(specs, "workloads.yaml", "Backup", "Backups")
    assert catalog_digest(specs=specs) == before
    (specs / "features.yaml").unlink()
    assert catalog_digest(specs=specs) == before


def test_every_capability_has_its_place(own: Catalog) -> None:
    """Each is of a feature, or of the set-up of a run: none is missing on the front."""
    assert unaccounted(own.selections, own.capabilities) == ()


def test_every_workload_of_the_project_has_tests(own: Catalog) -> None:
    """There are nine, and the tests of each use what it needs."""
    assert len(own.selections.workloads) == 9
    for workload in own.selections.workloads:
        tests = select(own, workload.select)
        assert len(tests) > 20
        used = {name for test in tests for name in test.needs}
        assert set(workload.needs) <= used, workload.id
