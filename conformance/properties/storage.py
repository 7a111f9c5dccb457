"""Keeps what Hypothesis remembers for itself out of the user's working folder.

Hypothesis counts Unicode's categories once and writes the tables into ``.hypothesis`` of the folder
in which it was loaded. That suits one's own tests, and nobody else's. So they go beside Python's
bytecode of this package, where they serve every run.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis.configuration import set_hypothesis_home_dir, storage_directory

from conformance.properties.shared_blocks import shared_by_threads

if TYPE_CHECKING:
    from collections.abc import Iterator


@shared_by_threads
@contextmanager
def storage_beside_bytecode() -> Iterator[None]:
    """Have Hypothesis keep its files beside our bytecode within the block.

    Where no bytecode is to be written, or none can be, nothing is kept.
    """
    now = storage_directory(intent_to_write=False)
    before = Path(getattr(now, "home_directory", str(now)))  # older versions give the folder itself
    set_hypothesis_home_dir(_folder())
    try:
        yield
    finally:
        set_hypothesis_home_dir(before)


def _folder() -> Path:
    if sys.dont_write_bytecode:
        return Path(os.devnull) / "hypothesis"  # below no folder: Hypothesis goes on without
    return Path(cache_from_source(__file__)).with_name("hypothesis")
