"""Writes a record as the run goes on, so that a killed run leaves all that it had seen."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Self, TypeVar

from conformance.record.model import Line
from conformance.record.to_json import written

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from conformance.record.model import Record

_Kind = TypeVar("_Kind", bound=Line)


class RecordWriter:
    """A new record at ``path``; its folder is made when it does not exist.

    Each line goes out in one write to a file opened for appending, without a buffer in between: a
    kill leaves whole lines, and at most the last one broken. An older record at that path is
    replaced. Lines may come from any thread. OSError when the file can't be written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._lock = threading.Lock()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC
        self._file: int | None = os.open(path, flags, 0o644)

    def write(self, line: _Kind) -> _Kind:
        """Append one line and return it as it reads back; ValueError after `close`."""
        data, line = written(line)
        rest = memoryview(data + b"\n")
        with self._lock:
            if self._file is None:
                raise ValueError(f"the record {self.path} is closed")
            while rest:
                rest = rest[os.write(self._file, rest) :]
        return line

    def close(self) -> None:
        """Hand the file to the disk and close it; closing again does nothing."""
        with self._lock:
            if self._file is None:
                return
            descriptor, self._file = self._file, None
            try:
                os.fsync(descriptor)
            except OSError:
                pass  # a pipe or a special file has nothing to bring to disk
            finally:
                os.close(descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def write_record(path: Path, record: Record) -> None:
    """Write a whole record again; OSError when the file can't be written."""
    with RecordWriter(path) as writer:
        writer.write(record.run)
        writer.write(record.catalog)
        lines: tuple[Line, ...] = (*record.capabilities, *record.tests, *record.problems)
        for line in lines:
            writer.write(line)
        if record.baseline is not None:
            writer.write(record.baseline)
        if record.end is not None:
            writer.write(record.end)
