"""Versions that programs carry within themselves: of Go modules and of Java archives."""

from __future__ import annotations

import mmap
import re
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_IMPLEMENTATION: Final = "Implementation-Version:"


def go_version(program: Path, module: str) -> str:
    """Return the version of its main module that a Go program carries, empty when it has none.

    It is what ``go version -m`` prints in the line ``mod``, read without Go being there.
    """
    line = re.compile(rb"\nmod\t" + re.escape(module.encode()) + rb"\t([\x21-\x7e]+)[\t\n]")
    try:
        with (
            program.open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            found = line.search(data)
            return found.group(1).decode("ascii").removeprefix("v") if found else ""
    except (OSError, ValueError):  # the latter for an empty file
        return ""


def jar_version(jar: Path, group: str, artifact: str) -> str:
    """Return the version that a Java archive gives itself, empty when it says none.

    By Maven's notes on the artifact, else by the manifest.
    """
    notes = f"META-INF/maven/{group}/{artifact}/pom.properties"
    try:
        with zipfile.ZipFile(jar) as archive:
            names = archive.namelist()
            for name, key in ((notes, "version="), ("META-INF/MANIFEST.MF", _IMPLEMENTATION)):
                lines = archive.read(name).decode("utf-8", "replace") if name in names else ""
                for line in lines.splitlines():
                    if line.startswith(key):
                        return line.removeprefix(key).strip()
    except (OSError, zipfile.BadZipFile):
        return ""
    return ""
