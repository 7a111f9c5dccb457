"""Gives a command its options from a file and from variables ``S3_CONFORMANCE_<OPTION>``."""

from __future__ import annotations

from typing import Final

import click

from conformance.cli.config_file import config_option
from conformance.targets.options import OPTIONS

_PREFIX: Final = "S3_CONFORMANCE_"
_OF_TARGET: Final = frozenset(row.flag for row in OPTIONS)
"""Their variables are read by `with_environment`, which knows which of them exclude each other."""
_TYPED_ALONE: Final = frozenset({"--yes", "--yes-i-pay", "--help", "--config", "--dry-run"})
"""Options that confirm something, or that a variable would turn into a surprise."""


def with_file_and_variables(command: click.Command) -> click.Command:
    """Return the command, which from now on reads both; what is typed counts before a variable."""
    if any(param.name == "config" for param in command.params):
        return command
    for param in command.params:
        if isinstance(param, click.Option):
            flag = next((name for name in param.opts if name.startswith("--")), "")
            if flag and flag not in _OF_TARGET | _TYPED_ALONE and param.envvar is None:
                param.envvar = variable(flag)
    command.params.append(config_option())
    return command


def variable(flag: str) -> str:
    """Return the variable of a long option: ``S3_CONFORMANCE_MAXFAIL``."""
    return _PREFIX + flag.removeprefix("--").replace("-", "_").upper()
