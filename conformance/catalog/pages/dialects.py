"""The page of the dialects: what each real client sends, and where the files say it in full."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from conformance.catalog.pages.markup import code, prose, row
from conformance.vocabulary.dialects import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.catalog.model import Catalog
    from conformance.vocabulary.dialects import Dialect, Form

FAMILY: Final = (
    "CreateMultipartUpload",
    "UploadPart",
    "UploadPartCopy",
    "ListParts",
    "ListMultipartUploads",
    "CompleteMultipartUpload",
    "AbortMultipartUpload",
    "GetObject",
    "HeadObject",
)
"""The operations of a whole upload, in order."""
_INTRO: Final = """\
Each real client writes its requests in its own form: clients differ in the names and order of
headers, the signed headers, the framing of bodies, and the document that completes an upload. A
dialect is the form of one client and version, as data in `specs/dialects`, taken from captured
requests. A scenario or a step with `dialect: NAME` is sent in that form; `NAME:VARIANT` selects a
mode of the client that is not its default. Ids, dates, hosts, signatures and User-Agent are those
of the run.

A test compares every form with the captured requests (`tests/data/client-requests.jsonl`), header
line by header line. An operation that was not captured is not in the file."""
_PAYLOADS: Final = {
    "<sha256>": "signed",
    "UNSIGNED-PAYLOAD": "unsigned",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER": "unsigned with trailer",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": "signed chunks",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": "signed chunks and trailer",
}


def dialects_page(catalog: Catalog, made: str) -> Iterator[str]:
    """Yield the lines of the page; ``made`` is the comment that it is generated."""
    dialects = [catalog.dialects[name] for name in sorted(catalog.dialects)]
    yield "# Dialects"
    yield f"\n{made}\n"
    yield _INTRO
    yield ""
    yield row("dialect", "client", "version", "captured", "not captured")
    yield row(*["---"] * 5)
    for dialect in dialects:
        missing = [name for name in FAMILY if name not in dialect.operations]
        yield row(
            f"[{dialect.name}](dialects.md#{dialect.name})",
            prose(dialect.client),
            prose(dialect.version),
            dialect.captured,
            prose(", ".join(missing) or "nothing"),
        )
    yield "\nThe files contain these placeholders, which are replaced in each request:\n"
    yield row("placeholder", "replaced by")
    yield row("---", "---")
    for word, meaning in WORDS.items():
        yield row(code(word), prose(meaning))
    for dialect in dialects:
        yield from _dialect(dialect)


def _dialect(dialect: Dialect) -> Iterator[str]:
    yield f'\n## <a id="{dialect.name}"></a>{dialect.name}\n'
    yield f"{prose(dialect.client)} {prose(dialect.version)}, captured {dialect.captured}:"
    yield f"[{dialect.name}.yaml](../../specs/dialects/{dialect.name}.yaml)."
    if dialect.notes:
        yield f"Captured from {prose(dialect.notes)}."
    yield ""
    yield row("request", "when", "parameters", "payload", "framing")
    yield row(*["---"] * 5)
    for form in dialect.forms:
        yield row(
            form.operation,
            prose(_when(form)) or "always",
            code(_query(form)),
            _payload(form),
            prose(_framing(form)),
        )
    document = next((form.document for form in dialect.forms if form.document), None)
    if document is not None:
        text = document.start + "".join(document.part) + document.end
        yield f"\nThe document that completes an upload of one part:\n\n    {_lines(text)}"
        quote = "left out" if not document.quote else f"written `{document.quote}`"
        yield f"\nThe quotation marks of an ETag are {quote}."


def _lines(text: str) -> str:
    return text.rstrip().replace("\n", "\n    ")


def _when(form: Form) -> str:
    parts = [
        f"variant {form.variant}" if form.variant else "",
        f"over {form.over[0]}" if len(form.over) == 1 else "",
        f"{form.bucket} buckets" if form.bucket else "",
        "presigned" if form.presigned else "",
        f"with {', '.join(form.given)}" if form.given else "",
        f"from {form.from_bytes:,} bytes" if form.from_bytes else "",
    ]
    return ", ".join(filter(None, parts))


def _query(form: Form) -> str:
    return "&".join(
        name if value is None or value == "<given>" else f"{name}={value}"
        for name, value in form.query
    )


def _payload(form: Form) -> str:
    headers = {name.lower(): value for name, value in form.headers}
    return _PAYLOADS.get(headers.get("x-amz-content-sha256", ""), "unsigned")


def _framing(form: Form) -> str:
    headers = {name.lower(): value for name, value in form.headers}
    parts = []
    if "x-amz-decoded-content-length" in headers:
        sizes = [f"{size:,}" for size in form.chunk_bytes]
        parts.append(f"chunks of {' and '.join(sizes)} bytes" if sizes else "one chunk")
    if form.sizes == "upper":
        parts.append("sizes in upper case")
    if "transfer-encoding" in headers:
        parts.append("Transfer-Encoding: chunked")
    if "expect" in headers:
        parts.append("Expect: 100-continue")
    if "content-length" not in headers and "transfer-encoding" not in headers:
        parts.append("no length")
    return ", ".join(parts)
