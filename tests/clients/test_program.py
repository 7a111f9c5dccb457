"""A client's program is run, read and ended, whatever it does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.clients.installing import (
    InstallError,
    cache_folder,
    client_folder,
    install,
    installed,
    missing_programs,
    put_program,
)
from conformance.clients.program import Program, parse

from .fake_clients import fake_client

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.clients.model import Result

PATIENT = 60.0


def run(tmp_path: Path, program: str, *, seconds: float = PATIENT) -> tuple[list[Result], Program]:
    """Run a program to its end."""
    client = fake_client(tmp_path, program)
    cache, home = tmp_path / "cache", tmp_path / "home"
    install(client, cache)
    home.mkdir()
    made = Program(client, put_program(client, cache), {"GIVEN": "yes"}, home, seconds=seconds)
    return list(made), made


def test_results_come_as_lines(tmp_path: Path) -> None:
    """Other output of a library is passed over; the last line needs no end of its own."""
    found, program = run(
        tmp_path,
        """
        print("a library says hello")
        print('{"step": "upload", "ok": true, "ended": 5.5}')
        print('[1, 2]')
        print('{"step": "download", "ok": false, "error": "E", "code": "C", "status": 411}')
        """,
    )
    assert [(one.step, one.ok, one.code, one.status) for one in found] == [
        ("upload", True, "", None),
        ("download", False, "C", 411),
    ]
    assert found[0].ended == 5.5
    assert not program.ending.timed_out


def test_a_program_that_ends_early_says_its_last_words(tmp_path: Path) -> None:
    """What it wrote on standard error stands in the reason."""
    found, program = run(tmp_path, "import sys; sys.exit('no such module')")
    assert found == []
    assert "no such module" in program.ending.reason


def test_a_program_that_hangs_is_stopped(tmp_path: Path) -> None:
    """Together with what it started, once a step took too long."""
    found, program = run(
        tmp_path,
        """
        import signal
        print('{"step": "upload", "ok": true}', flush=True)
        signal.pause()
        """,
        seconds=1.0,
    )
    assert [one.step for one in found] == ["upload"]
    assert program.ending.timed_out


def test_a_program_sees_nothing_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key, proxy or home but those that it is given."""
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the-users-own")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    found, _ = run(
        tmp_path,
        """
        import json, os
        names = sorted(set(os.environ) - {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "JAVA_HOME"})
        names = [one for one in names if not one.startswith("__")]
        print(json.dumps({"step": "upload", "ok": True, "error": " ".join(names)}))
        """,
    )
    assert found[0].error == "GIVEN HOME TMPDIR XDG_CONFIG_HOME"


@pytest.mark.parametrize(
    "line", [b"", b"{", b"[]", b"7", b'{"ok": true}', b'{"step": 1}', b"[" * 100_000]
)
def test_what_is_no_result_is_passed_over(line: bytes) -> None:
    """Whatever a program prints."""
    assert parse(line) is None


def test_values_of_another_kind_are_left_out() -> None:
    """A status that is none, and texts that are too long."""
    line = {"step": "x", "ok": 1, "status": 7, "code": 3, "error": "e" * 9999}
    found = parse(json.dumps(line).encode())
    assert found is not None
    assert (found.ok, found.status, found.code, len(found.error)) == (False, None, "", 500)


def test_a_folder_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    """A command that fails is said with its words; installing again then tries again."""
    good = fake_client(tmp_path, "")
    bad = replace(good, install=("{python} -c \"raise SystemExit('error: no network')\"",))
    with pytest.raises(InstallError, match="no network"):
        install(bad, tmp_path / "cache")
    assert not installed(bad, tmp_path / "cache")
    none = replace(good, install=("no-such-program-at-all",))
    with pytest.raises(InstallError, match="could not be installed"):
        install(none, tmp_path / "cache")
    install(good, tmp_path / "cache")
    assert installed(good, tmp_path / "cache")


def test_versions_have_folders_of_their_own(tmp_path: Path) -> None:
    """So that another version is another installation."""
    one = fake_client(tmp_path, "")
    two = replace(one, packages=("fake==2.0",))
    assert client_folder(one, tmp_path) != client_folder(two, tmp_path)
    compiled = replace(one, registry="go")
    before = client_folder(compiled, tmp_path)
    (compiled.folder / "program.py").write_text("changed", encoding="utf-8")
    assert client_folder(compiled, tmp_path) != before


def test_files_that_clients_share_are_put_beside_the_program(tmp_path: Path) -> None:
    """Before anything is built; where the program is built, a change of them is another version."""
    command = "{python} -c \"import steps; open('built.txt', 'w').write(steps.NAME)\""
    made = replace(fake_client(tmp_path, ""), shares=("steps.py",), install=(command,))
    shared = made.folder.parent / "steps.py"
    shared.write_text("NAME = 'one'", encoding="utf-8")
    compiled = replace(made, registry="go")
    for client in (made, compiled):
        install(client, tmp_path / client.registry)
        folder = client_folder(client, tmp_path / client.registry)
        assert (folder / "built.txt").read_text(encoding="utf-8") == "one"
    shared.write_text("NAME = 'two'", encoding="utf-8")
    assert installed(made, tmp_path / "pypi")
    assert not installed(compiled, tmp_path / "go")
    folder = put_program(made, tmp_path / "pypi")
    assert (folder / "steps.py").read_text(encoding="utf-8") == "NAME = 'two'"


def test_toolchains_are_looked_for(tmp_path: Path) -> None:
    """What is not on the path is named."""
    client = fake_client(tmp_path, "", needs=("sh", "no-such-program-at-all"))
    assert missing_programs(client) == ("no-such-program-at-all",)


def test_the_cache_can_be_named(tmp_path: Path) -> None:
    """By our variable first, then as other programs do."""
    assert cache_folder({"S3_CONFORMANCE_CLIENTS": str(tmp_path)}) == tmp_path
    other = cache_folder({"XDG_CACHE_HOME": str(tmp_path)})
    assert other == tmp_path / "s3-conformance" / "clients"
