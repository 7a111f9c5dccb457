"""The report as one HTML page that needs no network and no JavaScript."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import jinja2
from markupsafe import Markup

from conformance.report.rerun import command_line
from conformance.report.room import room
from conformance.report.summary import summarize
from conformance.report.view import TestView, capability_views, test_views
from conformance.report.visible import mark, one_line, shorten, visible
from conformance.report.words import (
    EXIT_CODES,
    IMPACT_TITLES,
    NOT_RUN,
    VERDICTS,
    VerdictWords,
    duration,
    moment,
    number,
)

if TYPE_CHECKING:
    from conformance.record.model import Record

_TEXT_LIMIT = 2000
"""Characters of any one value of a record outside heads and bodies."""
_SCENARIO_LIMIT = 20_000
"""Characters of a counter-example; a scenario that is cut can't be run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationRow:
    """Tests of one operation, counted a verdict, in the order of the columns."""

    operation: str
    counts: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGroup:
    """The tests of one verdict."""

    words: VerdictWords
    tests: tuple[TestView, ...]


def render(record: Record) -> str:
    """Return the page for a record, whole or cut short; under 15 MB for a thousand tests."""
    views = test_views(record)
    summary = summarize(record)
    shown = {view.line.id: view for view in views}
    environment, style, script = _page_parts()
    return environment.get_template("report.html.j2").render(
        record=record,
        run=record.run,
        end=record.end,
        summary=summary,
        tiles=[(VERDICTS[name], count) for name, count in summary.counts.items()],
        views=shown,
        groups=_groups(views),
        every_curl=room(record).every_curl,
        laws=[view for view in views if view.line.search],
        law_counts=Counter(view.line.verdict for view in views if view.line.search),
        capabilities=capability_views(record),
        columns=[VERDICTS[name] for name in summary.counts if name != NOT_RUN],
        operations=_operations(record, tuple(summary.counts)),
        command=command_line(record.run.command),
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def _groups(views: tuple[TestView, ...]) -> list[VerdictGroup]:
    groups: dict[str, list[TestView]] = {}
    for view in views:
        groups.setdefault(view.line.verdict, []).append(view)
    return [
        VerdictGroup(words=VERDICTS[name], tests=tuple(members)) for name, members in groups.items()
    ]


def _operations(record: Record, verdicts: tuple[str, ...]) -> list[OperationRow]:
    table: dict[str, Counter[str]] = {}
    for test in record.tests:
        for operation in dict.fromkeys(test.operations):
            table.setdefault(operation, Counter())[test.verdict] += 1
    columns = [name for name in verdicts if name != NOT_RUN]
    return [
        OperationRow(
            operation=operation,
            counts=tuple(found[name] for name in columns),
            total=found.total(),
        )
        for operation, found in sorted(table.items())
    ]


@lru_cache(maxsize=1)
def _page_parts() -> tuple[jinja2.Environment, Markup, Markup]:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("conformance.report", "templates"),
        autoescape=True,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {"duration": duration, "moment": moment, "one_line": one_line}
    environment.filters["whole"] = lambda text: mark(text, _SCENARIO_LIMIT)
    environment.globals |= {
        "exit_codes": EXIT_CODES,
        "number": number,
        "impact_titles": IMPACT_TITLES,
    }
    templates = resources.files("conformance.report") / "templates"
    # Our own files, which must stand in the page as they are for their hashes to hold.
    style = Markup((templates / "report.css").read_text("utf-8"))  # noqa: S704 - see above
    script = Markup((templates / "report.js").read_text("utf-8"))  # noqa: S704 - see above
    return environment, style, script


def _finalize(value: object) -> object:
    """Make every plain string of the page visible and bounded; prepared HTML stays as it is."""
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return shorten(visible(value), _TEXT_LIMIT)
    return value


def _hash(text: str) -> str:
    """Return a source expression of a Content-Security-Policy that allows just this text."""
    digest = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
