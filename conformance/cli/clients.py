"""``clients``: run real clients against a target."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from conformance.catalog.problems import did_you_mean
from conformance.cli.errors import user_errors
from conformance.cli.options import BUCKET, JSON, say_where, target_options, without_secrets
from conformance.cli.signals import terminable
from conformance.clients.client_run import STEP_SECONDS, PackOptions
from conformance.clients.drift_watch import DriftWatch
from conformance.clients.installing import cache_folder, installed, missing_programs
from conformance.clients.manifest import shipped_clients
from conformance.clients.pack import ClientPack, client_selection
from conformance.record.options import OFF, PropertyOptions
from conformance.report import write_reports
from conformance.runs.options import RunOptions
from conformance.runs.run import Run
from conformance.runs.selection import make_selection
from conformance.terminal.display import JsonDisplay, PlainDisplay
from conformance.terminal.live import LiveDisplay
from conformance.vocabulary.exit_codes import ExitCode
from conformance.vocabulary.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.clients.model import Client
    from conformance.runs.display import Display
    from conformance.targets.options import TargetOptions


@click.command()
@target_options
@click.option(
    "--client",
    "names",
    multiple=True,
    metavar="NAME",
    help="Run only this client (repeatable); see --list. [default: all]",
)
@click.option("--list", "listing", is_flag=True, help="List the clients and whether they can run.")
@click.option(
    "--install",
    "may_install",
    is_flag=True,
    help="Install chosen clients that are missing into the cache folder (S3_CONFORMANCE_CLIENTS); "
    "without it they are skipped.",
)
@click.option(
    "--direct",
    is_flag=True,
    help="Let clients connect to the endpoint without the proxy, for an endpoint that depends on "
    "the Host header. Then no exchange is recorded.",
)
@click.option(
    "--step-timeout",
    type=click.FloatRange(min=1),
    default=STEP_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long one step of a client may take.",
)
@click.option(
    "--drift",
    is_flag=True,
    help="Compare what the clients send with the files of their dialects; exit code 1 where they "
    "differ.",
)
@click.option(
    "--update",
    is_flag=True,
    help="With --drift: write what the clients send into the files of their dialects.",
)
@BUCKET
@click.option(
    "--baseline",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Compare with this file of accepted failures.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the run's files; by default reports/<target>/<UTC time>.",
)
@JSON
def command(  # noqa: PLR0913  # one argument an option
    *,
    target: TargetOptions,
    names: tuple[str, ...],
    listing: bool,
    may_install: bool,
    direct: bool,
    step_timeout: float,
    drift: bool,
    update: bool,
    bucket: str | None,
    baseline: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """Run real clients (SDKs and tools) against a target, and report which steps fail.

    Each client takes the same steps: upload, download, ranges, lists, copies, checksums, and so
    on. A proxy on this machine records its exchanges. Without a target the embedded reference
    endpoint is started and tested. Nothing is installed unless --install says so; a client whose
    toolchain is missing is named and skipped. Exit codes are those of `run`.
    """
    with terminable(), user_errors():
        clients = _chosen(names)
        if listing:
            click.echo("\n".join(_rows(clients)))
            return ExitCode.EXPECTED
        options = RunOptions(
            target=target,
            bucket=bucket,
            out=out,
            baseline=baseline,
            properties=PropertyOptions(profile=OFF),
            command=("s3-conformance", *without_secrets(sys.argv[1:])),
            face="command",
        )
        if (drift and direct) or (update and not drift):
            raise click.UsageError("--drift reads what the proxy saw, and --update what it found")
        selection = client_selection(make_selection(options), clients)
        say_where(target, as_json=as_json)
        run = Run(options, selection, _display(as_json=as_json), write_reports)
        pack_options = PackOptions(
            clients=clients,
            cache=cache_folder(),
            install=may_install,
            direct=direct,
            step_seconds=step_timeout,
            say=lambda text: click.echo(text, err=True),
        )
        watch = DriftWatch(selection.catalog) if drift else None
        try:
            with run:
                if run.begin():
                    ClientPack(run, pack_options, watch.seen if watch else None).run_all()
        except KeyboardInterrupt:
            if run.ending is None:
                raise
        if watch is not None:
            return max(run.exit_code, _report_drift(watch, update=update))
    return run.exit_code


def _report_drift(watch: DriftWatch, *, update: bool) -> int:
    """Show the differences, write the files if that is wanted, and return the exit code."""
    for text in watch.lines():
        click.echo(harmless(text))
    if update:
        for text in watch.update():
            click.echo(text)
    return ExitCode.DIFFERS if watch.differs and not update else ExitCode.EXPECTED


def _chosen(names: tuple[str, ...]) -> tuple[Client, ...]:
    """Return the clients of these names; all without any."""
    known = shipped_clients()
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known) or f"known are {', '.join(known)}"
            raise click.UsageError(f"no client is called {name}; {hint}")
    return tuple(known[name] for name in dict.fromkeys(names or known))


def _rows(clients: tuple[Client, ...]) -> Iterator[str]:
    """Yield a line a client: its name, version, registry, and whether it can be run."""
    cache = cache_folder()
    width = max(len(client.id) for client in clients)
    for client in clients:
        missing = missing_programs(client)
        if missing:
            state = f"not found: {', '.join(missing)}"
            if client.not_run_since:
                state += f"; not run since {client.not_run_since}"
        else:
            state = "installed" if installed(client, cache) else "not installed"
        about = f"{client.name} {client.version} ({client.registry})"
        yield f"{client.id:{width}}  {about}: {state}"


def _display(*, as_json: bool) -> Display:
    """Return what suits whoever reads standard output."""
    if as_json:
        return JsonDisplay(sys.stdout)
    console = Console(file=sys.stdout, highlight=False)
    return LiveDisplay(console) if console.is_terminal else PlainDisplay(sys.stdout)
