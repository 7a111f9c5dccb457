"""The pages of a site: links, sizes, addresses, hostile text, life without JavaScript."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from lxml import html

from conformance.site import build as building
from conformance.site.addresses import page, slug, web_link
from conformance.site.build import SiteError, build, files
from conformance.site.page import LARGEST
from conformance.vocabulary.verdicts import Verdict

from .links import clicks, dead_links
from .site_samples import HOSTILE, hostile_record, line, record, surveyed

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.catalog.model import Catalog
    from conformance.site.survey import Survey

KINDS = {
    "index.html", "search.html", "terms.html", "incompatibilities.html", "features", "workloads",
    "servers", "rules", "tests", "sources", "exchanges",
}  # fmt: skip
SHOWN_ON = {
    "index.html", "features", "workloads", "servers", "rules", "tests", "sources", "exchanges",
}  # fmt: skip
"""Kinds of pages on which text of a record stands."""


def kind(address: str) -> str:
    """Return what kind of page has an address."""
    return address.partition("/")[0]


def pages(site: dict[str, str]) -> dict[str, html.HtmlElement]:
    """Return the parsed pages of a site."""
    return {
        address: html.document_fromstring(text)
        for address, text in site.items()
        if address.endswith(".html")
    }


def test_every_kind_of_page_is_there(small_site: dict[str, str]) -> None:
    """The sample has pages of all kinds, so that what follows looks at each."""
    assert {kind(address) for address in small_site if address.endswith(".html")} == KINDS


def test_no_link_is_dead(small_site: dict[str, str]) -> None:
    """Each internal link, with its fragment, leads to something."""
    assert list(dead_links(small_site)) == []


def test_every_page_is_three_clicks_away_at_most(small_site: dict[str, str]) -> None:
    """From the front, by links alone: the answer to a question of a buyer or of a maintainer."""
    pages = {address for address in small_site if address.endswith(".html")}
    away = clicks(small_site)
    assert pages - away.keys() == set()
    assert max(away.values()) <= 3


def test_a_dead_link_is_found() -> None:
    """The check of links sees missing files and missing places."""
    site = {"a/b.html": "<p><a href='../c.html'>1</a><a href='#x'>2</a><a href='b.html'>3</a></p>"}
    assert list(dead_links(site)) == ["a/b.html: ../c.html", "a/b.html: #x"]


def test_hostile_text_is_inert(small_site: dict[str, str]) -> None:
    """No page of any kind has an element, attribute or address that a record brought."""
    seen = Counter[str]()
    for address, root in pages(small_site).items():
        scripts = root.xpath("//script")
        assert [one.get("src") for one in scripts] == (
            ["search.js"] if address == "search.html" else []
        ), address
        assert not root.xpath("//img | //iframe | //object | //style | //*[@style]"), address
        assert not [name for one in root.iter() for name in one.keys() if name.startswith("on")]  # noqa: SIM118 - attributes
        assert not [link for link in root.xpath("//@href") if link.startswith("javascript")]
        text = root.text_content()
        odd = {c for c in text if unicodedata.category(c) in {"Cc", "Cf"} and c not in "\n\t"}
        assert not odd, address
        if "<script>alert(1)" in text:
            seen[kind(address)] += 1
    assert seen.keys() == SHOWN_ON


def test_data_is_plain_ascii(small_site: dict[str, str]) -> None:
    """What a record brought can't break JSON, whoever reads it."""
    assert all(text.isascii() for address, text in small_site.items() if address.endswith(".json"))


