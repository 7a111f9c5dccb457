"""What people type to choose tests and to see less or more of a run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from command_helpers import BAD, GOOD, Command, record_in, spec

from conformance.catalog.load import load
from conformance.catalog.searched import codes, statuses
from conformance.catalog.select import select
from conformance.cli.completion import complete_expression, complete_id, complete_target
from conformance.cli.config_file import of_context

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def ids(command: Command, *words: str) -> list[str]:
    """Return the ids of the tests that a run would run."""
    result = command("run", "--dry-run", "--json", *words)
    assert result.code == 0, result.err
    found: list[str] = json.loads(result.out)["tests"]
    return found


def test_codes_statuses_and_sources_select_what_expects_and_cites_them() -> None:
    """Only what is expected, in any strength but `observe`."""
    catalog = load()
    chosen = select(catalog, ["code:BadDigest and status:400"])
    assert chosen
    for test in chosen:
        assert "BadDigest" in codes(test)
        assert "400" in statuses(test)
    some = next(name for test in chosen for name in test.sources)
    citing = {test.id for test in select(catalog, [f"source:{some}"])}
    assert citing >= {test.id for test in chosen if some in test.sources}
    assert select(catalog, ["status:4*"])


def test_a_text_is_looked_for_in_all_that_people_paste(command: Command) -> None:
    """Title, id, rule, error code, header, source; each word must be there, in any case."""
    for text in ("baddigest", "x-amz-checksum-crc32c", "complete.order", "Content-MD5"):
        assert ids(command, "-k", text), text
    both = ids(command, "-k", "BadDigest crc32c", "--properties", "off")
    assert set(both) < set(ids(command, "-k", "BadDigest", "--properties", "off"))
    assert command("run", "--dry-run", "-k", "no such text at all").code == 5


def test_what_failed_can_be_run_again(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """From a record that is named, or from the latest one of the target."""
    (tmp_path / "specs").mkdir()
    spec(tmp_path / "specs" / "t.yaml", BAD, cases=2)
    good = spec(tmp_path / "specs" / "u.yaml", GOOD, cases=2)
    good.write_text(good.read_text("utf-8").replace("id: t", "id: u"), "utf-8")
    assert command("run", *at, "--out", "first", "specs").code == 1
    again = command("run", *at, "--last-failed=first/record.jsonl", "--out", "again", "specs")
    assert again.code == 1
    assert [test.id for test in record_in(tmp_path / "again").tests] == ["t[1]", "t[2]"]
    assert "no record of" in command("run", *at, "--last-failed", "--dry-run").err
    nothing = command("run", *at, "--select", "u", "--out", "green", "specs")
    assert nothing.code == 0
    assert "nothing failed in" in command("run", *at, "--last-failed=green/record.jsonl").err


def test_a_run_stops_after_as_many_failures_as_were_asked_for(
    command: Command, at: tuple[str, ...], tmp_path: Path
) -> None:
    """The record says what was not run, whether one process runs the tests or two."""
    spec(tmp_path / "t.yaml", BAD, cases=40)
    for words, most in ((("-x",), 1), (("--maxfail", "3"), 3), (("-x", "-n", "2"), 20)):
        result = command("run", *at, *words, "--out", "o", "t.yaml")
        assert result.code == 1
        record = record_in(tmp_path / "o")
        assert 1 <= len(record.tests) <= most
        assert record.end is not None
        assert any(problem.text.startswith("stopped after") for problem in record.problems)
        assert (tmp_path / "o" / "report.html").exists()


def test_quiet_and_verbose_runs(command: Command, at: tuple[str, ...], tmp_path: Path) -> None:
    """``-q`` shows the end, ``-v`` every test; neither changes the exit code."""
    spec(tmp_path / "t.yaml", BAD, GOOD.replace("Create", "Create"), cases=9)
    quiet = command("run", *at, "-q", "--out", "q", "t.yaml")
    assert quiet.code == 1
    assert len(quiet.out.splitlines()) == 4
    verbose = command("run", *at, "-v", "--out", "v", "t.yaml")
    assert verbose.out.count("FAIL        t[") == 9
    plain = command("run", *at, "--out", "p", "t.yaml")
    assert plain.out.count("FAIL        t[") == 5
    assert command("run", *at, "-q", "-v", "t.yaml").code == 2


def test_colours_are_asked_for_or_not(
    command: Command, at: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``always`` colours a pipe, too; else a pipe is plain, and NO_COLOR is heard."""
    spec(tmp_path / "t.yaml", BAD)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[1;31mFAIL" in command("run", *at, "--color", "always", "t.yaml").out
    assert "\x1b" not in command("run", *at, "t.yaml").out
    monkeypatch.delenv("NO_COLOR")
    assert "\x1b" not in command("run", *at, "--color", "never", "t.yaml").out


def test_a_shell_completes_targets_rules_scenarios_and_capabilities() -> None:
    """Also behind words that stand there already."""
    context, param = None, None
    assert "moto" in complete_target(context, param, "mo")  # type: ignore[arg-type]  # unused
    assert "template" not in complete_target(context, param, "")  # type: ignore[arg-type]
    found = complete_expression(context, param, "not (complete.or")  # type: ignore[arg-type]
    assert "not (complete.order" in found
    assert complete_expression(context, param, "needs:ss")  # type: ignore[arg-type]
    assert "code:BadDigest" in complete_expression(context, param, "code:BadD")  # type: ignore[arg-type]
    assert complete_id(context, param, "upload-part/")  # type: ignore[arg-type]


def test_a_profile_is_written_once(command: Command, tmp_path: Path) -> None:
    """It names the file's own server, loads, and is never overwritten."""
    result = command("targets", "init", "shop-store.yaml")
    assert result.code == 0, result.err
    text = (tmp_path / "shop-store.yaml").read_text("utf-8")
    assert "\nname: shop-store\n" in text
    assert "s3-conformance run --profile shop-store.yaml" in text
    assert command("run", "--profile", "shop-store.yaml", "--dry-run", "-k", "BadDigest").code == 0
    assert command("targets", "init", "shop-store.yaml").code == 2


def test_outside_a_command_there_is_no_file() -> None:
    """The library reads none."""
    assert of_context().path == ""
