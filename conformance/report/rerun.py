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
_COMMAND: Final = "s3-conformance"
_ALONE: Final = frozenset({"--insecure", "--strict"})
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
            value_of = "" if "=" in argument else argument
        elif argument.endswith(_SPEC_ENDINGS):
            kept.append(argument)
    return kept
