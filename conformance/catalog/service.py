"""Operations of S3's service model, with the members of their requests and answers."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from conformance.vocabulary.service_model import service_model

if TYPE_CHECKING:
    from botocore.model import OperationModel, Shape


@cache
def operation_names() -> frozenset[str]:
    """Return the names of all of S3's operations."""
    return frozenset(service_model().operation_names)


@cache
def _operation(name: str) -> OperationModel:
    return service_model().operation_model(name)


@cache
def request_members(operation: str) -> dict[str, Shape]:
    """Return the request members of an operation by name; KeyError for an unknown operation."""
    return _members(_operation(operation).input_shape)


@cache
def answer_members(operation: str) -> dict[str, Shape]:
    """Return the response members of an operation by name; KeyError for an unknown operation."""
    return _members(_operation(operation).output_shape)


def _members(shape: Shape | None) -> dict[str, Shape]:
    # Imported here, as in `service_model`: what reads the kept catalogue needs none of it.
    from botocore.model import StructureShape  # noqa: PLC0415

    return dict(shape.members) if isinstance(shape, StructureShape) else {}
