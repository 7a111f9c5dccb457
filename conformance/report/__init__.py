"""Reports for people and for CI, made from a record alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from conformance.report import badge, ctrf, junit, markdown
from conformance.report.files import write_whole
from conformance.report.html import report_page as html
from conformance.report.summary import findings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from conformance.findings.model import Finding
    from conformance.record.model import Record

Renderer: TypeAlias = "Callable[[Record, Sequence[Finding] | None], str | Iterator[str]]"
RENDERERS: Final[dict[str, Renderer]] = {
    "report.html": html.pieces,
    "junit.xml": junit.render,
    "summary.md": markdown.render,
    "ctrf.json": ctrf.render,
    "badge.json": badge.render,
}
"""File name to the pure function from a `Record` and its findings to the file's text, or pieces."""


def write_reports(record: Record, out: Path, found: Sequence[Finding] | None = None) -> None:
    """Write the files of `RENDERERS` for a record into the folder ``out``.

    ``found`` are its findings; by default those that can be made of the record alone.

    The folder is made when it does not exist. A file is there whole or not at all. Raises OSError.
    """
    out.mkdir(parents=True, exist_ok=True)
    found = findings_of(record) if found is None else found
    for name, render in RENDERERS.items():
        write_whole(out / name, render(record, found))
