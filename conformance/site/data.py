"""What the site publishes for programs: JSON with schemas, a feed of changes, badges."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from conformance.findings.model import KINDS
from conformance.report.visible import one_line
from conformance.site import addresses
from conformance.site.model import STANDINGS
from conformance.site.observe import changes
from conformance.site.search import entries
from conformance.vocabulary.impacts import IMPACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.findings.model import Finding
    from conformance.site.model import Cell, Question, Server
    from conformance.site.survey import Survey

FORMAT: Final = 1
_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_TEXT: Final = {"type": "string"}
_COUNT: Final = {"type": "integer", "minimum": 0}
_COLOR: Final = "informational"
"""One colour, as the report's badge has: a badge that goes green is a grade."""


def documents(survey: Survey) -> Iterator[tuple[str, str]]:
    """Yield the address of each JSON document, from the site's root, with its text."""
    yield "data/front.json", _dump(front(survey))
    yield "data/rules.json", _dump(_rules(survey))
    yield "data/changes.json", _dump(_changes(survey))
    yield "data/search.json", _dump({"format": FORMAT, "entries": list(entries(survey))})
    for server in survey.servers:
        yield f"data/servers/{server.slug}.json", _dump(_server(survey, server))
        for one in survey.features:
            cell = survey.cell(server, one)
            yield addresses.badge(server.name, one.id), _dump(badge(one, cell))
    for name, schema in schemas().items():
        yield f"data/schema/{name}.schema.json", _dump(schema)


def front(survey: Survey) -> dict[str, Any]:
    """Return the table of the front: features and workloads by servers."""
    return {
        "format": FORMAT,
        "servers": [_head(server) for server in survey.compared],
        "features": [_row(survey, one) for one in survey.features],
        "workloads": [_row(survey, one) for one in survey.workloads],
    }


def badge(question: Question, cell: Cell) -> dict[str, Any]:
    """Return a badge of a feature, as shields.io reads it from an address."""
    impact = f": {cell.impact}" if cell.impact else ""
    return {
        "schemaVersion": 1,
        "label": f"S3 {question.title}",
        "message": f"{cell.words}{impact}",
        "color": _COLOR,
    }


def _head(server: Server) -> dict[str, Any]:
    run = server.latest
    return {
        "name": server.name,
        "kind": server.kind,
        "version": server.version,
        "date": run.date,
        "whole": run.whole,
        "page": addresses.page("servers", server.name),
    }


def _row(survey: Survey, question: Question) -> dict[str, Any]:
    cells = ((server, survey.cell(server, question)) for server in survey.compared)
    return {
        "id": question.id,
        "title": question.title,
        "group": question.group,
        "cells": {server.name: _cell(cell) for server, cell in cells},
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "standing": cell.standing,
        "impact": cell.impact,
        "reasons": [one_line(reason, 300) for reason in cell.reasons],
        "findings": [one.id for one in cell.findings],
        "tested": cell.tested,
        "passed": cell.passed,
        "total": cell.total,
    }


def _server(survey: Survey, server: Server) -> dict[str, Any]:
    run = server.latest
    return {
        "format": FORMAT,
        **_head(server),
        "suite": run.run.suite_version,
        "catalog": run.run.catalog_digest,
        "features": {one.id: _cell(survey.cell(server, one)) for one in survey.features},
        "workloads": {one.id: _cell(survey.cell(server, one)) for one in survey.workloads},
        "findings": [_finding(server, one) for one in run.findings],
        "tests": {name: one.verdict.value for name, one in sorted(run.outcomes.items())},
    }


def _finding(server: Server, one: Finding) -> dict[str, Any]:
    return {
        "id": one.id,
        "rule": one.rule,
        "kind": one.kind,
        "impact": one.impact,
        "verdict": one.verdict.value,
        "title": one_line(one.title, 1000),
        "tests": list(one.tests),
        "page": addresses.exchange_page(server.name, one.id),
    }


def _rules(survey: Survey) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "rules": [
            {
                "id": rule.id,
                "statement": rule.statement,
                "level": rule.level,
                "impact": rule.impact,
                "sources": list(rule.sources),
                "page": addresses.page("rules", rule.id),
            }
            for rule in survey.rules.values()
        ],
    }


def _changes(survey: Survey) -> dict[str, Any]:
    rows = [
        {
            "server": server.name,
            "before": change.before,
            "after": change.after,
            "new": [one.id for one in change.new],
            "gone": [one.id for one in change.gone],
        }
        for server in survey.servers
        for change in changes(server)
    ]
    rows.sort(key=lambda row: str(row["after"]), reverse=True)
    return {"format": FORMAT, "changes": rows}


def schemas() -> dict[str, dict[str, Any]]:
    """Return the JSON Schema of each kind of document, by name."""
    texts = _list(_TEXT)
    cell = _object(
        standing={"enum": [*STANDINGS]},
        impact={"enum": [*IMPACTS, None]},
        reasons=texts,
        findings=texts,
        tested=_COUNT,
        passed=_COUNT,
        total=_COUNT,
    )
    cells = {"type": "object", "additionalProperties": cell}
    head: dict[str, Any] = {
        **dict.fromkeys(("name", "kind", "version", "date", "page"), _TEXT),
        "whole": {"type": "boolean"},
    }
    row = _object(id=_TEXT, title=_TEXT, group=_TEXT, cells=cells)
    finding = _object(
        **dict.fromkeys(("id", "rule", "title", "page"), _TEXT),
        kind={"enum": [*KINDS]},
        impact={"enum": [*IMPACTS]},
        verdict={"enum": ["FAIL", "WARN"]},
        tests=texts,
    )
    verdicts = {"type": "object", "additionalProperties": _TEXT}
    rule = _object(
        **dict.fromkeys(("id", "statement", "level", "impact", "page"), _TEXT), sources=texts
    )
    change = _object(**dict.fromkeys(("server", "before", "after"), _TEXT), new=texts, gone=texts)
    entry = {"type": "array", "items": _TEXT, "minItems": 4, "maxItems": 4}
    return {
        "front": _document(
            servers=_list(_object(**head)), features=_list(row), workloads=_list(row)
        ),
        "server": _document(
            **head,
            suite=_TEXT,
            catalog=_TEXT,
            features=cells,
            workloads=cells,
            findings=_list(finding),
            tests=verdicts,
        ),
        "rules": _document(rules=_list(rule)),
        "changes": _document(changes=_list(change)),
        "search": _document(entries=_list(entry)),
        "badge": {
            "$schema": _DIALECT,
            **_object(schemaVersion={"const": 1}, label=_TEXT, message=_TEXT, color=_TEXT),
        },
    }


def _document(**known: object) -> dict[str, Any]:
    return {"$schema": _DIALECT, **_object(format={"const": FORMAT}, **known)}


def _object(**known: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": known,
        "required": [*known],
        "additionalProperties": False,
    }


def _list(items: object) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _dump(document: dict[str, Any]) -> str:
    # Whatever stands in a record, lone surrogates too, is plain ASCII then.
    return json.dumps(document, separators=(",", ":")) + "\n"
