"""Exit codes 2, 3 and 5, and the green that is not earned: each way to it ends in another code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from command_helpers import ACCESS_KEY, BAD, GOOD, SECRET_KEY, Command, dying, record_in, spec
from scripted_server import Behaviour, ScriptedServer, answer, error

from conformance.vocabulary.verdicts import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.reference.server import ReferenceServer

Start = Callable[[Behaviour], ScriptedServer]
KEYS = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def file(tmp_path: Path) -> str:
    """Write a scenario file with one good test."""
    return str(spec(tmp_path / "s.yaml", GOOD))


def nothing_was_sent(folder: Path) -> bool:
    """Tell that no run was begun: there is no record."""
    return not list(folder.rglob("record.jsonl"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--frob",), "No such option"),
        (("-n", "0"), "neither a number from 1 nor auto"),
        (("-n", "two"), "neither a number from 1 nor auto"),
        (("--level", "most"), "must"),
        (("--target", "motto"), "did you mean moto?"),
        (("--target", "moto", "--profile", "p.yaml"), "give one of them"),
        (("--profile", "none.yaml"), "none.yaml:1:1: error[file-unreadable]"),
        (("--endpoint-url", "localhost:9000", *KEYS), "http://host[:port]"),
        (("--endpoint-url", "http://me:hush@h", *KEYS), "do not belong into a URL"),
        (("--endpoint-url", NOWHERE), "AWS_ACCESS_KEY_ID"),
        (("--endpoint-url", NOWHERE, "--access-key", "A"), "go together"),
        (("--endpoint-url", NOWHERE, "--profile-name", "nobody"), "nobody"),
        (("--endpoint-url", NOWHERE, "--transport", "tls", *KEYS), "--tls-endpoint-url"),
        (("--endpoint-url", NOWHERE, "--select", "life.creat-returns-id", *KEYS), "did you mean"),
        (("--endpoint-url", ""), "the value of --endpoint-url is empty"),
        (("--endpoint-url=", "--tls-endpoint-url="), "the value of --endpoint-url is empty"),
        (("--endpoint-url", NOWHERE, "--tls-endpoint-url", " "), "--tls-endpoint-url is empty"),
        (("--endpoint-url", NOWHERE, *KEYS, "--bucket", ""), "the value of --bucket is empty"),
        (("--endpoint-url", NOWHERE, *KEYS, "--out", ""), "the value of --out is empty"),
        (("--endpoint-url", NOWHERE, *KEYS, "--ca-file", ""), "the value of --ca-file is empty"),
        (("--endpoint-url", NOWHERE, *KEYS, "--region", ""), "the value of --region is empty"),
        (("--endpoint-url", NOWHERE, "--access-key", ""), "the value of --access-key is empty"),
        (("--endpoint-url", NOWHERE, "--profile-name", ""), "the value of --profile-name is empty"),
        (("--endpoint-url", NOWHERE, "--select", "", *KEYS), "the value of --select is empty"),
        (("--endpoint-url", NOWHERE, *KEYS, "s.yaml", ""), "an argument is empty"),
    ],
)
def test_a_mistake_of_the_user_is_2_and_sends_nothing(
    command: Command, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    """The message says what to do, and there is no record that could be taken for a run."""
    result = command("run", *arguments)
    assert result.code == 2
    assert words in result.err
    assert "hush" not in result.err
    assert nothing_was_sent(tmp_path)


def test_unreadable_and_broken_files_are_2(command: Command, tmp_path: Path) -> None:
    """A file that is not there, one that is broken: all mistakes, nothing sent."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("format: 1\nscenarios: [\n", "utf-8")
    result = command("run", "--endpoint-url", NOWHERE, *KEYS, "none.yaml", str(broken))
    assert result.code == 2
    assert "none.yaml:1:1: error[file-unreadable]" in result.err
    assert "broken.yaml:" in result.err
    assert nothing_was_sent(tmp_path)


def test_nothing_selected_is_5(command: Command, tmp_path: Path, file: str) -> None:
    """Terms that exist but have no test in common select nothing, and that is no success."""
    arguments = ("--endpoint-url", NOWHERE, *KEYS, "--select", "t and not t", file)
    result = command("run", *arguments)
    assert result.code == 5
    assert "nothing was selected" in result.err
    assert nothing_was_sent(tmp_path)


@pytest.mark.parametrize("out", ["o", "o/below"])
def test_an_out_that_is_a_file_is_2(
    command: Command, scripted: Start, tmp_path: Path, file: str, out: str
) -> None:
    """A record that can't be written is told in a sentence, before the first request."""
    (tmp_path / "o").write_text("mine", "utf-8")
    asked: list[bytes] = []

    def listening(head: bytes, _number: int) -> bytes:
        asked.append(head)
        return answer(200)

    url = scripted(listening).url
    result = command("run", "--endpoint-url", url, *KEYS, "--out", out, file)
    assert result.code == 2
    assert f"Error: {out} can't be written: " in result.err
    said = [line for line in result.err.splitlines() if not line.endswith("reading the catalogue")]
    assert (len(said), result.out) == (1, "")
    assert asked == []
    assert (tmp_path / "o").read_text("utf-8") == "mine"


def test_without_credentials_no_folder_is_left(command: Command, tmp_path: Path, file: str) -> None:
    """What was made for a run that did not begin goes again; the user's own folder stays."""
    (tmp_path / "mine").mkdir()
    for out in ("new/er", "mine"):
        assert command("run", "--endpoint-url", NOWHERE, "--out", out, file).code == 2
    assert not (tmp_path / "new").exists()
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_dead_port_is_3_with_a_record(command: Command, tmp_path: Path, file: str) -> None:
    """Nobody listens: said once at the start, and the record shows what was not run."""
    result = command("run", "--endpoint-url", NOWHERE, *KEYS, "--out", "o", file)
    assert result.code == 3
    assert "nothing is listening there" in result.out
    assert result.out.splitlines()[-1] == "Report: o/report.html"
    record = record_in(tmp_path / "o")
    assert record.run.selected == ("t[1]",)
    assert record.tests == ()
    assert record.end is not None
    assert record.end.exit_code == 3
    assert "nothing is listening" in record.problems[0].text


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (lambda _head, _number: None, "no answer in time"),
        (lambda _head, _number: b"\x00garbage\r\n\r\n", "not HTTP"),
        (lambda _head, _number: b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<", "closed"),
        (lambda _head, _number: answer(200, b"<html>"), "does not answer as S3 does"),
        (lambda _head, _number: error(503, "SlowDown"), "503 SlowDown"),
    ],
    ids=["hangs", "garbage", "closes-mid-answer", "html", "503"],
)
def test_a_target_that_is_none_is_3_with_a_record(
    command: Command, scripted: Start, tmp_path: Path, file: str, behaviour: Behaviour, words: str
) -> None:
    """Whatever it does instead of answering: a sentence, the code, the record."""
    url = scripted(behaviour).url
    profile = tmp_path / "p.yaml"
    profile.write_text(
        f"name: bad\nendpoint_url: {url}\nlimits: {{answer_seconds: 0.2}}\n", "utf-8"
    )
    result = command("run", "--profile", "p.yaml", *KEYS, "--out", "o", file)
    assert result.code == 3
    assert words in result.out
    record = record_in(tmp_path / "o")
    assert record.end is not None
    assert record.end.exit_code == 3


