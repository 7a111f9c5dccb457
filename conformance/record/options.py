"""What a run was asked to do, as data: what repeats a test is made of it, not of a command."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from conformance.targets.options import OPTIONS, TargetChoice, said

if TYPE_CHECKING:
    from collections.abc import Iterator

OFF: Final = "off"

Face = Literal["command", "pytest", "library"]
"""Through what a run was begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyOptions:
    """What the user asked of the property tests."""

    profile: str = "quick"
    """A name in `conformance.properties.budget.PROFILES`, or ``off``."""
    seconds: float | None = None
    """Of the whole soak, when that is the profile."""
    seed: int | None = None
    """None for the one that is always used."""
    requests: int | None = None
    """For all properties together."""
    bytes: int | None = None
    """For all properties together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOptions:
    """What a run was asked to do; nothing of it is secret."""

    face: Face = "command"
    target: TargetChoice = field(default_factory=TargetChoice)
    """What options and environment say, and the built-in reference where nothing does."""
    files: tuple[str, ...] = ()
    """Scenario files or folders instead of the shipped ones, as they were named."""
    select: tuple[str, ...] = ()
    level: str = ""
    """The weakest level that was run; empty for all."""
    bucket: str | None = None
    """The user's own bucket, in which the run worked."""
    properties: PropertyOptions | None = None
    """None where the user asked for nothing."""
    out: str = ""
    """Folder of the record, as it was named; empty where it was not, or the record is of parts."""

    @property
    def chosen(self) -> bool:
        """Whether an option left tests out."""
        return bool(self.select or self.level or self.properties is not None)


def target_words(target: TargetChoice) -> Iterator[str]:
    """Yield the options of a command that reach a target in the same way."""
    for row in OPTIONS:
        if not row.recorded or not said(target, row):
            continue
        yield row.flag
        if row.kind != "switch":
            yield str(getattr(target, row.field))


def asking_words(options: RecordedOptions, *, strict: bool) -> Iterator[str]:
    """Yield the options of a command that asks a target for the same in the same way."""
    yield from target_words(options.target)
    if options.bucket is not None:
        yield from ("--bucket", options.bucket)
    if strict:
        yield "--strict"


def property_words(options: PropertyOptions | None) -> Iterator[str]:
    """Yield the options of a command that generates the same examples."""
    if options is None:
        return
    yield from ("--properties", options.profile)
    if options.seconds is not None:
        yield from ("--for", f"{options.seconds:.0f}s")
    for flag, number in (
        ("--seed", options.seed),
        ("--property-requests", options.requests),
        ("--property-bytes", options.bytes),
    ):
        if number is not None:
            yield from (flag, str(number))


def command_words(options: RecordedOptions, *, strict: bool) -> tuple[str, ...]:
    """Return the command that asks for the same run, but for its folder and its part of a whole."""
    chosen = [word for term in options.select for word in ("--select", term)]
    if options.level:
        chosen += ["--level", options.level.lower()]
    return (
        "s3-conformance",
        "run",
        *asking_words(options, strict=strict),
        *chosen,
        *property_words(options.properties),
        *options.files,
    )
