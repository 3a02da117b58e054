"""Full texts: the article behind a cut summary, the PDF behind a filing's title. `complete` first.

An item that looks promising but is cut is read in full before the rules judge it, within seconds
and a few requests; when that fails it is judged by its summary and the alert says so.
How it decides: docs/fulltext.md.
"""

from monitor.fulltext.complete import (
    Completed,
    announced,
    candidates,
    complete,
    may_alert,
    may_be_cut,
    proves,
)

__all__ = [
    "Completed",
    "announced",
    "candidates",
    "complete",
    "may_alert",
    "may_be_cut",
    "proves",
]
