"""The limit of requests in flight that grows and shrinks by what requests show."""

from __future__ import annotations

from conformance.engine.limits import FIRST, MOST, Auto, Fixed, limit_of
from conformance.wire.model import Answer, Exchange, Request


class Machine:
    """A clock, and a process that is busy for a part of the time."""

    def __init__(self, busy: float = 0.1) -> None:
        self.time = 0.0
        self.used = 0.0
        self.busy = busy

    def passes(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds
        self.used += seconds * self.busy


def exchange(seconds: float, status: int = 200, *, throttled: int = 0, sent: int = 0) -> Exchange:
    """Return an exchange that took so long."""
    return Exchange(
        operation="HeadObject",
        identity="main",
        request=Request(
            method="HEAD",
            target="/",
            url="http://127.0.0.1/",
            headers=(),
            body=b"x" * sent,
            payload=b"",
        ),
        answer=Answer(status=status, reason="", headers=(), body=b""),
        fault=None,
        started=0.0,
        seconds=seconds,
        throttled=throttled,
    )


def spend(limit: Auto, machine: Machine, one: Exchange, windows: int = 1) -> None:
    """Let so many windows of the same exchange pass."""
    for _ in range(windows):
        for _ in range(max(16, 2 * limit.now)):
            machine.passes(one.seconds / limit.now)
            limit.observe(one, machine.time)


def auto(machine: Machine, share: float = 1.0) -> Auto:
    """Return a limit on the machine's clocks."""
    return Auto(lambda: machine.time, lambda: machine.used, share)


def test_it_grows_while_requests_are_on_the_way() -> None:
    """A process with nothing to do but wait sends more at once, up to a bound."""
    machine = Machine()
    limit = auto(machine)
    assert limit.now == FIRST
    spend(limit, machine, exchange(0.05), windows=20)
    assert limit.now == MOST


def test_it_stays_where_the_process_itself_is_busy() -> None:
    """More threads would only wait for each other."""
    machine = Machine(busy=0.95)
    limit = auto(machine)
    spend(limit, machine, exchange(0.002), windows=20)
    assert limit.now == FIRST


def test_it_finds_as_many_as_keep_the_process_busy() -> None:
    """What was too many at first, or for a while, is taken back."""
    machine = Machine()
    limit = auto(machine)
    spend(limit, machine, exchange(0.05), windows=20)
    machine.busy = 0.95
    spend(limit, machine, exchange(0.05), windows=4)
    assert limit.now == MOST - 4


def test_a_process_that_gets_half_a_core_is_busy_with_less() -> None:
    """Processes that share the cores with each other and the endpoint can't use one whole."""
    machine = Machine(busy=0.5)
    for share, number in ((1.0, MOST), (0.5, 1)):
        limit = auto(machine, share)
        spend(limit, machine, exchange(0.05), windows=20)
        assert limit.now == number


def test_it_halves_once_for_all_requests_that_were_on_their_way() -> None:
    """A burst that is too much is one burst, however many of its requests are throttled."""
    machine = Machine()
    limit = auto(machine)
    spend(limit, machine, exchange(0.05), windows=20)
    began = machine.time
    machine.passes(0.05)
    for _ in range(8):
        limit.observe(exchange(0.05, 503), began)
    machine.passes(5)
    limit.observe(exchange(0.05, throttled=6), began)
    assert limit.now == MOST // 2


def test_it_halves_again_where_even_fewer_are_too_many() -> None:
    """Down to one request at a time."""
    machine = Machine()
    limit = auto(machine)
    spend(limit, machine, exchange(0.05), windows=20)
    numbers = []
    for _ in range(6):
        machine.passes(0.05)
        limit.observe(exchange(0.05, 429), machine.time)
        numbers.append(limit.now)
    assert numbers == [16, 8, 4, 2, 1, 1]


def test_it_grows_by_one_where_an_endpoint_asked_for_less() -> None:
    """So it stays long near what the endpoint takes, and does not jump over it."""
    machine = Machine()
    limit = auto(machine)
    spend(limit, machine, exchange(0.05), windows=20)
    machine.passes(0.05)
    limit.observe(exchange(0.05, 503), machine.time)
    spend(limit, machine, exchange(0.05), windows=4)
    assert limit.now == MOST // 2 + 4


def test_it_shrinks_where_answers_take_longer_and_longer() -> None:
    """An endpoint that can do no more at once answers each request later."""
    machine = Machine()
    limit = auto(machine)
    spend(limit, machine, exchange(0.05), windows=6)
    most = limit.now
    spend(limit, machine, exchange(0.2), windows=3)
    assert FIRST <= limit.now < most


def test_long_bodies_say_nothing_of_the_endpoint() -> None:
    """They take the time of the line."""
    machine = Machine()
    limit = auto(machine)
    spend(limit, machine, exchange(0.05), windows=4)
    most = limit.now
    spend(limit, machine, exchange(2.0, sent=100_000), windows=3)
    assert limit.now > most


def test_a_number_stays() -> None:
    """``--concurrency 8`` is eight, whatever comes."""
    limit = limit_of(8)
    assert isinstance(limit, Fixed)
    limit.observe(exchange(9.0, 503), 0.0)
    assert limit.now == limit.expected == 8
    assert isinstance(limit_of(None), Auto)
