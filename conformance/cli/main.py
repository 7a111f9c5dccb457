"""The group of commands, and what their ends mean to whoever called."""

from __future__ import annotations

import errno
import gc
import importlib
import os
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from conformance.cli.errors import Failure
from conformance.cli.options import refuse_empty
from conformance.version import __version__
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import OptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    "merge": "merge",
    "replay": "replay",
    "reproduce": "reproduce",
    "scenario": "scenario",
    "evidence": "from_record",
    "coverage": "coverage",
    "recordings": "recordings",
}


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
        module = importlib.import_module(f"conformance.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=f"Exit codes: {', '.join(f'{code} {code.meaning}' for code in ExitCode)}.",
)
@click.version_option(__version__, prog_name="s3-conformance")
def group() -> None:
    """Tell, for any S3 endpoint, which documented rules of multipart uploads it breaks."""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command and exit with its code; see the exit codes in the help text.

    Anything that nobody foresaw is our fault: a traceback, and exit code 4.
    """
    _open_closed_streams()
    try:
        code = group.main(
            args=None if arguments is None else list(arguments),
            prog_name="s3-conformance",
            standalone_mode=False,
        )
    except Failure as failure:
        failure.show()
        code = failure.code
    except OptionError as error:
        click.echo(f"Error: {error}", err=True)
        code = ExitCode.USAGE
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        code = ExitCode.DIFFERS
    except BrokenPipeError:
        # Whoever read our output has gone; what was not read can't be called as expected.
        code = ExitCode.DIFFERS
    except OSError as error:
        code = _of_system(error)
    except Exception:  # noqa: BLE001  # the last resort: whatever it is, it must not end in 0 or 1
        code = _our_fault()
    _let_go()
    # Python looks for cycles once more before it ends; after a run that takes half a second.
    gc.freeze()
    sys.exit(code if isinstance(code, int) else 0)


def _our_fault() -> int:
    traceback.print_exc()
    click.echo("this is a fault of s3-conformance itself, not of the target", err=True)
    return ExitCode.OUR_FAULT


def _of_system(error: OSError) -> int:
    """Return the code for what the operating system refused: a full disk is nobody's fault."""
    if error.errno not in _FULL:
        return _our_fault()
    where = f" {error.filename}" if error.filename else ""
    click.echo(f"Error: can't write{where}: {error.strerror}", err=True)
    return ExitCode.DIFFERS


def _open_closed_streams() -> None:
    """Give a program that was started without standard streams some that lead nowhere."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115


def _let_go() -> None:
    """Flush what was said; Python's own flush at exit would turn a closed pipe into code 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
