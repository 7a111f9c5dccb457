"""Writes record lines as JSON, for files and for what crosses from one process to another."""

from __future__ import annotations

import dataclasses
import json
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeVar

import orjson

if TYPE_CHECKING:
    from conformance.record.model import Line

_Kind = TypeVar("_Kind", bound="Line")


def dump(line: Line) -> bytes:
    """Return one line as UTF-8 JSON without a line feed.

    Text that is no Unicode (lone surrogates, from an endpoint's bytes) is written with backslashes.
    """
    return written(line)[0]


def written(line: _Kind) -> tuple[bytes, _Kind]:
    """Return what `dump` does, and the line as that reads back."""
    try:
        return orjson.dumps(line, default=_other), line
    except orjson.JSONEncodeError:
        tree = _scrubbed(dataclasses.asdict(line))
        data = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), default=_other).encode()
        return data, _read_back(type(line), data)


def _other(value: object) -> str:
    """Return what JSON itself has no form for: paths, among the options of a run."""
    if isinstance(value, PurePath):
        return str(value)
    raise TypeError(f"no form of {type(value).__name__} in a record")


def _read_back(kind: type[_Kind], data: bytes) -> _Kind:
    # Imported here: few lines need it, and pydantic takes longer to load than many tests to run.
    from pydantic import TypeAdapter  # noqa: PLC0415

    return TypeAdapter(kind).validate_json(data)


def _scrubbed(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_scrubbed(key): _scrubbed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_scrubbed(item) for item in value]
    return value
