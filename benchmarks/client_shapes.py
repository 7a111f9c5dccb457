"""Which traits of captured client requests a run sends, and which it does not.

Usage: ``python -m benchmarks.client_shapes RECORD``. RECORD is the record.jsonl of a run with an
HTTP and a TLS endpoint. For each operation it prints the signed headers, parameter orders, payload
forms, content types, header names, codings and document forms that a client was captured with and
that no recorded request has; behind each the reason that benchmarks/data/client_shapes.json gives.
Exit code 1: one has no reason.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT: Final = Path(__file__).parents[1]
CAPTURED: Final = ROOT / "tests" / "data" / "client-requests.jsonl"
REASONS: Final = ROOT / "benchmarks" / "data" / "client_shapes.json"
_SIGNED: Final = re.compile(r"SignedHeaders=([^,\s]*)")
_HASH: Final = re.compile(r"[0-9a-f]{64}|<hash>|<sha256>")
_PAYLOADS: Final = ("content-length", "transfer-encoding", "expect", "content-md5", "x-amz-trailer",
                    "x-amz-sdk-checksum-algorithm", "content-encoding")  # fmt: skip
_TEXT: Final = re.compile(r">[^<]*[^<\s][^<]*<")
_SPACE: Final = re.compile(r">(\s+)<")


def traits(query: str, headers: dict[str, str], document: str) -> Iterator[tuple[str, str]]:
    """Yield the traits of one request as (kind, value); header names in lower case."""
    names = [part.partition("=")[0] for part in query.split("&") if part]
    yield "query", "&".join(names)
    signed = _SIGNED.search(headers.get("authorization", ""))
    for name in signed[1].split(";") if signed else ():
        yield "signs", name
    for name in headers:
        yield "header", name
    payload = _HASH.sub("<hex>", headers.get("x-amz-content-sha256", "none"))
    present = [name for name in _PAYLOADS if name in headers]
    yield "framing", " ".join([payload, *present])
    yield "ctype", headers.get("content-type", "none")
    yield "accept-encoding", headers.get("accept-encoding", "none")
    if document:
        yield "document", form_of(document)


def form_of(document: str) -> str:
    """Return the form of a completion's document: what stands around and within its first part."""
    first = document.partition("</Part>")[0] + "</Part>"
    quote = next((one for one in ("&#34;", "&quot;", "&#x22;") if one in first), "")
    bare = _TEXT.sub(">…<", first)
    return _SPACE.sub("> <", bare).strip() + (f" {quote}" if quote else "")


def captured() -> Iterator[tuple[str, str, str, str]]:
    """Yield (operation, kind, value, client) of what was captured."""
    for line in CAPTURED.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        head = row["head"]
        pairs = (one.partition(": ")[::2] for one in head[1:])
        headers = {name.lower(): value for name, value in pairs}
        for kind, value in traits(head[0].lstrip("?"), headers, row.get("document", "")):
            yield row["operation"], kind, value, row["dialect"]


def sent(record: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (operation, kind, value) of what a run sent."""
    for line in record.read_text("utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        for exchange in row.get("exchanges") or ():
            request = exchange["request"]
            headers = {name.lower(): value for name, value in request["headers"]}
            target = request["start_line"].split(" ")[1]
            whole = exchange["operation"] == "CompleteMultipartUpload"
            document = (request["body"]["text"] or "") if whole else ""
            for kind, value in traits(target.partition("?")[2], headers, document):
                yield exchange["operation"], kind, value


def main(record: Path) -> int:
    """Print what is not sent, by operation and kind; return the exit code."""
    have = set(sent(record))
    missing: dict[tuple[str, str, str], set[str]] = {}
    kinds: Counter[str] = Counter()
    for operation, kind, value, client in captured():
        if (operation, kind, value) not in have and "<given>" not in value:
            missing.setdefault((operation, kind, value), set()).add(client)
    reasons: dict[str, str] = json.loads(REASONS.read_text("utf-8"))
    open_ones = 0
    for (operation, kind, value), clients in sorted(missing.items()):
        name = f"{operation}|{kind}|{value}"
        why = next((text for glob, text in reasons.items() if fnmatchcase(name, glob)), "")
        open_ones += not why
        kinds[kind] += 1
        print(f"{name}  <- {', '.join(sorted(clients))}  {why or 'NO REASON'}")
    print(f"{len(missing)} not sent, {open_ones} without a reason; by kind: {dict(kinds)}")
    return 1 if open_ones else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
