"""Commands on records: compare, matrix, merge, replay; and two targets at once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_helpers import (
    ACCESS_KEY,
    BAD,
    GOOD,
    SECRET_KEY,
    Command,
    dying,
    end_unread,
    record_in,
    spec,
)

from conformance.catalog import yaml12
from conformance.catalog.facts import Facts, read_sources
from conformance.catalog.problems import Problems
from conformance.record.reader import read
from conformance.record.writer import write_record
from conformance.targets.options import TargetChoice

if TYPE_CHECKING:
    from collections.abc import Callable

    from scripted_server import Behaviour, ScriptedServer

    from conformance.reference.server import ReferenceServer

    Start = Callable[[Behaviour], ScriptedServer]

KEYS = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)


@pytest.fixture
def two(command: Command, at: tuple[str, ...], tmp_path: Path) -> tuple[str, str]:
    """Run one good test; then make its scenario a bad one, and run it again."""
    file = spec(tmp_path / "s.yaml", GOOD)
    command("run", *at, "--out", "good", str(file))
    spec(tmp_path / "s.yaml", BAD)
    command("run", *at, "--out", "bad", str(file))
    return "good/record.jsonl", "bad/record.jsonl"


def test_compare_is_1_for_a_regression_and_0_for_its_repair(
    command: Command, two: tuple[str, str]
) -> None:
    """Both sides are named, and that the catalogue changed."""
    worse = command("compare", *two)
    assert worse.code == 1
    assert "1 test worse" in worse.out
    assert "- PASS" in worse.out
    assert "+ FAIL" in worse.out
    assert "different catalogues" in worse.out
    assert command("compare", *reversed(two)).code == 0
    assert command("compare", two[0], two[0]).code == 0
    assert command("compare", *two, two[0]).code == 1, "each is compared with the one before it"


def test_compare_writes_a_page(command: Command, two: tuple[str, str], tmp_path: Path) -> None:
    """The two exchanges stand beside each other."""
    result = command("compare", *two, "--html", "pages/c.html")
    assert result.out.splitlines()[-1] == "Page: pages/c.html"
    page = (tmp_path / "pages" / "c.html").read_text("utf-8")
    assert "1 test worse" in page
    assert "CreateMultipartUpload.must.status" in page


def test_the_page_is_written_though_nobody_reads_the_lines(
    two: tuple[str, str], tmp_path: Path
) -> None:
    """`| head` closes the pipe, and loses no work."""
    end_unread("compare", *two, "--html", "c.html", folder=tmp_path)
    assert "1 test worse" in (tmp_path / "c.html").read_text("utf-8")


def test_compare_of_nothing_in_common_is_1(
    command: Command, two: tuple[str, str], at: tuple[str, ...], tmp_path: Path
) -> None:
    """Two records that share no test agree on nothing."""
    other = spec(tmp_path / "o.yaml", GOOD)
    other.write_text(other.read_text("utf-8").replace("id: t", "id: other"), "utf-8")
    command("run", *at, "--out", "other", str(other))
    result = command("compare", two[0], "other/record.jsonl")
    assert result.code == 1
    assert "no test in common" in result.out


@pytest.mark.parametrize("name", ["compare", "matrix", "merge"])
def test_an_unreadable_record_is_2(
    command: Command, two: tuple[str, str], tmp_path: Path, name: str
) -> None:
    """Not there, or no record: nothing is written that looks like a result."""
    (tmp_path / "n.jsonl").write_text("{}\n", "utf-8")
    more = ("--out", "x") if name != "compare" else ()
    for broken in ("none.jsonl", "n.jsonl"):
        result = command(name, two[0], broken, *more)
        assert result.code == 2
        assert broken in result.err
    assert not (tmp_path / "x").exists()


def test_matrix_links_to_the_reports_and_writes_counts(
    command: Command, two: tuple[str, str], tmp_path: Path
) -> None:
    """Relative addresses, so that a folder of reports can be moved as a whole."""
    result = command("matrix", *two, "--out", "pages/m.html", "--markdown", "pages/m.md")
    assert result.code == 0
    page = (tmp_path / "pages" / "m.html").read_text("utf-8")
    assert 'href="../good/report.html"' in page
    table = (tmp_path / "pages" / "m.md").read_text("utf-8")
    assert table.splitlines()[2].endswith("| 0 of 1 fail | 1 of 1 fail |")


def test_merge_refuses_records_of_two_catalogues(command: Command, two: tuple[str, str]) -> None:
    """They are no parts of one run."""
    result = command("merge", *two, "--out", "m")
    assert result.code == 2
    assert "two catalogues of scenarios" in result.err


def test_replay_is_0_when_the_verdict_is_the_recorded_one(
    command: Command, two: tuple[str, str], tmp_path: Path
) -> None:
    """It goes to the recorded address with the recorded files; a changed scenario is told."""
    again = command("replay", two[1], "t[1]", *KEYS, "--out", "r")
    assert again.code == 0, again.err
    assert "recorded  FAIL" in again.out
    assert "now       FAIL" in again.out
    assert (tmp_path / "r" / "compare.html").exists()
    other = command("replay", two[0], "t[1]", *KEYS, "--out", "r2")
    assert other.code == 1
    assert "the scenario has changed since it was recorded" in other.out
    assert record_in(tmp_path / "r2").run.selected == ("t[1]",)


def test_replay_takes_one_test_out_of_a_scenario_of_several(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """A plain test has the id of its scenario, whose other tests are neither run nor called new."""
    plain = spec(tmp_path / "s.yaml", "CreateMultipartUpload: {}\n        must: {status: 200}")
    text = plain.read_text("utf-8").replace("    needs: []\n", "    bucket: [plain, directory]\n")
    matrix = text.index("    matrix:")
    plain.write_text(text[:matrix] + text[text.index("    steps:") :], "utf-8")
    assert command("run", *at, "--out", "a", str(plain)).code == 0
    assert [test.id for test in record_in(tmp_path / "a").tests] == ["t", "t[directory]"]
    for name in ("t", "t[directory]"):
        folder = f"again-{len(name)}"
        again = command("replay", "a/record.jsonl", name, *KEYS, "--out", folder)
        assert again.code == 0, again.err
        assert "1 unchanged" in again.out
        assert "ADDED" not in again.out
        assert [test.id for test in record_in(tmp_path / folder).tests] == [name]


def test_replay_asks_in_the_recorded_way(
    command: Command, at: tuple[str, ...], reference: ReferenceServer, tmp_path: Path
) -> None:
    """The transport, too, is the recorded one, also with a flag right before the file's name."""
    file = spec(tmp_path / "s.yaml", GOOD)
    tls = ("--tls-endpoint-url", str(reference.tls_endpoint_url), "--transport", "tls")
    made = command("run", *at, *tls, "--out", "a", "--insecure", str(file))
    assert made.code == 0, made.err
    assert command("replay", "a/record.jsonl", "t[1]", *KEYS, "--out", "r").code == 0
    for folder in ("a", "r"):
        (test,) = record_in(tmp_path / folder).tests
        assert test.exchanges[0].url.startswith("https://")