def test_refused_credentials_are_2_with_a_record(
    command: Command, reference: ReferenceServer, tmp_path: Path, file: str
) -> None:
    """A wrong secret is the user's to mend; the message says so and never shows it."""
    keys = ("--access-key", ACCESS_KEY, "--secret-key", "not-the-right-one")
    url = reference.endpoint_url
    result = command("run", "--endpoint-url", url, *keys, "--out", "o", file)
    assert result.code == 2
    assert "SignatureDoesNotMatch: the secret key is not the access key's" in result.out
    record = record_in(tmp_path / "o")
    assert record.end is not None
    assert record.end.exit_code == 2
    assert "not-the-right-one" not in (tmp_path / "o" / "record.jsonl").read_text("utf-8")


def test_a_bucket_that_is_not_there_is_2(command: Command, at: tuple[str, ...], file: str) -> None:
    """With --bucket nothing is created, so it has to be there."""
    result = command("run", *at, "--bucket", "not-there-at-all", "--out", "o", file)
    assert result.code == 2
    assert "the bucket not-there-at-all does not exist" in result.out


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_target_that_falls_silent_half_way_is_3(
    command: Command, scripted: Start, tmp_path: Path, workers: str
) -> None:
    """What was judged is kept; the rest is not run, each request of which would wait in vain."""
    url = scripted(dying(after=20)).url
    profile = tmp_path / "p.yaml"
    profile.write_text(
        f"name: bad\nendpoint_url: {url}\nlimits: {{answer_seconds: 0.2}}\n", "utf-8"
    )
    file = str(spec(tmp_path / "s.yaml", GOOD, cases=50))
    result = command("run", "--profile", "p.yaml", *KEYS, "-n", workers, "--out", "o", file)
    assert result.code == 3
    record = record_in(tmp_path / "o")
    verdicts = [test.verdict for test in record.tests]
    assert "PASS" in verdicts
    assert 1 <= verdicts.count(Verdict.ERROR) <= int(workers)
    assert len(verdicts) < 50
    assert any("the target is gone since" in problem.text for problem in record.problems)
    assert "s3-conformance clean" in result.out


