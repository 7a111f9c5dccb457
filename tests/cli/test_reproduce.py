"""``reproduce``, ``scenario``, ``evidence``, ``run --dry-run`` and ``--budget``."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING

import pytest
from command_helpers import ACCESS_KEY, BAD, GOOD, SECRET_KEY, Command, record_in, spec

from conformance.record.reader import read
from conformance.record.to_json import dump

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.record.model import Line

RAW = """\
GET /b/k?uploadId=u HTTP/1.1
Host: h

HTTP/1.1 404 Not Found

<Error><Code>NoSuchUpload</Code></Error>
"""


@pytest.fixture
def bad(command: Command, at: tuple[str, ...], tmp_path: Path) -> Path:
    """Run one scenario that fails and return its record."""
    command("run", *at, "--out", "bad", str(spec(tmp_path / "s.yaml", BAD)))
    return tmp_path / "bad" / "record.jsonl"


def test_a_script_goes_to_standard_output(command: Command, bad: Path) -> None:
    """Of the files that the record names; no key is in it, and what was seen is."""
    result = command("reproduce", "t[1]", "--record", str(bad))
    assert result.code == 0
    ast.parse(result.out)
    assert SECRET_KEY not in result.out
    assert ACCESS_KEY not in result.out
    assert "accepted (200); must be rejected with 418" in result.out


def test_findings_and_the_page_name_the_command(command: Command, bad: Path) -> None:
    """Whoever reads them can copy it."""
    line = "s3-conformance reproduce 't[1]' --record"
    assert line in command("findings", str(bad)).out
    assert line.replace("'", "&#39;") in bad.with_name("report.html").read_text("utf-8")


def test_report_writes_a_script_for_each_failure(
    command: Command, bad: Path, tmp_path: Path
) -> None:
    """Beside the reports, in a folder of its own."""
    result = command("report", str(bad), "--reproduce", "scripts")
    assert result.code == 0
    (file,) = (tmp_path / "scripts").iterdir()
    assert file.name == "t-1.py"
    ast.parse(file.read_text("utf-8"))


@pytest.mark.parametrize("name", ["nothing/like/it", "property/keys", '"; rm -rf /', "\x1b[31m"])
def test_what_has_no_script_ends_in_2(command: Command, name: str) -> None:
    """The message says why, in one line without control characters."""
    result = command("reproduce", name)
    assert (result.code, result.out) == (2, "")
    assert "no script repeats this" in result.err
    assert "\x1b" not in result.err


def test_a_draft_is_written_linted_and_run(command: Command, at: tuple[str, ...]) -> None:
    """From a file to a verdict: lint names the two things that are missing."""
    with open("seen.txt", "w", encoding="utf-8") as file:  # noqa: PTH123  # in the test's folder
        file.write(RAW)
    made = command("scenario", "from-exchange", "seen.txt", "--out", "draft.yaml")
    assert made.code == 0
    assert "sources:" in made.err
    lint = command("lint", "draft.yaml")
    assert lint.code == 0
    assert lint.err.count("warning[draft]") == 2
    assert command("explain", "draft/draft", "draft.yaml").code == 0
    assert command("run", *at, "--out", "out", "draft.yaml").code in (0, 1)


@pytest.mark.parametrize("text", ["", "\x00", "{", '{"log": 1}', "GET", "x" * 1000])
def test_a_file_without_an_exchange_ends_in_2(command: Command, text: str, tmp_path: Path) -> None:
    """Nothing is written, nothing is sent."""
    (tmp_path / "seen").write_text(text, "utf-8")
    result = command("scenario", "from-exchange", "seen", "--out", "draft.yaml")
    assert (result.code, result.out) == (2, "")
    assert "Traceback" not in result.err
    assert not (tmp_path / "draft.yaml").exists()


def test_evidence_comes_from_amazon_alone(command: Command, bad: Path) -> None:
    """A record of anybody else is refused; so is a file that is none."""
    result = command("evidence", "from-record", str(bad))
    assert result.code == 2
    assert "Amazon S3 alone" in result.err
    assert command("evidence", "from-record", "no-such-file").code == 2


def test_evidence_masks_accounts_and_names(command: Command, bad: Path, tmp_path: Path) -> None:
    """What Amazon answered stays, who was asked does not."""
    lines = [json.loads(line) for line in bad.read_text("utf-8").splitlines()]
    for line in lines:
        if line["type"] == "run":
            line["endpoint_url"] = "https://s3.eu-west-1.amazonaws.com"
            line["tls_endpoint_url"] = ""
            line["options"]["bucket"] = "acme-billing"
        if line["type"] == "test":
            line["title"] = "acme-billing 123456789012 arn:aws:kms:eu-west-1:123456789012:key/abc"
    path = tmp_path / "aws.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")
    result = command("evidence", "from-record", str(path))
    assert result.code == 0
    assert "grade: recorded" in result.out
    for word in ("acme-billing", "123456789012", "key/abc"):
        assert word not in result.out


def test_a_dry_run_sends_nothing(command: Command) -> None:
    """Neither keys nor an endpoint are needed."""
    result = command("run", "--target", "aws", "--dry-run", "--select", "witnesses:1")
    assert result.code == 0
    assert "USD" in result.out
    missing = command("run", "--target", "aws")
    assert missing.code == 2
    assert "--dry-run" in missing.err


def test_a_budget_leaves_the_rest_to_the_night(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """What is left out is SKIP with the reason, and the baseline says nothing of it."""
    file = str(spec(tmp_path / "s.yaml", GOOD, cases=4))
    whole = command("run", *at, "--out", "whole", file)
    assert whole.code == 0
    assert command("baseline", "init", "whole/record.jsonl", "b.yaml").code == 0
    part = command(
        "run", *at, "--out", "part", "--baseline", "b.yaml", "--budget", "7requests", file
    )
    assert part.code == 0, part.out + part.err
    record = record_in(tmp_path / "part")
    verdicts = [str(test.verdict) for test in record.tests]
    assert verdicts.count("SKIP") >= 1
    assert verdicts.count("PASS") >= 1
    assert any("budget of 7requests" in test.reason for test in record.tests)
    assert record.baseline is not None
    assert record.baseline.findings == ()


@pytest.mark.parametrize(
    "options",
    [("--budget", "10"), ("--budget", "10s", "-n", "2"), ("--budget", "9s", "--against", "moto")],
)
def test_a_budget_that_can_not_be_kept_is_refused(
    command: Command, options: tuple[str, ...]
) -> None:
    """With what is wrong about it, before anything is sent."""
    assert command("run", *options).code == 2


def test_hostile_records_are_refused_or_escaped(
    command: Command, bad: Path, tmp_path: Path
) -> None:
    """A record that somebody changed: no command runs or shows what it says."""
    record = read(bad)
    lines: list[Line] = [record.run, record.catalog, *record.tests]
    text = "".join(f"{dump(line).decode()}\n" for line in lines)
    path = tmp_path / "hostile.jsonl"
    path.write_text(
        text.replace("something holds", '\\"\\"\\"\\n__import__(os)\\u001b[2J'), "utf-8"
    )
    script = command("reproduce", "t[1]", "--record", str(path))
    assert script.code == 0
    ast.parse(script.out)
    assert "\x1b" not in script.out
    drafted = command("scenario", "from-exchange", str(path), "--test", "t[1]")
    assert drafted.code == 0
    assert "__import__" not in drafted.out
    broken = tmp_path / "broken.jsonl"
    broken.write_text(text[:300], "utf-8")
    for arguments in (("reproduce", "t[1]", "--record"), ("evidence", "from-record")):
        assert command(*arguments, str(broken)).code == 2
