"""Keeps the loaded catalogue beside Python's own bytecode, so that a run need not read 130 files.

A catalogue without mistakes depends on the spec files, this package's code, the service model of
botocore, and the name by which places call the folder: the key covers them all.
"""

from __future__ import annotations

from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import botocore

from conformance import vocabulary
from conformance.catalog import customer_keys
from conformance.catalog.kept import digest_of, kept
from conformance.catalog.problems import SpecError

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Catalog

T = TypeVar("T")
_ROOM: Final = Path(__file__).parent
_WORDS: Final = Path(vocabulary.__file__).parent
"""Whose words decide what the catalogue looks like, too."""


def compiled(specs: Path, shown: str, make: Callable[[], Catalog]) -> Catalog:
    """Return what ``make`` returns, or what it returned before for the very same files.

    ``shown`` is what places call the folder ``specs``. Raises what ``make`` raises.
    """
    return _with_keys(cache_path(), specs, shown, make)


def kept_ground(specs: Path, shown: str, make: Callable[[], T]) -> T | None:
    """Return what a catalogue holds beside scenarios, likewise; None where that has mistakes."""
    try:
        return _with_keys(cache_path().with_suffix(".ground"), specs, shown, make)
    except SpecError:
        return None


def _with_keys(path: Path, specs: Path, shown: str, make: Callable[[], T]) -> T:
    made, keys = kept(
        path,
        lambda: _key(specs, shown),
        # Customer keys within it are named by what is known of them, so that goes along.
        lambda: (make(), customer_keys.handed_out()),
    )
    customer_keys.hand_out(keys)
    return made


def cache_path() -> Path:
    """Return the file of the cache: next to where Python keeps this module's bytecode."""
    return Path(cache_from_source(__file__)).with_suffix(".catalog")


def _key(specs: Path, shown: str) -> bytes:
    """Return a digest over everything that decides what the catalogue looks like."""
    folders = ((_ROOM, "**/*.py"), (_WORDS, "**/*.py"), (specs, "**/*.yaml"))
    return digest_of(f"{botocore.__version__}\0{shown}", folders)
