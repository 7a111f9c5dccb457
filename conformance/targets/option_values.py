"""Reads target options from the command line or pytest, the environment, and a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from conformance.targets.amazon import is_amazon
from conformance.targets.options import NAMING, OPTIONS, TargetOptions, said
from conformance.vocabulary.text import OptionError, not_empty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.targets.options import TargetOption

_SWITCHES: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_IGNORE_SDKS: Final = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
"""The SDKs' own switch: with ``true`` they read no endpoint from the environment."""


def read_options(
    given: Mapping[str, object], flags: Mapping[str, str] | None = None
) -> TargetOptions:
    """Return the given options by field, as texts and switches; None for those not given.

    ``flags`` are the face's own names of the fields. Raises `OptionError`.
    """
    names = flags or {row.field: row.flag for row in OPTIONS}
    return TargetOptions(
        given_as=tuple((flags or {}).items()),
        **{row.field: _value(row, given.get(row.field), names[row.field]) for row in OPTIONS},
    )


def with_environment(
    options: TargetOptions,
    environ: Mapping[str, str],
    *,
    endpoint: bool = True,
    file: OptionsFile | None = None,
) -> TargetOptions:
    """Complete options from the environment; see `TargetOption.variable`.

    An option stands over every variable, our own variables over those of the SDKs. What says which
    endpoint counts as one: an option that does, or a variable of ours, puts aside all that stand
    behind it; without ``endpoint`` no variable may say it. A key pair is never put together of an
    AWS profile, or a secret, and what another had. Raises `OptionError` for a variable that is
    empty or can't be meant so, and for Amazon S3 named by a variable that was set for SDKs. What a
    ``file`` says counts behind our own variables, and before those of the SDKs.
    """
    aside = _put_aside(options) | (set() if endpoint and not options.named else NAMING)
    found = [
        (row, row.variable, environ[row.variable])
        for row in OPTIONS
        if row.variable in environ and row.field not in aside and not said(options, row)
    ]
    if file is not None:
        found += _of_file(file, found, options, aside)
    if not (aside & NAMING or any(row.names_target for row, _, _ in found)):
        found += _of_sdks(environ)
    return replace(
        options,
        given_as=(*options.given_as, *((row.field, variable) for row, variable, _ in found)),
        **{row.field: _value(row, text, variable) for row, variable, text in found},
    )


class OptionsFile(Protocol):
    """A file with options."""

    @property
    def target(self) -> Mapping[str, str]:
        """Field of `TargetOptions` to its text."""

    @property
    def places(self) -> Mapping[str, str]:
        """The same field to where it is, for messages."""


def _of_file(
    file: OptionsFile,
    found: list[tuple[TargetOption, str, str]],
    options: TargetOptions,
    aside: set[str] | frozenset[str],
) -> list[tuple[TargetOption, str, str]]:
    """Return what a file adds: nothing that a variable or an option said, in whatever words."""
    known = {row.field for row, _, _ in found}
    if known & NAMING:
        known |= NAMING
    return [
        (row, file.places[row.field], file.target[row.field])
        for row in OPTIONS
        if row.field in file.target
        and row.field not in known
        and row.field not in aside
        and not said(options, row)
    ]


def _put_aside(options: TargetOptions) -> set[str]:
    """Return the fields whose variables would change the key pair that the options name."""
    if options.profile_name is not None:
        return {"access_key", "secret_key", "session_token"}
    return {"session_token", "profile_name"} if options.secret_key is not None else set()


def _of_sdks(environ: Mapping[str, str]) -> Iterator[tuple[TargetOption, str, str]]:
    """Yield the endpoint that the SDKs would take; to them an empty variable is none."""
    if environ.get(_IGNORE_SDKS, "").lower() == "true":
        return
    for row in OPTIONS:
        variable = next((name for name in row.of_sdks if environ.get(name, "").strip()), "")
        if not variable:
            continue
        if is_amazon(environ[variable]):
            raise OptionError(
                f"{variable} names Amazon S3, where requests cost money: "
                f"give {row.flag} to test it all the same"
            )
        yield row, variable, environ[variable]


def _value(row: TargetOption, given: object, name: str) -> Any:  # noqa: ANN401  # by the field
    """Return what a field holds for what was given; OptionError names it as ``name``."""
    if not isinstance(given, str):
        return bool(given) if row.kind == "switch" else given
    text = not_empty(given, name)
    if row.kind == "seconds":
        return _seconds(text, name)
    if row.kind == "switch":
        if text.lower() not in _SWITCHES:
            raise OptionError(f"{name}: {text!r} is none of {', '.join(_SWITCHES)}")
        return _SWITCHES[text.lower()]
    if row.choices and text not in row.choices:
        raise OptionError(f"{name}: {text!r} is none of {', '.join(row.choices)}")
    return Path(text) if row.kind == "path" else text


def _seconds(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise OptionError(f"{name}: {text!r} is not a number of seconds") from None
