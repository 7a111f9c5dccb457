"""The table of all operations."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest

from conformance.reference.operations.uploads.complete import COMPLETE
from conformance.reference.registry import offered


def _module(**constants: object) -> ModuleType:
    module = ModuleType("made-up")
    vars(module).update(constants)
    return module


def test_an_operation_may_be_imported_by_another_module() -> None:
    """The same operation in two modules is one operation."""
    found = offered([_module(COMPLETE=COMPLETE), _module(AGAIN=COMPLETE, LIMIT=7)])
    assert found == {"CompleteMultipartUpload": COMPLETE}


def test_two_operations_of_one_name() -> None:
    """One of them would never be reached, so the table is refused."""
    other = replace(COMPLETE, declaration=True)
    with pytest.raises(ValueError, match="two operations are called CompleteMultipartUpload"):
        offered([_module(COMPLETE=COMPLETE), _module(OTHER=other)])
