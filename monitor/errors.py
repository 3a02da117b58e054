"""Every error the program raises on purpose, on one screen.

The acts (`service` around a poll, `deliver` around a send) catch these; the shelves never do.
Anything else that escapes is a fault of ours and is logged with its traceback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "timeout", "transport", "auth", "rate_limited", "client", "server", "too_large", "other"
]
"""Why a request or a delivery failed. A closed list, because it becomes a metric label."""

StoreReason = Literal["full", "locked", "damaged", "disk", "other"]
"""Why the database refused: no space left; another process holds it; its content is damaged; the
disk or the file does not let us (I/O error, read-only); or what was asked for is not there."""


class MonitorError(Exception):
    """The root of the tree."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a file a person wrote, with where and what to do about it."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.message}"


class ConfigError(MonitorError):
    """The operator must edit a file (exit code 2). Carries every problem at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class RuleError(ConfigError):
    """A rule pack does not load, or one of its own examples fails."""


class SourceError(MonitorError):
    """One visit to a source failed; the next may succeed."""

    def __init__(self, message: str, *, url: str = "", reason: Reason = "other") -> None:
        super().__init__(message)
        self.url = url
        self.reason: Reason = reason


class FetchError(SourceError):
    """The request itself failed: no answer, a refusal, or an answer past the limits."""

    def __init__(
        self,
        message: str,
        *,
        url: str = "",
        reason: Reason = "other",
        status: int | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, url=url, reason=reason)
        self.status = status
        self.retry_after_s = retry_after_s
        self.body = b""
        """How the page began that came with a refusal: for a person to look at."""
        self.content_type = ""


class RobotsError(FetchError):
    """The site's robots.txt asks programs not to read this page: nothing was asked of it."""


class TlsError(FetchError):
    """No connection known to be safe: the certificate is not accepted, or its TLS is bad."""


class ParseError(SourceError):
    """The answer is not what this source always sent: the site changed, or it is not the site.

    Says what was expected and what was found. An empty list where rows are due is a ParseError,
    never "no news".
    """

    def __init__(self, expected: str, found: str, *, url: str = "") -> None:
        super().__init__(f"expected {expected}, found {found}", url=url)
        self.expected = expected
        self.found = found


class DocumentError(MonitorError):
    """A text handed to us cannot be read as a document; the message says what is wrong with it."""


class StoreError(MonitorError):
    """The database refused (exit code 1 at start)."""

    def __init__(self, message: str, *, reason: StoreReason = "other") -> None:
        super().__init__(message)
        self.reason: StoreReason = reason


class DeliveryError(MonitorError):
    """A receiver did not accept a message. `message` is safe to show: no address, no token."""

    def __init__(
        self,
        message: str,
        *,
        reason: Reason = "other",
        retryable: bool = True,
        retry_after_s: float | None = None,
        doubtful: bool = False,
    ) -> None:
        """`doubtful`: the other side may have taken the message all the same."""
        super().__init__(message)
        self.reason: Reason = reason
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        self.doubtful = doubtful
