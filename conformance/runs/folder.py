"""The folder of a run: whether it can be written, and what an earlier run has left in it."""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import ExitStack, contextmanager, suppress
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Final

from conformance.properties.law_runner import FOLDER
from conformance.properties.laws import ALL
from conformance.runs.errors import UsageError
from conformance.runs.recorder import RECORD_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
_COUNTER_EXAMPLE: Final = re.compile(
    rf"(?:{'|'.join(re.escape(law.name) for law in ALL)})-[0-9a-f]+\.yaml"
)


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Make the folder, unless it is there; when the block fails what was made goes again.

    Raises `UsageError` when no record could be written there, so that nothing is sent in vain.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    record = folder / RECORD_NAME
    with ExitStack() as stack:
        stack.callback(_unmake, missing)
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} can't be written: it is no folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if record.exists():
                record.open("ab").close()
            else:
                TemporaryFile(dir=folder).close()
        except OSError as error:
            raise UsageError(f"{folder} can't be written: {error.strerror}") from error
        yield
        stack.pop_all()


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other runs from the folder within the block; its record is one run's alone.

    Raises `UsageError` when another run has it. Where the file system knows no locks there is none.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UsageError(
                f"{folder} is the folder of a run that is at work: give another with --out"
            ) from None
        except OSError:
            pass  # such as a network's file system
        yield
    finally:
        os.close(descriptor)


def _unmake(folders: list[Path]) -> None:
    """Remove these folders, the innermost first, as far as nothing is in them."""
    with suppress(OSError):
        for folder in folders:
            folder.rmdir()


def clear(folder: Path) -> None:
    """Remove what an earlier run has left beside its record, which a new one is to replace.

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
        if _COUNTER_EXAMPLE.fullmatch(path.name):
            path.unlink()
    if not any(examples.iterdir()):
        examples.rmdir()
