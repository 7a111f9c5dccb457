"""What is known of the rules of checks: from the catalogue, else from the record."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.catalog.load import load
from conformance.findings.book import book_of
from conformance.record.catalog_line import CatalogLine, RuleText

from .samples import Sent, a_test, record, refusal

if TYPE_CHECKING:
    from conformance.catalog.model import Catalog


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the catalogue of this suite."""
    return load()


@pytest.mark.parametrize(
    ("test", "check", "rules"),
    [
        # A step that names its rules; a case may give the name.
        (
            "complete/precedence/plain[total-before-condition]",
            "CompleteMultipartUpload.must.status",
            ("complete.precedence", "complete.object-size"),
        ),
        (
            "complete/rejected/retried[wrong-order]",
            "CompleteMultipartUpload.must.status",
            ("complete.order",),
        ),
        # What its sources stand for.
        (
            "upload-part/checksum/right[crc32]",
            "ListParts.must.ChecksumAlgorithm",
            ("checksum.listed",),
        ),
        # A request of a repeat is one of its step's.
        ("list-parts/pages", "second-page[3].must.Parts.length", ("list-parts.paging",)),
    ],
)
def test_the_catalogue_knows_the_rule_of_a_check(
    catalog: Catalog, test: str, check: str, rules: tuple[str, ...]
) -> None:
    """It is that of the step, not the first of the scenario."""
    assert book_of(record(), catalog).rules_of(test, check) == rules


def test_a_test_that_is_gone_has_the_rules_of_its_record(catalog: Catalog) -> None:
    """An old record, or one of somebody's own scenarios."""
    test = a_test(
        Sent(checks=refusal("400", "200", "BadDigest")), id_="mine/own", rules=("my.rule",)
    )
    assert book_of(record(test), catalog).rules_of("mine/own", "UploadPart.must.status") == (
        "my.rule",
    )
    assert book_of(record(test), None).rules_of("nobody/knows", "UploadPart.must.status") == ()


def test_rules_that_only_the_record_has_keep_their_statement() -> None:
    """A title can be made without the catalogue."""
    line = CatalogLine(
        rules=(
            RuleText(id="my.rule", statement="Mine", level="MUST", impact="security", sources=()),
        ),
        sources=(),
    )
    known = book_of(replace(record(), catalog=line), None)
    assert (known.rules["my.rule"].statement, known.rules["my.rule"].impact) == ("Mine", "security")