def test_replay_elsewhere(
    command: Command, two: tuple[str, str], scripted: Start, tmp_path: Path
) -> None:
    """Another endpoint is asked when one is named; one that is gone is 3."""
    server = scripted(dying(after=50))
    result = command("replay", two[0], "t[1]", *KEYS, "--endpoint-url", server.url, "--out", "r")
    assert result.code == 1
    assert record_in(tmp_path / "r").run.endpoint_url == server.url
    gone = ("--endpoint-url", "http://127.0.0.1:1")
    assert command("replay", two[0], "t[1]", *KEYS, *gone, "--out", "g").code == 3


def test_replay_says_first_where_it_goes(
    command: Command, two: tuple[str, str], reference: ReferenceServer
) -> None:
    """The address is the record's, whatever a variable of the SDKs says."""
    result = command("replay", two[1], "t[1]", *KEYS, "--out", "r")
    assert result.out.startswith(f"replaying on {reference.endpoint_url}\n")


def altered(record: str, out: str, **changes: object) -> str:
    """Write a record as if a stranger had made it: with another address, or another profile."""
    known = read(Path(record))
    target = TargetChoice(**changes)  # type: ignore[arg-type]  # by its fields' names
    run = replace(known.run, options=replace(known.run.options, target=target))
    write_record(Path(out), replace(known, run=run))
    return out


def test_replay_goes_to_no_stranger_s_address_unasked(
    command: Command, two: tuple[str, str], tmp_path: Path
) -> None:
    """Nothing is sent, and nobody's name is looked up, before --yes or --endpoint-url says so."""
    evil = altered(two[1], "evil.jsonl", endpoint_url="http://192.0.2.1:9000", insecure=True)
    refused = command("replay", evil, "t[1]", *KEYS, "--out", "r")
    assert refused.code == 2
    assert "http://192.0.2.1:9000: confirm it with --yes" in refused.err
    assert not (tmp_path / "r").exists()
    named = altered(two[1], "named.jsonl", target="aws")
    assert "amazonaws.com" in command("replay", named, "t[1]", *KEYS).err
    elsewhere = Path("theirs.yaml")
    elsewhere.write_text(
        "name: theirs\nendpoint_url: http://localhost:1\nresolve: {localhost: 192.0.2.1}\n", "utf-8"
    )
    moved = altered(two[1], "moved.jsonl", profile=elsewhere)
    assert "confirm it with --yes" in command("replay", moved, "t[1]", *KEYS).err


