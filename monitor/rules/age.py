"""New, or history: what the text itself frames as old.

Words (此前, previously), a day seven or more days back, a period that is over ("in the second half
of 2025", 报告期内), "since spring". 此前一小时 and "as reported a day earlier" are no history.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from monitor.model import FAMILY
from monitor.rules.asserted import before_the_news
from monitor.rules.document import Document
from monitor.rules.elsewhen import dates_the_act, elsewhen
from monitor.rules.match import Fact
from monitor.rules.recap import recapped

_JUST_ZH = re.compile(
    r"(?:约|近|不到|仅)?"
    r"(?:[一二两三几数半\d]{1,2})个?(?:多)?(?:小时|分钟|钟头|天|日)(?!线)"
    r"|(?:在)?(?:上周|本周|这周|昨[天日晚]|前[天日晚]|今[天日早晨]|周[一二三四五六日]|星期)"
)
_JUST_EN = re.compile(
    r"[\s,]*(?:by [\w ]{2,24} )?(?:on )?(?:just )?"
    r"(?:(?:an?|one|two|three|some|several|a few|\d) )?"
    r"(?:hours?|minutes?|days?|night|evening) (?:earlier|ago|before)\b"
    r"|[\s,]*(?:by [\w ]{2,24} )?(?:yesterday|today|this (?:morning|week|afternoon)"
    r"|last night|earlier (?:today|on|in the day|this week)"
    r"|(?:on )?(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)
_LATELY = re.compile(r"\s+(?:few |couple of |two |24 |48 )?(?:hours|days?|week)\b")
_SINCE = re.compile(
    r"\bsince (?:(?:last|early|late|mid|the|at least) )*"
    r"(?:spring|summer|autumn|fall|winter|start of|beginning of|end of|year|20\d\d|then|q[1-4]"
    r"|(?:first|second|third|fourth) quarter)"
    r"|(?:自|从|打)(?:去年|前年|今年|年初|[春夏秋冬][天季]?|20\d\d年|那时|当时)"
    r"[^,，。;；]{0,8}(?:以来|起|就|开始)"
    r"|(?:去年|年初|[春夏秋冬][天季])以来"
)
_SINCE_WORD = re.compile("since|自|从|打|以来")
_SINCE_DATE = re.compile(r"(?:\bsince (?:early |late |mid-?|the )*|自|从)$")
_REPORTING = re.compile(
    r"(?:本)?报告期(?:内|间|末前)?(?![后末])|\b(?:during|in|within|over) the (?:reporting period"
    r"|period under review|review period|reported period)\b"
)
_AFTER_PERIOD = re.compile(
    r"报告期后|报告期末后|期后|披露日|资产负债表日后"
    r"|after the (?:reporting period|balance sheet)|subsequent"
)
_PERIOD = re.compile(
    r"(?:(?P<y>20\d\d)年|(?P<r>去年|上年|今年|本年)|\b)(?:度)?(?:的)?(?P<h>[上下])半年"
    r"|(?:(?P<y2>20\d\d)年|(?P<r2>去年|上年|今年|本年)|\b)(?:度)?(?:第)?(?P<q>[一二三四1-4])季度?(?![报])"
    r"|\b(?P<eh>first|second) half(?: of(?: the year)?)?(?: (?P<ey>20\d\d))?"
    r"|\b(?P<eq>first|second|third|fourth) quarter(?: of)?(?: (?P<ey2>20\d\d))?"
)
_TO_SHIP = re.compile(r"\bto (?:send|ship|export|sell|supply|deliver)\b[^.;]*$")
_PERIODS = re.compile("半年|季|half|quarter")
_ORDER = {"上": 1, "下": 2, "first": 1, "second": 2, "third": 3, "fourth": 4,
          "一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}  # fmt: skip


def age(fact: Fact, facts: Sequence[Fact], document: Document) -> None:
    """New, or told as background beside newer things."""
    s = fact.sentence
    alerting = FAMILY[fact.status] in ("grant", "loss")
    if "valid" in fact.act.words:
        fact.novelty = "background"
        fact.reasons.append(f"background: {fact.act.hit.text}")
        return
    if "history" in fact.act.words or _until_restored(fact, facts):
        fact.novelty = "background"
        fact.reasons.append("background: it was lifted again")
        return
    marks = [
        h
        for h in s.within(fact.start, max(fact.end, fact.act.end), "earlier")
        if not (_JUST_ZH if s.chinese else _JUST_EN).match(s.normal.text, h.end)
        and not (s.chinese and elsewhen(fact, h, document))
        and not _of_another_firm(fact, h.start)
        and not ("turn" in fact.act.hit.kinds and fact.act.start <= h.start < fact.act.end)
        and not (h.text == "had come" and _BY_NOW.match(s.text))
        and not (
            h.text == "as before" and fact.act.kind != "valid" and _where_as_before(fact, h.start)
        )
        and not (h.text == "in the past" and _LATELY.match(s.normal.text, h.end))
        and not (
            alerting and not s.chinese and s.piece(h.start) != fact.act.piece and _is_now(fact)
        )
        and not (
            h.text in _LONG_SINCE
            and FAMILY[fact.status] == "grant"
            and _only_news(fact, facts, document)
        )
    ]
    start, _end = s.pieces[fact.act.piece]
    if alerting and _HAD_BEEN.match(s.normal.text[start : fact.act.start].lstrip()):
        fact.novelty = "background"
        fact.reasons.append("background: a relative clause in the past perfect")
        return
    along = _ALL_ALONG.search(s.normal.text, *s.pieces[fact.act.piece]) if s.chinese else None
    if along and fact.status in ("granted", "general_granted"):
        fact.novelty = "background"
        fact.reasons.append(f"background: {along.group()}")
        return
    if FAMILY[fact.status] == "loss":
        marks = [
            h for h in marks if not (h.start > fact.act.end and _HELD.match(s.normal.text, h.end))
        ]
    ahead = alerting and s.chinese and fact.act.piece + 1 < len(s.pieces)
    if ahead and _FOLLOWED.search(s.normal.text[slice(*s.pieces[fact.act.piece])].strip()):
        fact.novelty = "background"
        fact.reasons.append("background: 继 ... 之后")
        return
    if (
        alerting
        and s.chinese
        and s.has("analyst")
        and _AS_ZH.search(s.normal.text[s.start : fact.act.start])
    ):
        fact.novelty = "background"
        fact.reasons.append("background: where an analyst starts from")
        return
    if marks and alerting:
        fact.novelty = "background"
        fact.reasons.append(f"background: {marks[0].text}")
        return
    if not alerting:
        return
    if why := before_the_news(fact, facts, fact.days_old(document.item.published_at)):
        fact.novelty = "background"
        fact.reasons.append(f"background: {why}")
        return
    days = fact.days_old(document.item.published_at)
    if (days is None or days >= 7) and (since := _long_since(fact, document)):
        fact.novelty = "background"
        fact.reasons.append(f"background: {since}")
        return
    if (days is None or days >= 7) and (aside := _told_aside(fact, facts, document)):
        fact.novelty = "background"
        fact.reasons.append(f"background: {aside}")
        return
    if why := recapped(fact, facts, document, days):
        fact.novelty = "background"
        fact.reasons.append(f"background: {why}")
        return
    if days is None or days < 7:
        return
    if not s.chinese and days >= _SEASON and _far_from_lead(fact, document):
        fact.novelty = "background"
        fact.reasons.append(f"background: {days} days old, and not what the text is about")
        return
    newer = any(_outdates(o, fact, document) for o in facts)
    if fact.date_kind == "statement" or newer:
        fact.novelty = "background"
        fact.reasons.append(f"background: {days} days old at publication")


_ALL_ALONG = re.compile(
    r"(?:一直|始终|从未断过)(?:都|就|是|在)?(?:有|持有|持证|凭证|凭许可|在用|握有|具备)"
)
_AS_ZH = re.compile(r"随着[^,，。;；]*$")


_LONG_SINCE = frozenset(("早在", "早已", "早就"))


def _only_news(fact: Fact, facts: Sequence[Fact], document: Document) -> bool:
    """早在5月就已取得, said when asked: the first report of it, however old it is."""
    return document.item.kind == "ir_qa" and not any(
        o is not fact and FAMILY[o.status] in ("grant", "loss") for o in facts
    )


def _until_restored(fact: Fact, facts: Sequence[Fact]) -> bool:
    """今年3月被暂停的许可，已恢复使用: the stop is only what the restoration ends."""
    return (
        fact.status in ("suspended", "revoked")
        and fact.sentence.chinese
        and any(
            o.key == fact.key
            and o.act.kind == "reinstate"
            and o.sentence is fact.sentence
            and o.act.start > fact.act.start
            and o.act.carried == "sentence"
            for o in facts
        )
    )


def _of_another_firm(fact: Fact, at: int) -> bool:
    """ "While B had earlier lost a mine, A obtained ...": the word belongs to another firm."""
    s = fact.sentence
    number = s.piece(at)
    if fact.key is None or number == fact.act.piece:
        return False
    start, end = s.pieces[number]
    if number and _RELATIVE.match(s.normal.text, start):
        start = s.pieces[number - 1][0]
    keys = {k for g in s.groups if start <= g.start < end for k in g.keys}
    return bool(keys) and fact.key not in keys


_BY_NOW = re.compile(
    r"\W*(?:hello\W+|dear [a-z]+\W+)?(?:by|as of|as at|until) (?:the )?(?:[a-z]+|\d)"
)


def _where_as_before(fact: Fact, at: int) -> bool:
    """ "Renewed at the end of June, Japan and Korea as before": the places are the old ones."""
    s = fact.sentence
    start = s.pieces[s.piece(at)][0]
    return s.piece(at) > fact.act.piece and any(start <= a < at for a, _ in s.listed)


_NOW = re.compile(
    r"\b(?:now|finally|at last|today|yesterday|this week"
    r"|on (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b"
)


def _is_now(fact: Fact) -> bool:
    """ "Turned away last year, A has now been handed": the word of old belongs to another piece."""
    return _NOW.search(fact.sentence.normal.text, *fact.sentence.pieces[fact.act.piece]) is not None


_FOLLOWED = re.compile(r"(?:而)?继[^,，。;；]{0,40}(?:之后|以后|后)$")
_RELATIVE = re.compile(r"\s*(?:which|who|whose|that)\b")
_MONTHS_SINCE = re.compile(
    r"\b(?:(?:weeks|months?|years?) (?:after|since)|ever since|year (?:in|during) which it)\b"
    r"[^,;]*$"
)
_LETS_KNOW = re.compile(
    r"\b(?:said|says|announced|disclosed|reported|confirmed|revealed|told|let [a-z ]{2,30}? know"
    r"|informed)\b[^,;]*\b(?:that|its|it)\b"
)
""" "The first cargo in a year after it let customers know that": that is the news."""
_ONCE_TOLD = re.compile(
    r"\s*(?:and |but )?(?:(?:after )?having (?:first |once |already |initially )?(?:been|won|got"
    r"|had|received|obtained|lost)"
    r"|(?:first|initially|once|originally|previously)\b|though (?:once|first|initially)\b)"
)


_SEASON = 200
"""Days after which an act told in passing is history, whatever else the text says of it."""


def _far_from_lead(fact: Fact, document: Document) -> bool:
    """Told below the lead of a news text whose title names another matter."""
    if document.item.kind != "news" or fact.sentence.where == "title" or fact.sentence.index < 1:
        return False
    if document.title.has("paper", "permit", "general", "got"):
        return False
    return not any(m.key == fact.key for m in document.title.mentions)


_HAD = re.compile(r"\bhad (?:[a-z]+ )?(?:been )?$")


def _told_aside(fact: Fact, facts: Sequence[Fact], document: Document) -> str | None:
    """English asides: "A, which won a permit last June, opened a plant"; "turned down in January,
    A now has one"; "in the months since A received its permits"."""
    s = fact.sentence
    if s.chinese or s.where == "title":
        return None
    text = s.normal.text
    start, end = s.pieces[fact.act.piece]
    dated = _MONTHS_SINCE.search(text, start, fact.act.start)
    if dated and not _LETS_KNOW.search(dated.group()):
        return "told only to date something else"
    here = [o for o in facts if o.sentence is s and o is not fact and o.key == fact.key]
    later = [
        o for o in here if o.act.start > fact.act.start and FAMILY[o.status] in ("grant", "loss")
    ]
    if later and later[0].act.piece != fact.act.piece and _ONCE_TOLD.match(text, start):
        return "what was before the news"
    if any(o.act.kind == "reinstate" for o in facts if o.key == fact.key) and (
        fact.status == "suspended"
    ):
        return "lifted since"
    days = fact.days_old(document.item.published_at)
    if (
        _HAD.search(text, max(start, fact.act.start - 16), fact.act.start)
        and days is not None
        and " that " not in text[s.start : fact.act.start]
        and not s.has("firm_says", "media_says", "source")
    ):
        return "a past perfect that nobody reports"
    relative = _RELATIVE.match(text, start) and fact.act.piece > 0
    more = end < s.end and text[end : s.end].strip(" .,;")
    if relative and more and fact.event_date is not None and not here:
        return "an aside about the firm"
    return None