def test_a_server_that_breaks_one_answer_is_1_not_3(
    command: Command, scripted: Start, tmp_path: Path
) -> None:
    """A connection closed in one test is that test's ERROR while the target still answers."""
    usual = dying(after=10_000)
    posts = iter(range(1000))

    def behave(head: bytes, number: int) -> bytes | None:
        if head.startswith(b"POST") and next(posts) == 1:
            return b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<Init"
        return usual(head, number)

    url = scripted(behave).url
    one_by_one = ("--concurrency", "1")
    file = str(spec(tmp_path / "s.yaml", GOOD, cases=3))
    result = command("run", *one_by_one, "--endpoint-url", url, *KEYS, "--out", "o", file)
    verdicts = [test.verdict for test in record_in(tmp_path / "o").tests]
    assert (result.code, verdicts) == (1, ["PASS", "ERROR", "PASS"])


def test_a_run_in_which_all_is_skipped_is_no_success(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """Skipped tests show nothing: 1, and the sentence says so."""
    file = str(spec(tmp_path / "s.yaml", GOOD, cases=2, needs="outposts"))
    result = command("run", *at, "--out", "o", file)
    assert result.code == 1
    assert {test.verdict for test in record_in(tmp_path / "o").tests} == {"SKIP"}
    assert "Nothing was shown" in result.out


@pytest.mark.parametrize(
    "environ",
    [
        {"PYTEST_ADDOPTS": "-k nothing"},
        {"PYTEST_ADDOPTS": "--collect-only"},
        {"PYTEST_PLUGINS": "no_such_plugin"},
    ],
)
def test_the_user_s_pytest_does_not_count(
    command: Command,
    at: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environ: dict[str, str],
) -> None:
    """Options and plugins meant for other tests can't make a run look green."""
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n", "utf-8")
    (tmp_path / "conftest.py").write_text("raise SystemExit(0)\n", "utf-8")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    file = str(spec(tmp_path / "s.yaml", BAD))
    assert command("run", *at, file).code == 1


def test_the_level_narrows_the_selection(
    command: Command, at: tuple[str, ...], tmp_path: Path, file: str
) -> None:
    """--level must keeps what is a MUST, and the record says what was selected."""
    assert command("run", *at, "--level", "must", "--out", "o", file).code == 0
    assert record_in(tmp_path / "o").run.selected == ("t[1]",)
