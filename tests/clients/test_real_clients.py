"""Clients of PyPI against the reference: they work, and write requests as their dialects say.

They are installed into the cache that ``S3_CONFORMANCE_CLIENTS`` names, else into a folder of the
tests; those of other registries run by ``tox -e clients``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from conformance.clients.client_run import PackOptions
from conformance.clients.drift_watch import DriftWatch
from conformance.clients.installing import CACHE_VARIABLE, cache_folder
from conformance.clients.manifest import shipped_clients
from conformance.clients.pack import ClientPack, client_selection
from conformance.record.options import OFF, PropertyOptions
from conformance.runs.display import Silence
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection

if TYPE_CHECKING:
    from pathlib import Path

NAMES = [name for name, one in shipped_clients().items() if one.registry == "pypi"]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder into which clients are installed."""
    if os.environ.get(CACHE_VARIABLE):
        return cache_folder()
    return tmp_path_factory.mktemp("clients")


@pytest.mark.slow
@pytest.mark.pypi
@pytest.mark.parametrize("name", NAMES)
def test_a_client_works_and_has_not_drifted(name: str, cache: Path) -> None:
    """Every step that it takes ends well, and each request is written as its dialect says."""
    client = shipped_clients()[name]
    options = RunOptions(properties=PropertyOptions(profile=OFF))
    selection = client_selection(make_selection(options), (client,))
    watch = DriftWatch(selection.catalog)
    run = Run(options, selection, Silence(), in_memory=True)
    with run:
        assert run.begin()
        pack = PackOptions(clients=(client,), cache=cache, install=True)
        ClientPack(run, pack, watch.seen).run_all()
    failed = [(one.id, one.reason) for one in run.record.tests if one.verdict not in _GOOD]
    assert failed == []
    assert [one.id for one in run.record.tests if one.verdict == "PASS"]
    assert not watch.differs, "\n".join(watch.lines())


_GOOD = ("PASS", "SKIP")
