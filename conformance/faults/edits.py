"""Small changes of requests, answers and refusals, out of which faults are made."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.faults.switches import Ask, Refusal, Say
from conformance.reference.domain.messages import Pairs, Request, Response, S3Error

if TYPE_CHECKING:
    from conformance.faults.switches import Operations

Text = Callable[[str], str | None]
"""From a value to another one; None removes it."""


def header(request: Request, name: str) -> str:
    """Return a request header, empty when it is absent."""
    return request.headers.get(name) or ""


def asking(request: Request, name: str, change: Text) -> Request:
    """Return the request with one header's value changed, itself when nothing changes."""
    return _changed(request, "headers", name, change)


def asking_query(request: Request, name: str, change: Text) -> Request:
    """Return the request with one query parameter changed, itself when nothing changes."""
    return _changed(request, "query", name, change)


def _changed(request: Request, where: str, name: str, change: Text) -> Request:
    pairs: Pairs = getattr(request, where)
    if name not in pairs:
        return request
    wanted = name.lower() if pairs.fold else name
    items: list[tuple[str, str]] = []
    for key, value in pairs.items:
        if (key.lower() if pairs.fold else key) != wanted:
            items.append((key, value))
        elif (new := change(value)) is not None:
            items.append((key, new))
    if tuple(items) == pairs.items:
        return request
    changed = Pairs(items, fold=pairs.fold)
    if where == "headers":
        return replace(request, headers=changed)
    return replace(request, query=changed)


def adding(request: Request, name: str, value: str) -> Request:
    """Return the request with a header in place of any of its name."""
    items = [pair for pair in request.headers.items if pair[0].lower() != name.lower()]
    return replace(request, headers=Pairs([*items, (name, value)], fold=True))


def saying(response: Response, name: str, change: Text) -> Response:
    """Return the answer with one header's value changed or removed."""
    headers: list[tuple[str, str]] = []
    for key, value in response.headers:
        new = change(value) if key.lower() == name.lower() else value
        if new is not None:
            headers.append((key, new))
    return replace(response, headers=tuple(headers))


def with_header(response: Response, name: str, value: str) -> Response:
    """Return the answer with a header in place of any of its name."""
    headers = [pair for pair in response.headers if pair[0].lower() != name.lower()]
    return replace(response, headers=(*headers, (name, value)))


def element(response: Response, name: str, change: Text, *, count: int = 0) -> Response:
    """Return the answer with the content of every such element (or the first few) changed.

    The content is what stands between the tags, as it is there; None removes the element.
    """
    pattern = re.compile(f"<{name}>(.*?)</{name}>".encode(), re.DOTALL)

    def other(match: re.Match[bytes]) -> bytes:
        new = change(match[1].decode())
        return b"" if new is None else f"<{name}>{new}</{name}>".encode()

    return replace(response, body=pattern.sub(other, response.body, count=count))


def body(response: Response, old: str, new: str) -> Response:
    """Return the answer with a piece of its body replaced."""
    return replace(response, body=response.body.replace(old.encode(), new.encode()))


def nothing(value: str) -> None:
    """Remove a value."""
    del value


def always(value: str) -> Text:
    """Return what puts one value in place of any."""
    return lambda _: value


def shifted(value: str) -> str:
    """Return a number plus one; anything else as it is."""
    return str(int(value) + 1) if value.lstrip("-").isdigit() else value


# What follows gives whole switches, for the faults that need no more than one such change.


def ignores(operations: Operations, *names: str) -> Ask:
    """Ignore request headers."""

    def change(request: Request) -> Request:
        for name in names:
            request = asking(request, name, nothing)
        return request

    return Ask(operations, change)


def ignores_query(operations: Operations, *names: str) -> Ask:
    """Ignore query parameters."""

    def change(request: Request) -> Request:
        for name in names:
            request = asking_query(request, name, nothing)
        return request

    return Ask(operations, change)


def takes_for(operations: Operations, name: str, change: Text) -> Ask:
    """Take a request header for another value."""
    return Ask(operations, lambda request: asking(request, name, change))


def takes_query_for(operations: Operations, name: str, change: Text) -> Ask:
    """Take a query parameter for another value."""
    return Ask(operations, lambda request: asking_query(request, name, change))


def omits(operations: Operations, *names: str) -> Say:
    """Leave response headers out."""

    def change(request: Request, response: Response) -> Response:
        del request
        for name in names:
            response = saying(response, name, nothing)
        return response

    return Say(operations, change)


def says_header(operations: Operations, name: str, change: Text) -> Say:
    """Change the value of a response header."""
    return Say(operations, lambda _, response: saying(response, name, change))


def says_also(operations: Operations, name: str, value: str) -> Say:
    """Send a header that does not belong there."""
    return Say(operations, lambda _, response: with_header(response, name, value))


def omits_element(operations: Operations, *names: str) -> Say:
    """Leave elements out of the body."""

    def change(request: Request, response: Response) -> Response:
        del request
        for name in names:
            response = element(response, name, nothing)
        return response

    return Say(operations, change)


def says_element(operations: Operations, name: str, change: Text) -> Say:
    """Change the content of an element."""
    return Say(operations, lambda _, response: element(response, name, change))


def says_status(operations: Operations, status: int) -> Say:
    """Answer another status of success."""
    return Say(operations, lambda _, response: replace(response, status=status))


def misnames(
    operations: Operations, code: str, as_code: str, status: int = 0, *, says: str = ""
) -> Refusal:
    """Refuse with another code, and with another status if one is given."""

    def change(request: Request, error: S3Error) -> S3Error:
        del request
        return refused(error, code=as_code, status=status)

    return Refusal(operations, code, change, says)


def restates(operations: Operations, code: str, status: int, *, says: str = "") -> Refusal:
    """Refuse with the right code and another status."""
    return Refusal(operations, code, lambda _, error: refused(error, status=status), says)


def omits_field(operations: Operations, code: str, *names: str, says: str = "") -> Refusal:
    """Leave fields of the error document out."""

    def change(request: Request, error: S3Error) -> S3Error:
        del request
        kept = tuple(pair for pair in error.fields if pair[0] not in names)
        return error if kept == error.fields else refused(error, fields=kept)

    return Refusal(operations, code, change, says)


def pretends(operations: Operations, code: str, response: Response, *, says: str = "") -> Refusal:
    """Answer as if it had been done, and do nothing."""
    return Refusal(operations, code, lambda _request, _error: response, says)


def refused(
    error: S3Error,
    *,
    status: int = 0,
    code: str = "",
    fields: tuple[tuple[str, str], ...] | None = None,
) -> S3Error:
    """Return the refusal with another status, code or fields."""
    other = S3Error(
        status or error.status,
        code or error.code,
        error.message,
        error.fields if fields is None else fields,
        error.headers,
    )
    other.declaration = error.declaration
    return other
