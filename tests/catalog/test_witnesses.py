"""Who saw what supports an expectation, and that every source can be looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.catalog.explain import explain
from conformance.catalog.facts import URL
from conformance.catalog.load import load
from conformance.catalog.select import select
from conformance.catalog.service import operation_names
from conformance.catalog.witnesses import Support, in_words, support

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog

PINNED = 40
"""Hexadecimal digits of a commit."""


@pytest.fixture(scope="module")
def shipped() -> Catalog:
    """Return the project's own catalogue."""
    return load()


def test_every_source_can_be_looked_up(shipped: Catalog) -> None:
    """Each has a link of its own, a date, and a witness unless it is inferred."""
    for source in shipped.sources.values():
        assert URL.fullmatch(source.url), source.id
        assert source.date, source.id
        assert source.witnesses or source.grade == "inferred", source.id
        assert not source.of or source.of in operation_names(), source.id


def test_files_are_linked_at_one_commit(shipped: Catalog) -> None:
    """A link to a file of a repository names a commit, so that it shows the same for ever."""
    for source in shipped.sources.values():
        _, blob, rest = source.url.partition("/blob/")
        commit = rest.partition("/")[0]
        whole = len(commit) == PINNED and set(commit) <= set("0123456789abcdef")
        assert whole or not blob, source.url


def test_ten_tests_of_one_author_are_one_witness(shipped: Catalog) -> None:
    """Sources of one suite count once, a recording never stands alone, nor does S3's own word."""
    locals_ = [one for one in shipped.sources.values() if one.witnesses == ("localstack",)]
    suite = [one for one in shipped.sources.values() if one.witnesses == ("argmin",)]
    word = [one for one in shipped.sources.values() if one.witnesses == ("aws",)]
    assert support(locals_[:10]) == Support(names=("localstack",), recorded=True)
    assert support(locals_[:10]).lone == ""
    assert support(suite[:10]).lone == "argmin"
    assert support(word[:10]).lone == ""
    assert support([*suite[:10], *word[:10]]).names == ("argmin", "aws")


@pytest.mark.parametrize(
    ("names", "lone", "said"),
    [
        (("argmin",), "argmin", "evidence from argmin alone, not recorded"),
        (("localstack",), "", "evidence from localstack"),
        (("localstack", "swift"), "", "evidence from localstack, swift"),
        (("aws",), "", "evidence from S3's documentation"),
        ((), "", "inferred, without evidence"),
    ],
)
def test_in_words(names: tuple[str, ...], lone: str, said: str) -> None:
    """A lone witness without a recording is named; recordings and S3's documentation are not."""
    assert in_words(names, lone) == said


def test_musts_on_one_witness_can_be_selected_and_explained(shipped: Catalog) -> None:
    """`witnesses:1` finds tests whose least supported MUST has one author, whom explain names."""
    found = select(shipped, ["witnesses:1"])
    assert found
    assert all(test.witnesses is not None and len(test.witnesses) == 1 for test in found)
    others = select(shipped, ["not witnesses:1"])
    assert len(found) + len(others) == len(shipped.tests)
    lone = next(test for test in found if test.lone_witness and "[" in test.id)
    assert f"evidence from {lone.lone_witness} alone, not recorded" in explain(shipped, lone.id)