def _outdates(other: Fact, fact: Fact, document: Document) -> bool:
    """Is `other` the news beside which `fact` is only history?"""
    if other is fact or other.key != fact.key or other.certainty == "denied":
        return False
    if "valid" in other.act.words or {FAMILY[other.status], FAMILY[fact.status]} == {
        "grant",
        "loss",
    }:
        return False
    if FAMILY[other.status] not in ("grant", "loss") and (
        other.sentence.start >= fact.sentence.start and other.act.start > fact.act.start
    ):
        return False
    if (
        fact.destinations
        and other.destinations
        and (other.sentence is fact.sentence or document.text.parts)
        and set(fact.destinations).isdisjoint(other.destinations)
    ):
        return False
    if other.status == "not_required":
        return False
    if other.status == "not_received" and other.sentence is fact.sentence and fact.sentence.chinese:
        return False  # told of another licence in the same breath
    if fact.status == "expired" and FAMILY[other.status] != "grant":
        return False  # what became of its renewal belongs to the same news
    days = other.days_old(document.item.published_at)
    return days is None or days < 7


_HELD = re.compile(r"\s+(?:held|granted|issued|obtained|awarded|owned|given)\b|取得|获得|持有")
_HAD_BEEN = re.compile(r"(?:which|who)\b.{0,40}\bhad\b|that had\b")


