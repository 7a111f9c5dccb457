"""``serve``: the reference endpoint for other uses, faultless or with planted faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

import click

from conformance.catalog.load import load
from conformance.catalog.problems import did_you_mean
from conformance.cli.errors import fail, user_errors
from conformance.faults.planting import planted_in
from conformance.faults.registry import all_faults
from conformance.reference.__main__ import OPTIONS, ServeOptions, serve
from conformance.vocabulary.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from conformance.reference.http.exchange import Face

_FAULT = click.Option(
    ["--fault", "faults"],
    multiple=True,
    metavar="ID",
    help="Plant a fault, to see what it does; may be repeated. See docs/explanation/proof.md.",
)


def planting(names: Sequence[str]) -> Callable[[Face], Face]:
    """Return what plants those faults, of all that there are; ends with 2 for an unknown one."""
    with user_errors():
        known = all_faults(load(None))
    for name in names:
        if name not in known:
            hint = did_you_mean(name, known)
            fail(f"there is no fault {name}" + (f"; {hint}" if hint else ""), ExitCode.USAGE)
    chosen = [known[name] for name in names]
    return lambda face: planted_in(face, chosen)


def _serve(faults: tuple[str, ...], **options: Unpack[ServeOptions]) -> int:
    return serve(planting(faults) if faults else None, **options)


command = click.Command(
    "serve",
    params=[*OPTIONS, _FAULT],
    callback=_serve,
    help="Serve the reference S3 endpoint over HTTP and HTTPS until SIGTERM or Ctrl-C.",
)
