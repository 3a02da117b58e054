"""Builds everything from the Config, owns the schedule, starts, reloads and stops cleanly.

life.py         `Service`: from start to stop, through reloads
setup.py        all that is made from one Config; a reload makes another
schedule.py     when each source is visited next, whatever the wall clock does
reload.py       what another configuration may change, and what is said of one that is refused
standstill.py   polling pauses while the database refuses
heartbeat.py    a dead-man's switch and a daily word; beat.py: the file `monitor health` reads

one visit       monitor.poll      source -> items -> readings -> events -> deliveries
the drain       monitor.deliver   deliveries -> receivers
"""

from monitor.service.life import STOP_WITHIN_S, Service
from monitor.service.schedule import SPREAD_S, Schedule, first_delay_s
from monitor.service.setup import Setup, fetcher_for

__all__ = [
    "SPREAD_S",
    "STOP_WITHIN_S",
    "Schedule",
    "Service",
    "Setup",
    "fetcher_for",
    "first_delay_s",
]
