"""What the tests of earlier catalogues expected, as digests.

``specs/history/expected-VERSION.txt`` holds one table: ``name: value`` lines, an empty line, and a
line with id and digests for each test. A table with a line ``base: FILE`` holds only those in which
it differs from that file. ``python -m conformance.catalog.history`` writes one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from conformance.vocabulary.expected import Expected, read_expected
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FOLDER: Final = "history"
_PATTERN: Final = "expected-*.txt"
_BEFORE: Final = "expected-0.1.0.txt"
_BASE: Final = "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The digests of one catalogue."""

    version: str
    """The release that it belongs to."""
    commit: str
    """The commit of which it was made."""
    catalog_digest: str
    """As the ``run`` line of a record has it."""
    expected: Mapping[str, Expected]
    """By id of the test."""


def before_digests() -> Table | None:
    """Return the table of the last catalogue whose records and baselines had no digests."""
    return _tables(specs_root() / FOLDER).get(_BEFORE)


def table_of(catalog_digest: str) -> Table | None:
    """Return the table of the catalogue with that digest; None where none is kept."""
    found = _tables(specs_root() / FOLDER).values()
    return next((one for one in found if one.catalog_digest == catalog_digest), None)


def history_of(test_id: str) -> tuple[tuple[Table, Expected], ...]:
    """Return what a test expected in each catalogue that is kept, by the names of the tables."""
    found = _tables(specs_root() / FOLDER).values()
    return tuple((one, one.expected[test_id]) for one in found if test_id in one.expected)


@lru_cache(maxsize=4)
def _tables(folder: Path) -> Mapping[str, Table]:
    texts = {path.name: path.read_text("utf-8") for path in sorted(folder.glob(_PATTERN))}
    whole = {name: read_table(text) for name, text in texts.items() if f"\n{_BASE}: " not in text}
    return whole | {
        name: read_table(text, whole) for name, text in texts.items() if name not in whole
    }


def read_table(text: str, others: Mapping[str, Table] = MappingProxyType({})) -> Table:
    """Return the table that a text holds; ValueError when it is none.

    ``others`` are those by file name on which it may be based.
    """
    head, _, body = text.partition("\n\n")
    named = dict(line.split(": ", 1) for line in head.splitlines() if not line.startswith("#"))
    try:
        expected = dict(others[named[_BASE]].expected) if _BASE in named else {}
        version, commit, digest = (named[name] for name in ("version", "commit", "catalogue"))
    except KeyError as error:
        raise ValueError(f"the table has no line, or no base, {error}") from None
    for line in body.splitlines():
        name, digests = expected_line(line)
        if digests is None:
            raise ValueError(f"a line without digests: {line}")
        expected[name] = digests
    return Table(version=version, commit=commit, catalog_digest=digest, expected=expected)


def write_table(version: str, commit: str, digest: str, rows: Iterable[tuple[str, str]]) -> str:
    """Return the text of a table; ``rows`` are ids with their digests as words."""
    lines = [
        "# What each test of this catalogue expected, as digests: see docs/guides/upgrading.md.",
        f"version: {version}",
        f"commit: {commit}",
        f"catalogue: {digest}",
        "",
        *(f"{name} {words}" for name, words in sorted(rows)),
    ]
    return "\n".join(lines) + "\n"


def expected_line(text: str) -> tuple[str, Expected | None]:
    """Return id and digests of a line; None where it has no digests. ValueError for other words.

    An id has no spaces.
    """
    name, _, words = text.strip().partition(" ")
    return name, read_expected(words.strip())
