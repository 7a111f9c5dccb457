"""The steps of clients as tests of a run: one test a client and step."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from conformance.catalog.model import Scenario, Test
from conformance.clients.model import AFTER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.catalog.model import Catalog
    from conformance.clients.model import Client

ROOT: Final = "clients/"
RULE: Final = "client.upload"
"""The rule that a client's failure shows: an upload must work as clients write it."""
_WHY: Final = "the client does not work with the server"
_DIRECTORY: Final = "directory"
_PLAIN: Final = "plain"


def test_id(client: str, step: str) -> str:
    """Return the id of a step's test: ``clients/boto3/upload``."""
    return f"{ROOT}{client}/{step}"


def tests_of(clients: Iterable[Client], catalog: Catalog) -> Iterator[tuple[Test, Client, str]]:
    """Yield the test of each step, with its client and step."""
    rule = catalog.rules[RULE]
    for client in clients:
        digest = expectations(client)
        for step in client.all_steps:
            bucket = _DIRECTORY if step == "directory-bucket" else _PLAIN
            scenario = Scenario(
                id=f"{ROOT}{client.id}",
                title=f"{client.name} {client.version} works",
                why=_WHY,
                rules=(RULE,),
                sources=(),
                needs=(),
                catches=(),
                impact=None,
                bucket=bucket,
                cases=(),
                matrix={},
                about=f"What {client.name} does with an endpoint",
                place=replace(client.place, file=f"clients/programs/{client.place.file}"),
            )
            test = Test(
                id=test_id(client.id, step),
                scenario=scenario,
                title=f"{client.name} {client.version} {client.about(step)}",
                rules=(RULE,),
                sources=(),
                needs=(),
                catches=(),
                level=rule.level,
                impact=rule.impact,
                operations=(),
                given=(),
                steps=(),
                expects=digest,
                sentences=tuple(_sentences(client, step)),
            )
            yield test, client, step


def expectations(client: Client) -> str:
    """Return a digest over the client's version and its program: what its tests expect."""
    digest = hashlib.sha256(repr((client.packages, client.steps)).encode())
    for path in sorted(client.folder.iterdir()):
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _sentences(client: Client, step: str) -> Iterator[str]:
    yield f"1. {client.name} {client.version}, unchanged, {client.about(step)}."
    if step in AFTER:
        yield f"   It uses what the step {AFTER[step]} has made."
    yield "2. MUST end without an error, with the bytes that were sent."