_STATE = re.compile(r"(?:(?:is|are|was|were|been) )?in (?:place|hand|force|its|their|our)\b")
"""What lasts: "has been in place since spring"."""


def _long_since(fact: Fact, document: Document) -> str | None:
    """The words that put the act into a period that is over, or make it last since long ago."""
    s = fact.sentence
    text = s.normal.text
    end = max(s.pieces[fact.act.piece][1], fact.act.end)
    answer = document.item.kind == "ir_qa"  # told when asked: news, however long it has lasted
    came = fact.act.kind in ("get", "give", "got", "arrive") and not _STATE.match(fact.act.hit.text)
    lasting = s.chinese or not came
    answer = answer or not lasting
    lasts = not answer and _SINCE_WORD.search(text, fact.start, end)
    if lasts and (m := _SINCE.search(text, fact.start, end)):
        return m.group()
    f = document.title if s.where == "title" else document.text
    for d in f.dates:
        told = not answer and fact.start <= d.start < end and d.iso == fact.event_date
        if told and _SINCE_DATE.search(text[max(0, d.start - 16) : d.start]):
            return text[max(0, d.start - 6) : d.end]
    published = document.item.published_at
    near = (fact.start, fact.end) if s.chinese else (s.pieces[fact.act.piece][0], end)
    periods = not (answer and s.chinese) and _PERIODS.search(text, *near)
    for m in _PERIOD.finditer(text, *near) if periods else ():
        if not s.chinese and _TO_SHIP.search(text, fact.act.end, m.start()):
            continue  # "leave to send 900 tonnes in the first half"
        if s.chinese and not dates_the_act(fact, m):
            continue
        if published is not None and _over(m, published.date()):
            return m.group()
    return _reporting(fact, document) if fact.event_date is None else None


