"""Keeps the loaded catalogue beside Python's own bytecode, so that a run need not read 130 files.

A catalogue without mistakes depends on the spec files, this package's code, the service model of
botocore, and the name by which places call the folder: the key covers them all.
"""

from __future__ import annotations

import gc
import hashlib
import pickle
import sys
import tempfile
from contextlib import contextmanager, suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING, Final

import botocore

from conformance import vocabulary
from conformance.catalog import customer_keys

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.catalog.customer_keys import CustomerKey
    from conformance.catalog.model import Catalog

_DIGEST: Final = hashlib.sha256
_HEAD_BYTES: Final = 2 * _DIGEST().digest_size


def compiled(specs: Path, shown: str, make: Callable[[], Catalog]) -> Catalog:
    """Return what ``make`` returns, or what it returned before for the very same files.

    ``shown`` is what places call the folder ``specs``. Raises what ``make`` raises. Where the cache
    can't be read or written it is done without, as Python does with bytecode.
    """
    try:
        key = _key(specs, shown)
    except OSError:
        return make()
    path = cache_path()
    with suppress(OSError):
        kept = path.read_bytes()
        if kept[:_HEAD_BYTES] == key + _DIGEST(kept[_HEAD_BYTES:]).digest():
            return _unpickled(kept[_HEAD_BYTES:])
    catalog = make()
    with suppress(OSError):
        # A file that changed while it was read must not pass for what is in the catalogue.
        if not sys.dont_write_bytecode and _key(specs, shown) == key:
            # Customer keys within it are named by what is known of them, so that goes along.
            whole = (catalog, customer_keys.handed_out())
            _write(path, key, pickle.dumps(whole, protocol=pickle.HIGHEST_PROTOCOL))
    return catalog


_ROOM: Final = Path(__file__).parent
_WORDS: Final = Path(vocabulary.__file__).parent
"""Whose words decide what the catalogue looks like, too."""


def cache_path() -> Path:
    """Return the file of the cache: next to where Python keeps this module's bytecode."""
    return Path(cache_from_source(__file__)).with_suffix(".catalog")


def _key(specs: Path, shown: str) -> bytes:
    """Return a digest over everything that decides what the catalogue looks like."""
    digest = _DIGEST(f"{sys.version}\0{botocore.__version__}\0{shown}\0".encode())
    for folder, pattern in ((_ROOM, "**/*.py"), (_WORDS, "**/*.py"), (specs, "**/*.yaml")):
        for path in sorted(folder.glob(pattern)):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.digest()


def _write(path: Path, key: bytes, body: bytes) -> None:
    """Write the cache whole or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        file.write(key + _DIGEST(body).digest() + body)
    try:
        Path(file.name).replace(path)
    except OSError:
        Path(file.name).unlink()
        raise


def _unpickled(body: bytes) -> Catalog:
    with _no_collection():
        # Written by this package next to its bytecode, which is trusted just as much.
        whole: tuple[Catalog, tuple[CustomerKey, ...]] = pickle.loads(body)  # noqa: S301
    catalog, keys = whole
    customer_keys.hand_out(keys)
    return catalog


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking, again and again, what is about to be kept."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
