"""``python -m conformance.reference``: serve the reference endpoint."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final, TypedDict, Unpack

import click

from conformance.reference.server import (
    DEFAULT_BASE,
    DEFAULT_REGION,
    Settings,
    SettingsError,
    serve_main,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.reference.http.exchange import Face

_PORT = click.IntRange(0, 65535)
_UNSERVED: Final = 2


class ServeOptions(TypedDict):
    """The command's options, as click hands them over."""

    host: str
    port: int
    tls_port: int
    region: str
    access_key: str | None
    secret_key: str | None
    virtual_host_base: str
    movable_clock: bool
    allow_remote: bool
    json_line: bool
    until_parent_exits: bool


OPTIONS: Final[tuple[click.Parameter, ...]] = (
    click.Option(["--host"], default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.Option(["--port"], type=_PORT, default=0, help="Port for HTTP; 0 for a free one."),
    click.Option(["--tls-port"], type=_PORT, default=0, help="Port for HTTPS; 0 for a free one."),
    click.Option(
        ["--region"],
        default=DEFAULT_REGION,
        show_default=True,
        help="Region of the endpoint.",
    ),
    click.Option(
        ["--access-key"], help="Access key of the main account; by default a generated one."
    ),
    click.Option(["--secret-key"], help="Secret key for --access-key."),
    click.Option(
        ["--virtual-host-base"],
        default=DEFAULT_BASE,
        show_default=True,
        help="Serve buckets at <bucket>.<base>, too.",
    ),
    click.Option(
        ["--movable-clock"],
        is_flag=True,
        help="Let requests set their time with x-s3-conformance-clock: +SECONDS (for tests).",
    ),
    click.Option(["--allow-remote"], is_flag=True, help="Allow a host that is not loopback."),
    click.Option(["--json", "json_line"], is_flag=True, help="Print one JSON line when ready."),
    click.Option(
        ["--until-parent-exits"], is_flag=True, help="Stop when the parent or standard input ends."
    ),
)
"""Shared with ``s3-conformance serve``, which has more."""


def serve(shape: Callable[[Face], Face] | None = None, **options: Unpack[ServeOptions]) -> int:
    """Serve until a signal and return exit code 0, or 2 when a port is taken.

    ``shape`` may plant faults. Raises click.UsageError for settings that can't be served.
    """
    json_line, until_parent_exits = options["json_line"], options["until_parent_exits"]
    try:
        settings = Settings(
            host=options["host"],
            port=options["port"],
            tls_port=options["tls_port"],
            region=options["region"],
            access_key=options["access_key"],
            secret_key=options["secret_key"],
            virtual_host_base=options["virtual_host_base"],
            movable_clock=options["movable_clock"],
            access_points=True,
            allow_remote=options["allow_remote"],
        )
        return serve_main(
            settings, json_line=json_line, until_parent_exits=until_parent_exits, shape=shape
        )
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        click.echo(f"error: {error.strerror or error}", err=True)
        return _UNSERVED


def _command(**options: Unpack[ServeOptions]) -> None:
    sys.exit(serve(**options))


main = click.Command(
    "conformance.reference",
    params=list(OPTIONS),
    callback=_command,
    help="Serve the reference S3 endpoint over HTTP and HTTPS until SIGTERM or Ctrl-C.",
)

if __name__ == "__main__":
    main()
