"""Finding what is installed: the server's own venv, this interpreter, the path."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from fake_servers import FakeVenv

from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.programs import (
    find_program,
    find_python,
    package_version,
    said_by,
    venv_variable,
)


def test_the_variable_is_made_of_the_server_s_name() -> None:
    """A dash is no character of a variable."""
    assert venv_variable("ceph-rgw") == "S3_CONFORMANCE_CEPH_RGW_VENV"


def test_a_server_s_own_venv_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its program is taken although another is on the path."""
    venv = FakeVenv(tmp_path / "venv", "frob", monkeypatch)
    venv.program("sh", "")
    assert find_program("sh", "frob", "hint") == tmp_path / "venv" / "bin" / "sh"


def test_a_named_venv_without_the_program_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version from the path would be judged in its place."""
    FakeVenv(tmp_path / "venv", "frob", monkeypatch)
    with pytest.raises(LaunchError, match=r"frob is not installed \(sh was not found\): the hint"):
        find_program("sh", "frob", "the hint")


def test_without_a_venv_the_path_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian's packages put their programs there."""
    monkeypatch.delenv(venv_variable("frob"), raising=False)
    assert find_program("sh", "frob", "hint").name == "sh"


def test_a_folder_that_is_no_venv_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A typo in the variable must not end in another server."""
    monkeypatch.setenv(venv_variable("frob"), str(tmp_path))
    with pytest.raises(LaunchError, match=r"S3_CONFORMANCE_FROB_VENV: .* is not a virtual"):
        find_program("sh", "frob", "hint")


def test_this_interpreter_is_taken_when_it_has_all_modules(monkeypatch: pytest.MonkeyPatch) -> None:
    """One missing module is enough to refuse, also one whose package is missing."""
    monkeypatch.delenv(venv_variable("frob"), raising=False)
    assert find_python("frob", "hint", "json", "email.parser") == Path(sys.executable)
    with pytest.raises(LaunchError, match=r"no module no_such_package\.inner"):
        find_python("frob", "hint", "json", "no_such_package.inner")


def test_a_venv_s_interpreter_is_asked_for_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What this interpreter has does not count then."""
    FakeVenv(tmp_path / "venv", "frob", monkeypatch)
    python = tmp_path / "venv" / "bin" / "python"
    assert find_python("frob", "hint", "json") == python
    with pytest.raises(LaunchError, match="no module no_such_package"):
        find_python("frob", "hint", "no_such_package")


def test_versions_of_distributions_are_found_in_both(tmp_path: Path) -> None:
    """By this process or by the other interpreter; an unknown one has none."""
    other = tmp_path / "python"
    other.symlink_to(sys.executable)
    assert package_version("click", Path(sys.executable)) == version("click")
    assert package_version("no-such-distribution", Path(sys.executable)) == ""
    assert package_version("no-such-distribution", other) == ""


def test_a_program_that_can_t_be_run_says_nothing(tmp_path: Path) -> None:
    """A version is worth no failed run."""
    assert said_by(tmp_path / "none") == ""
    assert said_by(sys.executable, "-c", "print('weed 4.48')") == "weed 4.48\n"


def test_what_is_said_on_standard_error_counts_when_nothing_else_is(tmp_path: Path) -> None:
    """Help texts come there; warnings beside an answer do not."""
    help_text = "import sys; print('-flag', file=sys.stderr)"
    assert said_by(sys.executable, "-c", help_text) == "-flag\n"
    assert said_by(sys.executable, "-c", f"{help_text}; print('1.0')") == "1.0\n"
    assert said_by(tmp_path / "missing") == ""
