"""Collects what clients send in a run, compares it with their dialects, and renews the files."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from conformance.clients.drift import Comparison, lines
from conformance.clients.drift_update import updated
from conformance.clients.observed import observe
from conformance.vocabulary.specs_folder import specs_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conformance.catalog.model import Catalog
    from conformance.clients.model import Client
    from conformance.wire.model import Exchange, Transport


class DriftWatch:
    """Is shown the exchanges of each step; `seen` is what a `ClientPack` is given."""

    def __init__(self, catalog: Catalog) -> None:
        self._dialects = catalog.dialects
        self._comparisons: dict[str, Comparison] = {}

    def seen(
        self,
        client: Client,
        step: str,
        transport: Transport,
        exchanges: Sequence[Exchange],
        buckets: Sequence[str],
    ) -> None:
        """Compare the requests of a step with the client's dialect, where it has one."""
        dialect = self._dialects.get(client.dialect)
        if dialect is None or step in client.uncaptured:
            return
        default = Comparison(client=client, dialect=dialect)
        comparison = self._comparisons.setdefault(client.id, default)
        for exchange in exchanges:
            comparison.add(observe(exchange, transport, buckets))

    @property
    def differs(self) -> bool:
        """Whether a request differs from what its dialect says."""
        return any(one.drifts for one in self._comparisons.values())

    def lines(self) -> Iterator[str]:
        """Yield what to show, client by client."""
        yield from lines(self._comparisons.values())

    def update(self) -> Iterator[str]:
        """Renew the file of each client that differs, and yield what was done, a sentence each.

        Raises OSError where a file can't be written.
        """
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        for one in self._comparisons.values():
            if not one.drifts:
                continue
            path = specs_root() / "dialects" / f"{one.dialect.name}.yaml"
            text, left = updated(path.read_text(encoding="utf-8"), path.name, one, today)
            path.write_text(text, encoding="utf-8")
            yield f"{path} is as {one.client.name} {one.client.version} writes requests today"
            yield from (f"  left for you: {each}" for each in left)
