"""Where an expectation comes from stands beside it: a link, and who saw it where that is one."""

from __future__ import annotations

from dataclasses import replace

from lxml import html as parser

from conformance.report.matrix import render
from conformance.vocabulary.verdicts import Verdict

from .pages import page, text_of
from .samples import CATALOG, a_test, record

LINK = "https://github.com/a/b/blob/0123456789012345678901234567890123456789/test.py#L7"
SEEN = replace(
    CATALOG,
    sources=(
        replace(
            CATALOG.sources[0], grade="verified", where="a suite", url=LINK, witnesses=("one",)
        ),
        replace(CATALOG.sources[1], url="javascript:alert(1)", witnesses=("aws",)),
        CATALOG.sources[2],
    ),
)


def test_a_report_links_the_place_of_a_source() -> None:
    """The words are those of the source, the address its own; other schemes are no links."""
    root = page(a_test("t", Verdict.FAIL), catalog=SEEN)
    (link, *_) = root.xpath(f"//a[@href='{LINK}']")
    assert link.text == "a suite"
    assert not root.xpath("//a[starts-with(@href, 'javascript')]")


def test_a_report_says_that_there_is_one_witness() -> None:
    """Beside the source, and beside a test whose weakest expectation stands on him."""
    root = page(a_test("t", Verdict.FAIL, lone_witness="one"), catalog=SEEN)
    assert "one witness: one" in text_of(root, "//p[@class='facts']")
    assert text_of(root, "//ul[@class='sources']//span[@class='where']").count("one witness") == 1
    assert "aws" not in text_of(root, "//ul[@class='sources']")


def test_the_matrix_links_the_sources_of_a_rule() -> None:
    """By the addresses that the records carry."""
    root = parser.document_fromstring(render([record(a_test("t", Verdict.FAIL), catalog=SEEN)]))
    assert [one.text for one in root.xpath(f"//a[@href='{LINK}']")] == ["UP-001"]
    assert not root.xpath("//a[starts-with(@href, 'javascript')]")
