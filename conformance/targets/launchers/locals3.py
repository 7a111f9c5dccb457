"""LocalS3, a test double in Java, in a network namespace.

It is a library that listens on all interfaces and has no option for that; the program that starts
it is ours.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.targets.launchers.confined_java import INNER_PORT, confined_java
from conformance.targets.launchers.embedded import jar_version
from conformance.targets.launchers.programs import find_file
from conformance.targets.launchers.recipes import RECIPES, hint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.targets.launchers.running import Running

INSTALL: Final = hint("locals3")
_PROGRAM: Final = Path(__file__).with_name("locals3_files") / "Main.java"
_READY_SECONDS: Final = 60.0


@contextmanager
def locals3(folder: Path) -> Iterator[Running]:
    """Start LocalS3 over HTTP with its data in memory, reached at a free loopback port."""
    jar = find_file(RECIPES["locals3"].jar, "locals3", INSTALL)
    with confined_java(
        "LocalS3",
        ["-cp", str(jar.parent / "*"), str(_PROGRAM), str(INNER_PORT)],
        folder=folder,
        version=_version(jar),
        access_key="AKIALOCALS3MAIN00001",
        seconds=_READY_SECONDS,
    ) as running:
        yield running


def _version(jar: Path) -> str:
    """Return the archive's version: its own, else that of its name, which Maven gave it."""
    own = jar_version(jar, "io.github.robothy", "local-s3-rest")
    return own or jar.stem.removeprefix("local-s3-rest-")
