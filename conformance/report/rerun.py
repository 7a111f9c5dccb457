"""The command that runs one test of a record again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.report.shell import quote

if TYPE_CHECKING:
    from conformance.record.model import RunLine

_WITH_VALUE: Final = frozenset(
    {
        "--addressing",
        "--bucket",
        "--ca-file",
        "--endpoint-url",
        "--profile",
        "--region",
        "--target",
        "--tls-endpoint-url",
    }
)
_ALONE: Final = frozenset({"--insecure", "--strict"})
_ALONE_AND_LEFT_OUT: Final = frozenset({"--help", "--json", "--record-evidence", "--yes-i-pay"})
"""Every other option is followed by its value; a test holds this to the command's own options."""
_COMMAND: Final = "s3-conformance"
_SPEC_ENDINGS: Final = (".yaml", ".yml")


def rerun(test_id: str, run: RunLine) -> str:
    """Return ``s3-conformance run --select ID`` with the target options of the recorded run."""
    return command_line(("run", "--select", test_id, *target_arguments(run.command)))


def command_line(command: tuple[str, ...]) -> str:
    """Return the recorded arguments as a shell line that begins with the command's own name."""
    words = command if command[:1] == (_COMMAND,) else (_COMMAND, *command)
    return " ".join(quote(word) for word in words)


def target_arguments(command: tuple[str, ...]) -> list[str]:
    """Keep of a command what says which endpoint is judged, how, and by which scenario files."""
    kept: list[str] = []
    value_of = ""
    for argument in command:
        if value_of:
            if value_of in _WITH_VALUE:
                kept.append(argument)
            value_of = ""
        elif argument in _WITH_VALUE:
            kept.append(argument)
            value_of = argument
        elif argument.split("=", 1)[0] in _WITH_VALUE or argument in _ALONE:
            kept.append(argument)
        elif argument.startswith("-"):
            value_of = argument if _has_its_value_behind(argument) else ""
        elif argument.endswith(_SPEC_ENDINGS):
            kept.append(argument)
    return kept


def _has_its_value_behind(option: str) -> bool:
    """Tell ``--out DIR`` and ``-n 2`` from ``--out=DIR``, ``-n2`` and ``--json``."""
    if option.startswith("--"):
        return "=" not in option and option not in _ALONE_AND_LEFT_OUT
    return len(option) == 2 and option != "-h"
