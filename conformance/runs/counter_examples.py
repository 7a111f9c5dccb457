"""Writes the counter-examples of properties, as scenario files next to the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import TestLine


def write_counter_examples(folder: Path, line: TestLine) -> list[str]:
    """Write each counter-example of a test to its file; return what could not be written.

    The record holds the same text, so that nothing is lost with a file.
    """
    problems: list[str] = []
    for example in line.search.counter_examples if line.search else ():
        path = folder / example.file
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_text(example.text, encoding="utf-8")
        except OSError as error:
            problems.append(f"{path} could not be written: {error.strerror or error}")
    return problems
