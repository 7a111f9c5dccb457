"""Reads exchanges: a record of ours, a HAR, the log of ``curl -v``, or raw requests and answers."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urlsplit

from conformance.exchanges.model import LARGEST_FILE, MOST_EXCHANGES, ExchangeError, Seen
from conformance.record.reader import read as read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from conformance.record.model import RecordedBody, RecordedMessage

_REQUEST: Final = re.compile(r"([A-Z]{3,7}) (\S+)(?: HTTP/[\d.]+)?")
_STATUS: Final = re.compile(r"HTTP/[\d.]+ (\d{3})")
_CURL: Final = re.compile(r"^(?:\d\d:\d\d:\d\d[.\d]* )?([<>*{}])(?: (.*))?$")
_Block: TypeAlias = "tuple[list[str], list[str]]"
"""The lines of a head, and those of a body."""
_FORMS: Final = (
    "a record of ours (record.jsonl), a HAR, the log of `curl -v`, or a raw request and its answer"
)


def read_exchanges(path: Path, test: str | None = None) -> tuple[Seen, ...]:
    """Read the exchanges of a file, in their order.

    Of a record ``test`` names the one to take. Raises `ExchangeError` for a file that can't be
    read, is too large or holds none, and `RecordError` for a record with mistakes.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ExchangeError(f"{path} is larger than {LARGEST_FILE // 1024**2} MiB")
        data = path.read_bytes()
    except OSError as error:
        raise ExchangeError(f"{path} can't be read: {error.strerror or error}") from error
    if (
        data[:2] == b"\x1f\x8b"
        or data.startswith(b'{"type":"run"')
        or b'"type":"run"' in data[:4096]
    ):
        return _of_record(path, test)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ExchangeError(f"{path} is not UTF-8 at byte {error.start}: {_FORMS}") from None
    if text.lstrip().startswith("{"):
        found = tuple(_of_har(path, text))
    elif re.search(r"^(?:[\d:.]+ )?> [A-Z]{3,7} ", text, re.MULTILINE):
        found = tuple(_of_curl(text))
    else:
        found = tuple(_of_raw(text))
    if not found:
        raise ExchangeError(f"{path} holds no exchange; what can be read is {_FORMS}")
    return found[:MOST_EXCHANGES]


def _of_record(path: Path, test: str | None) -> tuple[Seen, ...]:
    record = read_record(path)
    failed = [line for line in record.tests if line.exchanges and line.verdict == "FAIL"]
    if test is not None:
        chosen = [line for line in record.tests if line.id == test]
    else:
        chosen = failed if len(failed) == 1 else [line for line in record.tests if line.exchanges]
    if len(chosen) != 1:
        text = f"no test {test}" if test is not None else f"{len(chosen)} tests"
        raise ExchangeError(f"the record holds {text} with exchanges: name one with --test")
    return tuple(
        _recorded(one.request, one.response, one.step)
        for one in chosen[0].exchanges
        if one.role in ("given", "step")
    )[:MOST_EXCHANGES]


def _recorded(request: RecordedMessage, response: RecordedMessage | None, step: str) -> Seen:
    found = _REQUEST.match(request.start_line)
    if found is None:
        raise ExchangeError(f"step {step}: no request line")
    status = _STATUS.match(response.start_line) if response is not None else None
    return Seen(
        method=found[1],
        target=found[2],
        headers=request.headers,
        body=_kept(request.body),
        size=request.body.size,
        status=int(status[1]) if status else 0,
        answer_headers=response.headers if response is not None else (),
        answer=(_kept(response.body) or b"") if response is not None else b"",
        place=f"step {step}",
    )


def _kept(body: RecordedBody) -> bytes | None:
    if body.truncated:
        return None
    if body.base64 is not None:
        return base64.b64decode(body.base64)
    return (body.text or "").encode()


def _of_har(path: Path, text: str) -> Iterator[Seen]:
    """Yield the entries of a HAR."""
    try:
        entries = json.loads(text)["log"]["entries"]
    except RecursionError:
        raise ExchangeError(f"{path} is nested too deeply") from None
    except (ValueError, KeyError, TypeError) as error:
        raise ExchangeError(
            f"{path} is not a HAR ({error!r:.80}); what can be read is {_FORMS}"
        ) from None
    if not isinstance(entries, list):
        raise ExchangeError(f"{path}: log.entries is not a list")
    for number, entry in enumerate(entries[:MOST_EXCHANGES]):
        try:
            yield _har_entry(entry, f"entry {number}")
        except (KeyError, TypeError, ValueError, AttributeError, binascii.Error) as error:
            raise ExchangeError(f"{path}: log.entries[{number}]: {error!r:.120}") from None


