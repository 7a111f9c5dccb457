"""The other commands: what scripts rely on."""

from __future__ import annotations

import json
import re
import signal
from typing import TYPE_CHECKING

from command_helpers import (
    ACCESS_KEY,
    GOOD,
    SECRET_KEY,
    Command,
    dying,
    record_in,
    spawned,
    spec,
)

from conformance.cli.options import without_secrets
from conformance.version import __version__
from conformance.wire.client import Wire
from conformance.wire.model import Call, Endpoint, Identity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest
    from scripted_server import Behaviour, ScriptedServer

    from conformance.reference.server import ReferenceServer

LIST_KEYS = {"dialect", "id", "title", "rules", "level", "needs", "file", "line"}


def test_list_json_is_an_array_with_one_object_a_test(command: Command, tmp_path: Path) -> None:
    """The keys are those that are promised, and file and line lead to the scenario."""
    spec(tmp_path / "s.yaml", GOOD, cases=2, needs="tls")
    result = command("list", "--json", "s.yaml")
    assert result.code == 0
    first, second = json.loads(result.out)
    assert set(first) == LIST_KEYS
    assert (first["id"], second["id"]) == ("t[1]", "t[2]")
    assert first["rules"] == ["life.create-returns-id"]
    assert (first["level"], first["needs"]) == ("MUST", ["tls"])
    assert (first["file"], first["line"]) == ("s.yaml", 4)


def test_the_shipped_tests_are_listed_with_ids_of_their_own(command: Command) -> None:
    """At least 250 tests, no id twice, and what list shows can be selected."""
    rows = json.loads(command("list", "--json").out)
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)) >= 250
    chosen = json.loads(command("list", "--json", "--select", ids[0]).out)
    assert [row["id"] for row in chosen] == [ids[0]]


def test_list_of_nothing_is_5_and_still_an_array(command: Command, tmp_path: Path) -> None:
    """A script that counts gets zero, and a code that it can't miss."""
    spec(tmp_path / "s.yaml", GOOD)
    result = command("list", "--json", "--select", "t and not t", "s.yaml")
    assert (result.code, json.loads(result.out)) == (5, [])


def test_list_in_plain_lines(command: Command, tmp_path: Path) -> None:
    """Id and title, one test a line."""
    spec(tmp_path / "s.yaml", GOOD)
    assert command("list", "s.yaml").out == "t[1]  something holds\n"


def test_explain_tells_a_test_in_sentences(command: Command, tmp_path: Path) -> None:
    """Numbered steps, and the rule behind them; an unknown id is 2 with a hint."""
    spec(tmp_path / "s.yaml", GOOD)
    result = command("explain", "t[1]", "s.yaml")
    assert result.code == 0
    assert "1. CreateMultipartUpload" in result.out
    assert "life.create-returns-id" in result.out
    unknown = command("explain", "life.creat-returns-id")
    assert unknown.code == 2
    assert "life.create-returns-id" in unknown.err


def test_explain_knows_laws_and_incompatibilities(command: Command) -> None:
    """Whatever `list` shows or a scenario catches has its page, and rules name their laws."""
    law = command("explain", "property/complete-lists")
    assert law.code == 0
    assert law.out.startswith("property property/complete-lists  MUST, ")
    rule = re.search(r"^  ([a-z]+\.[a-z0-9.-]+)  ", law.out, re.MULTILINE)
    assert rule is not None
    assert "  property/complete-lists (1 test)" in command("explain", rule[1]).out
    row = command("explain", "A01")
    assert row.code == 0
    assert row.out.startswith("incompatibility A01\n  UploadPart accepts a body")
    assert re.search(r"^caught by [1-9]\d* scenarios?\n  \S", row.out, re.MULTILINE)
    unknown = command("explain", "property/complete-list")
    assert (unknown.code, "property/complete-lists" in unknown.err) == (2, True)


