"""Java for servers that come as archives: found on the path, and new enough."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

from conformance.targets.launchers.process import LaunchError
from conformance.targets.launchers.programs import said_by

_VERSION: Final = re.compile(r'version "(?:1\.)?(\d+)')
OPTIONS: Final = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true")
"""A run is short: these start a server sooner and take less memory."""


def find_java(server: str, at_least: int) -> Path:
    """Return a Java of a major version; raises `LaunchError` that says what is missing."""
    found = shutil.which("java")
    if found is None:
        raise LaunchError(f"{server} needs Java {at_least} or newer, and no java is on the path")
    version = _VERSION.search(said_by(found, "-version"))
    if version is None or int(version.group(1)) < at_least:
        has = version.group(1) if version else "of an unknown version"
        raise LaunchError(f"{server} needs Java {at_least} or newer; {found} is {has}")
    return Path(found)
