"""Reads record lines from JSON, strictly; `conformance.record.to_json` writes them."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, TypeAdapter, ValidationError

from conformance.record.model import Line

LINE: Final[TypeAdapter[Line]] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def load(data: bytes | str) -> Line:
    """Return the line that ``data`` holds; ValueError, in one short sentence, when it is none."""
    try:
        return LINE.validate_json(data)
    except ValidationError as error:
        raise _sentence(error) from None


def load_tree(tree: object) -> Line:
    """Return the line that parsed JSON holds; ValueError as in `load`."""
    try:
        return LINE.validate_python(tree)
    except ValidationError as error:
        raise _sentence(error) from None


def _sentence(error: ValidationError) -> ValueError:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return ValueError(f"{place}: {first['msg']}" if place else first["msg"])
