"""Who may ask the served page for what: only the page itself, in the browser of whoever started it."""

from __future__ import annotations

import asyncio
import html
import logging
import re
import secrets
import time
from urllib.parse import quote, unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from posterscan.errors import PosterscanError
from posterscan.messages import Message
from posterscan.review.desk import Busy, Desk
from posterscan.review.document import LARGEST_BYTES, CorrectionsError

HOST = "127.0.0.1"
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"  # a policy for what is no page
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store",
           "Cross-Origin-Resource-Policy": "same-origin", "X-Frame-Options": "DENY", "Content-Security-Policy": NO_PAGE}
_POLICY = re.compile(rb'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_ADDRESS = re.compile(rb"/([^/]*)/(.*)", re.DOTALL)
_CORRECTIONS = "corrections"
_TOO_LARGE = Message(f"Dit zijn meer correcties dan {LARGEST_BYTES >> 20} MB.",
                     f"These are more corrections than {LARGEST_BYTES >> 20} MB.")
_OUR_FAULT = Message("Er ging iets mis in posterscan zelf; de correcties zijn niet bewaard. In het venster zelf staat wat.",
                     "Something went wrong in posterscan itself; the corrections are not saved. Its own window says what.")


class Door:
    """An ASGI application. Whoever lacks the token sees nothing, and cannot tell what is there."""

    def __init__(self, desk: Desk, token: str, port: int) -> None:
        self._desk, self._token = desk, token.encode("ascii")
        hosts = [f"{name}:{port}" for name in (HOST, "localhost")] + ([HOST, "localhost"] if port == 80 else [])
        self._hosts = frozenset(hosts)  # another name that leads here is another page's doing (DNS rebinding)
        self.url = f"http://{HOST}:{port}/{token}/"
        self._under_way, self._asked_at = 0, time.monotonic()

    def idle_s(self) -> float:
        """Since anybody with the token asked for anything; 0 while a request is under way."""
        return 0.0 if self._under_way else time.monotonic() - self._asked_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response = await self._let_in(Request(scope, receive))
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if response.status_code >= 400:
            response.headers["Connection"] = "close"  # whatever else is being sent is not waited for
        await response(scope, receive, send)

    async def _let_in(self, request: Request) -> Response:
        """The answer to whoever has the right host and token."""
        if len(hosts := request.headers.getlist("host")) != 1 or hosts[0] not in self._hosts:
            return Response(status_code=421)
        address = _ADDRESS.fullmatch(request.scope["raw_path"])
        if address is None or not secrets.compare_digest(address[1], self._token):
            return Response(status_code=404)
        self._under_way += 1
        try:
            return await self._answer(request, address[2])
        finally:
            self._under_way -= 1
            self._asked_at = time.monotonic()

    async def _answer(self, request: Request, path: bytes) -> Response:
        needed = "POST" if path == _CORRECTIONS.encode() else "GET"
        if request.method != needed:
            return Response(status_code=405, headers={"Allow": needed})
        if needed == "POST":
            return await self._post(request)
        return await (self._picture(path) if path else self._page())

    async def _page(self) -> Response:
        try:
            content = await asyncio.to_thread(self._desk.page)
        except PosterscanError as error:  # results that were there at the start are gone
            return PlainTextResponse(f"{error.to('nl')}\n\n{error.to('en')}", 500)
        return Response(content, media_type="text/html", headers={"Content-Security-Policy": policy_of(content)})

    async def _picture(self, path: bytes) -> Response:
        name = unquote(path.decode("latin-1"), errors="surrogateescape")
        # one spelling only, the page's own: nothing to hide a way out in
        right = quote(name, errors="surrogateescape").encode() == path
        content = await asyncio.to_thread(self._desk.picture, name) if right else None
        return Response(status_code=404) if content is None else Response(content, media_type="image/jpeg")

    async def _post(self, request: Request) -> Response:
        if request.headers.getlist("origin") != [f"http://{request.headers['host']}"]:
            return Response(status_code=403)
        if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return Response(status_code=415)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        return _refused(413, _TOO_LARGE) if body is None else await self._take(body)

    async def _take(self, body: bytes) -> Response:
        try:
            return JSONResponse(await asyncio.to_thread(self._desk.take, body))
        except PosterscanError as error:
            status = 400 if isinstance(error, CorrectionsError) else 409 if isinstance(error, Busy) else 507
            return _refused(status, error.problem + Message(" ", " ") + error.remedy)
        except Exception:
            logging.getLogger(__name__).exception("corrections were not taken up")
            return _refused(500, _OUR_FAULT)


def policy_of(page: bytes) -> str:
    """The page's own policy without what only a file needs, and with what only a header can say."""
    found = _POLICY.search(page)
    return NO_PAGE if found is None else html.unescape(found[1].decode()).replace(" file:", "") + "; frame-ancestors 'none'"


async def _body(request: Request) -> bytes | None:
    """What is posted; None as soon as it is too large, whatever was said of its length."""
    if int(request.headers.get("content-length", "0")) > LARGEST_BYTES:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BYTES:
            return None
    return bytes(body)


def _refused(status: int, why: Message) -> Response:
    return JSONResponse({"error": {"nl": why.nl, "en": why.en}}, status)
