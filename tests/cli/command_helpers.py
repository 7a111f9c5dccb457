"""What the command's tests share that is no fixture."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scripted_server import EMPTY_LIST, answer

from conformance.record.reader import read

if TYPE_CHECKING:
    from scripted_server import Behaviour

    from conformance.record.model import Record


ROOT = Path(__file__).parents[2]
ACCESS_KEY = "AKIAEXAMPLEOFTESTS00"
SECRET_KEY = "a-secret-of-the-tests"


@dataclass(frozen=True)
class Result:
    """How the command ended."""

    code: int
    out: str
    err: str


Command = Callable[..., Result]


def spawned(*arguments: str, **environ: str) -> subprocess.Popen[str]:
    """Start the command as a process of its own, in a session of its own, deaf to no signal.

    A shell without job control lets what it starts in the background ignore Ctrl-C, and that would
    be inherited.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    return subprocess.Popen(  # noqa: S603  # this interpreter and our own package
        [sys.executable, "-m", "conformance.cli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, **environ},
    )


def end_unread(*arguments: str, folder: Path) -> None:
    """Run the command in a folder, its output a pipe that its reader closed before it began."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        subprocess.run(  # noqa: S603  # this interpreter and our own package
            [sys.executable, "-m", "conformance.cli", *arguments],
            stdout=writer,
            stderr=subprocess.PIPE,
            cwd=folder,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    finally:
        os.close(writer)


def spec(path: Path, *steps: str, cases: int = 1, needs: str = "") -> Path:
    """Write a scenario file with these steps and that many tests, ``t[1]`` and so on."""
    lines = [
        "format: 1",
        "about: for a test",
        "scenarios:",
        "  - id: t",
        "    title: something holds",
        "    rules: [life.create-returns-id]",
        "    why: for a test",
        f"    needs: [{needs}]",
        "    matrix:",
        "      n:",
        *(f"        - {number}" for number in range(1, cases + 1)),
        "    steps:",
        *(f"      - {step}" for step in steps),
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


GOOD = 'CreateMultipartUpload: {Metadata: {n: "${n}"}}\n        must: {status: 200}'
BAD = 'CreateMultipartUpload: {Metadata: {n: "${n}"}}\n        must: {status: 418}'
WEAK = 'CreateMultipartUpload: {Metadata: {n: "${n}"}}\n        should: {status: 418}'


def record_in(folder: Path) -> Record:
    """Read the record of a run, first making sure that each line is one JSON object."""
    lines = (folder / "record.jsonl").read_text("utf-8").splitlines()
    assert next(json.loads(line)["type"] for line in lines) == "run"
    return read(folder / "record.jsonl")


def dying(after: int) -> Behaviour:
    """Answer that many requests well enough for CreateMultipartUpload, then say nothing more."""
    created = (
        b"<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u</UploadId>"
        b"</InitiateMultipartUploadResult>"
    )

    def behave(head: bytes, number: int) -> bytes | None:
        if number >= after:
            return None
        if head.startswith(b"GET / "):
            return answer(200, EMPTY_LIST)
        if head.startswith(b"POST"):
            return answer(200, created)
        return answer(204 if head.startswith(b"DELETE") else 200)

    return behave
