"""The command ``site``: from records to a folder, and its mistakes."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.exceptions import MissingParameter
from click.testing import CliRunner

from conformance.cli.site import command
from conformance.site.page import LARGEST

if TYPE_CHECKING:
    from click.testing import Result

PUBLISHED = Path(__file__).parents[2] / "reports" / "published"


def site(*arguments: object) -> Result:
    """Run the command within this process."""
    return CliRunner().invoke(command, [str(one) for one in arguments], standalone_mode=False)


@pytest.mark.slow
def test_a_site_of_published_records(tmp_path: Path) -> None:
    """Two published records make a site whose pages are below the limit and whose data agrees."""
    records = [PUBLISHED / name / "record.jsonl.gz" for name in ("swift", "reference")]
    result = site(*records, "--out", tmp_path / "site")
    assert result.exception is None, result.output
    assert "the largest page is" in result.output
    sizes = [one.stat().st_size for one in (tmp_path / "site").rglob("*.html")]
    assert len(sizes) > 2500
    assert max(sizes) <= LARGEST
    front = json.loads((tmp_path / "site" / "data" / "front.json").read_text("utf-8"))
    assert [one["name"] for one in front["servers"]] == ["swift"]
    cells = {row["id"]: row["cells"]["swift"] for row in front["features"]}
    # Its probe was taken, and the read without the key was answered with 200.
    assert cells["sse-c"]["standing"] == "ignored"
    # The request for it was rejected with 501.
    assert cells["kms"]["standing"] == "refuses"
    # Its requests are those of the whole upload in boto3's form.
    assert cells["client-boto3"]["standing"] == "works"


def test_a_page_without_marks_gets_no_table(tmp_path: Path) -> None:
    """The page is named and stays, and no site is made."""
    page = tmp_path / "page.md"
    page.write_text("mine\n")
    result = site(PUBLISHED / "rclone" / "record.jsonl.gz", "--table", page)
    assert getattr(result.exception, "code", None) == 2
    assert page.read_text() == "mine\n"


def test_a_file_that_is_not_a_record_is_named(tmp_path: Path) -> None:
    """The message says which file, and nothing is written."""
    path = tmp_path / "record.jsonl.gz"
    path.write_bytes(gzip.compress(b"[]\n"))
    result = site(path, "--out", tmp_path / "site")
    assert result.exception is not None
    assert str(path) in str(result.exception)
    assert not (tmp_path / "site").exists()


def test_without_records_there_is_nothing_to_make() -> None:
    """At least one record is needed."""
    raised = site().exception
    assert isinstance(raised, MissingParameter)
    assert raised.param is not None
    assert raised.param.name == "records"
