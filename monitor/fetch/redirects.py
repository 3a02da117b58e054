"""Where a redirect leads, and what may be said there."""

from __future__ import annotations

from collections.abc import Collection

from monitor.fetch.client import Refused
from monitor.fetch.door import httpx

_REDIRECTS = frozenset((301, 302, 303, 307, 308))


def next_hop(
    sent: httpx.Request, response: httpx.Response, private: Collection[str]
) -> httpx.Request | None:
    """The request that `response` asks for in place of `sent`; None: it is no redirect.

    A form is sent on by 307 and 308 alone, as browsers do. Headers in `private` are meant for the
    site they were sent to. Raises Refused, or a httpx.RemoteProtocolError for an address that is
    none.
    """
    if response.status_code not in _REDIRECTS or "location" not in response.headers:
        return None
    url = _url(sent.url, response.headers["location"])
    if sent.url.scheme == "https" and url.scheme == "http":
        raise Refused("redirect from https to http")
    headers = sent.headers.copy()
    for name in ("host", "cookie"):
        headers.pop(name, None)
    if (sent.url.scheme, sent.url.host, sent.url.port) != (url.scheme, url.host, url.port):
        for name in private:
            # What the source's entry adds (a token, say) is meant for that site only.
            headers.pop(name, None)
    if sent.method == "GET" or response.status_code in (307, 308):
        return httpx.Request(sent.method, url, headers=headers, content=sent.content)
    for name in ("content-length", "content-type", "transfer-encoding"):
        headers.pop(name, None)
    return httpx.Request("GET", url, headers=headers)


def _url(here: httpx.URL, location: str) -> httpx.URL:
    try:
        url = httpx.URL(location)
    except httpx.InvalidURL as error:
        raise httpx.RemoteProtocolError(f"the address of a redirect is none: {error}") from None
    if url.scheme and not url.host:
        url = url.copy_with(host=here.host)
    return here.join(url) if url.is_relative_url else url
