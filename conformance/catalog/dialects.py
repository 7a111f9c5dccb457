"""Reads the files of dialects: how real clients write their requests, one client a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conformance.catalog.drafts import file_form
from conformance.catalog.lint.shape import STEP_NAME, WORD_ID, Form, head, kind_of
from conformance.catalog.problems import Mark, Problems, did_you_mean
from conformance.catalog.service import operation_names, request_members
from conformance.catalog.yaml12 import Mapping, Node, Scalar, Sequence
from conformance.vocabulary.dialects import (
    ALGORITHM,
    DOCUMENT_ELEMENTS,
    SPELLINGS,
    TITLED_ALGORITHM,
    TRANSPORTS,
    WORDS,
    Dialect,
    Document,
)
from conformance.vocabulary.dialects import Form as Written

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.catalog.facts import Facts

FILE_REQUIRED: Final = ("about", "dialect", "client", "version", "captured", "unsigned", "requests")
FILE_OPTIONAL: Final = ("notes", "authorization", "document")
REQUEST_REQUIRED: Final = ("operation", "headers")
REQUEST_KEYS: Final = (
    "operation", "variant", "over", "bucket", "presigned", "given", "from", "below", "query",
    "headers", "unsigned", "authorization", "checksum", "chunk", "sizes", "trailer-end",
    "document",
)  # fmt: skip
DOCUMENT_KEYS: Final = ("start", "part", "end", "quote")
BUCKETS: Final = ("general-purpose", "directory")
SIZES: Final = ("lower", "upper")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_HEADER: Final = re.compile(r"[A-Za-z0-9-]+(?:<[Aa]lgorithm>|\*)?")
_WORD: Final = re.compile(r"<[^<>]*>")
_SIZE: Final = re.compile(r"([1-9][0-9]*)(KiB|MiB)?")
_UNITS: Final = {None: 1, "KiB": 1024, "MiB": 1024 * 1024}
_PIECE: Final = re.compile(r"\{([^{}]*)\}")


def read_dialects(root: Node, facts: Facts, problems: Problems) -> None:
    """Read the file of one dialect."""
    form = file_form(root, "a dialect file", FILE_REQUIRED, FILE_OPTIONAL, problems)
    if form is None:
        return
    name = form.identifier("dialect", WORD_ID)
    captured = form.text("captured")
    if captured and not _DATE.fullmatch(captured):
        problems.add(
            form.mark("captured"), "bad-dialect", f"{captured} is not a date", "YYYY-MM-DD"
        )
    reader = _Reader(form, problems)
    dialect = Dialect(
        name=name,
        client=form.text("client"),
        version=form.text("version"),
        captured=captured,
        about=form.text("about"),
        notes=form.text("notes"),
        forms=tuple(reader.request(node) for node in form.maps("requests")),
    )
    if not dialect.forms:
        problems.add(form.mark("requests"), "bad-dialect", "a dialect without a request")
    first = facts.places.setdefault(("dialects", name), form.mark("dialect").place)
    if name in facts.dialects:
        text = f"{name} is given already"
        problems.add(form.mark("dialect"), "duplicate-id", text, f"at {first}")
    elif name:
        facts.dialects[name] = dialect


class _Reader:
    """Reads requests, which fall back on what the file says for all of them."""

    def __init__(self, file: Form, problems: Problems) -> None:
        self._problems = problems
        self._unsigned = self._names(file)
        self._authorization = self._spelling(file) or SPELLINGS["spaced"]
        self._document = self._read_document(file)

    def request(self, node: Mapping) -> Written:
        """Read one request of the file."""
        form = Form(
            node,
            "a request of a dialect",
            self._problems,
            required=REQUEST_REQUIRED,
            optional=REQUEST_KEYS,
        )
        operation = self._operation(form)
        over = form.word("over", TRANSPORTS, "http")
        return Written(
            operation=operation,
            variant=form.identifier("variant", STEP_NAME),
            over=(over,) if form.get("over") is not None else TRANSPORTS,
            bucket=form.word("bucket", BUCKETS, "directory")
            if form.get("bucket") is not None
            else "",
            presigned=form.flag("presigned"),
            given=tuple(self._members(form, operation)),
            from_bytes=self._size(form, "from") or 0,
            below_bytes=self._size(form, "below"),
            query=tuple(self._query(form)),
            headers=tuple(self._headers(form)),
            unsigned=self._unsigned | self._names(form),
            authorization=self._spelling(form) or self._authorization,
            checksum=form.text("checksum") or "CRC32",
            chunk_bytes=tuple(self._chunks(form)),
            sizes=form.word("sizes", SIZES, "lower"),
            trailer_end=form.text("trailer-end") or "\r\n",
            document=self._read_document(form) or self._document,
        )

    def _wrong(self, mark: Mark, text: str, hint: str = "") -> None:
        self._problems.add(mark, "bad-dialect", text, hint)

    def _operation(self, form: Form) -> str:
        operation = form.text("operation")
        if operation and operation not in operation_names():
            self._problems.add(
                form.mark("operation"),
                "unknown-operation",
                f"S3 has no operation {operation}",
                did_you_mean(operation, operation_names()),
            )
            return ""
        return operation

    def _members(self, form: Form, operation: str) -> Iterable[str]:
        known = request_members(operation) if operation else {}
        for node in form.texts("given"):
            member = str(node.value)
            if operation and member not in known:
                text = f"{operation} has no member {member}"
                self._problems.add(node.mark, "unknown-member", text, did_you_mean(member, known))
            yield member

    def _names(self, form: Form) -> frozenset[str]:
        names = frozenset(str(node.value) for node in form.texts("unsigned"))
        if bad := sorted(name for name in names if name != name.lower()):
            self._wrong(form.mark("unsigned"), f"{bad[0]} is not in lower case", bad[0].lower())
        return names

    def _spelling(self, form: Form) -> str:
        if form.get("authorization") is None:
            return ""
        return SPELLINGS[form.word("authorization", tuple(SPELLINGS), "spaced")]

    def _size(self, form: Form, key: str) -> int | None:
        node = form.get(key)
        return None if node is None else self._bytes(key, node, form)

    def _bytes(self, key: str, node: Node, form: Form) -> int | None:
        found = _SIZE.fullmatch(str(node.value)) if isinstance(node, Scalar) else None
        if found is None:
            form.wrong(key, node, "a number of bytes, as 64KiB")
            return None
        return int(found[1]) * _UNITS[found[2]]

    def _chunks(self, form: Form) -> Iterable[int]:
        """Read ``whole``, one size, or a list of sizes that follow each other in turn."""
        node = form.get("chunk")
        if node is None or (isinstance(node, Scalar) and node.value == "whole"):
            return
        for each in node.items if isinstance(node, Sequence) else [node]:
            size = self._bytes("chunk", each, form)
            if size is not None:
                yield size

    def _query(self, form: Form) -> Iterable[tuple[str, str | None]]:
        """Read ``partNumber=<given>&x-id=UploadPart``, or a list of such parameters."""
        node = form.get("query")
        if isinstance(node, Sequence):
            texts = [(str(each.value), each.mark) for each in form.texts("query")]
        else:
            texts = [(form.text("query"), form.mark("query"))] if node is not None else []
        for text, mark in texts:
            for parameter in text.split("&"):
                name, equals, value = parameter.partition("=")
                if not name:
                    self._wrong(mark, f"{parameter!r} is not a parameter")
                self._check_words(value, mark)
                yield name, value if equals else None

    def _headers(self, form: Form) -> Iterable[tuple[str, str]]:
        node = form.mapping("headers")
        if node is None:
            return
        seen: set[str] = set()
        for name, value in node.entries.items():
            mark = node.key_mark(name)
            if not _HEADER.fullmatch(name):
                self._wrong(mark, f"{name} is not a header name")
            if name.lower() in seen:
                self._wrong(mark, f"the header {name} is there already, in another case")
            seen.add(name.lower())
            if not (isinstance(value, Scalar) and isinstance(value.value, str)):
                self._wrong(value.mark, f"the header {name} takes text, not {kind_of(value)}")
                continue
            self._check_words(value.value, value.mark)
            yield name, value.value
        if form.flag("presigned") == ("authorization" in seen):
            text = "a presigned request has no Authorization header, every other one has"
            self._wrong(head(node), text)

    def _check_words(self, text: str, mark: Mark) -> None:
        """Check what is in angle brackets: words alone, or the algorithm within a text."""
        for found in _WORD.finditer(text):
            alone = found[0] == text
            if found[0] in (ALGORITHM, TITLED_ALGORITHM) or (alone and text in WORDS):
                continue
            hint = did_you_mean(found[0], WORDS) or f"one of {', '.join(sorted(WORDS))}"
            self._wrong(mark, f"{found[0]} has no meaning here", hint)

    def _read_document(self, file: Form) -> Document | None:
        node = file.mapping("document")
        if node is None:
            return None
        return read_document(node, self._problems)


def read_document(node: Mapping, problems: Problems) -> Document:
    """Read the form of a completion's document."""
    form = Form(
        node, "a document", problems, required=("start", "part", "end"), optional=("quote",)
    )
    pieces = tuple(str(piece.value) for piece in form.texts("part"))
    for piece in form.texts("part"):
        for element in _PIECE.findall(str(piece.value)):
            if element not in DOCUMENT_ELEMENTS:
                hint = did_you_mean(element, DOCUMENT_ELEMENTS) or "one of " + ", ".join(
                    DOCUMENT_ELEMENTS
                )
                problems.add(piece.mark, "bad-dialect", f"a part has no element {element}", hint)
    start = form.get("start")
    begins = (
        "".join(str(each.value) for each in form.texts("start"))
        if isinstance(start, Sequence)
        else form.text("start")
    )
    quote = form.text("quote") if form.get("quote") is not None else '"'
    return Document(start=begins, part=pieces, end=form.text("end"), quote=quote)
