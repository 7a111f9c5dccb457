"""What differs from a baseline as annotations of GitHub Actions, on the baseline's own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.report.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.record.model import Record

_SHOWN: Final = 50
"""GitHub shows ten of a step, and fifty of a job."""
_IN_DATA: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY: Final = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def workflow_commands(record: Record) -> str:
    """Return workflow commands, one a line; empty when nothing differs or there is no baseline."""
    return "".join(f"{line}\n" for line in _lines(record))


def _lines(record: Record) -> Iterator[str]:
    baseline = record.baseline
    if baseline is None:
        return
    for one in baseline.findings[:_SHOWN]:
        file = _escaped(baseline.file, _IN_PROPERTY)
        title = _escaped(f"{one.kind}: {one.id}", _IN_PROPERTY)
        text = _escaped(f"{one.text} - accept it with: {one.mend}", _IN_DATA)
        yield f"::error file={file},line={max(1, one.line)},title={title}::{text}"


def _escaped(text: str, table: dict[str, str]) -> str:
    """Escape as the runner reads it: an endpoint's words must not become a command."""
    return "".join(table.get(character, character) for character in one_line(text, 1000))
