"""The pages that list things: rules, sources, codes and headers, incompatibilities."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.site import addresses
from conformance.site.page import render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.site.survey import Survey

_HEADER: Final = re.compile(
    r"\b(?:x-amz-[a-z0-9-]*[a-z0-9]|if-(?:none-)?match|content-md5)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One thing of a list."""

    name: str
    anchor: str
    text: str = ""
    address: str = ""
    """From the site's root; empty where it has no page of its own."""
    links: tuple[tuple[str, str], ...] = ()


def list_pages(survey: Survey) -> Iterator[tuple[str, str]]:
    """Yield the address and the text of each list."""
    codes, headers = terms(survey)
    for address, title, about, sections in (
        ("rules/index.html", "Rules", "Every rule, with the answers of all servers.",
         [("Rules", _rules(survey))]),
        ("sources/index.html", "Sources", "What expectations are based on.",
         [("Sources", _sources(survey))]),
        ("terms.html", "Codes and headers", "Where error codes and headers are mentioned.",
         [("Error codes", codes), ("Headers", headers)]),
        ("incompatibilities.html", "Incompatibilities",
         "What users of real servers met, with the public threads that report it.",
         [("Incompatibilities", incompatibilities(survey))]),
    ):  # fmt: skip
        yield (
            address,
            render("list.html.j2", address, survey, title=title, about=about, sections=sections),
        )


def _rules(survey: Survey) -> list[Row]:
    return [
        Row(
            name=rule.id,
            anchor=addresses.anchor(rule.id),
            text=rule.statement,
            address=addresses.page("rules", rule.id),
        )
        for rule in sorted(survey.rules.values(), key=lambda one: one.id)
    ]


def _sources(survey: Survey) -> list[Row]:
    return [
        Row(
            name=one.id,
            anchor=addresses.anchor(one.id),
            text=f"{one.grade}: {one.text[:140]}",
            address=addresses.page("sources", one.id),
        )
        for one in sorted(survey.sources.values(), key=lambda one: one.id)
    ]


def terms(survey: Survey) -> tuple[list[Row], list[Row]]:
    """Return error codes with their sources, and headers with the rules and sources about them."""
    codes: dict[str, list[tuple[str, str]]] = defaultdict(list)
    headers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for rule in survey.catalog.rules.values():
        for name in _headers(rule.statement):
            headers[name].append((rule.id, addresses.page("rules", rule.id)))
    for source in survey.catalog.sources.values():
        link = (source.id, addresses.page("sources", source.id))
        if source.code:
            codes[source.code].append(link)
        for name in _headers(f"{source.condition} {source.notes}"):
            headers[name].append(link)
    return _terms(codes), _terms(headers)


def _headers(text: str) -> Iterator[str]:
    yield from dict.fromkeys(match[0].lower() for match in _HEADER.finditer(text))


def _terms(found: dict[str, list[tuple[str, str]]]) -> list[Row]:
    return [
        Row(name=name, anchor=addresses.anchor(name), links=tuple(links))
        for name, links in sorted(found.items())
    ]


def incompatibilities(survey: Survey) -> list[Row]:
    """Return the known incompatibilities, with their threads and a test that catches each."""
    caught: dict[str, list[str]] = defaultdict(list)
    for test in survey.catalog.tests:
        for name in test.catches:
            caught[name].append(test.id)
    rows = []
    for one in survey.catalog.ledger.incompatibilities.values():
        threads = [(thread, _thread(thread)) for thread in one.threads]
        tests = [(name, addresses.page("tests", name)) for name in caught[one.id][:3]]
        rows.append(
            Row(
                name=one.id,
                anchor=addresses.anchor(one.id),
                text=one.statement,
                links=(*threads, *tests),
            )
        )
    return rows


def _thread(name: str) -> str:
    repository, _, number = name.partition("#")
    return f"https://github.com/{repository}/issues/{number}"
