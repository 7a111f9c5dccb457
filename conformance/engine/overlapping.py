"""Does things that do not depend on each other at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Item = TypeVar("Item")
Result = TypeVar("Result")


def overlapped(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    width: int,
    *,
    break_off: Callable[[], None],
) -> Sequence[Result]:
    """Return what ``work`` makes of each item, in their order; up to ``width`` overlap.

    Raises what the first of them raised, when all that began have ended. ``break_off`` is called
    before that, so that Ctrl-C does not wait for answers.
    """
    if width < 2 or len(items) < 2:
        return [work(one) for one in items]
    with ThreadPoolExecutor(min(width, len(items))) as pool:
        try:
            return list(pool.map(work, items))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            break_off()
            raise
