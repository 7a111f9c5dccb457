"""Clients whose programs are a few lines of Python, for the interpreter that runs the tests."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from conformance.catalog.place import Place
from conformance.clients.model import STEPS, Client

if TYPE_CHECKING:
    from pathlib import Path


def fake_client(folder: Path, program: str, *steps: str, needs: tuple[str, ...] = ()) -> Client:
    """Write a program and return its client, which is installed without a command."""
    home = folder / "programs" / "fake"
    home.mkdir(parents=True, exist_ok=True)
    (home / "program.py").write_text(textwrap.dedent(program), encoding="utf-8")
    taken = steps or ("upload", "download")
    return Client(
        id="fake",
        name="Fake",
        version="1.0",
        registry="pypi",
        packages=("fake==1.0",),
        needs=needs,
        install=(),
        run="{python} program.py",
        steps=taken,
        skip={step: "a fake has no such thing" for step in STEPS if step not in taken},
        folder=home,
        place=Place("fake/manifest.yaml", 1, 1),
    )
