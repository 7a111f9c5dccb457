"""Who fails which test."""

from __future__ import annotations

import pytest
from record.samples import make_line, record

from conformance.catalog.history.published import published, read_published
from conformance.record.reader import read
from conformance.report.published_results import summary
from conformance.vocabulary.specs_folder import specs_root
from conformance.vocabulary.verdicts import Verdict


def test_a_summary_reads_back() -> None:
    """Only tests that anybody fails are in it; who did not run one is not named."""
    made = record(
        make_line("a/b", Verdict.FAIL),
        make_line("a/c", Verdict.PASS),
        make_line("a/d", Verdict.SKIP),
    )
    found = read_published(summary([made]))
    assert found.results == {"a/b": ((made.run.target,), ())}
    assert list(found.servers) == [made.run.target]


@pytest.mark.slow
def test_the_shipped_summary_is_of_the_published_records() -> None:
    """`python -m conformance.report.published_results` writes it."""
    folder = specs_root().parent / "reports" / "published"
    paths = sorted(folder.glob("*/record.jsonl.gz"))
    if not paths:
        pytest.skip("no published records here")
    text = summary(read(path) for path in paths)
    assert (specs_root() / "history" / "published.txt").read_text("utf-8") == text
    assert published() == read_published(text)
