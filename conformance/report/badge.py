"""A badge in the form that shields.io reads from an address: counts, and no grade."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from conformance.report.summary import summarize
from conformance.report.words import VERDICTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.findings.model import Finding
    from conformance.record.model import Record

_COLOR: Final = "informational"
"""One colour whatever came out: a badge that goes green is a grade."""


def render(record: Record, found: Sequence[Finding] | None = None) -> str:
    """Return the JSON document: how many tests passed, failed, and were not tested."""
    summary = summarize(record, found)
    kinds = {"passed": 0, "failed": 0, "not tested": 0}
    for name, count in summary.counts.items():
        kinds[_kind(name)] += count
    counts = ", ".join(f"{count:,} {name}" for name, count in kinds.items() if count)
    message = counts or "no test"
    if summary.warning:
        message = f"{'cut short' if record.end is None else 'incomplete'}: {message}"
    document = {
        "schemaVersion": 1,
        "label": "S3 multipart",
        "message": message,
        "color": _COLOR,
    }
    return json.dumps(document) + "\n"


def _kind(name: str) -> str:
    if name in {"FAIL", "XFAIL"}:
        return "failed"
    return "not tested" if VERDICTS[name].kind in {"untested", "unrun"} else "passed"
