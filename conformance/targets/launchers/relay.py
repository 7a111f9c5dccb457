"""Carries bytes between a loopback port and a server in a network of its own.

For servers that listen on all interfaces whatever they are told: in a network namespace there is
but a loopback. A Unix socket, which is a file, is the way in. Run as a script with no package
around it: ``relay.py within SOCKET PORT COMMAND…`` starts the server in the namespace,
``relay.py outside PORT SOCKET`` listens on the loopback port of this machine.
"""

from __future__ import annotations

import asyncio
import fcntl
import socket
import struct
import sys
from collections.abc import Awaitable, Callable

Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]

_SET_FLAGS = 0x8914
_UP = 0x1
_BLOCK = 65536
_WAITING = 1024
"""Connections that may wait to be taken: as many as a race opens, and more."""


def raise_loopback() -> None:
    """Bring up the loopback of a new network namespace; raises OSError where we may not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", _UP))


async def within(path: str, port: int, command: list[str]) -> int:
    """Run the command, forward the socket ``path`` to its port, and return its exit code."""
    raise_loopback()

    def connect() -> Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        return asyncio.open_connection("127.0.0.1", port)

    async with await asyncio.start_unix_server(_relayed(connect), path, backlog=_WAITING):
        process = await asyncio.create_subprocess_exec(*command)
        return await process.wait()


async def outside(port: int, path: str) -> None:
    """Forward the loopback port to the socket ``path``, for ever."""

    def connect() -> Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        return asyncio.open_unix_connection(path)

    server = await asyncio.start_server(_relayed(connect), "127.0.0.1", port, backlog=_WAITING)
    async with server:
        await server.serve_forever()


def _relayed(
    connect: Connect,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    """Return what is done with a connection: one is opened for it, and bytes go both ways."""

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await connect()
        except OSError:
            writer.transport.abort()
            return
        ways = (_copy(reader, far_writer), _copy(far_reader, writer))
        whole = await asyncio.gather(*ways, return_exceptions=True)
        for end in (writer, far_writer):
            if all(one is None for one in whole):
                end.close()
            else:
                end.transport.abort()

    return relay


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on all bytes, and then that there are no more; a broken end breaks the other."""
    try:
        while block := await reader.read(_BLOCK):
            writer.write(block)
            await writer.drain()
        writer.write_eof()
    except OSError:
        writer.transport.abort()
        raise


def main(arguments: list[str]) -> int:
    """Run the side (inside or outside) that the first argument names."""
    if arguments[0] == "within":
        return asyncio.run(within(arguments[1], int(arguments[2]), arguments[3:]))
    asyncio.run(outside(int(arguments[1]), arguments[2]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
