"""Record lines to JSON and back, for files and for what crosses from one process to another."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Final, TypeVar

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from conformance.record.model import Line

_Kind = TypeVar("_Kind", bound=Line)
LINE: Final[TypeAdapter[Line]] = TypeAdapter(Annotated[Line, Field(discriminator="type")])


def dump(line: Line) -> bytes:
    """Return one line as UTF-8 JSON without a line feed.

    Text that is no Unicode (lone surrogates, from an endpoint's bytes) is written with backslashes.
    """
    return written(line)[0]


def written(line: _Kind) -> tuple[bytes, _Kind]:
    """Return what `dump` does, and the line as that reads back."""
    try:
        return LINE.dump_json(line), line
    except (PydanticSerializationError, UnicodeEncodeError):
        tree = _scrubbed(dataclasses.asdict(line))
        data = json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()
        return data, TypeAdapter(type(line)).validate_json(data)


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


def _scrubbed(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value
