"""The page from this computer: what people say in it goes straight into the results."""

from __future__ import annotations

import asyncio
import logging
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from posterscan.errors import PosterscanError, UsageError
from posterscan.messages import Message
from posterscan.review.desk import Desk, Served
from posterscan.review.door import HOST, Door

if TYPE_CHECKING:
    from uvicorn import Server

__all__ = ["Served", "serve"]

_END_WAIT_S = 30.0  # at the end, for another process that is writing into the results
_CLOSING_S = 10  # for requests that are under way at the end; whole seconds, as uvicorn wants them
_TICK_S = 0.1
_MOST_REQUESTS = 64  # at once


def serve(served: Served, *, port: int, idle_s: float, ready: Callable[[str], None]) -> None:
    """Serves the page to this computer only, until nobody asked for anything for idle_s; ready is told its address.

    UsageError where there is nothing to serve, or the port is taken. Ctrl-C and SIGTERM end it as KeyboardInterrupt, once all that
    was posted is in the results and their tidy tables.
    """
    desk = Desk(served)
    desk.page()  # whatever is wrong with the results is said before anybody opens the page
    try:
        with _listening(port) as listening, _signals() as caught:
            door = Door(desk, secrets.token_urlsafe(32), listening.getsockname()[1])
            threading.Thread(target=ready, args=(door.url,), name="posterscan-ready", daemon=True).start()  # browsers may take long
            asyncio.run(_serve(door, desk, listening, idle_s, caught))
    finally:
        desk.refresh(_END_WAIT_S)
    if caught:
        raise KeyboardInterrupt


def _listening(port: int) -> socket.socket:
    try:
        return socket.create_server((HOST, port))
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError(Message(f"Poort {port} is niet vrij ({why}).", f"Port {port} is not free ({why})."),
                         Message("Laat --port weg, of noem een andere.", "Leave --port out, or name another one.")) from error


@contextmanager
def _signals() -> Iterator[list[int]]:
    """Signals to stop, as they come in: whoever catches them ends what is under way first."""
    caught: list[int] = []
    former = {number: signal.signal(number, lambda number, _: caught.append(number)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield caught
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


async def _serve(door: Door, desk: Desk, listening: socket.socket, idle_s: float, caught: list[int]) -> None:
    from uvicorn import Config, Server

    server = Server(Config(door, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, proxy_headers=False,
                           server_header=False, limit_concurrency=_MOST_REQUESTS, timeout_graceful_shutdown=_CLOSING_S))
    watching = asyncio.create_task(_watch(server, door, desk, idle_s, caught))
    await server.serve(sockets=[listening])
    await watching


async def _watch(server: Server, door: Door, desk: Desk, idle_s: float, caught: list[int]) -> None:
    """Stops the server when it is time to, and meanwhile sees to the tidy tables."""
    while not server.should_exit:
        await asyncio.sleep(_TICK_S)
        if caught or door.idle_s() >= idle_s:
            server.should_exit = True
        elif desk.is_quiet():
            try:
                await asyncio.to_thread(desk.refresh)
            except PosterscanError:  # tried again after a while, and at the end, where it is said
                continue
            except Exception:
                logging.getLogger(__name__).exception("the tidy tables were not written")
