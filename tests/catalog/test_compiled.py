"""The catalogue that is kept beside the bytecode."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from conformance.catalog import compiled, customer_keys
from conformance.catalog.load import load
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the whole catalogue, read from its files."""
    return load(specs=specs_root())


@pytest.fixture
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of spec files; the cache lies beside it, and may be written."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(compiled, "cache_path", lambda: tmp_path / "cache" / "one.catalog")
    (tmp_path / "specs" / "deep").mkdir(parents=True)
    (tmp_path / "specs" / "deep" / "a.yaml").write_text("a: 1\n")
    return tmp_path / "specs"


class _Maker:
    """Counts how often the catalogue is made."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog, self.made = catalog, 0

    def __call__(self) -> Catalog:
        self.made += 1
        return self.catalog


def test_what_is_kept_equals_what_was_made(specs: Path, catalog: Catalog) -> None:
    """A second load of the same files makes nothing and returns an equal catalogue."""
    make = _Maker(catalog)
    assert compiled.compiled(specs, "specs", make) is catalog
    kept = compiled.compiled(specs, "specs", make)
    assert make.made == 1
    assert kept is not catalog
    assert kept == catalog


def test_customer_keys_keep_their_names(
    specs: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that only reads what is kept names the keys in it, as the one that made it did."""
    key = dict(customer_keys.members(customer_keys.CustomerKey("kept")))["SSECustomerKey"]
    compiled.compiled(specs, "specs", lambda: catalog)
    monkeypatch.setattr(customer_keys, "_KEYS", {})
    customer_keys.members.cache_clear()
    compiled.compiled(specs, "specs", lambda: catalog)
    assert customer_keys.name_of(key) == "SSE-C key kept"


def test_a_change_is_seen(specs: Path, catalog: Catalog) -> None:
    """Another content, another file, another name of the folder: each is read anew."""
    make = _Maker(catalog)
    compiled.compiled(specs, "specs", make)
    (specs / "deep" / "a.yaml").write_text("a: 2\n")
    compiled.compiled(specs, "specs", make)
    (specs / "b.yaml").write_text("")
    compiled.compiled(specs, "specs", make)
    compiled.compiled(specs, "elsewhere/specs", make)
    assert make.made == 4


@pytest.mark.parametrize("damage", [b"", b"short", b"x" * 4096])
def test_a_damaged_cache_is_made_anew(specs: Path, catalog: Catalog, damage: bytes) -> None:
    """What is cut or overwritten is never unpickled, and is replaced."""
    make = _Maker(catalog)
    compiled.compiled(specs, "specs", make)
    path = compiled.cache_path()
    path.write_bytes(path.read_bytes()[: 64 if damage else 0] + damage)
    compiled.compiled(specs, "specs", make)
    compiled.compiled(specs, "specs", make)
    assert make.made == 2


def test_files_that_change_meanwhile_are_not_kept(specs: Path, catalog: Catalog) -> None:
    """A file saved while the catalogue was read leaves no cache that speaks for it."""

    def make() -> Catalog:
        (specs / "deep" / "a.yaml").write_text("a: 3\n")
        return catalog

    compiled.compiled(specs, "specs", make)
    assert not compiled.cache_path().exists()


def test_nothing_is_written_where_python_may_not(
    specs: Path, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PYTHONDONTWRITEBYTECODE holds for the catalogue, too; a place that can't be is no error."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    make = _Maker(catalog)
    compiled.compiled(specs, "specs", make)
    assert not compiled.cache_path().exists()
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    compiled.cache_path().parent.write_text("a file where the folder would be")
    compiled.compiled(specs, "specs", make)
    assert make.made == 2
