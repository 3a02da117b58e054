"""The day in one mail: what was told, what was read, whether all is well.

    window.py     when a digest is due, what it covers
    day.py        the store → Day: everything there is to tell
    headline.py   Day → the subject; words.py, sections.py, machine.py, pen.py → Sheet, every word
    text.py       Sheet → plain text;  mail.py and templates/ → HTML
    press.py      makes and queues it, once per local date and mailbox: a chore of the service

To add a section: a function in `sections.py`; both twins show it.
"""

from monitor.digest.day import Day, gather
from monitor.digest.press import Press, by_hand, log_queued, web_of, window_of
from monitor.digest.text import text_of
from monitor.digest.window import Window
from monitor.digest.words import sheet_of

__all__ = [
    "Day",
    "Press",
    "Window",
    "by_hand",
    "gather",
    "log_queued",
    "sheet_of",
    "text_of",
    "web_of",
    "window_of",
]
