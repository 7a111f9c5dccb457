"""Digests change with what a test expects, and with nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalog.digests import Digests, digests_of_checks, of_check
from conformance.catalog.load import load
from conformance.vocabulary.expected import read_expected

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.catalog.model import Catalog, Test
    from conformance.vocabulary.expected import Expected

SCENARIO = """\
format: 1
about: digests
scenarios:
  - id: digest/one
    title: Two steps
    rules: [demo.rule]
    why: to have digests
    steps:
      - CreateMultipartUpload: {}
        must: {status: 200}
        save: {upload: UploadId}
      - ListParts: {UploadId: $upload}
        must: {status: 200, headers: {x-amz-a: one, x-amz-b: two}}
        should: {MaxParts: 1000}
"""


def expected(test: Test) -> Expected:
    """Return the digests of a test."""
    found = read_expected(test.expects)
    assert found is not None
    return found


def changed(before: Test, after: Test) -> set[str]:
    """Return the checks and requests with another digest, by what their ids begin with."""
    was, now = digests_of_checks(before), digests_of_checks(after)
    return {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}


def made(catalog: Catalog, load_text: Callable[[str], tuple[Test, ...]], **put: str) -> Test:
    """Return the test of the scenario, with some of its text replaced."""
    rule = next(iter(catalog.rules))
    text = SCENARIO.replace("demo.rule", rule)
    for old, new in put.items():
        assert old in text
        text = text.replace(old, new)
    return load_text(text)[0]


def test_titles_and_notes_do_not_count(
    catalog: Catalog, load_text: Callable[[str], tuple[Test, ...]]
) -> None:
    """A test that is only worded differently expects the same."""
    first = made(catalog, load_text)
    assert made(catalog, load_text, Two="Three", digests="words").expects == first.expects


def test_a_matcher_changes_the_digest_of_its_check_alone(
    catalog: Catalog, load_text: Callable[[str], tuple[Test, ...]]
) -> None:
    """The requests and the other checks keep theirs."""
    first, second = made(catalog, load_text), made(catalog, load_text, two="three")
    assert expected(first).whole != expected(second).whole
    assert expected(first).requests == expected(second).requests
    assert changed(first, second) == {"ListParts.must.headers.x-amz-b"}


def test_a_request_changes_all_that_follows_it(
    catalog: Catalog, load_text: Callable[[str], tuple[Test, ...]]
) -> None:
    """What was checked before it stays as it is."""
    first = made(catalog, load_text)
    second = made(catalog, load_text, **{"$upload}": "$upload, MaxParts: 5}"})
    assert expected(first).requests != expected(second).requests
    assert {name.partition(".")[0] for name in changed(first, second)} == {"ListParts"}


def test_the_grade_of_evidence_counts_and_a_further_witness_does_not(catalog: Catalog) -> None:
    """Only the whole digest knows of evidence: no check is another one for it."""
    digests = Digests(catalog.rules, catalog.sources, catalog.capabilities)
    test = next(one for one in catalog.tests if one.sources or catalog.rules[one.rules[0]].sources)
    name = (test.sources or catalog.rules[test.rules[0]].sources)[0]
    cited = [catalog.sources[one] for one in catalog.sources]
    regraded = {one.id: replace(one, grade="recorded") for one in cited}
    lowered = {one.id: replace(one, grade="inferred") for one in cited}
    high = Digests(catalog.rules, regraded, catalog.capabilities).of(test)
    low = Digests(catalog.rules, lowered, catalog.capabilities).of(test)
    assert high.whole != low.whole
    assert (high.requests, high.checks) == (low.requests, low.checks)
    witnessed = {**catalog.sources, name: replace(catalog.sources[name], witnesses=("one", "two"))}
    assert Digests(catalog.rules, witnessed, catalog.capabilities).of(test) == digests.of(test)


def test_a_check_is_found_by_its_id(
    catalog: Catalog, load_text: Callable[[str], tuple[Test, ...]]
) -> None:
    """With the path below its field; what has no digest of its own has that of its request."""
    found = digests_of_checks(made(catalog, load_text))
    for check, key in (
        ("ListParts.must.headers.x-amz-a", "ListParts.must.headers.x-amz-a"),
        ("ListParts[3].should.MaxParts[0].x", "ListParts.should.MaxParts"),
        ("ListParts.must.answer", "ListParts"),
        ("ListParts.should.root", "ListParts"),
    ):
        assert of_check(found, "ListParts", check) == found[key]
    assert of_check(found, "Unknown", "Unknown.must.status") == ""


def test_every_shipped_test_has_digests_that_differ() -> None:
    """Two tests with one digest would hide a change; properties have one of their own, too."""
    tests = load().tests
    wholes = [expected(test).whole for test in tests]
    assert all(len(digests_of_checks(test)) > 0 for test in tests)
    assert len(set(wholes)) > len(wholes) * 0.95
