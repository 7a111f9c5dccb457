"""What all tests of targets share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def no_installed_servers(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hide what ``targets install`` put into this user's cache; real servers may come of it."""
    if request.node.get_closest_marker("realserver") is None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
