"""A loss counts only where it is told as done: not a day to come, not what came before the news.

"Valid until 30 June" is no expiry, and a refusal in January is history once the same firm has
filed again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from monitor.model import FAMILY
from monitor.rules.acts import PAPER
from monitor.rules.document import Document
from monitor.rules.field import dates_in
from monitor.rules.match import Fact, Studied

LONGEST = 3000
"""Characters of a sentence; what is longer is no sentence anybody wrote."""
_ENDS_EN = re.compile(
    r"(?:expires?|ends?|lapses?|runs? out|comes? to an end|(?:falls?|comes?) due|ending|expiring)$"
)
_ENDED_ZH = re.compile(r"已|了|昨|上[周月]|失效|未续|没续|作废|终于")
_AS_OF_ZH = re.compile(r"截[至止]到?[^,，。;；]{0,3}$")
_AFTER_ACT_EN = re.compile(r"\s+(?:[a-z]+ ){0,2}?(?:by|on|in|before|around|at)\s+(?:the )?$")


_IT = re.compile(
    r"[\s\"'“]*(?:it|this|they|(?:the|that|this|its) (?:[a-z]+ )?(?:letter|notice|decision|answer"
    r"|reply|ruling|word|news|document|paper))\b"
)
_THAT = re.compile(r"[\s\"'“]*(?:that|this|all that|it)\b")
_ON_A_TOPIC = re.compile(r"\b(?:on|about|regarding|concerning|over) (?:the |its |export )*$")


def _something_else_came(fact: Fact, before: Studied | None) -> bool:
    """ "The ministry said no. It reached A on Monday": what came is the refusal, no licence; nor is
    it one where the sentence before only speaks about licences ("a leaflet on licences")."""
    s = fact.sentence
    if before is None or s.chinese or fact.act.carried != "context":
        return False
    if fact.status == "expired" and _THAT.match(s.text):
        return any(f.status == "suspended" for f in before.facts)  # the stop came to its end
    if fact.act.kind != "arrive":
        return False
    if fact.status != "granted" or not _IT.match(s.text):
        return False
    if any(f.status in _NO_LICENSE for f in before.facts):
        return True
    papers = before.sentence.within(before.sentence.start, before.sentence.end, *PAPER)
    return bool(papers) and all(_ON_A_TOPIC.search(s.normal.text, 0, p.start) for p in papers)


_NO_LICENSE = frozenset(("denied", "suspended", "revoked", "expired"))


def only_asserted(document: Document) -> None:
    """Drop expiries and grants that a day still to come dates, and letters that bring a refusal."""
    before: Studied | None = None
    for studied in document.studied + document.titled:
        kept = [
            f
            for f in studied.facts
            if not _to_come(f, document) and not _something_else_came(f, before)
        ]
        before = studied
        if len(kept) != len(studied.facts):
            for act in studied.acts:
                act.reasons.append("a day to come")
            studied.facts[:] = kept


def _to_come(fact: Fact, document: Document) -> bool:
    published = document.item.published_at
    if published is None or FAMILY[fact.status] not in ("grant", "loss"):
        return False
    s = fact.sentence
    if s.end - s.start > LONGEST:
        return False
    text = s.normal.text
    start, end = s.pieces[fact.act.piece]
    f = document.title if s.where == "title" else document.text
    today = published.date().isoformat()
    ending = fact.status == "expired"
    if ending and s.chinese and _ENDED_ZH.search(text, start, end):
        return False
    if ending and not s.chinese and _ENDS_EN.fullmatch(fact.act.hit.text) is None:
        return False
    if ending and text.startswith(" of ", fact.act.end):  # "the lapse of its permit"
        return False
    for d in dates_in(f, document.item, s.start, s.end):
        if not start <= d.start < end:
            continue
        if ending:
            if _lies_ahead(text[d.start : d.end], d.iso, published.date(), s.chinese):
                return True
        elif d.iso > today[: len(d.iso)] and fact.status == "granted":
            if _AS_OF_ZH.search(text, start, d.start):
                continue
            if s.chinese and 0 <= fact.act.start - d.end <= 2 and "已" not in text[start:end]:
                return True
            if not s.chinese and _AFTER_ACT_EN.fullmatch(text, fact.act.end, d.start):
                return True
    return False


def _lies_ahead(said: str, iso: str, today: date, chinese: bool) -> bool:
    """Is the day on which a licence "expires" (到期, in no tense) still to come?

    Days without a year are read as the last ones of that name; here the next one may be meant.
    """
    if iso > today.isoformat()[: len(iso)] or (
        said.endswith(("底", "末")) and len(iso) == 7 and (iso == today.isoformat()[:7])
    ):
        return True
    if re.search(r"\d{4}|[去前昨上]", said):
        return False
    if not chinese:
        return True
    day = date.fromisoformat(iso if len(iso) == 10 else f"{iso}-28")
    return (today - day).days > _LONG_AGO


_LONG_AGO = 100
"""Nobody reports an expiry as news so many days later."""


_AT_FIRST = re.compile(
    r"一度|首次|第一次|初次|起初|最初|先前|头一回|第一轮|上一次"
    r"|\b(?:first|initial|original|earlier|previous) (?:[a-z]+ ){0,2}(?:application|request|filing"
    r"|attempt|try|bid|submission)|\b(?:initially|at first|originally|once|the first time)\b"
)
_AGAIN = re.compile(
    r"再次|再度|重新|重报|重提|补充|补正|二次|第二次|终于|终获|此次|本次"
    r"|\b(?:again|anew|afresh|re-?fil|re-?submi|re-?appl|second|new (?:application|request|filing)"
    r"|now|finally|this time|eventually|since then)"
)
_OPENS = re.compile(r"\W*(?:after being |having been |once |first |initially )?$")


MOST_FACTS = 200


def before_the_news(fact: Fact, facts: Sequence[Fact], days: int | None) -> str | None:
    """Why a refusal is only what came before a new filing or an approval of the same firm."""
    if fact.status != "denied" or fact.key is None or len(facts) > MOST_FACTS:
        return None
    s = fact.sentence
    later = [
        o
        for o in facts
        if o.key == fact.key
        and o.certainty != "denied"
        and o.status in ("granted", "general_granted", "renewed", "applied", "pending")
        and o.sentence.where == s.where
        and (o.sentence.index, o.act.start) > (s.index, fact.act.start)
        and not (
            fact.destinations
            and o.destinations
            and set(o.destinations).isdisjoint(fact.destinations)
        )
        and not (fact.products and o.products and set(o.products).isdisjoint(fact.products))
        and (o.sentence is s or _AGAIN.search(o.sentence.text) is not None)
    ]
    if not later:
        return None
    if days is not None and days >= 7:
        return f"refused {days} days ago, and moved on since"
    start, end = s.pieces[fact.act.piece]
    if m := _AT_FIRST.search(s.normal.text, start, end):
        return m.group()
    opens = fact.act.piece == 0 and _OPENS.fullmatch(s.normal.text, start, fact.act.start)
    if opens and not s.chinese and any(o.sentence is s for o in later):
        return "what was before the news"
    return None