def test_lint_finds_all_mistakes_of_all_files(command: Command, tmp_path: Path) -> None:
    """Exit code 2 with place and caret for each; 0 with the counts when there is none."""
    spec(tmp_path / "s.yaml", GOOD)
    good = command("lint", "s.yaml")
    assert good.code == 0
    assert "error" not in good.err
    assert "1 scenarios, 1 tests" in good.out
    text = (tmp_path / "s.yaml").read_text("utf-8")
    (tmp_path / "a.yaml").write_text(text.replace("status", "statsu"), "utf-8")
    (tmp_path / "b.yaml").write_text(text.replace("title", "titel"), "utf-8")
    bad = command("lint", "a.yaml", "b.yaml", "c.yaml")
    assert bad.code == 2
    assert all(
        re.search(rf"^{name}\.yaml:\d+:\d+: error\[", bad.err, re.MULTILINE) for name in "abc"
    )
    assert "^" in bad.err


def test_targets_are_shown_with_what_they_need(command: Command) -> None:
    """Names, how to install them, and what they are known to lack."""
    result = command("targets")
    assert result.code == 0
    assert "pip install 's3-conformance[moto]'" in result.out
    assert "pip install 's3-conformance[seaweedfs]'" in result.out
    names = [row["name"] for row in json.loads(command("targets", "--json").out)]
    assert {"reference", "moto", "seaweedfs"} <= set(names)


def test_probe_shows_claimed_beside_found(command: Command, at: tuple[str, ...]) -> None:
    """One line a capability; without a profile nothing is claimed."""
    result = command("probe", *at)
    assert result.code == 0
    lines = {line.split()[0]: line.split()[1:3] for line in result.out.splitlines()[1:]}
    assert lines["tagging"] == ["unsaid", "yes"]
    assert lines["tls"] == ["unsaid", "not-probed"]
    rows = json.loads(command("probe", *at, "--json").out)
    assert [row["name"] for row in rows] == list(lines)
    assert command("clean", *at).out == "nothing to clean\n"


def test_probe_of_a_hollow_claim_is_1(
    command: Command, scripted: Callable[[Behaviour], ScriptedServer], tmp_path: Path
) -> None:
    """What is claimed and not found differs from what was expected; a dead target is 3."""
    url = scripted(dying(after=10_000)).url
    keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
    (tmp_path / "p.yaml").write_text(f"name: x\nendpoint_url: {url}\nclaims: [tagging]\n", "utf-8")
    result = command("probe", "--profile", "p.yaml", *keys, "--json")
    tagging = next(row for row in json.loads(result.out) if row["name"] == "tagging")
    assert (tagging["claimed"], tagging["probed"]) == ("yes", "ignored")
    assert result.code == 1
    assert command("probe", "--endpoint-url", "http://127.0.0.1:1", *keys).code == 3


def test_serve_says_one_line_and_stops_at_sigterm() -> None:
    """The line has the promised names, the endpoint answers, and SIGTERM ends it with 0."""
    with spawned("serve", "--port", "0", "--json") as process:
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        assert set(said) >= {
            "endpoint_url", "tls_endpoint_url", "ca_file", "region", "access_key", "secret_key",
            "alt_access_key", "alt_secret_key",
        }  # fmt: skip
        identity = Identity(said["access_key"], said["secret_key"])
        endpoint = Endpoint(urls={"http": said["endpoint_url"]}, region=said["region"])
        with Wire(endpoint, {"main": identity}) as wire:
            answer = wire.send(Call(operation="ListBuckets", members={})).answer
        assert answer is not None
        assert answer.status == 200
        process.send_signal(signal.SIGTERM)
        rest, problems = process.communicate(timeout=120)
        assert (process.returncode, rest, problems) == (0, "", "")


def test_report_of_what_is_no_record_is_2(command: Command, tmp_path: Path) -> None:
    """A missing file, another file, a folder that can't be: each is told."""
    assert command("report", "none.jsonl").code == 2
    (tmp_path / "x.jsonl").write_text("{}\n", "utf-8")
    result = command("report", "x.jsonl")
    assert result.code == 2
    assert "x.jsonl:1" in result.err


