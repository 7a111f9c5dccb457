"""Work in order, with a limit of how much of it is in flight."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Future

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], limit: int = 1
) -> Generator[tuple[Item, Result]]:
    """Yield each item with what ``work`` makes of it, in the order of the items.

    At most ``limit`` are in flight: begun, and not yet asked for. With 1 each is done in the
    caller's thread when it is asked for, so that Ctrl-C comes up in the work itself; with more each
    in a thread, and an item is only looked at when it is about to begin. When the caller wants no
    more, what has begun is waited for, and nothing else is begun.
    """
    if limit < 1:
        raise ValueError(f"nothing can be done with {limit} in flight")
    if limit == 1:
        for item in items:
            yield item, work(item)
        return
    coming = iter(items)
    begun: deque[tuple[Item, Future[Result]]] = deque()
    with ThreadPoolExecutor(limit) as pool:
        while True:
            for item in islice(coming, limit - len(begun)):
                begun.append((item, pool.submit(work, item)))
            if not begun:
                return
            item, future = begun.popleft()
            yield item, future.result()