def test_the_policy_allows_own_files_alone(small_site: dict[str, str]) -> None:
    """Each page has the policy, before anything is loaded, and asks for nothing outside."""
    for address, root in pages(small_site).items():
        (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
        assert policy.startswith("default-src 'none'"), address
        assert "unsafe" not in policy
        loaded = root.xpath("//link/@href | //script/@src")
        assert not [one for one in loaded if "//" in one.removeprefix("data:")], address


def test_without_javascript_everything_can_be_read(
    small_site: dict[str, str], small_survey: Survey
) -> None:
    """The front has each server's standing as text; the search leads to the lists instead."""
    root = html.document_fromstring(small_site["index.html"])
    text = " ".join(root.text_content().split())
    cells = root.xpath("//table//td")
    questions = (*small_survey.features, *small_survey.workloads)
    assert len(cells) == len(questions) * len(small_survey.compared)
    for server in small_survey.compared:
        for one in questions:
            assert small_survey.cell(server, one).words in text
    search = html.document_fromstring(small_site["search.html"])
    assert len(search.xpath("//noscript//a")) == 4


def test_the_front_says_what_expectations_are_based_on(
    small_site: dict[str, str], small_survey: Survey
) -> None:
    """The sentence about Amazon S3 stands at the head, with the number of recorded answers."""
    assert small_survey.recorded > 0
    text = " ".join(html.document_fromstring(small_site["index.html"]).text_content().split())
    sentence = "No run against Amazon S3 itself has been published; expectations are based on"
    assert f"{sentence} {small_survey.recorded} recorded answer" in text


def test_with_a_run_against_amazon_the_front_says_so(catalog: Catalog) -> None:
    """The sentence that there is none is not on a site that has one."""
    one = record(line(catalog.tests[0].id, Verdict.PASS), target="aws")
    text = dict(files(surveyed(catalog, one)))["index.html"]
    assert "No run against Amazon S3" not in text
    assert "A run against Amazon S3 itself is among these" in text


def test_the_reference_is_not_compared(small_survey: Survey, small_site: dict[str, str]) -> None:
    """It passes by construction, so it has a page and no column."""
    assert "reference" not in {one.name for one in small_survey.compared}
    assert "passes by construction" in small_site["servers/reference.html"]


def test_addresses_are_the_same_in_every_build(catalog: Catalog) -> None:
    """Neither the order of records nor another record changes the address of a page or place."""
    name = catalog.tests[0].id
    one, other = record(line(name, Verdict.FAIL)), hostile_record(name)
    first = dict(files(surveyed(catalog, one, other)))
    second = dict(files(surveyed(catalog, other, one)))
    alone = dict(files(surveyed(catalog, one)))
    assert first == second
    assert alone.keys() <= first.keys()
    for address, root in pages(alone).items():
        ids = set(root.xpath("//@id"))
        assert ids <= set(html.document_fromstring(first[address]).xpath("//@id")), address


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("part.number-range", "rules/part.number-range.html"),
        ("CK-063", "rules/CK-063.html"),
        ("upload-part/number[zero]", "rules/upload-part-number-zero-ed1c13de4e.html"),
    ],
)
def test_an_address_never_changes(name: str, expected: str) -> None:
    """A permalink that was published leads to the same thing in every later release."""
    assert page("rules", name) == expected


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "index", "..", "", "a/b", "\ud800", "A" * 300]
)
def test_no_id_leaves_its_folder(name: str) -> None:
    """Whatever an id holds, its file name is one plain word."""
    made = slug(name)
    assert made not in {"", ".", "..", "index"}
    assert "/" not in made
    assert ".." not in made
    assert len(made) <= 80
    made.encode("ascii")


def test_different_ids_have_different_addresses() -> None:
    """Ids that differ in a bracket, or in what is cut off, do not meet."""
    names = ["a/b", "a[b]", "a-b", "a b", HOSTILE, f"{HOSTILE}.", "x" * 100, "x" * 101]
    assert len({slug(name) for name in names}) == len(names)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("https://example.com/a b", ""),
        ('https://example.com/"><b>', "https://example.com/%22%3E%3Cb%3E"),
    ],
)
def test_only_web_addresses_are_linked(url: str, linked: str) -> None:
    """A source of a stranger's record can't bring another scheme, or leave its attribute."""
    assert web_link(url) == linked


def test_a_large_record_makes_no_large_page(catalog: Catalog) -> None:
    """Thousands of failures, each with long text, stay below the limit on every page."""
    long = "é" * 5000
    tests = [line(f"many/case[{n}]", Verdict.FAIL, f"{n} {long}") for n in range(700)]
    same = [line(f"same/case[{n}]", Verdict.FAIL, long) for n in range(3000)]
    site = files(surveyed(catalog, record(*tests, *same)))
    sizes = {a: len(text.encode()) for a, text in site if a.endswith(".html")}
    assert len(sizes) > 700
    assert {address for address, size in sizes.items() if size > LARGEST} == set()


def test_a_page_that_is_too_large_is_an_error(
    small_survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is checked, and the message names the page."""
    monkeypatch.setattr(building, "LARGEST", 1000)
    with pytest.raises(SiteError, match=r"index\.html has"):
        build(small_survey, tmp_path)
