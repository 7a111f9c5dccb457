"""``pytest --pyargs conformance.suite``: the same run, driven by plain pytest."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from conformance.pytest_plugin.worker_hooks import catalogue_id
from conformance.record.reader import read
from conformance.reference.server import ReferenceServer, Settings
from conformance.report.rerun import rerun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEYS = ("AKIAEXAMPLEOFTESTS00", "a-secret-of-the-tests")
ONE_RULE = ("--s3-select", "life.create-returns-id")


@pytest.fixture(scope="module")
def reference() -> Iterator[ReferenceServer]:
    """Serve the reference endpoint from this process."""
    with ReferenceServer(Settings(access_key=KEYS[0], secret_key=KEYS[1])) as server:
        yield server


def pytest_run(
    folder: Path, *arguments: str, keys: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run plain pytest in a folder, with the entry point that an installation registers."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    environ = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    if keys:
        environ |= {"AWS_ACCESS_KEY_ID": KEYS[0], "AWS_SECRET_ACCESS_KEY": KEYS[1]}
    plugin = ["-p", "no:cacheprovider", "--s3-out", "o"]
    return subprocess.run(  # noqa: S603  # this interpreter and our own package
        [sys.executable, "-m", "pytest", "--pyargs", "conformance.suite", *plugin, *arguments],
        cwd=folder,
        env={
            **environ,
            "AWS_SHARED_CREDENTIALS_FILE": "none",
            "AWS_CONFIG_FILE": "none",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one-process", "xdist"])
def test_pytest_runs_the_catalogue(
    reference: ReferenceServer, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    """Verdicts are pytest's own outcomes, ids are the catalogue's, and the record is kept."""
    url = ("--endpoint-url", reference.endpoint_url)
    ended = pytest_run(tmp_path, *url, *ONE_RULE, *workers, "-v")
    assert ended.returncode == 0, ended.stdout
    assert "record in o" in ended.stdout
    record = read(tmp_path / "o" / "record.jsonl")
    assert record.end is not None
    assert record.end.exit_code == 0
    assert {test.id for test in record.tests} == set(record.run.selected)
    for test in record.tests:
        outcome = "SKIPPED" if test.verdict in ("SKIP", "UNSUPPORTED") else "PASSED"
        lines = [one for one in ended.stdout.splitlines() if f"[{test.id}]" in one]
        assert any(outcome in line for line in lines)
    assert KEYS[1] not in (tmp_path / "o" / "record.jsonl").read_text("utf-8")


@pytest.mark.slow
def test_a_failure_is_repeated_as_pytest_asked_for_it(
    reference: ReferenceServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its options have other names; the line of the record, and ``replay``, ask for the same."""
    profile = tmp_path / "mine.yaml"
    profile.write_text(f"name: mine\nendpoint_url: {reference.endpoint_url}\n", "utf-8")
    ended = pytest_run(tmp_path, "--s3-profile", "mine.yaml", "--s3-strict", *ONE_RULE)
    assert ended.returncode == 0, ended.stdout
    record = read(tmp_path / "o" / "record.jsonl")
    assert (record.run.target, record.run.options.face) == ("mine", "pytest")
    test = next(one.id for one in record.tests if not one.id.startswith("property/"))
    line = rerun(test, record.run)
    assert line.endswith(" --profile mine.yaml --strict")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS[1])
    for words in (shlex.split(line)[1:], ["replay", "o/record.jsonl", test]):
        again = subprocess.run(  # noqa: S603  # this interpreter and our own package
            [sys.executable, "-m", "conformance.cli", *words, "--out", "again"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert again.returncode == 0, again.stdout + again.stderr
        made = read(tmp_path / "again" / "record.jsonl").run
        assert (made.target, made.endpoint_url) == ("mine", reference.endpoint_url)
        assert made.strict


@pytest.mark.slow
def test_deselecting_is_seen_in_the_record(reference: ReferenceServer, tmp_path: Path) -> None:
    """What pytest's own -k leaves out was not selected, so nothing seems to be missing."""
    ended = pytest_run(
        tmp_path, "--endpoint-url", reference.endpoint_url, *ONE_RULE, "-k", "create"
    )
    assert ended.returncode == 0, ended.stdout
    record = read(tmp_path / "o" / "record.jsonl")
    assert 0 < len(record.tests) == len(record.run.selected)
    assert "deselected" in ended.stdout


@pytest.mark.slow
def test_a_dead_target_ends_pytest_in_3(tmp_path: Path) -> None:
    """The code of the command, and the sentence."""
    ended = pytest_run(tmp_path, "--endpoint-url", "http://127.0.0.1:1", *ONE_RULE)
    assert ended.returncode == 3
    assert "nothing is listening there" in ended.stdout + ended.stderr


@pytest.mark.slow
def test_a_typo_ends_pytest_in_its_usage_error(tmp_path: Path) -> None:
    """4 is pytest's own code for it; nothing was sent."""
    ended = pytest_run(tmp_path, "--endpoint-url", "http://127.0.0.1:1", "--s3-select", "tpyo")
    assert ended.returncode == 4
    assert "nothing matches tpyo" in ended.stdout + ended.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--endpoint-url", "--s3-bucket", "--s3-out", "--s3-profile"])
def test_an_empty_value_ends_pytest_in_its_usage_error(tmp_path: Path, option: str) -> None:
    """A variable that is not set must not choose another target, bucket or folder."""
    ended = pytest_run(tmp_path, "--endpoint-url", "http://127.0.0.1:1", f"{option}=", *ONE_RULE)
    assert ended.returncode == 4
    assert f"the value of {option} is empty" in ended.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.slow
def test_without_credentials_pytest_says_what_the_command_says(tmp_path: Path) -> None:
    """The sentence alone, as a usage error; no traceback, no folder."""
    ended = pytest_run(tmp_path, "--endpoint-url", "http://127.0.0.1:1", *ONE_RULE, keys=False)
    assert ended.returncode == 4
    assert ended.stderr.startswith("ERROR: no credentials: set AWS_ACCESS_KEY_ID")
    assert len(ended.stderr.splitlines()) <= 2
    assert "Traceback" not in ended.stdout + ended.stderr
    assert not (tmp_path / "o").exists()


@pytest.mark.slow
def test_a_folder_that_can_t_be_written_is_a_usage_error(tmp_path: Path) -> None:
    """The sentence alone, before anything is sent."""
    (tmp_path / "o").write_text("mine", "utf-8")
    ended = pytest_run(tmp_path, "--endpoint-url", "http://127.0.0.1:1", *ONE_RULE)
    assert ended.returncode == 4
    assert ended.stderr.startswith("ERROR: o can't be written: it is not a folder")
    assert "INTERNALERROR" not in ended.stdout + ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one-process", "xdist"])
def test_a_run_that_showed_nothing_is_not_green(
    reference: ReferenceServer, tmp_path: Path, workers: tuple[str, ...]
) -> None:
    """Where all is skipped pytest alone would end in 0; the record says 1, and so does it."""
    url = ("--endpoint-url", reference.endpoint_url)
    ended = pytest_run(tmp_path, *url, "--s3-select", "needs:local-zone", *workers)
    record = read(tmp_path / "o" / "record.jsonl")
    assert record.end is not None
    assert record.end.exit_code == ended.returncode == 1
    assert {test.verdict for test in record.tests} <= {"SKIP", "UNSUPPORTED"}
    assert "s3-conformance: Nothing was shown" in ended.stderr


@pytest.mark.slow
def test_other_suites_never_meet_the_plugin(tmp_path: Path) -> None:
    """The entry point is in every pytest of the environment; its options are not."""
    (tmp_path / "test_mine.py").write_text("def test_mine():\n    pass\n", "utf-8")
    ended = subprocess.run(  # this interpreter
        [sys.executable, "-m", "pytest", "--endpoint-url", "x"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 4
    assert "unrecognized arguments: --endpoint-url" in ended.stderr


def test_ids_come_out_of_pytest_s_whole() -> None:
    """Brackets within an id belong to it."""
    nodeid = "conformance/suite/test_scenarios.py::test_scenario[a/b[case,n-1]]"
    assert catalogue_id(nodeid) == "a/b[case,n-1]"
    assert catalogue_id("conformance/suite/test_other.py::test_x") == ""
