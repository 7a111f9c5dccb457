"""The options that select the endpoint and how to reach it: one table for all interfaces.

The fields of `TargetOptions` are the table, each with its row: the command's flag, pytest's flag,
the variables of the environment, and what may be written down. The options of the command and of
pytest, what a record keeps, and the lines that repeat a test are all made of `OPTIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from pathlib import Path  # noqa: TC003  # pydantic reads it
from typing import Any, Final, Literal

from conformance.vocabulary.text import OptionError, not_empty
from conformance.wire.model import Addressing, Transport  # noqa: TC001  # pydantic reads them

_PREFIX: Final = "S3_CONFORMANCE_"
_ROW: Final = "option"
_MOST_SECONDS: Final = 7 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOption:
    """One row of the table."""

    field: str = ""
    """Its name in `TargetOptions`; the flag and our variable are made of it."""
    help: str
    kind: Literal["text", "path", "switch", "seconds"] = "text"
    metavar: str = ""
    choices: tuple[str, ...] = ()
    pytest_flag: str = ""
    """Empty where pytest has none: secrets are given to it by the environment alone."""
    secret: bool = False
    """Is shown nowhere: no record, no log, no report."""
    recorded: bool = True
    """Is kept in the record, and so stands in the lines that repeat a test."""
    names_target: bool = False
    """Says which endpoint; where an option does, no variable of this kind counts."""
    running_only: bool = False
    """Is for an endpoint that already runs: a server that we start has its own."""
    of_sdks: tuple[str, ...] = ()
    """Variables that the SDKs read, too; they come after our own, the first that is set counts."""

    @property
    def flag(self) -> str:
        """The command's option: ``--endpoint-url``."""
        return f"--{self.field.replace('_', '-')}"

    @property
    def variable(self) -> str:
        """Our own variable of the environment: ``S3_CONFORMANCE_ENDPOINT_URL``."""
        return f"{_PREFIX}{self.field.upper()}"


def _row(**columns: Any) -> dict[str, TargetOption]:  # noqa: ANN401  # those of `TargetOption`
    """Return a row as the metadata of its field."""
    return {_ROW: TargetOption(**columns)}