def _har_entry(entry: Mapping[str, Any], place: str) -> Seen:
    request, response = entry["request"], entry["response"]
    url = urlsplit(str(request["url"]))
    posted = (request.get("postData") or {}).get("text")
    content = response.get("content") or {}
    body = str(content.get("text") or "").encode()
    if content.get("encoding") == "base64":
        body = base64.b64decode(body)
    headers = _pairs(request.get("headers"))
    if not any(name.lower() == "host" for name, _ in headers):
        headers = (("Host", url.netloc), *headers)
    sent = None if posted is None else str(posted).encode()
    size = request.get("bodySize", -1)
    said = next((value for name, value in headers if name.lower() == "content-length"), "")
    known = int(said) if said.isdigit() else max(int(size), 0)
    return Seen(
        method=_method(str(request["method"])),
        target=(url.path or "/") + (f"?{url.query}" if url.query else ""),
        headers=headers,
        body=sent if sent is not None or known else b"",
        size=len(sent) if sent is not None else known,
        status=int(response["status"]),
        answer_headers=_pairs(response.get("headers")),
        answer=body,
        place=place,
    )


def _pairs(found: object) -> tuple[tuple[str, str], ...]:
    """Read HAR's lists of names and values; pseudo-headers of HTTP/2 are left out."""
    items = found if isinstance(found, list) else []
    pairs = ((str(one["name"]), str(one["value"])) for one in items)
    return tuple(pair for pair in pairs if not pair[0].startswith(":"))


def _method(text: str) -> str:
    if not re.fullmatch("[A-Z]{3,7}", text):
        raise ValueError(f"{text!r:.40} is not a method")
    return text


def _of_curl(text: str) -> Iterator[Seen]:
    """Yield the exchanges of a log of ``curl -v``: ``>`` sent, ``<`` received."""
    sent: list[str] = []
    came: list[str] = []
    body: list[str] = []
    state = ""
    for line in text.splitlines():
        found = _CURL.match(line)
        mark, rest = (found[1], (found[2] or "").rstrip()) if found else ("", line)
        if mark == ">" and _REQUEST.match(rest) and (state != ">" or not sent):
            if sent:
                yield _message(sent, came, body)
            sent, came, body, state = [rest], [], [], ">"
        elif mark == ">" and rest:
            sent.append(rest)
        elif mark == "<":
            if _STATUS.match(rest):
                came, body = [], []  # an interim answer came before
            came += [rest] if rest else []
            state = "<"
        elif mark == "" and state == "<":
            body.append(re.sub(r"\* Connection #\d+ to host .*", "", line))
    if sent:
        yield _message(sent, came, body)


def _of_raw(text: str) -> Iterator[Seen]:
    """Yield requests with the answers behind them, as they go over the wire."""
    sent: _Block | None = None
    for block in _blocks(text):
        is_answer = _STATUS.match(block[0][0]) is not None
        if not is_answer:
            if sent is not None:
                yield _message(sent[0], [], [], sent[1])
            sent = block
        elif sent is not None and not _is_interim(block[0][0]):
            yield _message(sent[0], block[0], block[1], sent[1])
            sent = None
    if sent is not None:
        yield _message(sent[0], [], [], sent[1])


def _blocks(text: str) -> list[_Block]:
    """Return the heads of messages with their bodies."""
    found: list[_Block] = []
    for line in text.splitlines():
        request = _REQUEST.fullmatch(line.strip())
        if _STATUS.match(line) or (request is not None and "/" in line):
            found.append(([line.strip()], []))
            continue
        if not found:
            continue
        head, body = found[-1]
        if body or not line.strip():
            body.append(line)
        else:
            head.append(line.rstrip())
    return found


def _is_interim(line: str) -> bool:
    found = _STATUS.match(line)
    return found is not None and found[1].startswith("1")


def _message(
    sent: Sequence[str], came: Sequence[str], body: Sequence[str], own: Sequence[str] = ()
) -> Seen:
    found = _REQUEST.match(sent[0])
    if found is None:
        raise ExchangeError(f"no request line: {sent[0][:60]!r}")
    headers = tuple(_header(line) for line in sent[1:] if ":" in line)
    status = _STATUS.match(came[0]) if came else None
    said = next((value for name, value in headers if name.lower() == "content-length"), "")
    written = "\n".join(own).strip("\n").encode()
    size = int(said) if said.isdigit() else len(written)
    known = written if len(written) == size else None
    target = found[2]
    if target.startswith(("http://", "https://")):
        url = urlsplit(target)
        target = (url.path or "/") + (f"?{url.query}" if url.query else "")
    return Seen(
        method=found[1],
        target=target,
        headers=headers,
        body=known,
        size=size,
        status=int(status[1]) if status else 0,
        answer_headers=tuple(_header(line) for line in came[1:] if ":" in line),
        answer="\n".join(body).strip("\n").encode(),
        place=sent[0][:60],
    )


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()
