"""The commands that run one test of a record, or a counter-example, again."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from conformance.catalog.select import exactly
from conformance.report.shell import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.record.model import RunLine

_WITH_VALUE: Final = frozenset(
    {
        "--addressing",
        "--alt-profile-name",
        "--bucket",
        "--ca-file",
        "--endpoint-url",
        "--profile",
        "--profile-name",
        "--region",
        "--target",
        "--tls-endpoint-url",
        "--transport",
    }
)
_ALONE: Final = frozenset({"--insecure", "--strict"})
_ALONE_AND_LEFT_OUT: Final = frozenset({"--help", "--json", "--record-evidence", "--yes-i-pay"})
"""Every other option is followed by its value; a test holds this to the command's own options."""
_OF_LAWS: Final = frozenset(
    {"--for", "--properties", "--property-bytes", "--property-requests", "--seed"}
)
"""What decides the examples of a law, and nothing of any other test."""
_LAWS: Final = "property/"
_ELSEWHERE: Final = frozenset({"--against", "--shard"})
"""With these the record, or the one that it was merged into, is not in the folder of ``--out``."""
_COMMAND: Final = "s3-conformance"
_SPEC_ENDINGS: Final = (".yaml", ".yml")


def rerun(test_id: str, run: RunLine) -> str:
    """Return ``s3-conformance run --select ID``, this test alone, with the run's target options."""
    kept = target_arguments(run.command)
    if test_id.startswith(_LAWS):
        kept += _kept(run.command, _OF_LAWS)
    return command_line(("run", "--select", exactly(test_id), *kept))


def rerun_all(test_ids: tuple[str, ...], run: RunLine) -> str:
    """Return the line that runs several tests again, with the run's target options."""
    kept = target_arguments(run.command)
    if any(name.startswith(_LAWS) for name in test_ids):
        kept += _kept(run.command, _OF_LAWS)
    return command_line(("run", "--select", " or ".join(map(exactly, test_ids)), *kept))


def counter_example(file: str, run: RunLine) -> str:
    """Return the command that runs a counter-example against the target of the run.

    ``file`` is relative to the record's folder. Where the recorded command names that folder the
    line works where the run was begun, otherwise in the folder itself: see `folder`.
    """
    where = folder(run)
    path = f"{where.rstrip('/')}/{file}" if where else file
    return command_line(("run", path, *_kept(run.command, _WITH_VALUE, _ALONE)))


def folder(run: RunLine) -> str:
    """Return the folder of the record as the command named it; empty when it did not."""
    if _kept(run.command, _ELSEWHERE):
        return ""
    found = _kept(run.command, frozenset({"--out"}))
    return found[-1].removeprefix("--out=") if found else ""


def create_bucket(run: RunLine) -> str:
    """Return the line that makes a bucket ``$BUCKET`` at the endpoint of the run."""
    endpoint = run.endpoint_url or run.tls_endpoint_url
    words = ["--region", run.region, "--endpoint-url", endpoint]
    if run.region != "us-east-1":
        words += ["--create-bucket-configuration", f"LocationConstraint={run.region}"]
    return f'aws s3api create-bucket --bucket "$BUCKET" {" ".join(quote(word) for word in words)}'


def command_line(command: tuple[str, ...]) -> str:
    """Return the recorded arguments as a shell line that begins with the command's own name."""
    words = command if command[:1] == (_COMMAND,) else (_COMMAND, *command)
    return " ".join(quote(word) for word in words)


def target_arguments(command: tuple[str, ...]) -> list[str]:
    """Keep of a command what says which endpoint is judged, how, and by which scenario files."""
    return _kept(command, _WITH_VALUE, _ALONE, files=True)


def _kept(
    command: tuple[str, ...],
    with_value: frozenset[str],
    alone: frozenset[str] = frozenset(),
    *,
    files: bool = False,
) -> list[str]:
    """Return the named options with their values, and the scenario files where asked for."""
    return list(
        chain.from_iterable(
            words
            for words in _grouped(command)
            if words[0].split("=", 1)[0] in with_value
            or words[0] in alone
            or (files and words[0].endswith(_SPEC_ENDINGS) and not words[0].startswith("-"))
        )
    )


def _grouped(command: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield each option with the word behind it that is its value, and every other word alone."""
    words = iter(command)
    for word in words:
        value = next(words, None) if word.startswith("-") and _has_its_value_behind(word) else None
        yield (word,) if value is None else (word, value)


def _has_its_value_behind(option: str) -> bool:
    """Tell ``--out DIR`` and ``-n 2`` from ``--out=DIR``, ``-n2`` and ``--json``."""
    if option.startswith("--"):
        return "=" not in option and option not in _ALONE | _ALONE_AND_LEFT_OUT
    return len(option) == 2 and option != "-h"
