"""Checks what a step changes below its operation, and brings it into one form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.catalog.binding import is_call
from conformance.catalog.dialects import SIZES, read_document
from conformance.catalog.lint.calls import check_calls, is_runtime
from conformance.catalog.lint.shape import kind_of
from conformance.catalog.problems import Problems, did_you_mean
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence, plain
from conformance.vocabulary.dialects import SPELLINGS
from conformance.vocabulary.format import (
    CHECKSUM_ALGORITHMS,
    FRAMING_BREAKS,
    FRAMING_MODES,
    SESSIONS,
    SIGN_FAULTS,
    SIGN_MODES,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Map

    from conformance.catalog.model import Tree

IDENTITIES: Final = ("main", "alt")
ADDRESSINGS: Final = ("path", "virtual-host", "other-zone")
TRANSPORTS: Final = ("http", "tls")
_WORDS: Final[Map[str, tuple[str, ...]]] = {
    "as": IDENTITIES,
    "addressing": ADDRESSINGS,
    "transport": TRANSPORTS,
}
FRAMING_KEYS: Final = (
    "mode", "algorithm", "chunk", "sizes", "trailer-end", "transfer-chunked", "broken",
)  # fmt: skip
SHAPE_KEYS: Final = ("names", "headers", "query", "signs", "authorization", "host", "document")
SHAPE_WORDS: Final = {
    "names": ("lower", "upper"),
    "authorization": tuple(SPELLINGS),
    "host": ("without-port",),
}
_METHOD: Final = re.compile(r"[A-Z]+")
_SIZE: Final = re.compile(r"[1-9][0-9]*(KiB|MiB)?")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def check_edit(key: str, node: Node, problems: Problems) -> Tree:
    """Check one edit and return it, with numbers and flags in headers and queries as text."""
    if is_runtime(node):
        return plain(node)
    if key in {"headers", "late-headers", "query"}:
        return _pairs(key, node, problems)
    _CHECKS[key](key, node, problems)
    return plain(node)


def _wrong(key: str, node: Node, wanted: str, problems: Problems) -> None:
    problems.add(node.mark, "bad-edit", f"{key} takes {wanted}, not {kind_of(node)}")


def _pairs(key: str, node: Node, problems: Problems) -> Tree:
    if not isinstance(node, Mapping) or is_call(node):
        _wrong(key, node, "a map of name to value", problems)
        return {}
    pairs: dict[str, Tree] = {}
    for name, value in node.entries.items():
        if key != "query" and not _HEADER.fullmatch(name):
            problems.add(node.key_mark(name), "bad-edit", f"{name!r} is not a header's name")
        if isinstance(value, Sequence) and value.items:
            pairs[name] = [_text(key, item, problems) for item in value.items]
        else:
            pairs[name] = _text(key, value, problems)
    return pairs


def _text(key: str, node: Node, problems: Problems) -> Tree:
    match node:
        case Scalar(value=bool() as flag):
            return str(flag).lower()
        case Scalar(value=int() as number):
            return str(number)
        case Scalar(value=None | str()):
            return plain(node)
        case Mapping() if is_call(node):
            check_calls(node, problems)
            return plain(node)
    _wrong(key, node, "texts, null to remove, or a list of texts to repeat", problems)
    return None


def _check_word(key: str, node: Node, words: tuple[str, ...], problems: Problems) -> None:
    if isinstance(node, Scalar) and node.value in words:
        return
    if not is_runtime(node):
        shown = node.value if isinstance(node, Scalar) else kind_of(node)
        problems.add(
            node.mark,
            "bad-edit",
            f"{key} is not {shown}",
            did_you_mean(str(shown), words) or f"one of {', '.join(words)}",
        )


def _check_flag(key: str, node: Node, problems: Problems) -> None:
    if not (isinstance(node, Scalar) and isinstance(node.value, bool)):
        _wrong(key, node, "true or false", problems)


def _check_method(key: str, node: Node, problems: Problems) -> None:
    if not (isinstance(node, Scalar) and _METHOD.fullmatch(str(node.value))):
        _wrong(key, node, "a method in upper case, as PUT", problems)


def _check_body(key: str, node: Node, problems: Problems) -> None:
    if not is_call(node) and not (isinstance(node, Scalar) and isinstance(node.value, str)):
        _wrong(key, node, "text, or a call that gives bytes", problems)
    check_calls(node, problems)


def _check_closed(key: str, node: Node, problems: Problems) -> None:
    _check_word(key, node, _WORDS[key], problems)


def _options(key: str, node: Mapping, known: tuple[str, ...], problems: Problems) -> None:
    for name in node.entries:
        if name not in known:
            problems.add(
                node.key_mark(name),
                "bad-edit",
                f"{key} has no {name}",
                did_you_mean(name, known) or f"one of {', '.join(known)}",
            )


def _check_sign(_key: str, node: Node, problems: Problems) -> None:
    if not isinstance(node, Mapping):
        _check_word("sign", node, SIGN_MODES, problems)
        return
    _options("sign", node, ("mode", "fault", "expires", "session"), problems)
    entries = node.entries
    if "mode" in entries:
        _check_word("mode of sign", entries["mode"], SIGN_MODES, problems)
    if "fault" in entries:
        _check_word("fault of sign", entries["fault"], tuple(SIGN_FAULTS), problems)
    if "session" in entries:
        _check_word("session of sign", entries["session"], SESSIONS, problems)
    expires = entries.get("expires")
    if expires is not None and not (
        is_runtime(expires) or (isinstance(expires, Scalar) and type(expires.value) is int)
    ):
        _wrong("expires of sign", expires, "seconds", problems)


def _check_framing(_key: str, node: Node, problems: Problems) -> None:
    if not isinstance(node, Mapping):
        _check_word("framing", node, FRAMING_MODES, problems)
        return
    _options("framing", node, FRAMING_KEYS, problems)
    entries = node.entries
    if "mode" in entries:
        _check_word("mode of framing", entries["mode"], FRAMING_MODES, problems)
    if "algorithm" in entries:
        _check_word("algorithm of framing", entries["algorithm"], CHECKSUM_ALGORITHMS, problems)
    if "broken" in entries:
        _check_word("broken of framing", entries["broken"], tuple(FRAMING_BREAKS), problems)
    if "sizes" in entries:
        _check_word("sizes of framing", entries["sizes"], SIZES, problems)
    transfer = entries.get("transfer-chunked")
    if transfer is not None and not _is_size(transfer) and not _is_flag(transfer):
        _wrong("transfer-chunked of framing", transfer, "true, false or a size", problems)
    chunk = entries.get("chunk")
    for one in chunk.items if isinstance(chunk, Sequence) else [chunk] if chunk else []:
        if not _is_size(one):
            _wrong("chunk of framing", one, "a size, as 64KiB, or a list of sizes", problems)


def _is_size(node: Node) -> bool:
    return is_runtime(node) or (
        isinstance(node, Scalar) and _SIZE.fullmatch(str(node.value)) is not None
    )


def _is_flag(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, bool)


def _check_shape(_key: str, node: Node, problems: Problems) -> None:
    if not isinstance(node, Mapping):
        _wrong("shape", node, "a map of traits", problems)
        return
    _options("shape", node, SHAPE_KEYS, problems)
    entries = node.entries
    for key, words in SHAPE_WORDS.items():
        if key in entries:
            _check_word(f"{key} of shape", entries[key], words, problems)
    for key in ("headers", "query", "signs"):
        if key in entries and not (isinstance(listed := entries[key], Sequence) and listed.items):
            _wrong(f"{key} of shape", entries[key], "a list of names", problems)
    document = entries.get("document")
    if isinstance(document, Mapping):
        read_document(document, problems)
    elif document is not None:
        _wrong("document of shape", document, "a map", problems)


_CHECKS: Final[Map[str, Callable[[str, Node, Problems], None]]] = {
    "sign": _check_sign,
    "framing": _check_framing,
    "as": _check_closed,
    "addressing": _check_closed,
    "transport": _check_closed,
    "expect-continue": _check_flag,
    "ends-last": _check_flag,
    "method": _check_method,
    "body": _check_body,
    "shape": _check_shape,
}
