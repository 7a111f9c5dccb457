"""Lets the tests of findings import `benchmarks`, which is not a part of the installed package.

The checkout goes to the end of the path, so that `conformance` is still the installed one.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = str(Path(__file__).parents[2])

if ROOT not in sys.path:
    sys.path.append(ROOT)
