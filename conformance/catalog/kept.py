"""Keeps what takes long to make beside Python's bytecode, under a digest of what it is made of."""

from __future__ import annotations

import gc
import hashlib
import pickle
import sys
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

T = TypeVar("T")
_DIGEST: Final = hashlib.sha256
_HEAD_BYTES: Final = 2 * _DIGEST().digest_size


def kept(path: Path, key: Callable[[], bytes], make: Callable[[], T]) -> T:
    """Return what ``make`` returns, or what it returned before under the very same key.

    Raises what ``make`` raises. Where ``path`` can't be read or written, or ``key`` raises OSError,
    it is done without, as Python does with bytecode.
    """
    try:
        now = key()
    except OSError:
        return make()
    with suppress(OSError):
        data = path.read_bytes()
        if data[:_HEAD_BYTES] == now + _DIGEST(data[_HEAD_BYTES:]).digest():
            with _no_collection():
                # Written by this package next to its bytecode, which is trusted just as much.
                found: T = pickle.loads(data[_HEAD_BYTES:])  # noqa: S301
            return found
    made = make()
    with suppress(OSError):
        # A file that changed while it was read must not pass for what was made of it.
        if not sys.dont_write_bytecode and key() == now:
            _write(path, now, pickle.dumps(made, protocol=pickle.HIGHEST_PROTOCOL))
    return made


def digest_of(words: str, files: Iterable[tuple[Path, str]]) -> bytes:
    """Return a digest over some words and all files of some folders, each with a pattern."""
    digest = _DIGEST(f"{sys.version}\0{words}\0".encode())
    for folder, pattern in files:
        for path in sorted(folder.glob(pattern)):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.digest()


def _write(path: Path, key: bytes, body: bytes) -> None:
    """Write the file whole or not at all; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f"{path.name}.", delete=False) as file:
        file.write(key + _DIGEST(body).digest() + body)
    try:
        Path(file.name).replace(path)
    except OSError:
        Path(file.name).unlink()
        raise


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking what is about to be read, which is no garbage.

    It is excluded from then on: a catalogue lives as long as its process.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was:
            gc.enable()
