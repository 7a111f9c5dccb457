"""Clients against the reference: their steps become tests of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.clients.client_run import PackOptions
from conformance.clients.installing import install
from conformance.clients.manifest import shipped_clients
from conformance.clients.pack import ClientPack, client_selection
from conformance.record.options import OFF, PropertyOptions
from conformance.report import write_reports
from conformance.runs.display import Silence
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection

from .fake_clients import fake_client

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.clients.model import Client
    from conformance.record.model import Record, TestLine

RAW = """
import http.client, json, os, time
from urllib.parse import urlsplit
at = urlsplit(os.environ["ENDPOINT_URL"])
path = f"/{os.environ['BUCKET']}/{os.environ['PREFIX']}object"
def ask(method, path):
    connection = http.client.HTTPConnection(at.hostname, at.port)
    connection.request(method, path)
    return connection.getresponse()
def said(step, answer):
    ok = answer.status < 300
    more = {} if ok else {"error": "refused", "status": answer.status}
    print(json.dumps({"step": step, "ok": ok, "ended": time.time(), **more}), flush=True)
"""


def run_clients(tmp_path: Path, *clients: Client, may_install: bool = True) -> Record:
    """Run clients against the reference and return the record."""
    options = RunOptions(out=tmp_path / "out", properties=PropertyOptions(profile=OFF))
    selection = client_selection(make_selection(options), clients)
    pack = PackOptions(
        clients=clients, cache=tmp_path / "cache", install=may_install, step_seconds=60
    )
    run = Run(options, selection, Silence(), write_reports)
    with run:
        assert run.begin()
        ClientPack(run, pack).run_all()
    return run.record


def by_step(record: Record) -> dict[str, TestLine]:
    """Return the lines by step."""
    return {test.id.split("/", 2)[2]: test for test in record.tests}


@pytest.mark.slow
def test_boto3_works_on_the_reference(tmp_path: Path) -> None:
    """A real client takes every step; its exchanges are in the record, without secrets."""
    client = replace(shipped_clients()["boto3"], install=(), run="{python} program.py")
    record = run_clients(tmp_path, client)
    lines = by_step(record)
    assert {test.verdict for test in record.tests} == {"PASS"}, record.problems
    assert {*lines} == {*client.steps}
    assert not record.problems
    upload = lines["upload"]
    assert upload.client == "boto3 1.44.8"
    assert [one.operation for one in upload.exchanges] == [
        "CreateMultipartUpload", "UploadPart", "UploadPart", "CompleteMultipartUpload",
    ]  # fmt: skip
    hidden = lines["sse-c"].exchanges
    assert all(one.url.startswith("https://") for one in hidden)
    keys = [
        value
        for one in hidden
        for name, value in one.request.headers
        if name.lower().endswith("customer-key")
    ]
    assert keys
    assert all(value.startswith("<redacted:") for value in keys)
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "1 of 1 clients works" in text
    assert "clients --client boto3" in text


def test_a_failure_names_its_exchange(tmp_path: Path) -> None:
    """The status that the client met, its code, and what the client said."""
    program = RAW + 'said("upload", ask("PUT", path))\nsaid("download", ask("GET", path))\n'
    record = run_clients(tmp_path, fake_client(tmp_path, program))
    lines = by_step(record)
    (check,) = lines["upload"].checks
    assert (check.id, check.got, check.exchange) == ("upload.must.status", "403 AccessDenied", 0)
    assert check.note == "the client says: refused"
    assert check.rule == "client.upload"
    assert lines["upload"].verdict == "FAIL"
    assert lines["download"].verdict == "BLOCKED"
    assert lines["copy"].verdict == "SKIP"
    assert lines["copy"].reason == "a fake has no such thing"
    assert record.end is not None
    assert record.end.exit_code == 1


def test_a_failure_without_a_refusal_says_what_the_client_says(tmp_path: Path) -> None:
    """The endpoint answered well, and the client is not content."""
    program = RAW + (
        'ask("GET", path)\n'
        'print(json.dumps({"step": "range", "ok": False, "error": "ten\\x1b[31m bytes"}))\n'
    )
    record = run_clients(tmp_path, fake_client(tmp_path, "", "range"))
    assert by_step(record)["range"].verdict == "ERROR"
    record = run_clients(tmp_path / "two", fake_client(tmp_path, program, "range"))
    (check,) = by_step(record)["range"].checks
    assert check.id in ("range.must.works", "range.must.status")
    assert "\x1b" not in check.note


def test_a_program_that_fails_is_not_the_servers_fault(tmp_path: Path) -> None:
    """Steps without a word are ERROR, with the program's last words."""
    client = fake_client(tmp_path, "raise ImportError('no sdk')")
    record = run_clients(tmp_path, client)
    lines = by_step(record)
    assert lines["upload"].verdict == "ERROR"
    assert lines["upload"].fault == "set-up"
    assert "no sdk" in lines["upload"].reason


def test_nothing_is_installed_unasked(tmp_path: Path) -> None:
    """What is missing is named with the command that installs it; toolchains by their names."""
    client = fake_client(tmp_path, "")
    record = run_clients(tmp_path, client, may_install=False)
    assert {test.verdict for test in record.tests} == {"SKIP"}
    assert "s3-conformance clients --client fake --install" in record.tests[0].reason
    assert not (tmp_path / "cache").exists()
    other = replace(client, needs=("no-such-program-at-all",), not_run_since="2026-11-29")
    record = run_clients(tmp_path / "two", other)
    reason = record.tests[0].reason
    assert (
        reason == "Fake needs no-such-program-at-all, which was not found; not run since 2026-11-29"
    )


def test_what_cannot_be_installed_is_an_error(tmp_path: Path) -> None:
    """The registry's own words stand in the reason."""
    command = "{python} -c \"raise SystemExit('error: no network')\""
    client = replace(fake_client(tmp_path, ""), install=(command,))
    record = run_clients(tmp_path, client)
    taken = [test for test in record.tests if "/upload" in test.id]
    assert [test.verdict for test in taken] == ["ERROR"]
    assert "no network" in taken[0].reason
    assert record.end is not None
    assert record.end.exit_code == 1


def test_an_installed_client_is_not_installed_again(tmp_path: Path) -> None:
    """Without leave to install it is run from the cache."""
    program = RAW + 'print(json.dumps({"step": "upload", "ok": True}))\n'
    client = fake_client(tmp_path, program, "upload")
    install(client, tmp_path / "cache")
    record = run_clients(tmp_path, client, may_install=False)
    assert by_step(record)["upload"].verdict == "PASS"
