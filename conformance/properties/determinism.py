"""Makes a search the same in every process.

Hypothesis mixes constants into what it draws that it finds in the code of the modules loaded so
far. That serves tests of one's own code; here it would let examples hang on the order in which laws
are tried, on the number of workers, and on what else is loaded. There is no setting against it.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from hypothesis.internal.conjecture import providers

from conformance.properties.shared_blocks import shared_by_threads

if TYPE_CHECKING:
    from collections.abc import Iterator

_FINDER: Final = "_get_local_constants"
_KEPT: Final = "CONSTANTS_CACHE"
_KIND: Final = "Constants"


@shared_by_threads
@contextmanager
def without_local_constants() -> Iterator[None]:
    """Keep the constants of loaded modules out of searches within the block.

    A version of Hypothesis that goes about it in another way is left as it is.
    """
    names = vars(providers)
    if not {_FINDER, _KEPT, _KIND} <= set(names):
        yield
        return
    before, nothing = names[_FINDER], names[_KIND]()
    names[_KEPT].cache.clear()
    setattr(providers, _FINDER, lambda: nothing)
    try:
        yield
    finally:
        setattr(providers, _FINDER, before)
        names[_KEPT].cache.clear()
