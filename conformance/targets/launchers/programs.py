"""Finds what a user has installed of a server: its program, or the Python that holds it.

A server is looked for in the virtual environment that ``S3_CONFORMANCE_<SERVER>_VENV`` names, so
that it may have one of its own; without the variable beside this interpreter, then on the path.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Final

from conformance.targets.launchers.process import LaunchError

_ANSWER_SECONDS: Final = 20
_TELL_VERSION: Final = (
    "import sys; from importlib.metadata import version as v; print(v(sys.argv[1]))"
)


def venv_variable(server: str) -> str:
    """Return the name of the environment variable: ``S3_CONFORMANCE_MOTO_VENV`` for ``moto``."""
    return f"S3_CONFORMANCE_{server.upper().replace('-', '_')}_VENV"


def venv_python(server: str) -> Path | None:
    """Return the interpreter of the server's own virtual environment, None when none is named.

    Raises `LaunchError` when the variable names a folder that is not a virtual environment.
    """
    folder = os.environ.get(venv_variable(server))
    if not folder:
        return None
    python = Path(folder).expanduser().absolute() / "bin" / "python"
    if not python.is_file():
        raise LaunchError(f"{venv_variable(server)}: {folder} is not a virtual environment")
    return python


def find_program(name: str, server: str, install: str) -> Path:
    """Return the program ``name`` of the server; ``install`` is the hint when there is none.

    Raises `LaunchError` with the hint. A named virtual environment is the only place looked at.
    """
    own = venv_python(server)
    beside = (own or Path(sys.executable)).with_name(name)
    if beside.is_file():
        return beside
    found = None if own is not None else shutil.which(name)
    if found is None:
        raise LaunchError(f"{server} is not installed ({name} was not found): {install}")
    return Path(found)


def find_python(server: str, install: str, *modules: str) -> Path:
    """Return a Python that can import all of ``modules``.

    Raises `LaunchError` with ``install`` as the hint when neither the server's own virtual
    environment nor, where none is named, this interpreter has them.
    """
    own = venv_python(server)
    for module in modules:
        if own is None:
            has_it = _importable(module)
        else:
            look = f"import importlib.util as u; raise SystemExit(u.find_spec({module!r}) is None)"
            has_it = _run([str(own), "-I", "-c", look]).returncode == 0
        if not has_it:
            raise LaunchError(f"{server} is not installed (no module {module}): {install}")
    return own or Path(sys.executable)


def _importable(module: str) -> bool:
    """Tell whether this interpreter has a module; packages that hold it are imported."""
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def package_version(package: str, python: Path) -> str:
    """Return the version of an installed distribution, empty when ``python`` has none."""
    if python == Path(sys.executable):
        try:
            return metadata.version(package)
        except metadata.PackageNotFoundError:
            return ""
    return _run([str(python), "-I", "-c", _TELL_VERSION, package]).stdout.strip()


def said_by(*command: str | Path) -> str:
    """Return what a program of a server prints, empty when it can't be run; for its version.

    What it says on standard error counts when it says nothing else, as help texts often do.
    """
    try:
        done = _run([str(word) for word in command])
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout or done.stderr


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a short command without a shell and catch what it prints."""
    return subprocess.run(  # noqa: S603  # programs found above with fixed arguments
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=_ANSWER_SECONDS,
    )
