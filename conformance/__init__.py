"""Tests S3 endpoints against the documented rules of the multipart-upload API, with proof.

What stands in ``__all__`` is the public API (docs/reference/api.md); everything else may change
with any release. Names are loaded when they are used: ``import conformance`` alone is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from conformance.version import __version__

if TYPE_CHECKING:
    from conformance.library import read_record, run
    from conformance.record.model import Record
    from conformance.reference.server import ReferenceServer
    from conformance.vocabulary.errors import ConformanceError
    from conformance.vocabulary.verdicts import Verdict

__all__ = [
    "ConformanceError",
    "Record",
    "ReferenceServer",
    "Verdict",
    "__version__",
    "read_record",
    "run",
]

_PLACES: Final = {
    "ConformanceError": "conformance.vocabulary.errors",
    "Record": "conformance.record.model",
    "ReferenceServer": "conformance.reference.server",
    "Verdict": "conformance.vocabulary.verdicts",
    "read_record": "conformance.library",
    "run": "conformance.library",
}


def __getattr__(name: str) -> object:
    """Load a public name on its first use."""
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(place), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
