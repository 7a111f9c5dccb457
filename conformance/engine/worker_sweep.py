"""The end of a worker: removes its buckets, or what is left of it in those of the user."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance.engine import sweep
from conformance.engine.overlapping import overlapped

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.engine.guard import Territory
    from conformance.engine.session import Sender


def sweep_worker(
    sender: Sender,
    territory: Territory,
    worker: str,
    width: int,
    break_off: Callable[[], None],
) -> list[str]:
    """Remove what a worker made, several buckets at a time; return what could not be removed.

    In a lent bucket, and in stand-ins, that is what lies below the worker's prefix. See
    `overlapped` for ``width`` and ``break_off``. After this nothing counts as made.
    """
    prefix = f"{territory.key_prefix}{worker}/"
    if territory.lent is not None:
        steps = [partial(sweep.plan_keys, sender, territory.lent, prefix)]
    else:
        made, written = sorted(territory.made), sorted(territory.written)
        steps = [partial(sweep.plan_bucket, sender, bucket, prefix) for bucket in made]
        steps += [partial(sweep.plan_keys, sender, stand_in, prefix) for stand_in in written]
        territory.made.clear()
        territory.written.clear()

    def swept(listing: Callable[[], sweep.Plan]) -> list[str]:
        found = listing()
        return [*found.problems, *sweep.apply(sender, found, territory)]

    texts = overlapped(swept, steps, width, break_off=break_off)
    return [text for found in texts for text in found]
