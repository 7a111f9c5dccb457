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
    from collections.abc import Mapping


# Each operation has a context of its own type, which the one that runs it makes by itself; a
# table of all of them has no common type but Any.
def operations() -> dict[str, Operation[Any]]:
    """Return a new table, which a fault may change without touching another service.

    Raises ValueError when two operations have one name.
    """
    return dict(_all())


@cache
def _all() -> Mapping[str, Operation[Any]]:
    found: dict[str, Operation[Any]] = {}
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        for value in vars(import_module(module.name)).values():
            # A module may have imported an operation of another one: it is the same object.
            if isinstance(value, Operation) and found.setdefault(value.name, value) is not value:
                raise ValueError(f"two operations are called {value.name}")
    return found
