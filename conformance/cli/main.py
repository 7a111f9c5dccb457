"""The group of commands, and what their ends mean to whoever called."""

from __future__ import annotations

import errno
import gc
import importlib
import sys
import traceback
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NoReturn

import click

from conformance.cli.arguments import first_word, refuse_empty
from conformance.cli.streams import NOBODY_READS, let_go, open_standard_streams
from conformance.version import __version__
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

# Command to the module that holds it, as ``command``; loaded only when it is called.
COMMANDS: Final = {
    "run": "run",
    "clients": "clients",
    "lint": "lint",
    "list": "listing",
    "explain": "explain",
    "serve": "serve",
    "prove": "prove",
    "targets": "targets",
    "probe": "probe",
    "clean": "clean",
    "report": "report",
    "baseline": "baseline",
    "findings": "findings",
    "compare": "compare",
    "matrix": "matrix",
    "site": "site",
    "merge": "merge",
    "replay": "replay",
    "reproduce": "reproduce",
    "scenario": "scenario",
    "evidence": "from_record",
    "coverage": "coverage",
    "recordings": "recordings",
}


_CONFIGURED: Final = frozenset({"run", "list", "probe", "clean", "clients"})
"""Commands whose options a file or a variable may give."""
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class _Group(click.Group):
    """A group whose commands are imported when they are needed."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments of whichever command, none of which may be empty."""
        refuse_empty(args)
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names, in the order in which they are met."""
        del ctx
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of that name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = _imported(f"conformance.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        if cmd_name not in _CONFIGURED:
            return command
        configured = importlib.import_module("conformance.cli.configured")
        configured_command: click.Command = configured.with_file_and_variables(command)
        return configured_command


def _imported(name: str) -> ModuleType:
    """Import a module without looking for garbage: hundreds of modules leave none, and stay."""
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"Exit codes: {', '.join(f'{code} {code.meaning}' for code in ExitCode)}.",
)
@click.version_option(__version__, prog_name="s3-conformance")
def group() -> None:
    """Show which documented rules of multipart uploads an S3 endpoint breaks, with evidence."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code; see the exit codes in the help text.

    Anything that nobody foresaw is our fault: a traceback, and exit code 4.
    """
    open_standard_streams()
    words = sys.argv[1:] if arguments is None else list(arguments)
    if said := first_word(words, __version__):
        with suppress(OSError):
            click.echo(said, err=True)
    code = _code(words)
    if not let_go() and code == ExitCode.EXPECTED and words[:1] != ["run"]:
        # The output was all that the command is for. A run has its record.
        code = ExitCode.DIFFERS
    # Python looks for cycles once more before it ends; after a run that takes half a second.
    gc.freeze()
    sys.exit(code)


def _code(words: list[str]) -> int:
    """Run the command and return its exit code, whatever happens."""
    try:
        code = group.main(args=words, prog_name="s3-conformance", standalone_mode=False)
    except OptionError as error:
        return _failed(f"Error: {error}", ExitCode.USAGE)
    except click.ClickException as error:
        with suppress(OSError):
            error.show()
        code = getattr(error, "code", error.exit_code)
        return int(code)
    except (click.Abort, KeyboardInterrupt):
        return _failed("interrupted", ExitCode.DIFFERS)
    except BrokenPipeError:
        # Whoever read our output has gone; what was not read can't be called as expected.
        return ExitCode.DIFFERS
    except Exception as error:  # noqa: BLE001  # the last resort: it must not end in 0 or 1
        if isinstance(error, OSError) and error.errno in _FULL and error.filename:
            return _failed(
                f"Error: can't write {error.filename}: {error.strerror}", ExitCode.DIFFERS
            )
        if isinstance(error, OSError) and error.errno in NOBODY_READS and not error.filename:
            return _failed(
                f"Error: the output can't be written: {error.strerror}", ExitCode.DIFFERS
            )
        with suppress(OSError):
            traceback.print_exc()
        return _failed(
            "this is a fault of s3-conformance itself, not of the target", ExitCode.OUR_FAULT
        )
    return code if isinstance(code, int) else ExitCode.EXPECTED


def _failed(text: str, code: int) -> int:
    with suppress(OSError):
        click.echo(text, err=True)
    return code
