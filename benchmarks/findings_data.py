"""Makes ``benchmarks/data/findings``: records and hand-written pages as they were at one commit.

    python -m benchmarks.findings_data

Needs a clone that holds the commit. What findings are made of is kept: checks, and of each exchange
the address, the headers that decide something, status and the answers that are read; nothing else
of nine published records, so that the copy is small.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
from pathlib import Path
from typing import Any, Final

COMMIT: Final = "e4e4275"
SERVERS: Final = (
    "moto", "moto-auth", "seaweedfs", "ministack", "localstack", "ceph-rgw", "juicefs", "rclone",
    "swift",
)  # fmt: skip
DATA: Final = Path(__file__).parent / "data" / "findings"

_HELD: Final = frozenset({"PASS", "VARIANT", "DISPUTED"})
_DROPPED: Final = frozenset({"SKIP", "UNSUPPORTED"})
_HEADERS: Final = frozenset({"authorization", "range"})
_READ: Final = frozenset({"CreateMultipartUpload", "ListParts", "ListMultipartUploads"})
_LISTINGS: Final = frozenset({"ListParts", "ListMultipartUploads"})
_COLUMNS: Final = 5


def main() -> None:
    """Write one record and one table for each server."""
    DATA.mkdir(parents=True, exist_ok=True)
    for server in SERVERS:
        packed = _show(f"reports/published/{server}/record.jsonl.gz")
        lines = [json.loads(line) for line in gzip.decompress(packed).splitlines()]
        kept = [small(line) for line in lines if not _is_dropped(line)]
        text = "".join(f"{json.dumps(line, separators=(',', ':'))}\n" for line in kept)
        (DATA / f"{server}.jsonl.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
        page = _show(f"docs/explanation/findings/{server}.md").decode()
        rows = json.dumps(table(page), indent=1, ensure_ascii=False)
        (DATA / f"{server}.rows.json").write_text(f"{rows}\n", encoding="utf-8")


def table(page: str) -> list[dict[str, Any]]:
    """Return the rows of tables with five columns: what each says, and the tests it names."""
    rows = []
    for line in page.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if not line.startswith("|") or len(cells) != _COLUMNS or cells[3] == "tests":
            continue
        if not set(cells[0]) <= set("-: "):
            tests = re.findall(r"`([^`]+)`", cells[3])
            rows.append({"does": cells[0], "tests": tests, "impact": cells[4]})
    return rows


def small(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of a record with what findings read alone."""
    if line["type"] == "catalog":
        return {**line, "sources": []}
    if line["type"] == "run":
        return {**line, "seeds": [], "selected": []}
    if line["type"] != "test":
        return line
    failed = line["verdict"] not in _HELD
    return {
        **line,
        "why": "",
        "sentences": [],
        "reason": "",
        "cause": "",
        "file": "",
        "search": None,
        "checks": [_check(check, failed=failed) for check in line["checks"]],
        "exchanges": [_exchange(exchange, failed=failed) for exchange in line["exchanges"]],
    }


def _check(check: dict[str, Any], *, failed: bool) -> dict[str, Any]:
    kept = {key: check[key] for key in ("id", "verdict", "expected", "got", "exchange")}
    if check["note"] and failed:
        kept["note"] = check["note"]
    if not failed and not check["id"].endswith((".status", ".code")):
        kept["expected"] = kept["got"] = ""
    return kept


def _is_dropped(line: dict[str, Any]) -> bool:
    if line["type"] in {"capability", "problem"}:
        return True
    return line["type"] == "test" and line["verdict"] in _DROPPED


def _exchange(exchange: dict[str, Any], *, failed: bool) -> dict[str, Any]:
    request, response = exchange["request"], exchange["response"]
    headers = [
        [name, "" if name.lower() == "authorization" else value]
        for name, value in request["headers"]
        if name.lower() in _HEADERS
    ]
    return {
        **exchange,
        "url": exchange["url"] if failed or exchange["operation"] in _LISTINGS else "",
        "milliseconds": 0,
        "started": "",
        "request": {
            "start_line": "",
            "headers": headers if failed else [],
            "body": {"size": request["body"]["size"]},
        },
        "response": response
        and {
            "start_line": response["start_line"],
            "headers": [],
            "body": _body(exchange["operation"], response, failed=failed),
        },
    }


def _body(operation: str, response: dict[str, Any], *, failed: bool) -> dict[str, Any]:
    """Return a body with the text that findings read: errors, upload ids and listings."""
    body = response["body"]
    text = body["text"] or ""
    refused = response["start_line"].split(" ")[1:2] != ["200"]
    read = (failed and (refused or "<Error>" in text or operation in _READ)) or (
        operation in _LISTINGS and "<" in text
    )
    return {"size": body["size"], "text": text} if read else {"size": body["size"]}


def _show(path: str) -> bytes:
    command = ["git", "show", f"{COMMIT}:{path}"]
    return subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603  # fixed


if __name__ == "__main__":
    main()