def test_report_goes_where_it_is_told(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """The reports of a record can be made again, elsewhere."""
    command("run", *at, "--out", "o", str(spec(tmp_path / "s.yaml", GOOD)))
    result = command("report", "o/record.jsonl", "--out", "p")
    assert (result.code, result.out) == (0, "Report: p/report.html\n")
    made = {path.name for path in (tmp_path / "p").iterdir()}
    assert made == {path.name for path in (tmp_path / "o").iterdir()} - {"record.jsonl"}
    told = command("report", "--help").out
    assert {name for name in made if name not in told} == set()


def test_a_lent_bucket_keeps_what_is_not_the_run_s(
    command: Command, reference: ReferenceServer, at: tuple[str, ...], tmp_path: Path
) -> None:
    """With --bucket no bucket is made, and neither run nor clean touches other keys."""
    identity = Identity(ACCESS_KEY, SECRET_KEY)
    endpoint = Endpoint(urls={"http": reference.endpoint_url})
    own = "s3-conformance/mine-not-a-run/key"
    leftover = "s3-conformance/221122222222abcd/main/t/object"
    with Wire(endpoint, {"main": identity}) as wire:

        def send(operation: str, **members: object) -> int:
            answer = wire.send(Call(operation=operation, members=members)).answer
            assert answer is not None
            return answer.status

        # Named as a run's bucket would begin, but without a run's id: not ours to delete.
        assert send("CreateBucket", Bucket="s3-conformance-lent") == 200
        for key in (own, "mine", leftover):
            assert send("PutObject", Bucket="s3-conformance-lent", Key=key, Body=b"x") == 200
        lent = ("--bucket", "s3-conformance-lent")
        result = command("run", *at, *lent, "--out", "o", str(spec(tmp_path / "s.yaml", GOOD)))
        assert result.code == 0
        sent = {
            exchange.url for test in record_in(tmp_path / "o").tests for exchange in test.exchanges
        }
        assert all("/s3-conformance-lent/s3-conformance/" in url for url in sent)
        assert command("clean", *at).out == "nothing to clean\n"
        listed = command("clean", *at, *lent, "--yes")
        assert listed.code == 0
        assert leftover in listed.out
        assert own not in listed.out
        statuses = [
            send("HeadObject", Bucket="s3-conformance-lent", Key=key)
            for key in (own, "mine", leftover)
        ]
        assert statuses == [200, 200, 404]
        for key in (own, "mine"):
            assert send("DeleteObject", Bucket="s3-conformance-lent", Key=key) == 204
        assert send("DeleteBucket", Bucket="s3-conformance-lent") == 204


def test_help_and_version(command: Command) -> None:
    """Every command has its help, and the exit codes are in the first one."""
    assert __version__ in command("--version").out
    text = command("--help").out
    assert "3 the endpoint could not be reached" in " ".join(text.split())
    for name in ("run", "lint", "list", "explain", "serve", "targets", "probe", "clean", "report"):
        assert command(name, "--help").code == 0


def test_an_unforeseen_error_is_4(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours never looks like a result of the target."""

    def broken(*_: object) -> None:
        raise RuntimeError("oh no")

    monkeypatch.setattr("conformance.cli.lint.load", broken)
    result = command("lint")
    assert result.code == 4
    assert "oh no" in result.err
    assert "fault of s3-conformance itself" in result.err


def test_secrets_leave_the_command_line() -> None:
    """Both ways of writing an option are covered, and nothing else is touched."""
    given = ("run", "--secret-key", "HUSH", "--session-token=HUSH", "--access-key", "A", "f.yaml")
    assert without_secrets(given) == (
        "run", "--secret-key", "<redacted>", "--session-token=<redacted>", "--access-key", "A",
        "f.yaml",
    )  # fmt: skip
