"""From the outbox to the receivers: claim → render → send → settle, one line per receiver.

    outbox = Outbox(keeper, channels, config.issuers, zone(config.timezone))
    running = asyncio.create_task(outbox.run())
    outbox.wake()                  # a poll stored an alert: send it now
    await outbox.stop(); await running

A receiver that is slow, dead or refusing holds up nobody else. While it fails, its whole queue
waits and one message at a time asks whether it is back. Nothing is given up without an ERROR line
and, where `ops:` names somebody, without a notice through another receiver.

    outbox.py   the lines, their patience, start and stop
    line.py     the queue of one receiver
    words.py    what a delivery is about → Message
    notices.py  what the ops receivers are told about receivers
"""

from monitor.deliver.outbox import Outbox, Pace, Tally, Wait, wait_for

__all__ = ["Outbox", "Pace", "Tally", "Wait", "wait_for"]
