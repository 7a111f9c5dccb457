"""Installs a client into a cache folder, when somebody asks for it."""

from __future__ import annotations

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.clients.model import Client

CACHE_VARIABLE: Final = "S3_CONFORMANCE_CLIENTS"
_DONE: Final = "installed.txt"
_INSTALL_SECONDS: Final = 900
_TAIL_LINES: Final = 4
_INTERPRETED: Final = ("pypi", "npm")


class InstallError(Exception):
    """A client could not be installed; the text says why."""


def cache_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return where clients are kept: what `CACHE_VARIABLE` names, else the user's cache."""
    environ = os.environ if environ is None else environ
    if named := environ.get(CACHE_VARIABLE):
        return Path(named).expanduser().absolute()
    base = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "s3-conformance" / "clients"


def client_folder(client: Client, cache: Path) -> Path:
    """Return the folder of a client in exactly these versions.

    What is compiled is so with its program; an interpreted one is put there for each run.
    """
    digest = hashlib.sha256(repr((client.packages, client.install)).encode())
    for path in () if client.registry in _INTERPRETED else _files(client):
        digest.update(path.name.encode() + path.read_bytes())
    return cache / client.id / digest.hexdigest()[:16]


def put_program(client: Client, cache: Path) -> Path:
    """Put the program of an installed client into its folder, and return that; raises OSError."""
    folder = client_folder(client, cache)
    if client.registry in _INTERPRETED:
        _copy_files(client, folder)
    return folder


def installed(client: Client, cache: Path) -> bool:
    """Return whether a client is in the cache."""
    return (client_folder(client, cache) / _DONE).is_file()


def missing_programs(client: Client) -> tuple[str, ...]:
    """Return what the client needs and is not on the path."""
    return tuple(name for name in client.needs if shutil.which(name) is None)


def install(client: Client, cache: Path) -> None:
    """Install a client into the cache, unless it is there; raises `InstallError`.

    The folder is there whole or not at all; other versions of the client stay beside it.
    """
    folder = client_folder(client, cache)
    if installed(client, cache):
        return
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
        _copy_files(client, folder)
        for command in client.install:
            _run(client, words_of(command, client), folder)
        with tempfile.NamedTemporaryFile("w", dir=folder, delete=False, encoding="utf-8") as file:
            file.write("\n".join((*client.packages, "")))
        Path(file.name).replace(folder / _DONE)
    except OSError as error:
        raise InstallError(f"{client.id} could not be installed: {error}") from error


def words_of(command: str, client: Client) -> list[str]:
    """Return the words of a command of the manifest."""
    packages = shlex.join(client.packages)
    return shlex.split(command.format(python=shlex.quote(sys.executable), packages=packages))


def _files(client: Client) -> tuple[Path, ...]:
    """Return the files of a client's program, and those that it shares with other clients."""
    own = (path for path in sorted(client.folder.iterdir()) if path.is_file())
    return (*own, *(client.folder.parent / name for name in client.shares))


def _copy_files(client: Client, folder: Path) -> None:
    for path in _files(client):
        shutil.copy(path, folder)


def _run(client: Client, words: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(  # noqa: S603  # a command of our own manifest, without a shell
            words,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
            timeout=_INSTALL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise InstallError(
            f"{client.id} could not be installed: {words[0]} took more than {_INSTALL_SECONDS} s"
        ) from None
    if done.returncode:
        lines = [line.strip() for line in done.stdout.splitlines() if line.strip(" []ERO")]
        wrong = [line for line in lines if "error" in line.lower()] or lines[-_TAIL_LINES:]
        tail = " / ".join(wrong[:_TAIL_LINES])
        raise InstallError(f"{client.id} could not be installed: {shlex.join(words)}: {tail}")
