"""Every page of the site, one after the other: its address and its HTML."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from conformance.site import addresses
from conformance.site.answers import answers_to_rule, answers_to_test
from conformance.site.exchanges import failed_checks, views
from conformance.site.lists import list_pages
from conformance.site.observe import changes
from conformance.site.page import render
from conformance.site.survey import CLIENTS
from conformance.vocabulary.impacts import IMPACTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.findings.model import Finding
    from conformance.site.model import Question, Server
    from conformance.site.survey import Survey


def pages(survey: Survey) -> Iterator[tuple[str, str]]:
    """Yield the address of each page, from the site's root, with its text."""
    yield "index.html", render("index.html.j2", "index.html", survey, groups=_groups(survey))
    yield "search.html", render("search.html.j2", "search.html", survey)
    yield from _questions(survey)
    yield from _servers(survey)
    yield from _rules(survey)
    yield from _tests(survey)
    yield from _sources(survey)
    yield from _exchanges(survey)
    yield from list_pages(survey)


def _groups(survey: Survey) -> list[tuple[str, list[Question]]]:
    return [
        (group, list(some)) for group, some in groupby(survey.features, key=lambda one: one.group)
    ]


def _questions(survey: Survey) -> Iterator[tuple[str, str]]:
    for kind, questions in (("features", survey.features), ("workloads", survey.workloads)):
        for one in questions:
            address = addresses.page(kind, one.id)
            rows = [(server, survey.cell(server, one)) for server in survey.compared]
            named = {rule for test in one.tests for rule in survey.tests[test].rules}
            rules = [survey.rules[name] for name in sorted(named & survey.rules.keys())]
            yield (
                address,
                render("question.html.j2", address, survey, question=one, rows=rows, rules=rules),
            )


def _servers(survey: Survey) -> Iterator[tuple[str, str]]:
    for server in survey.servers:
        address = addresses.page("servers", server.name)
        counts = Counter(one.verdict for one in server.latest.outcomes.values())
        yield (
            address,
            render(
                "server.html.j2",
                address,
                survey,
                server=server,
                groups=_groups(survey),
                clients=[
                    one
                    for one in survey.features
                    if one.group == CLIENTS and survey.cell(server, one).standing == "works"
                ],
                by_impact=_by_impact(server.latest.findings),
                counts=[
                    (verdict.value, count)
                    for verdict, count in sorted(counts.items(), key=lambda pair: pair[0].order)
                ],
                history=changes(server),
            ),
        )


def _by_impact(found: Iterable[Finding]) -> list[tuple[str, list[Finding]]]:
    some = list(found)
    sorted_out = [(impact, [one for one in some if one.impact == impact]) for impact in IMPACTS]
    return [(impact, members) for impact, members in sorted_out if members]


def _rules(survey: Survey) -> Iterator[tuple[str, str]]:
    for rule in survey.rules.values():
        address = addresses.page("rules", rule.id)
        yield (
            address,
            render(
                "rule.html.j2",
                address,
                survey,
                rule=rule,
                rows=answers_to_rule(survey, rule.id),
                tests=survey.tests_of_rule.get(rule.id, ()),
            ),
        )


def _tests(survey: Survey) -> Iterator[tuple[str, str]]:
    for test in survey.tests.values():
        address = addresses.page("tests", test.id)
        rows = answers_to_test(survey, test.id)
        yield address, render("test.html.j2", address, survey, test=test, rows=rows)


def _sources(survey: Survey) -> Iterator[tuple[str, str]]:
    for source in survey.sources.values():
        address = addresses.page("sources", source.id)
        yield (
            address,
            render(
                "source.html.j2",
                address,
                survey,
                source=source,
                rules=survey.rules_of_source.get(source.id, ()),
                tests=survey.tests_of_source.get(source.id, ()),
            ),
        )


def _exchanges(survey: Survey) -> Iterator[tuple[str, str]]:
    for server in survey.servers:
        for finding in server.latest.findings:
            yield _exchange(survey, server, finding)


def _exchange(survey: Survey, server: Server, finding: Finding) -> tuple[str, str]:
    address = addresses.exchange_page(server.name, finding.id)
    test = server.latest.shown.get(finding.tests[0]) if finding.tests else None
    shown = list(views(test, server.latest.run)) if test is not None else []
    return address, render(
        "exchange.html.j2",
        address,
        survey,
        server=server,
        finding=finding,
        test=test.id if test is not None else "",
        checks=failed_checks(test) if test is not None else (),
        exchanges=shown,
        left_out=len(test.exchanges) - len(shown) if test is not None else 0,
    )
