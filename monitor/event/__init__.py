"""MEAN, second half: matches and the licence ledger in, events with a verdict out.

`events_from` judges the matches of one item. `novelty.py` holds the order of the decisions; beside
it `claim.py` (a match made ready), `known.py` (what the ledger knows), `contradiction.py` (who
speaks against it), `quiet.py` (what never alerts), `page.py` (a story's page), `facts.py` (what is
contained in what). `docs/ledger.md` tells all of it to an analyst. Pure: no clock, no store, no
network; whoever calls keeps each event's story.
"""

from monitor.event.judge import events_from
from monitor.event.ledger import Ledger, MemoryLedger, Recent

__all__ = ["Ledger", "MemoryLedger", "Recent", "events_from"]
