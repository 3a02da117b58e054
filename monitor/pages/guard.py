"""Who may ask, and what a browser may do with the answer. Stands before every page.

    Host      only names the pages are known by: a foreign name that points here is turned away
    method    GET and HEAD, the login form's POST, and the hubs' under `/websub/`
    token     where `web.token` is set: Bearer, Basic (any user), or the cookie of the login form
    headers   nothing from elsewhere, no inline script or style, no frame, no referrer

`/healthz` answers without the token, because whoever asks it is a machine and it tells nothing; so
does `/websub/`, where a path nobody can guess stands for the token.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
from collections.abc import Awaitable, Callable
from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import parse_qs, quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitor.config import Web
from monitor.pages.websub import PREFIX

COOKIE = "monitor_login"
COOKIE_DAYS = 30
WRONG_TOKEN_PAUSE_S = 0.5
MOST_FORM_BYTES = 4096

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""A page that needs another one sets it itself."""

Say = Callable[[Scope, int, str], Awaitable[Response]]
"""A refusal in our words: status, sentence."""


class Guard:
    """An ASGI application in front of another one."""

    def __init__(
        self, app: ASGIApp, web: Web, *, say: Say, login: Callable[[str, bool], Response]
    ) -> None:
        """`login(next, wrong)` is the form; it leads to the path `next` afterwards."""
        self._app = app
        self._token = web.token
        self._say = say
        self._login = login
        names = [web.host, "localhost", *web.hosts]
        if web.url:
            names.append(urlsplit(web.url).hostname or "")
        self._hosts = {name.lower().strip("[]") for name in names}
        self._secure = (web.url or "").startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = await self._refusal(scope, receive)
        await (refusal or self._app)(scope, receive, with_headers)

    async def _refusal(self, scope: Scope, receive: Receive) -> Response | None:
        """What stands against this request; None: let it pass."""
        headers, path, method = Headers(scope=scope), scope["path"], scope["method"]
        if not self._known(headers.get("host", "")):
            return await self._say(
                scope, 421, "These pages are not served under that host name. `web.hosts` adds one."
            )
        if path == "/login" and self._token is not None:
            if method == "POST":
                return await self._try_login(Request(scope, receive))
            return self._login(_own_path(Request(scope).query_params.get("next", "")), False)
        if path.startswith(PREFIX) and method in ("GET", "POST"):
            return None
        if method not in ("GET", "HEAD"):
            refused = await self._say(scope, 405, "These pages can only be read.")
            refused.headers["Allow"] = "GET, HEAD"
            return refused
        if self._token is None or path == "/healthz" or path.startswith("/static/"):
            return None
        if self._may(headers):
            return None
        return await self._ask_token(scope, headers)

    def _known(self, host: str) -> bool:
        """Whether the Host header names us. An address cannot be rebound, so any will do."""
        name = host[1:].partition("]")[0] if host[:1] == "[" else host.partition(":")[0]
        try:
            ip_address(name)
        except ValueError:
            return name.lower() in self._hosts
        return True

    # --- the token ------------------------------------------------------------------------------

    def _may(self, headers: Headers) -> bool:
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._is_token(shown.strip())
        if scheme.lower() == "basic":
            try:
                words = base64.b64decode(shown.strip(), validate=True).decode()
            except (binascii.Error, ValueError):
                return False
            return self._is_token(words.partition(":")[2])
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return hmac.compare_digest(cookie.encode(), self._pass().encode())

    def _is_token(self, shown: str) -> bool:
        assert self._token is not None
        return hmac.compare_digest(shown.encode("utf-8", "replace"), self._token.encode())

    def _pass(self) -> str:
        """The cookie's value: shows that the token was known, without being the token."""
        assert self._token is not None
        return hmac.new(self._token.encode(), b"license-monitor pages", sha256).hexdigest()

    async def _ask_token(self, scope: Scope, headers: Headers) -> Response:
        if "text/html" not in headers.get("accept", ""):
            refused = await self._say(scope, 401, "A token is needed: `Authorization: Bearer`.")
            refused.headers["WWW-Authenticate"] = 'Basic realm="license-monitor"'
            return refused
        asked_for = scope.get("raw_path") or quote(scope["path"]).encode()
        query = scope["query_string"].decode("latin-1")
        wanted = asked_for.decode("latin-1") + (f"?{query}" if query else "")
        if COOKIE not in headers.get("cookie", "") and (
            headers.get("sec-fetch-site") == "cross-site"
        ):
            # A link in a mail: a strict cookie is not sent along. One step from a page of our own,
            # and it is; who has none then gets the form.
            return Response(
                headers={"Refresh": f"0; url={_own_path(wanted)}"}, media_type="text/html"
            )
        return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)

    async def _try_login(self, request: Request) -> Response:
        length = request.headers.get("content-length", "")
        if not length.isdecimal() or int(length) > MOST_FORM_BYTES:
            return await self._say(request.scope, 400, "That is not the login form.")
        form = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=8)
        wanted = _own_path(form.get("next", ["/"])[0])
        if not self._is_token(form.get("token", [""])[0].strip()):
            await asyncio.sleep(WRONG_TOKEN_PAUSE_S)
            return self._login(wanted, True)
        answer = RedirectResponse(wanted, 303)
        answer.set_cookie(
            COOKIE,
            self._pass(),
            max_age=COOKIE_DAYS * 86400,
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return answer


def _own_path(wanted: str) -> str:
    """`wanted` if it leads to a page of ours, else the first page."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or not wanted.isprintable():
        return "/"
    return wanted
