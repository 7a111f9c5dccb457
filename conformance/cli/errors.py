"""Turns what the rooms below raise into messages and exit codes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import click

from conformance.catalog.problems import SpecError
from conformance.record.errors import RecordError
from conformance.runs.errors import UnwellError, UsageError
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator


class Failure(click.ClickException):
    """A message for people, on standard error, with an exit code of its own."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.code = exit_code


def fail(message: str, exit_code: int) -> NoReturn:
    """End the command with a message and a code."""
    raise Failure(message, exit_code)


@contextmanager
def user_errors() -> Iterator[None]:
    """Turn mistakes of the user into exit code 2, and a target that does not exist into 3."""
    try:
        yield
    except SpecError as error:
        fail(f"nothing was sent, because of mistakes in files\n\n{error}", ExitCode.USAGE)
    except (UsageError, RecordError) as error:
        fail(str(error), ExitCode.USAGE)
    except UnwellError as error:
        fail(str(error), error.exit_code)