def _seconds_row(pytest_flag: str, **columns: Any) -> dict[str, TargetOption]:  # noqa: ANN401
    return _row(kind="seconds", metavar="SECONDS", pytest_flag=pytest_flag, **columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChoice:
    """Which endpoint, and how to reach it; None leaves it to the profile.

    Nothing of it is secret: a record keeps it as it is.
    """

    target: str | None = field(
        default=None,
        metadata=_row(
            help="Name of a known target; `targets` lists them.",
            metavar="NAME",
            pytest_flag="--target",
            names_target=True,
        ),
    )
    profile: Path | None = field(
        default=None,
        metadata=_row(
            help="Profile of your own server; `targets init FILE` writes one.",
            kind="path",
            metavar="FILE",
            pytest_flag="--s3-profile",
            names_target=True,
        ),
    )
    endpoint_url: str | None = field(
        default=None,
        metadata=_row(
            help="URL of a running endpoint.",
            metavar="URL",
            pytest_flag="--endpoint-url",
            names_target=True,
            of_sdks=("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"),
        ),
    )
    tls_endpoint_url: str | None = field(
        default=None,
        metadata=_row(
            help="URL of the same endpoint over TLS.",
            metavar="URL",
            pytest_flag="--tls-endpoint-url",
            names_target=True,
        ),
    )
    ca_file: Path | None = field(
        default=None,
        metadata=_row(
            help="Certificate authority of the TLS endpoint (PEM).",
            kind="path",
            metavar="FILE",
            pytest_flag="--s3-ca-file",
            running_only=True,
        ),
    )
    insecure: bool = field(
        default=False,
        metadata=_row(
            help="Do not check certificates.", kind="switch", pytest_flag="--s3-insecure"
        ),
    )
    region: str | None = field(
        default=None,
        metadata=_row(
            help="Region to sign requests for. [default: us-east-1]",
            metavar="NAME",
            pytest_flag="--s3-region",
            running_only=True,
        ),
    )
    addressing: Addressing | None = field(
        default=None,
        metadata=_row(
            help="Put the name of the bucket into the path or into the host.",
            choices=("path", "virtual-host"),
            pytest_flag="--s3-addressing",
        ),
    )
    transport: Transport | None = field(
        default=None,
        metadata=_row(
            help="Transport for steps that do not choose one.",
            choices=("http", "tls"),
            pytest_flag="--s3-transport",
        ),
    )
    profile_name: str | None = field(
        default=None,
        metadata=_row(
            help="Profile of the AWS configuration with the key pair.",
            metavar="NAME",
            pytest_flag="--s3-profile-name",
            running_only=True,
        ),
    )
    alt_profile_name: str | None = field(
        default=None,
        metadata=_row(
            help="Profile of the AWS configuration for the second identity; by default the "
            "variables S3_CONFORMANCE_ALT_ACCESS_KEY and so on.",
            metavar="NAME",
            pytest_flag="--s3-alt-profile-name",
            running_only=True,
        ),
    )

    connect_timeout: float | None = field(
        default=None,
        metadata=_seconds_row(
            "--s3-connect-timeout",
            help="How long to wait for a connection. [default: 5]",
        ),
    )
    timeout: float | None = field(
        default=None,
        metadata=_seconds_row(
            "--s3-timeout",
            help="How long to wait for the next byte of an answer. [default: 30]",
        ),
    )
    answer_timeout: float | None = field(
        default=None,
        metadata=_seconds_row(
            "--s3-answer-timeout",
            help="How long an answer may take from its first byte to its last. S3 may send blanks "
            "for minutes while it completes an upload. [default: 900]",
        ),
    )
    run_timeout: float | None = field(
        default=None,
        metadata=_seconds_row(
            "--s3-run-timeout",
            help="How long the run may take. Then no further test begins, and the run cleans up "
            "and counts as cut short. [default: no limit]",
        ),
    )

    @property
    def named(self) -> bool:
        """Whether anything says which endpoint; where nothing does it is the built-in reference."""
        return any(said(self, row) for row in OPTIONS if row.names_target)


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetOptions(TargetChoice):
    """The same with the key pair. Raises `OptionError` for a text without any text in it."""

    access_key: str | None = field(
        default=None,
        metadata=_row(
            help="Access key id; by default from the places where boto looks.",
            metavar="ID",
            recorded=False,
            running_only=True,
        ),
    )
    secret_key: str | None = field(
        default=None,
        repr=False,
        metadata=_row(
            help="Secret key for --access-key. Every user of this machine can see it in the list "
            "of processes; S3_CONFORMANCE_SECRET_KEY is not shown there.",
            metavar="KEY",
            secret=True,
            recorded=False,
            running_only=True,
        ),
    )
    session_token: str | None = field(
        default=None,
        repr=False,
        metadata=_row(
            help="Session token for --access-key, visible in the same way; "
            "S3_CONFORMANCE_SESSION_TOKEN is not.",
            metavar="TOKEN",
            secret=True,
            recorded=False,
            running_only=True,
        ),
    )
    given_as: tuple[tuple[str, str], ...] = ()
    """Field and name of each option that was given by another name than the command's flag."""

    def __post_init__(self) -> None:
        """Refuse what says nothing: left out instead, another endpoint would be tested."""
        for row in OPTIONS:
            value = getattr(self, row.field)
            if isinstance(value, str):
                not_empty(value, self.name_of(row.field))
            if row.kind == "seconds" and value is not None:
                _check_seconds(value, self.name_of(row.field))

    def name_of(self, field: str) -> str:
        """Return the flag or variable by which an option was given, or could be."""
        default: str = next(row.flag for row in OPTIONS if row.field == field)
        return dict(self.given_as).get(field, default)

    @property
    def of_environment(self) -> dict[str, str]:
        """The variables that options were taken from, by field."""
        return {field: name for field, name in self.given_as if not name.startswith("--")}

    def where(self) -> tuple[str, ...]:
        """Say what is tested without options: the reference, or a variable's endpoint."""
        if not self.named:
            return ("no endpoint given: testing the built-in reference",)
        return tuple(
            f"endpoint by {variable}: {getattr(self, field)}"
            for field, variable in self.of_environment.items()
            if field in NAMING
        )

    def choice(self) -> TargetChoice:
        """Return what a record may keep."""
        return TargetChoice(
            **{row.field: getattr(self, row.field) for row in OPTIONS if row.recorded}
        )


OPTIONS: Final = tuple(
    replace(one.metadata[_ROW], field=one.name) for one in fields(TargetOptions) if one.metadata
)
"""The table, in the order of the help texts."""


NAMING: Final = frozenset(row.field for row in OPTIONS if row.names_target)


def said(options: TargetChoice, row: TargetOption) -> bool:
    """Return whether an option was given."""
    return getattr(options, row.field) not in (None, False)


def _check_seconds(value: float, name: str) -> None:
    if not 0 < value <= _MOST_SECONDS:  # false for what is not a number, too
        raise OptionError(f"{name}: {value:g} is not between 0 and {_MOST_SECONDS:,} seconds")
