"""Where the spec files are looked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conformance.vocabulary import specs_folder
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    import pytest


def test_specs_of_a_checkout_and_of_a_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The specs lie beside the package in a checkout, within it once installed."""
    package = Path(specs_folder.__file__).parents[1]
    within, beside = package / "specs", package.parent / "specs"
    assert specs_root() == (within if within.is_dir() else beside)
    monkeypatch.setattr(specs_folder, "_PACKAGE", tmp_path / "conformance")
    assert specs_root() == tmp_path / "specs"
    (tmp_path / "conformance" / "specs").mkdir(parents=True)
    assert specs_root() == tmp_path / "conformance" / "specs"
