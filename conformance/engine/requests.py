"""Builds the call that the wire sends from a step, and fills in its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Final, Literal, cast, get_args

from conformance.catalog.service import request_members
from conformance.engine.bodies import byte_count
from conformance.engine.errors import EngineError, MissingValue
from conformance.engine.values import Scope, evaluate, evaluate_names
from conformance.vocabulary.dialects import NO_SHAPE, SPELLINGS, Document, Shape
from conformance.vocabulary.format import MOST_REPEATED, SignMode
from conformance.wire.express import session_identity
from conformance.wire.model import (
    Call,
    Edits,
    Framing,
    FramingMode,
    Identity,
    StepAddressing,
    Transport,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.catalog.model import Step, Tree
    from conformance.engine.value import Value

IdentityName = Literal["main", "alt"]

_FILLED_IN: Final = {"Bucket": "bucket", "Key": "key"}
_PARTS: Final = frozenset({"UploadPart", "UploadPartCopy"})
_NAMED: Final = frozenset({"headers", "late-headers", "query"})
_CHUNK: Final = Framing().chunk_bytes
_LINE_END: Final = Framing().trailer_end


@dataclass(frozen=True, slots=True)
class Prepared:
    """One request that is ready to go: which step asks, under what name, as whom."""

    step: Step
    name: str
    call: Call
    identity: IdentityName
    scope: Scope
    ends_last: bool = False
    """Whether the second half of its body waits for the other requests of its group."""


def prepare(step: Step, scope: Scope, transport: Transport | None) -> list[Prepared]:
    """Return the requests of a step: one, or one a value of its ``repeat``.

    ``transport`` is what the test prefers; the step's own word stands before it. MissingValue when
    a value is needed that no step has saved.
    """
    values = _repeats(step, scope)
    if values is None:
        return [_one(step, step.name, scope, transport)]
    variable, items = values
    if len(items) > MOST_REPEATED:
        raise EngineError(f"{step.name} repeats over {len(items):,} values, more than may be sent")
    if not items:
        raise MissingValue(variable, "the list to repeat over is empty")
    return [
        _one(step, f"{step.name}[{index}]", scope.with_names({variable: item}), transport)
        for index, item in enumerate(items)
    ]


def _one(step: Step, name: str, scope: Scope, transport: Transport | None) -> Prepared:
    if not step.edits and step.spoken is None:
        edits = _unedited(transport)
        call = Call(operation=step.operation, members=_members(step, scope), edits=edits)
        return Prepared(step, name, call, "main", scope)
    edits = _edits(step.edits, scope)
    if step.spoken is not None:
        edits = replace(edits, spoken=step.spoken)
    if edits.transport is None and transport is not None:
        edits = replace(edits, transport=transport)
    identity = _word(evaluate(step.edits.get("as", "main"), scope), get_args(IdentityName))
    call = Call(operation=step.operation, members=_members(step, scope), edits=edits)
    ends_last = evaluate(step.edits.get("ends-last", False), scope) is True
    return Prepared(step, name, call, cast("IdentityName", identity), scope, ends_last)


@cache
def _unedited(transport: Transport | None) -> Edits:
    """Return the edits of a step that has none, as most have none."""
    return Edits(transport=transport)


def are_parts_in_a_row(calls: Sequence[Prepared]) -> bool:
    """Return whether calls send parts 1, 2, 3 and so on of one upload.

    Each has a place of its own, whichever comes first. Other requests, and parts in another order,
    may be sent for their order's sake.
    """
    members = [one.call.members for one in calls]
    numbers = [one.get("PartNumber") for one in members]
    first = numbers[0]
    if calls[0].call.operation not in _PARTS or not isinstance(first, int):
        return False
    uploads = {(str(one.get("Key")), str(one.get("UploadId"))) for one in members}
    return len(uploads) == 1 and numbers == [*range(first, first + len(calls))]


def _repeats(step: Step, scope: Scope) -> tuple[str, list[Value]] | None:
    if not step.repeat:
        return None
    if len(step.repeat) != 1:
        raise EngineError(f"{step.name} repeats over more than one name")
    ((name, tree),) = step.repeat.items()
    value = evaluate(tree, scope)
    if isinstance(value, list):
        return name, value
    raise EngineError(f"{step.name} repeats over no list")


def _members(step: Step, scope: Scope) -> dict[str, Value]:
    """Evaluate the members, fill in bucket and key; a member that is ``null`` is left out."""
    members = {name: evaluate(tree, scope) for name, tree in step.members.items()}
    known = request_members(step.operation)
    for member, name in _FILLED_IN.items():
        if member in known and member not in members:
            members[member] = scope.names[name]
    body = members.get("Body")
    if isinstance(body, str):
        members["Body"] = body.encode()
    return {name: value for name, value in members.items() if value is not None}


def _edits(trees: Mapping[str, Tree], scope: Scope) -> Edits:
    edits = {
        key: _named(tree, scope) if key in _NAMED else evaluate(tree, scope)
        for key, tree in trees.items()
    }
    sign = _options(edits.get("sign"))
    body = edits.get("body")
    method = edits.get("method")
    addressing, transport = edits.get("addressing"), edits.get("transport")
    fault = sign.get("fault")
    return Edits(
        headers=tuple(_pairs(edits.get("headers"))),
        late_headers=tuple(_pairs(edits.get("late-headers"))),
        query=tuple(_pairs(edits.get("query"))),
        body=body.encode() if isinstance(body, str) else cast("bytes | None", body),
        method=None if method is None else str(method),
        sign=cast("SignMode", _word(sign.get("mode", "header"), get_args(SignMode))),
        sign_fault=None if fault is None else str(fault),
        expires_seconds=_whole(sign.get("expires", 900)),
        session=_session(sign.get("session")),
        framing=_framing(edits.get("framing")),
        addressing=None
        if addressing is None
        else cast("StepAddressing", _word(addressing, get_args(StepAddressing))),
        transport=None
        if transport is None
        else cast("Transport", _word(transport, get_args(Transport))),
        expect_continue=edits.get("expect-continue") is True,
        shape=_shape(edits.get("shape")),
    )


def _session(value: Value) -> Identity | Literal["none"] | None:
    """Read ``none``, or the Credentials that a CreateSession answered."""
    if value is None:
        return None
    if value == "none":
        return "none"
    identity = session_identity(value)
    if identity is None:
        raise EngineError("session takes none, or the Credentials of a CreateSession")
    return identity


def _named(tree: Tree, scope: Scope) -> Value:
    """Evaluate headers or parameters; their names may be values of the test themselves."""
    if isinstance(tree, dict) and any("$" in name for name in tree):
        tree = {str(evaluate(name, scope)): value for name, value in tree.items()}
    return evaluate_names(tree, scope)


def _framing(value: Value) -> Framing:
    options = _options(value)
    mode, algorithm, broken = (options.get(key) for key in ("mode", "algorithm", "broken"))
    chunk, transfer = options.get("chunk", _CHUNK), options.get("transfer-chunked")
    chunks = tuple(byte_count(one) for one in (chunk if isinstance(chunk, list) else [chunk]))
    return Framing(
        mode=None if mode is None else cast("FramingMode", _word(mode, get_args(FramingMode))),
        algorithm=None if algorithm is None else str(algorithm),
        chunk_bytes=chunks[0],
        further_chunks=chunks[1:],
        sizes="upper" if options.get("sizes") == "upper" else "lower",
        trailer_end=str(options.get("trailer-end", _LINE_END)),
        transfer_chunked=transfer not in (None, False),
        transfer_chunk_bytes=0 if isinstance(transfer, bool | None) else byte_count(transfer),
        broken=None if broken is None else str(broken),
    )


def _shape(value: Value) -> Shape:
    if value is None:
        return NO_SHAPE
    options = _options(value)
    document = options.get("document")
    return Shape(
        names=cast("Literal['', 'lower', 'upper']", options.get("names", "")),
        headers=_names(options.get("headers")),
        query=_names(options.get("query")),
        signs=_names(options.get("signs")),
        authorization=SPELLINGS[str(options.get("authorization", "spaced"))],
        host="without-port" if options.get("host") == "without-port" else "",
        document=_document(document) if isinstance(document, Mapping) else None,
    )


def _names(value: Value) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, list) else ()


def _document(options: Mapping[str, Value]) -> Document:
    start = options.get("start")
    return Document(
        start="".join(_names(start)) if isinstance(start, list) else str(start),
        part=_names(options.get("part")),
        end=str(options.get("end")),
        quote=str(options.get("quote", '"')),
    )


def _options(value: Value) -> Mapping[str, Value]:
    """Read ``presigned`` as ``{mode: presigned}``."""
    if value is None:
        return {}
    return value if isinstance(value, Mapping) else {"mode": value}


def _pairs(value: Value) -> Iterator[tuple[str, str | None]]:
    if value is None:
        return
    if not isinstance(value, Mapping):
        raise EngineError("headers and query are maps of name to value")
    for name, given in value.items():
        for one in given if isinstance(given, list) else [given]:
            yield name, None if one is None else _header_text(one)


def _header_text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise EngineError(f"a {type(value).__name__} can't stand in a header or query")


def _whole(value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise EngineError(f"{value!r} is not a whole number")
    return value


def _word(value: Value, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise EngineError(f"{value!r} is none of {', '.join(allowed)}")
    return str(value)