def test_replay_takes_a_stranger_s_address_where_it_is_confirmed(
    command: Command, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is asked then, and what the record says of certificates is left aside."""
    monkeypatch.setattr("conformance.runs.replay._is_loopback", lambda _: False)
    known = read(Path(two[1]))
    evil = altered(
        two[1], "evil.jsonl", endpoint_url=known.run.endpoint_url, insecure=True, region="us-east-1"
    )
    assert command("replay", evil, "t[1]", *KEYS, "--out", "n").code == 2
    assert command("replay", evil, "t[1]", *KEYS, "--yes", "--out", "r").code == 0
    assert not record_in(tmp_path / "r").run.options.target.insecure


def test_a_record_chooses_no_credentials(
    command: Command, two: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither the AWS profile that it names nor those of a profile file are looked at."""
    keys = "aws_access_key_id = AKIAPRODUCTION\naws_secret_access_key = hush\n"
    (tmp_path / "aws").write_text(f"[prod]\n{keys}", "utf-8")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws"))
    url = read(Path(two[1])).run.endpoint_url
    theirs = Path("theirs.yaml")
    theirs.write_text(f"name: x\nendpoint_url: {url}\ncredentials: {{profile: prod}}\n", "utf-8")
    for made in (
        altered(two[1], "named.jsonl", endpoint_url=url, profile_name="prod"),
        altered(two[1], "filed.jsonl", profile=theirs),
    ):
        unsigned = command("replay", made, "t[1]", "--out", "n")
        assert (unsigned.code, "no credentials" in unsigned.err) == (2, True)
        assert command("replay", made, "t[1]", *KEYS, "--out", f"r-{made}").code == 0
        record = (tmp_path / f"r-{made}" / "record.jsonl").read_text("utf-8")
        assert "AKIAPRODUCTION" not in record
    told = command("replay", "named.jsonl", "t[1]", "--out", "n")
    assert "give --profile-name prod to use it again" in told.out + told.err
    asked = command("replay", "named.jsonl", "t[1]", "--profile-name", "prod", "--out", "n")
    assert asked.code == 2
    assert "knows no such access key" in asked.out + asked.err


def test_replay_of_what_is_not_there_is_2(command: Command, two: tuple[str, str]) -> None:
    """An id that the record does not hold brings the nearest one."""
    result = command("replay", two[0], "t[2]", *KEYS)
    assert result.code == 2
    assert "did you mean t[1]?" in result.err


def test_two_targets_take_turns(
    command: Command, at: tuple[str, ...], reference: ReferenceServer, tmp_path: Path
) -> None:
    """Step by step the same requests, first here, then there; the same twice is 0."""
    steps = (GOOD, "ListMultipartUploads: {}\n        must: {status: 200}")
    file = spec(tmp_path / "s.yaml", *steps, cases=3)
    result = command("run", *at, "--against", reference.endpoint_url, "--out", "ab", str(file))
    assert result.code == 0, result.out + result.err
    assert "nothing worse" in result.out
    first, second = (read(tmp_path / "ab" / side / "record.jsonl") for side in ("first", "second"))
    for here, there in zip(first.tests, second.tests, strict=True):
        assert here.id == there.id
        sent = [
            *((one.started, 0, one.operation) for one in here.exchanges),
            *((one.started, 1, one.operation) for one in there.exchanges),
        ]
        assert len(sent) == 4
        for one, other in zip(here.exchanges, there.exchanges, strict=True):
            assert one.started <= other.started
        assert there.exchanges[0].started <= here.exchanges[1].started
    assert (tmp_path / "ab" / "compare.html").exists()


def test_where_the_first_does_worse_is_1(
    command: Command,
    at: tuple[str, ...],
    scripted: Start,
    reference: ReferenceServer,
    tmp_path: Path,
) -> None:
    """The other way round it is no regression, and a side that is not there is 3."""
    file = spec(
        tmp_path / "s.yaml", GOOD, "ListParts: {UploadId: none}\n        must: {status: 404}"
    )
    server = scripted(dying(after=500))
    bad = ("--endpoint-url", server.url, *KEYS)
    worse = command("run", *bad, "--against", reference.endpoint_url, "--out", "x", str(file))
    assert worse.code == 1
    assert "differs  t[1]" in worse.out
    assert command("run", *at, "--against", server.url, "--out", "y", str(file)).code == 0
    nobody = command("run", *at, "--against", "http://127.0.0.1:1", "--out", "z", str(file))
    assert nobody.code == 3


@pytest.mark.parametrize(
    "options",
    [
        ("--against", "moto", "--shard", "1/2"),
        ("--against", "moto", "--baseline", "b.yaml"),
        ("--against", "moto", "-n", "2"),
        ("--against", "motto"),
        ("--shard", "3/2"),
        ("--record-evidence",),
        ("--against", "moto", "--json"),
        ("--record-evidence", "--spend-limit", "1"),
        ("--record-evidence", "--yes-i-pay"),
        ("--record-evidence", "--spend-limit", "0", "--yes-i-pay"),
        ("--record-evidence", "--spend-limit", "0.01", "--yes-i-pay"),
        ("--record-evidence", "--spend-limit", "1", "--yes-i-pay"),
        ("--record-evidence", "--spend-limit", "1", "--yes-i-pay", "--target", "moto"),
        ("--record-evidence", "--spend-limit", "1", "--yes-i-pay", "-n", "2"),
        ("--spend-limit", "1"),
        ("--yes-i-pay",),
    ],
)
def test_options_that_do_not_go_together_are_2(
    command: Command, tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Nothing is sent, above all nothing that costs money."""
    file = spec(tmp_path / "s.yaml", GOOD)
    assert command("run", *options, "--out", "o", str(file)).code == 2
    assert not list(tmp_path.rglob("record.jsonl"))


@pytest.fixture
def amazon(reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Write a profile in which the reference stands at an address of Amazon's.

    Profiles may not redirect what is signed for Amazon, so that here the name is unknown to them.
    """
    monkeypatch.setattr("conformance.targets.profile.is_amazon_host", lambda _host: False)
    port = reference.endpoint_url.rpartition(":")[2]
    (tmp_path / "aws.yaml").write_text(
        f"format: 1\nname: aws\nendpoint_url: http://s3.us-east-1.amazonaws.com:{port}\n"
        "resolve: {s3.us-east-1.amazonaws.com: 127.0.0.1}\n",
        "utf-8",
    )
    return "aws.yaml"


def test_evidence_is_written_as_sources_and_contradictions(
    command: Command, amazon: str, tmp_path: Path
) -> None:
    """What holds is recorded; what does not is told with the sources in doubt, and is 1."""
    paid = ("--profile", amazon, *KEYS, "--record-evidence", "--spend-limit", "1", "--yes-i-pay")
    good = command("run", *paid, "--out", "g", str(spec(tmp_path / "g.yaml", GOOD)))
    assert good.code == 0, good.out + good.err
    assert "1 answers recorded, 0 contradictions" in good.out
    problems, facts = Problems(), Facts()
    root = yaml12.read("e", (tmp_path / "g" / "evidence.yaml").read_text("utf-8"), problems)
    assert root is not None
    read_sources(root, facts, problems)
    assert len(problems) == 0
    (source,) = facts.sources.values()
    assert (source.grade, source.operation) == ("recorded", "CreateMultipartUpload")
    assert source.status == 200
    bad = command("run", *paid, "--out", "b", str(spec(tmp_path / "b.yaml", BAD)))
    assert bad.code == 1
    assert "contradicts t[1]#CreateMultipartUpload.must.status: 200, we say 418" in bad.out
    assert "expected  418" in (tmp_path / "b" / "contradictions.md").read_text("utf-8")


def test_the_spending_limit_ends_a_run_as_incomplete(
    command: Command, amazon: str, tmp_path: Path
) -> None:
    """The tests that there is no money for are missing from the record, and that is 1."""
    paid = ("--record-evidence", "--spend-limit", "0.0505", "--yes-i-pay", "--json")
    file = spec(tmp_path / "s.yaml", GOOD, cases=400)
    result = command("run", "--profile", amazon, *KEYS, *paid, "--out", "o", str(file))
    assert result.code == 1
    events = [json.loads(line) for line in result.out.splitlines() if line.startswith("{")]
    problem = next(event for event in events if event["event"] == "problem")
    assert "spending limit of 0.05" in problem["text"]
    record = record_in(tmp_path / "o")
    assert 0 < len(record.tests) < len(record.run.selected) == 400
