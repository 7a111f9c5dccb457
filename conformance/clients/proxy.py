"""Stands between a client and an endpoint, passes every byte on as it is, and keeps what went by.

It listens on loopback. With TLS on both sides it has a certificate of its own, which a client of
this run trusts; signatures hold, since they cover the ``Host`` that the client wrote, and that is
passed on too.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from conformance.clients.conversation import Conversation
from conformance.wire.addressing import parse_origin, resolve
from conformance.wire.pool import make_tls_context

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from conformance.targets.launchers.certificate import Certificate
    from conformance.wire.model import Endpoint, Exchange, Transport

_READ_BYTES: Final = 64 * 1024
_LINGER_SECONDS: Final = 5.0
"""How long the rest of an answer may take once the client has hung up its side."""


class RecordingProxy:
    """A proxy to one transport of an endpoint; a context manager.

    ``bucket`` is what the client works in; it tells bucket and key apart. Raises OSError from
    entering when nothing can be bound.
    """

    def __init__(
        self, endpoint: Endpoint, transport: Transport, bucket: str, certificate: Certificate
    ) -> None:
        self._origin = parse_origin(endpoint.urls[transport], transport)
        self._address = resolve(self._origin.host, endpoint.resolve)
        self._connect_seconds = endpoint.limits.connect_seconds
        self._bucket = bucket
        self._outward = self._inward = None
        if transport == "tls":
            self._outward = make_tls_context(endpoint)
            self._inward = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._inward.load_cert_chain(certificate.chain, certificate.key)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._lock = threading.Lock()
        self._exchanges: list[Exchange] = []
        self._unreadable: list[str] = []
        self.port = 0

    @property
    def url(self) -> str:
        """Where clients find it, with the path of the endpoint's own URL."""
        scheme = "https" if self._inward is not None else "http"
        return f"{scheme}://127.0.0.1:{self.port}{self._origin.path}"

    def take(self) -> tuple[Exchange, ...]:
        """Return the exchanges that have ended since this was last asked, by their beginning."""
        with self._lock:
            taken, self._exchanges = self._exchanges, []
        return tuple(sorted(taken, key=lambda one: one.started))

    def take_unreadable(self) -> tuple[str, ...]:
        """Return why connections could not be read, for those that could not."""
        with self._lock:
            taken, self._unreadable = self._unreadable, []
        return tuple(taken)

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._inward)

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
        others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        """Pass one connection on until one side ends it."""
        heard = Conversation(self._base_url(), self._bucket, self._keep, self._note)
        fault = "the client closed the connection before an answer came"
        try:
            endpoint, to_endpoint = await self._dial()
        except (OSError, TimeoutError) as error:
            with suppress(OSError):
                heard.from_client(await client.read(_READ_BYTES))
            heard.close(f"the endpoint can't be reached: {error}")
            to_client.close()
            return
        forth = asyncio.create_task(_pump(client, to_endpoint, heard.from_client))
        back = asyncio.create_task(_pump(endpoint, to_client, heard.from_endpoint))
        try:
            await asyncio.wait((forth, back), return_when=asyncio.FIRST_COMPLETED)
            if back.done():
                fault = "the endpoint closed the connection without an answer"
            elif to_endpoint.can_write_eof():
                await asyncio.wait((back,), timeout=_LINGER_SECONDS)
        except asyncio.CancelledError:
            pass  # the proxy ends: asyncio's own servers complain of a handler that is cancelled
        finally:
            forth.cancel()
            back.cancel()
            heard.close(fault)
            for writer in (to_client, to_endpoint):
                with suppress(OSError, RuntimeError):
                    writer.close()

    async def _dial(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        name = self._origin.host if self._outward is not None else None
        opening = asyncio.open_connection(
            self._address, self._origin.port, ssl=self._outward, server_hostname=name
        )
        return await asyncio.wait_for(opening, self._connect_seconds)

    def _base_url(self) -> str:
        scheme = "https" if self._outward is not None else "http"
        host = f"[{self._origin.host}]" if ":" in self._origin.host else self._origin.host
        return f"{scheme}://{host}:{self._origin.port}"

    def _keep(self, exchange: Exchange) -> None:
        with self._lock:
            self._exchanges.append(exchange)

    def _note(self, why: str) -> None:
        with self._lock:
            self._unreadable.append(why)


async def _pump(
    source: asyncio.StreamReader, sink: asyncio.StreamWriter, look: Callable[[bytes], None]
) -> None:
    """Pass bytes on until there are no more.

    They are looked at first: an exchange has ended here before the client can say that it did.
    """
    with suppress(OSError, ssl.SSLError):
        while data := await source.read(_READ_BYTES):
            look(data)
            sink.write(data)
            await sink.drain()
        if sink.can_write_eof():
            sink.write_eof()
