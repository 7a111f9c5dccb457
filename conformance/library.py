"""The functions of the public face; import them from ``conformance``.

A room of its own above the others: it puts together what the command does, without its terminal.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack, get_args

from conformance.record.options import PropertyOptions
from conformance.record.reader import read
from conformance.runs.display import Silence
from conformance.runs.errors import UsageError
from conformance.runs.loop import run_here
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.targets.option_values import with_environment
from conformance.targets.options import TargetOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.model import Level
    from conformance.record.model import Record
    from conformance.runs.recorder import Report
    from conformance.wire.model import Addressing, Transport

File = str | os.PathLike[str]
Search = Literal["off", "quick", "thorough"]
"""How far the property tests search; by default ``quick``, and ``off`` with ``files``."""


class TargetKeywords(TypedDict, total=False):
    """Which endpoint, and how to reach it: the command's options, by the same names."""

    target: str
    profile: File
    tls_endpoint_url: str
    ca_file: File
    insecure: bool
    region: str
    addressing: Addressing
    transport: Transport
    access_key: str
    secret_key: str
    session_token: str
    profile_name: str
    alt_profile_name: str
    connect_timeout: float
    timeout: float
    answer_timeout: float
    run_timeout: float


def run(  # noqa: PLR0913  # all but one by name, as the command has them
    endpoint_url: str | None = None,
    *,
    select: str | Iterable[str] = (),
    level: Level | None = None,
    files: Iterable[File] = (),
    strict: bool = False,
    bucket: str | None = None,
    properties: Search | None = None,
    baseline: File | None = None,
    out: File | None = None,
    **target: Unpack[TargetKeywords],
) -> Record:
    """Run tests against an endpoint, and return the record of the run.

    Does what the command ``run`` with one worker does, its options being the keywords. Nothing is
    printed, ``sys.argv`` is not read, and no file is written unless ``out`` names a folder for the
    record and the reports. Without any endpoint the built-in reference is started and tested. May
    be called again, also from another thread, but not twice at once.

    ``record.end.exit_code`` says how it ended, as the command's exit code would: 0 as expected, 1
    for any difference, 2 when the endpoint refuses the key pair or the bucket, 3 when it can't be
    reached, 4 for a fault of the suite. Raises `ConformanceError` for a mistake in an argument or a
    file, before anything is sent. KeyboardInterrupt comes through, after clean-up.
    """
    options = RunOptions(
        target=_target_options(endpoint_url, target),
        files=tuple(Path(file) for file in files),
        select=(select,) if isinstance(select, str) else tuple(select),
        level=level,
        strict=strict,
        bucket=bucket,
        out=None if out is None else Path(out),
        baseline=None if baseline is None else Path(baseline),
        properties=None if properties is None else PropertyOptions(profile=properties),
    )
    if properties is not None and properties not in get_args(Search):
        raise UsageError(f"properties: {properties!r} is none of {', '.join(get_args(Search))}")
    selection = make_selection(options)
    if not selection.tests:
        raise UsageError("nothing was selected")
    made = Run(options, selection, Silence(), _reports() if out else None, in_memory=out is None)
    with made:
        if made.begin():
            run_here(made)
    return made.record


def _target_options(endpoint_url: str | None, target: TargetKeywords) -> TargetOptions:
    """Return the options, a missing key pair completed from the environment, no endpoint."""
    given: dict[str, Any] = {"endpoint_url": endpoint_url, **target}
    for name in ("profile", "ca_file"):
        if given.get(name) is not None:
            given[name] = Path(given[name])
    return with_environment(TargetOptions(**given), os.environ, endpoint=False)


def _reports() -> Report:
    # Imported here: without a folder nothing of it is needed.
    from conformance.report import write_reports  # noqa: PLC0415

    return write_reports


def read_record(path: File) -> Record:
    """Return the record in a file, gzipped or not, also one that was cut short.

    Raises `ConformanceError` for a file that can't be read as a record.
    """
    return read(Path(path))