def _over(m: re.Match[str], today: date) -> bool:
    """Did the half-year or quarter end seven or more days before `today`?"""
    said = m["y"] or m["y2"] or m["ey"] or m["ey2"]
    back = 1 if (m["r"] or m["r2"]) in ("去年", "上年") else 0
    half, quarter = m["h"] or m["eh"], m["q"] or m["eq"]
    month = _ORDER[half] * 6 if half else _ORDER[quarter] * 3
    year = int(said) if said else today.year - back
    if not said and not back and not (m["r"] or m["r2"]) and month > today.month:
        year -= 1  # a quarter still to come was last year's
    return (today - date(year, month, 30)).days >= 7


def _reporting(fact: Fact, document: Document) -> str | None:
    """报告期内 in the sentence, or in one of the two before it."""
    s = fact.sentence
    text = s.normal.text
    if _AFTER_PERIOD.search(text, s.start, fact.act.start):
        return None
    if m := _REPORTING.search(text, s.start, fact.act.start):
        return m.group()
    if document.item.kind != "announcement" or s.where == "title":
        return None
    paragraph = text.rfind("\n", 0, s.start) + 1
    before = text[max(paragraph, s.start - 160) : s.start]
    m = _REPORTING.search(before)
    return m.group() if m and not _AFTER_PERIOD.search(before, m.end()) else None
