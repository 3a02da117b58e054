"""One visit to one source, from the request to the stored alert.

Never sends anything (that is `deliver`) and never decides what a text means (that is `rules`).

    visit.py     `poll`, the visit from start to end
    harvest.py   requests and pages -> items
    judging.py   items -> readings -> events -> deliveries, stored in one transaction
    aside.py     the threads on which pages and texts are read
    memory.py    what is remembered of the source, and when it is due again
"""

from monitor.poll.harvest import MAX_REQUESTS, Harvest, collect
from monitor.poll.judging import BACK_FILL, held_because, judge_and_record, read
from monitor.poll.memory import NOT_MODIFIED_FOR, SLOWEST_S, checkpoint_after, next_delay_s
from monitor.poll.visit import poll

__all__ = [
    "BACK_FILL",
    "MAX_REQUESTS",
    "NOT_MODIFIED_FOR",
    "SLOWEST_S",
    "Harvest",
    "checkpoint_after",
    "collect",
    "held_because",
    "judge_and_record",
    "next_delay_s",
    "poll",
    "read",
]
