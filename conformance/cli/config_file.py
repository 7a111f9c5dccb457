"""Options from a file: ``s3-conformance.toml``, or ``[tool.s3-conformance]`` in pyproject.toml.

Keys are the long options without their dashes. A file comes with a checkout, so it can't choose
credentials, switch checks of certificates off, or confirm costs.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from conformance.catalog.problems import did_you_mean
from conformance.targets.options import OPTIONS
from conformance.vocabulary.text import OptionError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME: Final = "s3-conformance.toml"
_PROJECT: Final = "pyproject.toml"
_TABLE: Final = "tool.s3-conformance"
_META: Final = "conformance.config_file"
_OF_TARGET: Final = {row.flag.removeprefix("--"): row for row in OPTIONS}
_CREDENTIALS: Final = frozenset(
    {"profile-name", "alt-profile-name", "access-key", "secret-key", "session-token"}
)
_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(_CREDENTIALS, "a checkout must not choose credentials"),
    "insecure": "a checkout must not switch checks of certificates off",
    "resolve": "a checkout must not choose where names lead",
    "yes-i-pay": "only you can confirm costs",
    "config": "a file can't name another",
}
_NOT_IN_PROFILES: Final = ("credentials", "alt_credentials", "insecure", "resolve")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """What a file says, by the command's parameters and by the fields of `TargetOptions`."""

    path: str = ""
    """Empty where there is no file."""
    target: Mapping[str, str] = field(default_factory=dict)
    """Field of `TargetOptions` to its text."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The same field to ``file:line (key)``, to be named in messages."""
    defaults: Mapping[str, object] = field(default_factory=dict)
    """Parameter of the command to its value."""


def config_option() -> click.Option:
    """Return the option ``--config``, which is read before all others."""
    return click.Option(
        ["--config"],
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        metavar="FILE",
        is_eager=True,
        expose_value=False,
        envvar="S3_CONFORMANCE_CONFIG",
        callback=_take,
        help=f"Read options from this file.  [default: {NAME}, or {_TABLE} in {_PROJECT}]",
    )


def of_context() -> ConfigFile:
    """Return the file of the command that is being run; one without options where there is none."""
    context = click.get_current_context(silent=True)
    found: ConfigFile | None = context.meta.get(_META) if context is not None else None
    return found or ConfigFile()


def _take(context: click.Context, param: click.Parameter, value: Path | None) -> None:
    del param
    if context.resilient_parsing:
        return
    found = read_config(value, context.command)
    context.meta[_META] = found
    context.default_map = {**(context.default_map or {}), **found.defaults}


def read_config(path: Path | None, command: click.Command) -> ConfigFile:
    """Return what a file says about a command; without a path that of the working folder.

    Raises `OptionError` with every mistake, each with its line.
    """
    file = path if path is not None else _found()
    if file is None:
        return ConfigFile()
    try:
        text = file.read_bytes().decode("utf-8")
        tree = tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise OptionError(f"{file} can't be read: {error}") from error
    table = _table(file, tree)
    if table is None:
        if path is None:
            return ConfigFile()
        raise OptionError(f"{file} has no table [{_TABLE}]")
    return _Reader(file, text, command).read(table)


def _found() -> Path | None:
    return next((Path(name) for name in (NAME, _PROJECT) if Path(name).is_file()), None)


def _table(file: Path, tree: dict[str, object]) -> dict[str, object] | None:
    if file.name != _PROJECT:
        return tree
    tools = tree.get("tool")
    table = tools.get("s3-conformance") if isinstance(tools, dict) else None
    return table if isinstance(table, dict) else None


class _Reader:
    def __init__(self, file: Path, text: str, command: click.Command) -> None:
        self._file = file
        self._lines = text.splitlines()
        self._begin = self._header() if file.name == _PROJECT else 0
        self._options = {
            name.removeprefix("--"): option
            for option in command.params
            if isinstance(option, click.Option)
            for name in option.opts
            if name.startswith("--")
        }
        self._mistakes: list[str] = []

    def read(self, table: Mapping[str, object]) -> ConfigFile:
        target: dict[str, str] = {}
        places: dict[str, str] = {}
        defaults: dict[str, object] = {}
        for key, value in table.items():
            row = _OF_TARGET.get(key)
            option = self._options.get(key)
            if key in _REFUSED:
                self._wrong(key, f"{key} can't be set here: {_REFUSED[key]}")
            elif option is None:
                self._unknown(key)
            elif row is not None:
                for text in self._texts(key, value, option):
                    target[row.field] = text
                    places[row.field] = f"{self._place(key)} ({key})"
            elif option.name is not None:
                defaults[option.name] = self._value(key, value, option)
        if "profile" in target:
            self._profile(Path(target["profile"]))
        if self._mistakes:
            raise OptionError("\n".join(self._mistakes))
        return ConfigFile(str(self._file), target, places, defaults)

    def _value(self, key: str, value: object, option: click.Option) -> object:
        """Return a value as click takes it: it converts and checks texts itself."""
        if option.is_flag and not option.secondary_opts:
            if not isinstance(value, bool):
                self._wrong(key, f"{key} is true or false")
            return value
        texts = [*self._texts(key, value, option)]
        if option.multiple:
            return texts
        return texts[0] if texts else None

    def _texts(self, key: str, value: object, option: click.Option) -> Iterator[str]:
        values = value if isinstance(value, list) and option.multiple else [value]
        for one in values:
            if isinstance(one, bool) or not isinstance(one, (str, int, float)):
                several = ", or a list of them" if option.multiple else ""
                self._wrong(key, f"{key} is a text or a number{several}")
            elif not str(one).strip():
                self._wrong(key, f"{key} is empty")
            else:
                path = isinstance(option.type, click.Path)
                yield str(self._file.parent / str(one)) if path else str(one)

    def _profile(self, file: Path) -> None:
        """Refuse a profile that says what this file itself may not say."""
        try:
            text = file.read_text("utf-8")
        except (OSError, ValueError):
            return  # whoever reads the profile says so
        said = [key for key in _NOT_IN_PROFILES if re.search(rf"(?m)^[\"']?{key}[\"']?\s*:", text)]
        if said:
            named = " and ".join(said)
            hint = f"give it yourself: --profile {file}"
            self._wrong("profile", f"{file} sets {named}, which a checkout must not choose; {hint}")

    def _unknown(self, key: str) -> None:
        known = [*self._options]
        hint = did_you_mean(key, known) or "its keys are the options of `run --help`"
        self._wrong(key, f"unknown option {key!r}; {hint}")

    def _wrong(self, key: str, text: str) -> None:
        self._mistakes.append(f"{self._place(key)}: {text}")

    def _place(self, key: str) -> str:
        found = re.compile(rf"\s*[\"']?{re.escape(key)}[\"']?\s*[=.]")
        header = re.compile(rf"\s*\[\[?\s*(?:tool\.s3-conformance\.)?[\"']?{re.escape(key)}\b")
        for number, line in enumerate(self._lines[self._begin :], self._begin + 1):
            if found.match(line) or header.match(line):
                return f"{self._file}:{number}"
        return str(self._file)

    def _header(self) -> int:
        head = re.compile(r"\s*\[\s*tool\s*\.\s*[\"']?s3-conformance[\"']?\s*\]")
        return next((at for at, line in enumerate(self._lines) if head.match(line)), 0)
