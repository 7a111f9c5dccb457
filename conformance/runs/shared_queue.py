"""The tests of a run that several processes take, each test once.

The numbers of the tests stand in a file without a name, and all processes read it by one open file:
what one of them reads moves the position of all (POSIX has reads of one file follow each other). So
there is no lock that a killed process could keep, and nobody who hands tests out.
"""

from __future__ import annotations

import os
import tempfile
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final, Protocol, Self

from conformance.runs.claims import claims
from conformance.runs.lengths import length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from types import TracebackType

    from conformance.catalog.model import Test

_BYTES: Final = 4
_ORDER: Final = "little"


class TestSource(Protocol):
    """Where a process gets tests that others may get instead."""

    def take(self, *, long: bool) -> Test | None:
        """Return the next test that is long, or that is not; None when there is none left."""

    def began(self, test: Test) -> None:
        """Take notice of a test that begins; called by any thread."""


class SharedQueue:
    """The end of the process that keeps the record: says what is to be run; closed by its block.

    ``ends`` are what the other processes take from, see `TakenTests`: for the long tests, and for
    the others. Raises OSError where no temporary file can be made.
    """

    def __init__(self, tests: Sequence[Test]) -> None:
        self._tests = tests
        self._ends = _anonymous(), _anonymous()

    @property
    def ends(self) -> tuple[Connection, Connection]:
        """Two descriptors, as objects that also reach a process that is not a fork."""
        return self._ends

    def fill(self, ids: Iterable[str]) -> None:
        """Offer the tests with these ids: the longest first, and what needs the whole endpoint."""
        wanted = set(ids)
        numbered = [(at, test) for at, test in enumerate(self._tests) if test.id in wanted]
        long = sorted((one for one in numbered if length(one[1])), key=lambda one: -length(one[1]))
        others = [one for one in numbered if not length(one[1])]
        others.sort(key=lambda one: not claims(one[1]).alone)
        for end, tests in zip(self._ends, (long, others), strict=True):
            data = b"".join(at.to_bytes(_BYTES, _ORDER) for at, _ in tests)
            os.truncate(end.fileno(), 0)
            os.lseek(end.fileno(), 0, os.SEEK_SET)
            while data:
                data = data[os.pwrite(end.fileno(), data, os.fstat(end.fileno()).st_size) :]

    def stop(self) -> None:
        """Offer no more tests."""
        for end in self._ends:
            os.lseek(end.fileno(), 0, os.SEEK_END)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end in self._ends:
            end.close()


class TakenTests:
    """The end of a process that runs tests; a `TestSource`."""

    def __init__(
        self,
        tests: Sequence[Test],
        ends: tuple[Connection, Connection],
        began: Callable[[str], None],
    ) -> None:
        self._tests = tests
        self._long, self._others = ends
        self._began = began

    def take(self, *, long: bool) -> Test | None:
        """Return the next test that is long, or that is not; None when there is none left."""
        end = self._long if long else self._others
        number = os.read(end.fileno(), _BYTES)
        return self._tests[int.from_bytes(number, _ORDER)] if number else None

    def began(self, test: Test) -> None:
        """Say that a test begins."""
        self._began(test.id)


def _anonymous() -> Connection:
    with tempfile.TemporaryFile() as file:
        return Connection(os.dup(file.fileno()))
