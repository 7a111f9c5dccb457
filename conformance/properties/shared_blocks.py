"""Context managers that change the whole process, and that threads may share."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager


def shared_by_threads(
    make: Callable[[], AbstractContextManager[None]],
) -> Callable[[], AbstractContextManager[None]]:
    """Return a block that begins with the first thread in it, and ends with the last."""
    lock = threading.Lock()
    begun: list[AbstractContextManager[None]] = []
    inside = 0

    @wraps(make)
    @contextmanager
    def shared() -> Iterator[None]:
        nonlocal inside
        with lock:
            if not inside:
                begun.append(make())
                begun[0].__enter__()
            inside += 1
        try:
            yield
        finally:
            with lock:
                inside -= 1
                if not inside:
                    begun.pop().__exit__(None, None, None)

    return shared
