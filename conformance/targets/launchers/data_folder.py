"""A folder for a server's data, in memory where the system has room for it.

Most of a run's time is small requests, and a server that syncs each of them to a disk spends half
of it there; what a run stores is worth nothing after it.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY: Final = Path("/dev/shm")  # noqa: S108  # only as the parent of a folder with a random name
ROOM_BYTES: Final = 3 * 1024**3
"""More than a run stores; containers often have 64 MiB there, and then the disk is used."""
_PREFIX: Final = "s3-conformance-of-"
_OWNER: Final = re.compile(rf"{_PREFIX}(\d+)-.+")


@contextmanager
def workplace() -> Iterator[Path]:
    """Yield a new folder that only we may enter, and remove it with all that is in it.

    Folders whose process was killed before it could do that are removed too: they hold memory.
    """
    parent = (
        MEMORY if "TMPDIR" not in os.environ and _roomy(MEMORY) else Path(tempfile.gettempdir())
    )
    _remove_orphans(parent)
    prefix = f"{_PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, dir=parent, ignore_cleanup_errors=True) as name:
        yield Path(name)


def _remove_orphans(parent: Path) -> None:
    """Remove our own folders that name a process which does not run any more."""
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = _OWNER.fullmatch(folder.name)
        try:
            if owner is None or folder.lstat().st_uid != os.getuid():
                continue
            os.kill(int(owner.group(1)), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except (OSError, OverflowError):
            continue


def takes_attributes(folder: Path) -> bool:
    """Return whether files in ``folder`` may have extended attributes of users."""
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        try:
            os.setxattr(file.name, "user.s3-conformance", b"1")
        except (OSError, AttributeError):  # the latter where the system has no such call
            return False
    return True


def _roomy(folder: Path) -> bool:
    """Return whether there is a memory file system with room, and it takes attributes too."""
    try:
        return shutil.disk_usage(folder).free >= ROOM_BYTES and takes_attributes(folder)
    except OSError:
        return False
