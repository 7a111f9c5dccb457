"""What is published: no paths of the machine that made it, and tables that follow the records."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.cli.findings import known_findings
from conformance.cli.site import surveyed
from conformance.record.lines import load
from conformance.record.model import ProblemLine
from conformance.record.reader import read
from conformance.record.to_json import dump
from conformance.report import published
from conformance.report.badge import render as badge
from conformance.report.matrix import render as matrix
from conformance.report.summary import findings_of
from conformance.site.front_table import front_table, with_front
from conformance.targets.launchers.registry import LAUNCHERS
from conformance.vocabulary.verdicts import Verdict

from .samples import a_test, check, exchange, record, text_body

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "reports" / "published"
# What begins a path on the machines that this is run on. Tests of keys may well hold others.
PATHS = re.compile(r"(?<![\w./-])/(?:root|home|work|Users|tmp|var/tmp|dev/shm|github)/\w[^\"\\<]*")


def records() -> list[Path]:
    """Return the published records in the order of the table."""
    found = [FOLDER / name / "record.jsonl.gz" for name in LAUNCHERS]
    return [path for path in found if path.is_file()]


def test_folders_of_this_machine_are_left_out_and_what_lies_below_them_stays() -> None:
    """The longest counts; a name that only begins like one, or goes on behind it, is another."""
    places = ["/home/me", "/home/me/venv/", "/tmp"]  # noqa: S108  # text
    text = '"/home/me/venv/lib/x.py" /home/me/a (/home/me) /home/meadow /srv/tmp/b ../tmp/c /tmp\\n'
    assert published.without_places(text, places) == (
        '"…/lib/x.py" …/a (…) /home/meadow /srv/tmp/b ../tmp/c …\\n'
    )
    assert published.without_places(text, ["", "/"]) == text


def test_a_line_of_a_record_stays_one() -> None:
    """Paths are taken out of the text of the file, which must be JSON behind it."""
    line = ProblemLine(text='File "/home/me/x.py", line 1\n  in /home/me\té', worker="gw0")
    clean = load(published.without_places(dump(line).decode(), ["/home/me"]))
    assert isinstance(clean, ProblemLine)
    assert clean.text == 'File "…/x.py", line 1\n  in …\té'


def test_of_what_needs_no_attention_the_outcome_is_kept() -> None:
    """Of a test that passed the checks and statuses stay; of one that failed, its evidence."""
    given = exchange(role="given", body=text_body("sent"))
    one = exchange(answer=text_body("said"), status="409 Conflict")
    made = record(
        a_test("good", exchanges=(given, one)),
        a_test("bad", Verdict.FAIL, exchanges=(given, one), checks=(check("FAIL", exchange=1),)),
    )
    good, bad = published.lean(made).tests
    assert good.checks == made.tests[0].checks
    assert good.sentences == ()
    answers = [one.response for one in good.exchanges]
    assert [one and one.start_line for one in answers] == [
        "HTTP/1.1 200 OK",
        "HTTP/1.1 409 Conflict",
    ]
    assert [one and (one.headers, one.body.text) for one in answers] == [((), None)] * 2
    assert answers[1] is not None
    assert (answers[1].body.size, answers[1].body.truncated) == (4, True)
    set_up, step = bad.exchanges
    assert step == one
    assert bad.sentences == made.tests[1].sentences
    assert (set_up.request.headers, set_up.request.body.text) == ((), "sent")
    assert set_up.request.start_line == given.request.start_line


@pytest.mark.slow
@pytest.mark.parametrize("name", ["moto", "seaweedfs"])
def test_a_lean_record_has_the_same_findings(name: str) -> None:
    """What is left out decides no finding, no title and no impact."""
    before = read(ROOT / "benchmarks" / "data" / "findings" / f"{name}.jsonl.gz")
    after = published.lean(before)
    assert findings_of(after) == findings_of(before)


def test_the_upload_id_of_a_create_is_kept() -> None:
    """What became of an upload is found out by it, in the record as in the run."""
    create = replace(
        exchange(role="given", answer=text_body("<UploadId>one</UploadId>")),
        operation="CreateMultipartUpload",
    )
    made = record(a_test("bad", Verdict.FAIL, exchanges=(create,), checks=(check("FAIL"),)))
    (kept,) = published.lean(made).tests[0].exchanges
    assert kept.response is not None
    assert kept.response.body == text_body("<UploadId>one</UploadId>")


def test_the_same_record_packs_to_the_same_bytes() -> None:
    """A run that came out the same makes no difference in a repository."""
    assert published.packed("a\n" * 100) == published.packed("a\n" * 100)
    assert gzip.decompress(published.packed("é\n")) == "é\n".encode()


def test_the_table_counts_what_the_record_ends_with() -> None:
    """Everything is counted, and what is not a verdict of the server's is named for what it is."""
    names: tuple[Verdict, ...] = (Verdict.PASS, Verdict.FAIL, Verdict.SKIP, Verdict.ERROR)
    tests = [a_test(f"t/{n}", name) for n, name in enumerate(names)]
    made = published.table([record(*tests, run={"target": "one", "server": "One 1.0"})], ["x.md"])
    row = made.splitlines()[2]
    assert row.startswith(
        "| [one](x.md) | One 1\\.0 | 1 | 1 | 0 | 1 skipped, 1 without an answer |"
    )
    with pytest.raises(ValueError, match="cut short"):
        published.table([record(end=None)], ["x.md"])


def test_only_what_is_between_the_marks_is_made_anew() -> None:
    """The rest of a page is somebody's own words."""
    page = f"before\n{published.BEGIN}\nold\n{published.END}\nafter\n"
    again = published.with_table(page, "| new |\n")
    assert again == f"before\n{published.BEGIN}\n\n| new |\n\n{published.END}\nafter\n"
    assert published.with_table(again, "| new |\n") == again
    with pytest.raises(ValueError, match="no line"):
        published.with_table("nothing", "")


@pytest.mark.parametrize("path", records(), ids=lambda path: path.parent.name)
def test_what_is_published_names_no_folder_of_the_machine(path: Path) -> None:
    """Neither the record nor what is made of it."""
    data = [one.read_bytes() for one in path.parent.rglob("*.*")]
    texts = [(gzip.decompress(one) if one[:2] == b"\x1f\x8b" else one).decode() for one in data]
    assert [found[0] for text in texts for found in PATHS.finditer(text)] == []


@pytest.mark.slow
def test_pages_follow_the_published_records() -> None:
    """Summaries, badges, the matrix and the tables are those of the records beside them."""
    paths = records()
    read_records = [read(path) for path in paths]
    found = [known_findings(one) for one in read_records]
    for path, one, own in zip(paths, read_records, found, strict=True):
        assert (path.parent / "summary.md").read_text("utf-8") == published.summary_page(one, own)
        assert (path.parent / "badge.json").read_text("utf-8") == badge(one)
    text = (ROOT / "reports" / "README.md").read_text("utf-8")
    links = [f"published/{path.parent.name}/summary.md" for path in paths]
    assert published.with_table(text, published.table(read_records, links)) == text
    front = (ROOT / "README.md").read_text("utf-8")
    assert with_front(front, front_table(surveyed(paths))) == front
    links = [f"{path.parent.name}/summary.md" for path in paths]
    page = matrix(read_records, links, found)
    assert (FOLDER / "matrix.html").read_text("utf-8") == page
    assert len(page.encode()) <= 1_000_000
