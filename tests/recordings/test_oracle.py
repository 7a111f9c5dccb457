"""`read_oracle`: the file of recorded exchanges."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from conformance.recordings.oracle import OracleError, by_test, read_oracle

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.recordings.exchanges import Exchange


def line(**changes: object) -> dict[str, Any]:
    """Return one exchange as the file has it."""
    request: dict[str, object] = {
        "method": "PUT",
        "path": "/bucket/key",
        "query_params": "?versioning",
        "headers": {"Content-Length": "4", "Authorization": "[REDACTED]", "X-Late": "1"},
        "body": "text",
    }
    response: dict[str, object] = {
        "status_code": 200,
        "headers": {"Content-Type": "application/xml", "x-amz-id-2": "[REDACTED]"},
        "body": "",
    }
    for name in ("method", "path", "query_params", "headers", "body"):
        request[name] = changes.pop(name, request[name])
    answer = changes.pop("response", {})
    if isinstance(answer, dict):
        response |= answer
    whole = {"group": "put", "test": "test_a", "n": 0, "request": request, "response": response}
    return whole | changes


def reading(folder: Path, *lines: dict[str, Any]) -> tuple[Exchange, ...]:
    """Write and read a file of exchanges."""
    path = folder / "oracle.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in lines) + "\n", encoding="utf-8")
    return read_oracle(path)


def test_reads_an_exchange(tmp_path: Path) -> None:
    """What was taken out is left out, and what stands behind the signature is known as such."""
    (one,) = reading(tmp_path, line())
    assert one.name == "put/test_a#0"
    assert (one.request.method, one.request.path, one.request.query) == (
        "PUT", "/bucket/key", "versioning",
    )  # fmt: skip
    assert one.request.header("content-length") == b"4"
    assert one.request.header("authorization") is None
    assert one.request.unsigned == frozenset({"authorization", "x-late"})
    assert one.request.body == b"text"
    assert one.answer.headers == (("Content-Type", "application/xml"),)
    assert one.request.transport == "tls"


def test_transport_is_told_by_the_name(tmp_path: Path) -> None:
    """The tests of plain HTTP say so in their names."""
    (one,) = reading(tmp_path, line(test="test_key_over_http"))
    assert one.request.transport == "http"


def test_bodies(tmp_path: Path) -> None:
    """A binary body is base64, a cut one is filled up to its length, a chunked one is as it is."""
    binary = bytes(range(256))
    length = {"Content-Length": "256"}
    assert [
        one.request.body
        for one in reading(
            tmp_path,
            line(headers=length, body=base64.b64encode(binary).decode()),
            line(headers=length, body="cut"),
            line(headers={"Transfer-Encoding": "chunked"}, body="text"),
            line(headers={}, body=None),
        )
    ] == [binary, b"cut".ljust(256, b"x"), b"text", b""]


def test_a_refused_hash_is_put_back(tmp_path: Path) -> None:
    """A payload hash that the recorder took out is known where the refusal names it."""
    body = (
        "<Error><ArgumentName>x-amz-content-sha256</ArgumentName>"
        "<ArgumentValue>nonsense</ArgumentValue></Error>"
    )
    (one,) = reading(tmp_path, line(response={"status_code": 400, "body": body}))
    assert one.request.header("x-amz-content-sha256") == b"nonsense"


def test_utf_8_that_was_taken_for_latin_1(tmp_path: Path) -> None:
    """A body that the recorder decoded wrongly is the bytes that were sent."""
    wrong = "<Prefix>ключ</Prefix>".encode().decode("latin-1")
    (one,) = reading(tmp_path, line(response={"body": wrong}))
    assert one.answer.body.decode() == "<Prefix>ключ</Prefix>"


def test_exchanges_of_a_test_together(tmp_path: Path) -> None:
    """Exchanges come by test, in the order of their numbers."""
    found = reading(tmp_path, line(n=1), line(test="test_b"), line(n=0))
    assert [[one.name for one in test] for test in by_test(found)] == [
        ["put/test_a#0", "put/test_a#1"],
        ["put/test_b#0"],
    ]


@pytest.mark.parametrize("text", ["", "{}", "[]", "nonsense", '{"group": "x"}', "null", "\n\n"])
def test_what_holds_no_exchange(tmp_path: Path, text: str) -> None:
    """A file of anything else is refused with its path, and the line where there is one."""
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OracleError, match=r"other\.jsonl(:1)?: no recorded exchange"):
        read_oracle(path)
