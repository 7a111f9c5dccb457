"""Has the C library give the memory of large bodies back as soon as they are freed.

glibc keeps freed blocks for later ones, in a heap of each thread, and from the first large block
that is freed it keeps large ones, too. With 16 tests in flight, which each hold a part of 5 MiB or
an object of two now and then, a process came to twice the memory that it has with this.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Final

_MMAP_THRESHOLD: Final = -3
"""The parameter's number in glibc, see mallopt(3)."""
_LARGE_BYTES: Final = 256 * 1024


def give_back_large_blocks() -> None:
    """Set this for the whole process; without glibc nothing changes."""
    if sys.platform != "linux":
        return
    # Imported here: nothing else needs it.
    import ctypes  # noqa: PLC0415

    with suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
