"""The exchanges that show a finding, as far as a page has room for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from conformance.report import curl
from conformance.report.html.body import BodyView, show_body
from conformance.report.visible import mark, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markupsafe import Markup

    from conformance.record.model import (
        CheckLine,
        RecordedExchange,
        RecordedMessage,
        RunLine,
        TestLine,
    )

MOST: Final = 8
"""Exchanges of one page: those that failed checks name, and those before them."""
_HEAD: Final = 3000
_BODY: Final = 3000
_CURL: Final = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeView:
    """One exchange for the page."""

    title: str
    outcome: str
    step: str
    request: Markup
    request_body: BodyView
    response: Markup | None
    response_body: BodyView | None
    fault: str
    curl: Markup


def failed_checks(test: TestLine) -> tuple[CheckLine, ...]:
    """Return the checks of a test that did not hold."""
    return tuple(one for one in test.checks if not one.verdict.allowed)


def views(test: TestLine, run: RunLine) -> Iterator[ExchangeView]:
    """Yield the exchanges up to the last one that a failed check is about, at most `MOST`."""
    named = [one.exchange for one in failed_checks(test) if one.exchange is not None]
    last = max(named, default=len(test.exchanges) - 1)
    doubted = set(named)
    upto = list(enumerate(test.exchanges))[: last + 1]
    chosen = {index for index, _ in upto[-MOST:]}
    for index, exchange in upto:
        if index in chosen:
            yield _view(exchange, run, with_curl=index in doubted)


def _view(exchange: RecordedExchange, run: RunLine, *, with_curl: bool) -> ExchangeView:
    response = exchange.response
    status = " ".join(response.start_line.split(" ")[1:]) if response else "no response"
    command = curl.line(exchange, run) if with_curl else ""
    if len(command) > _CURL:
        command = "# too long for this page: run the test itself"
    return ExchangeView(
        title=one_line(exchange.operation or exchange.request.start_line, 80),
        outcome=one_line(status, 80),
        step=one_line(exchange.step, 80),
        request=_head(exchange.request),
        request_body=show_body(exchange.request.body, _BODY),
        response=_head(response) if response else None,
        response_body=show_body(response.body, _BODY) if response else None,
        fault=one_line(exchange.fault, 300),
        curl=mark(command, _CURL),
    )


def _head(message: RecordedMessage) -> Markup:
    lines = [message.start_line, *(f"{name}: {value}" for name, value in message.headers)]
    return mark("\n".join(lines), _HEAD)
