"""The hand-made catalogue of faults, by what they break; each module offers its ``FAULTS``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.faults.model import Fault


def by_id(faults: Iterable[Fault]) -> Mapping[str, Fault]:
    """Return faults by their ids. Raises ValueError when two have one id."""
    found: dict[str, Fault] = {}
    for fault in faults:
        if found.setdefault(fault.id, fault) is not fault:
            raise ValueError(f"two faults are called {fault.id}")
    return MappingProxyType(found)


def _offered() -> Iterable[Fault]:
    for module in iter_modules(__path__, f"{__name__}."):
        # Modules without faults hold what several others share.
        yield from getattr(import_module(module.name), "FAULTS", ())


FAULTS: Final[Mapping[str, Fault]] = by_id(_offered())
"""Every hand-made fault by its id."""
