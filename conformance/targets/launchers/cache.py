"""The folders in which ``targets install`` installs servers."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

_DONE: Final = "s3-conformance-server.json"
"""Written last: a folder without it is one of an installation that did not end well."""


def servers_folder(environ: Mapping[str, str] | None = None) -> Path:
    """Return the folder of all installed servers: ``s3-conformance/servers`` in the user's cache.

    The cache is what ``XDG_CACHE_HOME`` names, else ``~/.cache``.
    """
    environ = os.environ if environ is None else environ
    base = environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "s3-conformance" / "servers"


def cached(server: str) -> Path | None:
    """Return the folder in which the server is installed in the cache; None when it is not."""
    folder = servers_folder() / server
    return folder if packages_in(folder) is not None else None


def packages_in(folder: Path) -> tuple[str, ...] | None:
    """Return the packages that were installed into a folder; None when that was not finished."""
    try:
        noted = json.loads((folder / _DONE).read_text("utf-8"))
        return tuple(str(package) for package in noted["packages"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def note_installed(folder: Path, server: str, packages: tuple[str, ...]) -> None:
    """Write down that the server is in the folder, with these packages; raises OSError."""
    text = json.dumps({"server": server, "packages": packages}, indent=2) + "\n"
    (folder / _DONE).write_text(text, "utf-8")


def begin_anew(folder: Path) -> None:
    """Mark the folder as unfinished, until `note_installed`; raises OSError."""
    (folder / _DONE).unlink(missing_ok=True)
