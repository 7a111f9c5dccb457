"""Installs a known server into a folder on request, and shows what is installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from conformance.targets.launchers.cache import (
    begin_anew,
    note_installed,
    packages_in,
    servers_folder,
)
from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.programs import own_folder
from conformance.targets.launchers.recipes import RECIPES, Client, Command, Recipe, commands

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_TOOLS: Final[dict[Client, tuple[str, ...]]] = {
    "pip": (),
    "go": ("go",),
    "cargo": ("cargo",),
    "mvn": ("mvn",),
    "apt": ("apt-get",),
}


class InstallError(Exception):
    """A server was not installed. The text says why; shown as it is."""


@dataclass(frozen=True, slots=True)
class State:
    """Whether a server is installed, and if not, whether it can be."""

    word: Literal["installed", "installable", "missing toolchain"]
    detail: str
    """Where it is, or what is missing; empty when there is nothing to say."""

    def __str__(self) -> str:
        """Return both in one line."""
        return f"{self.word}: {self.detail}" if self.detail else self.word


def state(server: str) -> State:
    """Return what `targets` shows of a server that has a recipe; nothing of it is run."""
    recipe = RECIPES[server]
    try:
        own = own_folder(server)
    except LaunchError as error:
        return State("installable", str(error))
    if where := _place(recipe, own):
        needed = ("java",) if recipe.java else ()
        return State("missing toolchain", "java") if _missing(needed) else State("installed", where)
    if missing := missing_tools(recipe):
        return State("missing toolchain", ", ".join(missing))
    return State("installable", "")


def missing_tools(recipe: Recipe) -> tuple[str, ...]:
    """Return the programs that are needed to install and start, but are not on the path."""
    python = (recipe.python,) if recipe.python else ()
    java = ("java",) if recipe.java else ()
    return _missing((*_TOOLS[recipe.client], *python, *java))


def default_folder(server: str) -> Path:
    """Return the folder of the cache in which launchers find the server."""
    return servers_folder() / server


def plan(server: str, folder: Path) -> tuple[Command, ...]:
    """Return the commands of an installation, in order; `InstallError` if it is impossible."""
    recipe = RECIPES[server]
    if missing := missing_tools(recipe):
        raise InstallError(f"{server} can't be installed: {', '.join(missing)} is not on the path")
    if recipe.client == "apt" and folder != default_folder(server):
        raise InstallError(f"{server} comes from Debian's packages, which take no folder")
    if folder.exists() and not folder.is_dir():
        raise InstallError(f"{folder} is not a folder")
    if folder != default_folder(server) and packages_in(folder) is None and _holds_files(folder):
        raise InstallError(f"{folder} holds other files; give an empty folder, or a new one")
    return commands(server, str(folder), sys.executable)


def is_installed(server: str, folder: Path) -> bool:
    """Return whether the folder has the server in just the versions of its recipe."""
    recipe = RECIPES[server]
    return packages_in(folder) == (*recipe.packages, *recipe.beside)


def install(server: str, folder: Path, say: Callable[[str], None]) -> None:
    """Run the plan; show each command before it is run, and its output.

    An earlier installation in the folder is removed first, and so is one that fails. Raises
    `InstallError`.
    """
    planned = plan(server, folder)
    recipe = RECIPES[server]
    try:
        with nullcontext() if recipe.client == "apt" else _whole_or_empty(folder):
            for command in planned:
                say(f"$ {command}")
                _run(server, command)
            if recipe.client != "apt":
                note_installed(folder, server, (*recipe.packages, *recipe.beside))
    except OSError as error:
        raise InstallError(f"{server} was not installed: {error}") from error


@contextmanager
def _whole_or_empty(folder: Path) -> Iterator[None]:
    """Make the folder, or empty it; and empty it again when the block fails."""
    folder.mkdir(parents=True, exist_ok=True)
    begin_anew(folder)
    _empty(folder)
    try:
        yield
    except BaseException:
        _empty(folder)
        raise


def _run(server: str, command: Command) -> None:
    done = subprocess.run(  # noqa: S603  # a command of our own table, without a shell
        command.words,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr.fileno(),
        check=False,
        env={**os.environ, **dict(command.variables)},
    )
    if done.returncode:
        raise InstallError(
            f"{server} was not installed: {command.words[0]} ended with exit code {done.returncode}"
        )


def _place(recipe: Recipe, own: Path | None) -> str:
    """Return where all that the recipe brings is, empty when anything is missing."""
    if own is not None:
        there = all((own / "bin" / name).is_file() for name in recipe.programs)
        if recipe.modules:
            there = there and all(any(_packages(own, name)) for name in recipe.modules)
        if recipe.jar:
            there = there and any((own / "lib").glob(recipe.jar))
        return str(own) if there else ""
    found = [_program(name) for name in recipe.programs]
    if recipe.jar or not all(found) or not all(_importable(name) for name in recipe.modules):
        return ""
    return found[0] if found else sys.prefix


def _packages(own: Path, module: str) -> tuple[Path, ...]:
    """Return where a virtual environment has a module."""
    return tuple((own / "lib").glob(f"python*/site-packages/{module}"))


def _program(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.is_file() else shutil.which(name) or ""


def _importable(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _missing(programs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in programs if shutil.which(name) is None)


def _holds_files(folder: Path) -> bool:
    return folder.is_dir() and any(folder.iterdir())


def _empty(folder: Path) -> None:
    """Remove what is in the folder: it was empty before, or holds a server that we put there."""
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
