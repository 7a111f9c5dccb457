"""Writes which server fails which test: ``python -m conformance.report.published_results``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from conformance.catalog.history.published import FILE, write_published
from conformance.record.outcome import observed
from conformance.record.reader import read
from conformance.vocabulary.specs_folder import specs_root
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from conformance.record.model import Record

_RECORDS: Final = "reports/published/*/record.jsonl.gz"


def summary(records: Iterable[Record]) -> str:
    """Return the summary of records, of which each is of another target."""
    servers: dict[str, str] = {}
    failing: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for record in records:
        run = record.run
        servers[run.target] = harmless(f"{run.server or 'unknown version'}, {run.started[:10]}")
        for test in record.tests:
            verdict = observed(test)
            if verdict.tested:
                side = failing if verdict.failed() else others
                side.setdefault(test.id, []).append(run.target)
    results = {name: (targets, others.get(name, [])) for name, targets in failing.items()}
    return write_published(servers, results)


def main() -> None:
    """Write the summary of the published records of this checkout."""
    root = specs_root().parent
    text = summary(read(path) for path in sorted(root.glob(_RECORDS)))
    target: Path = specs_root() / "history" / FILE
    target.write_text(text, "utf-8")
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()
