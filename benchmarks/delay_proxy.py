"""A proxy on loopback that makes an endpoint far away: delay, jitter, bandwidth, a limit in flight.

    python benchmarks/delay_proxy.py --rtt 50 [--jitter 10] [--mbits 100] PORT [PORT ...]

Passes TCP on to each PORT of 127.0.0.1, from a port of its own, and prints the ports as JSON. Half
of the round trip lies on each way; a new connection costs one round trip more, as its handshake
does. The bandwidth is that of all connections together, one way each. Ends with its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field

_READ_BYTES = 64 * 1024
_WINDOW_BYTES = 4 * 2**20
"""On their way in one direction of a connection; then no more is read, as TCP does it."""


@dataclass
class Line:
    """What lies between the two ends, times in seconds."""

    one_way: float
    jitter: float = 0.0
    bytes_a_second: float | None = None
    free_at: dict[bool, float] = field(default_factory=lambda: {True: 0.0, False: 0.0})
    """When the line can take the next byte, by direction (True is towards the endpoint)."""

    def arrival(self, size: int, now: float, *, forth: bool) -> float:
        """Return when bytes arrive that are sent now."""
        sent = now
        if self.bytes_a_second is not None:
            sent = max(now, self.free_at[forth]) + size / self.bytes_a_second
            self.free_at[forth] = sent
        return sent + self.one_way + random.uniform(0.0, self.jitter)  # noqa: S311 - no secret


async def carry(
    line: Line, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, forth: bool
) -> None:
    """Pass on what comes, each piece when it arrives, in order."""
    loop = asyncio.get_running_loop()
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_WINDOW_BYTES // _READ_BYTES)

    async def read() -> None:
        while True:
            data = await source.read(_READ_BYTES)
            await pieces.put((line.arrival(len(data), loop.time(), forth=forth), data))
            if not data:
                return

    reading = asyncio.create_task(read())
    try:
        while True:
            due, data = await pieces.get()
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            if not data:
                break
            sink.write(data)
            await sink.drain()
        with suppress(OSError):
            sink.write_eof()
    finally:
        reading.cancel()


async def serve(line: Line, port: int) -> int:
    """Serve one port of the endpoint from a new one, which is returned."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await asyncio.sleep(2 * line.one_way)
            there, back = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            writer.close()
            return
        with suppress(OSError):
            await asyncio.gather(
                carry(line, reader, back, forth=True), carry(line, there, writer, forth=False)
            )
        back.close()
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0, backlog=256)
    number: int = server.sockets[0].getsockname()[1]
    return number


async def main() -> None:
    """Serve until standard input ends."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("ports", type=int, nargs="+", metavar="PORT")
    parser.add_argument("--rtt", type=float, required=True, help="milliseconds")
    parser.add_argument("--jitter", type=float, default=0.0, help="milliseconds, at most")
    parser.add_argument("--mbits", type=float)
    options = parser.parse_args()
    line = Line(
        one_way=options.rtt / 2000,
        jitter=options.jitter / 1000,
        bytes_a_second=None if options.mbits is None else options.mbits * 1e6 / 8,
    )
    print(json.dumps([await serve(line, port) for port in options.ports]), flush=True)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()

    def watch() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, daemon=True).start()
    await ended.wait()
    os._exit(0)  # else asyncio tells of every connection that is still open


if __name__ == "__main__":
    asyncio.run(main())
