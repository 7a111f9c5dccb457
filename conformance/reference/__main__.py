"""``python -m conformance.reference``: serve the reference endpoint."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from conformance.reference.faults.catalogue import FAULTS
from conformance.reference.faults.planting import planted_in
from conformance.reference.server import (
    DEFAULT_BASE,
    DEFAULT_REGION,
    Settings,
    SettingsError,
    serve_main,
)

if TYPE_CHECKING:
    from conformance.reference.http.exchange import Face

_PORT = click.IntRange(0, 65535)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=_PORT, default=0, help="Port of HTTP; 0 takes a free one.")
@click.option("--tls-port", type=_PORT, default=0, help="Port of HTTPS; 0 takes a free one.")
@click.option(
    "--region", default=DEFAULT_REGION, show_default=True, help="The one region of the endpoint."
)
@click.option("--access-key", help="Of the main account; by default a throw-away one.")
@click.option("--secret-key", help="Goes with --access-key.")
@click.option(
    "--virtual-host-base",
    default=DEFAULT_BASE,
    show_default=True,
    help="Buckets answer under <bucket>.<base> too.",
)
@click.option(
    "--movable-clock",
    is_flag=True,
    help="Let requests say by x-s3-conformance-clock: +SECONDS when they come (for tests).",
)
@click.option("--allow-remote", is_flag=True, help="Take a host that is not loopback.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="ID",
    help="Plant a fault, to see what it does; may be repeated. See docs/explanation/proof.md.",
)
@click.option("--json", "json_line", is_flag=True, help="Print one JSON line when ready.")
@click.option(
    "--until-parent-exits", is_flag=True, help="Stop when the parent or standard input ends."
)
def main(  # noqa: PLR0913  # one argument an option
    *,
    host: str,
    port: int,
    tls_port: int,
    region: str,
    access_key: str | None,
    secret_key: str | None,
    virtual_host_base: str,
    movable_clock: bool,
    allow_remote: bool,
    faults: tuple[str, ...],
    json_line: bool,
    until_parent_exits: bool,
) -> None:
    """Serve the reference S3 endpoint over HTTP and HTTPS until SIGTERM or Ctrl-C."""
    unknown = [name for name in faults if name not in FAULTS]
    if unknown:
        raise click.UsageError(f"there is no fault {', '.join(unknown)}")

    def shape(face: Face) -> Face:
        return planted_in(face, [FAULTS[name] for name in faults])

    try:
        settings = Settings(
            host=host,
            port=port,
            tls_port=tls_port,
            region=region,
            access_key=access_key,
            secret_key=secret_key,
            virtual_host_base=virtual_host_base,
            movable_clock=movable_clock,
            allow_remote=allow_remote,
        )
        code = serve_main(
            settings,
            json_line=json_line,
            until_parent_exits=until_parent_exits,
            shape=shape if faults else None,
        )
    except SettingsError as error:
        raise click.UsageError(str(error)) from error
    except OSError as error:
        click.echo(f"error: {error.strerror or error}", err=True)
        sys.exit(2)
    sys.exit(code)


if __name__ == "__main__":
    main()
