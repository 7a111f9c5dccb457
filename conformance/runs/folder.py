"""The folder of a run: named, created, locked, and cleared of the files of an earlier run."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import ExitStack, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from conformance.properties.known_laws import known_laws
from conformance.properties.law import FOLDER
from conformance.runs.errors import UsageError
from conformance.runs.recorder import RECORD_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

LOCK: Final = ".lock"
_ROOM: Final = 256 * 1024
"""Bytes that must fit on the disk before a run begins: its first lines, and then some."""
REPORTS: Final = (
    "report.html",
    "junit.xml",
    "summary.md",
    "ctrf.json",
    "badge.json",
    "server.log",
    "evidence.yaml",
    "contradictions.md",
)
"""Files that a run may leave beside its record."""


def examples_folder(target: str) -> Path:
    """Return the folder in which searches save failing examples of a target."""
    return Path("reports") / target / "examples"


def default_folder(target: str) -> Path:
    """Return ``reports/<target>/<UTC time>`` below the working folder, not yet there."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = Path("reports") / target / stamp
    number = 2
    while folder.exists():
        folder = folder.with_name(f"{stamp}-{number}")
        number += 1
    return folder


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Create the folder if needed; if the block fails, remove what was created.

    Raises `UsageError` when no record could be written there, also because the disk is full, so
    that nothing is sent in vain.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    record = folder / RECORD_NAME
    with ExitStack() as stack:
        stack.callback(_unmake, missing)
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} can't be written: it is not a folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if record.exists():
                record.open("ab").close()
            with TemporaryFile(dir=folder) as trial:
                trial.write(bytes(_ROOM))
        except OSError as error:
            raise UsageError(f"{folder} can't be written: {error.strerror}") from error
        yield
        stack.pop_all()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Lock the folder within the block; `UsageError` when another run uses it.

    The lock is the system's: it ends with the process, however that ends. Where a file system has
    none, nothing is locked.
    """
    path = folder / LOCK
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise UsageError(f"{folder} can't be written: {error.strerror}") from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(
                f"another run is writing into {folder}: name another folder with --out"
            ) from error
        except OSError:
            yield
            return
        try:
            yield
        finally:
            # Before the lock is given up: whoever waits for it makes a file of its own.
            with suppress(OSError):
                path.unlink()
    finally:
        os.close(descriptor)


def _unmake(folders: list[Path]) -> None:
    """Remove these folders, the innermost first, as far as nothing is in them."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def clear(folder: Path) -> None:
    """Remove the files of an earlier run, which the new run replaces.

    Its counter-examples, log and reports would be taken for those of the new run. Whatever else is
    there stays, and so does everything where there is no record. Raises OSError.
    """
    if not (folder / RECORD_NAME).exists():
        return
    for path in (folder / name for name in REPORTS):
        if path.is_file():
            path.unlink()
    examples = folder / FOLDER
    if examples.is_symlink() or not examples.is_dir():
        return
    for path in examples.iterdir():
        if _counter_example().fullmatch(path.name):
            path.unlink()
    if not any(examples.iterdir()):
        examples.rmdir()


def _counter_example() -> re.Pattern[str]:
    """Return what the name of a written counter-example looks like."""
    names = "|".join(re.escape(law.name) for law in known_laws().values())
    return re.compile(rf"(?:{names})-[0-9a-f]+\.yaml")
