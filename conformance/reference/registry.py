"""Every operation that the endpoint offers, by its name.

A module under ``operations/`` offers the operations that are its constants; there is no list to
enter it in.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING, Any

from conformance.reference import operations as package
from conformance.reference.pipeline import Operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import ModuleType


# Each operation has a context of its own type, which the one that runs it makes by itself; a
# table of all of them has no common type but Any.
def operations() -> dict[str, Operation[Any]]:
    """Return a new table, which a fault may change without touching another service."""
    return dict(_all())


@cache
def _all() -> Mapping[str, Operation[Any]]:
    names = (one.name for one in walk_packages(package.__path__, f"{package.__name__}."))
    return offered(import_module(name) for name in names)


def offered(modules: Iterable[ModuleType]) -> dict[str, Operation[Any]]:
    """Return the operations that are constants of those modules, by name.

    Raises ValueError when two of them have one name.
    """
    found: dict[str, Operation[Any]] = {}
    for module in modules:
        for value in vars(module).values():
            # A module may have imported an operation of another one: it is the same object.
            if isinstance(value, Operation) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"two operations are called {value.name}")
    return found
