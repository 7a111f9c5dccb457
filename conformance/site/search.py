"""The index of the search: one short row for everything that has a page or a place on one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.report.visible import one_line
from conformance.site import addresses
from conformance.site.lists import incompatibilities, terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.site.survey import Survey

_TEXT: Final = 140
_NAME: Final = 200


def entries(survey: Survey) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind, name, text and address, from the site's root, of each thing."""
    for kind, name, text, address in _all(survey):
        yield kind, one_line(name, _NAME), one_line(text, _TEXT), address


def _all(survey: Survey) -> Iterator[tuple[str, str, str, str]]:
    for server in survey.servers:
        text = f"{server.kind} {server.version}"
        yield "server", server.name, text, addresses.page("servers", server.name)
    for kind, questions in (("feature", survey.features), ("workload", survey.workloads)):
        for one in questions:
            text = f"{one.about} {' '.join(one.needs)}"
            yield kind, one.title, text, addresses.page(f"{kind}s", one.id)
    for rule in survey.rules.values():
        yield "rule", rule.id, rule.statement, addresses.page("rules", rule.id)
    codes, headers = terms(survey)
    for kind, rows in (("error code", codes), ("header", headers)):
        for row in rows:
            text = f"{len(row.links)} mentions"
            yield kind, row.name, text, f"terms.html#{row.anchor}"
    for row in incompatibilities(survey):
        yield "incompatibility", row.name, row.text, f"incompatibilities.html#{row.anchor}"
    for source in survey.sources.values():
        yield "source", source.id, source.text, addresses.page("sources", source.id)
    for test in survey.tests.values():
        yield "test", test.id, test.title, addresses.page("tests", test.id)
