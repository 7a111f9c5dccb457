"""Finds what a user has installed of a server: its program, or the Python that holds it.

A server is looked for in the folder that ``S3_CONFORMANCE_<SERVER>_VENV`` names (a virtual
environment, or one with its program in ``bin``), so that it may have one of its own; without the
variable in the cache folder of ``targets install``, beside this interpreter, then on the path.
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

from conformance.targets.launchers.cache import cached
from conformance.targets.launchers.process import LaunchError

_ANSWER_SECONDS: Final = 20
_TELL_VERSION: Final = (
    "import sys; from importlib.metadata import version as v; print(v(sys.argv[1]))"
)


def venv_variable(server: str) -> str:
    """Return the name of the environment variable: ``S3_CONFORMANCE_MOTO_VENV`` for ``moto``."""
    return f"S3_CONFORMANCE_{server.upper().replace('-', '_')}_VENV"


def own_folder(server: str) -> Path | None:
    """Return the folder that the server has to itself: the one of its variable, else the cached.

    None when there is neither. Raises `LaunchError` when the variable names what is no such folder.
    """
    named = os.environ.get(venv_variable(server))
    if not named:
        return cached(server)
    folder = Path(named).expanduser().absolute()
    if not any((folder / part).is_dir() for part in ("bin", "lib")):
        raise LaunchError(
            f"{venv_variable(server)}: {named} is not a virtual environment, "
            "nor a folder of `s3-conformance targets install`"
        )
    return folder


def find_program(name: str, server: str, install: str) -> Path:
    """Return the program ``name`` of the server; ``install`` is the hint when there is none.

    Raises `LaunchError` with the hint. A folder of the server's own is the only place looked at.
    """
    own = own_folder(server)
    beside = own / "bin" / name if own else Path(sys.executable).with_name(name)
    if beside.is_file():
        return beside
    found = None if own is not None else shutil.which(name)
    if found is None:
        raise LaunchError(f"{server} is not installed ({name} was not found): {install}")
    return Path(found)


def find_file(pattern: str, server: str, install: str) -> Path:
    """Return the newest file in ``lib`` of the server's own folder whose name fits ``pattern``.

    Raises `LaunchError` with ``install`` as the hint when there is none.
    """
    own = own_folder(server)
    found = list((own / "lib").glob(pattern)) if own is not None else []
    if not found:
        raise LaunchError(f"{server} is not installed (no {pattern} was found): {install}")
    return max(found, key=lambda path: path.stat().st_mtime)


def find_python(server: str, install: str, *modules: str) -> Path:
    """Return a Python that can import all of ``modules``.

    Raises `LaunchError` with ``install`` as the hint when neither the server's own folder nor,
    where it has none, this interpreter has them.
    """
    folder = own_folder(server)
    own = folder / "bin" / "python" if folder is not None else None
    for module in modules:
        if own is None:
            has_it = _importable(module)
        else:
            look = f"import importlib.util as u; raise SystemExit(u.find_spec({module!r}) is None)"
            has_it = own.is_file() and _run([str(own), "-I", "-c", look]).returncode == 0
        if not has_it:
            raise LaunchError(f"{server} is not installed (no module {module}): {install}")
    return own or Path(sys.executable)


def _importable(module: str) -> bool:
    """Return whether this interpreter has a module; packages that hold it are imported."""
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
    """Return the output of a server's program, such as its version; empty if it can't be run.

    What it says on standard error counts when it says nothing else, as help texts often do.
    """
    try:
        done = _run([str(word) for word in command])
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout or done.stderr


def done_by(*command: str) -> str:
    """Run a program of a server; return what went wrong, empty on success."""
    try:
        done = _run(list(command))
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    last = (done.stderr or done.stdout).strip().rpartition("\n")[2]
    return "" if done.returncode == 0 else last or f"exit code {done.returncode}"


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
