"""English turns that decide what a verb means: gerunds, "refused to say", "lifted the freeze".

Called while the acts of a sentence are chosen, before a paper is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import PAPER, Act
from monitor.rules.automaton import Hit
from monitor.rules.described import described
from monitor.rules.governed import named
from monitor.rules.sentence import Sentence
from monitor.rules.things import on_its_way, something_else, used_up


def settle(sentence: Sentence, act: Act, acts: Sequence[Act]) -> None:
    """Change, bend or drop an act of an English sentence by the words around it."""
    text = sentence.normal.text
    named(sentence, act)
    if kind := on_its_way(sentence, act):
        act.kind = kind
        act.reasons.append("on its way to the office")
    if _lifted(sentence, act):
        act.kind = "reinstate"
        act.reasons.append("the stop was lifted")
        for other in acts:
            if other.piece == act.piece and other is not act and _ENDED.fullmatch(other.hit.text):
                other.dropped = "lifts the stop"
    if act.kind == "refuse":
        _refusal(sentence, act)
    start = sentence.pieces[act.piece][0]
    if act.kind in ("refuse", "suspend") and re.search(
        r"\bno longer\s+(?:being\s+)?$", text[max(start, act.start - 20) : act.start]
    ):
        act.kind = "reinstate"
        act.reasons.append("no longer: the stop is over")
    if (
        act.hit.text == "going through"
        and _ROUTE.match(text, act.end)
        and sentence.within(start, act.start, "request")
    ):
        act.kind = "wait"
        act.reasons.append("on its way through the office")
    if (
        act.kind == "give"
        and act.hit.text.startswith("exten")
        and _DAY_TO_COME.match(text, act.end)
    ):
        act.kind = "renew"
    if act.kind in ("expire", "apply") and text[act.start - 1 : act.start] == "-":
        act.dropped = "part of a word"
    if act.kind in ("give", "got") and _not_let(sentence, act):
        act.kind = "refuse"
        act.words.add("let")
        act.reasons.append("the office would not")
    if act.kind == "revoke" and act.hit.text.startswith(("lose", "lost", "losing")):
        papers = sentence.within(act.end, act.right, *PAPER)
        if papers and _LOST_ELSE.search(text, act.end - 4, papers[0].start):
            act.dropped = "loses something else"
    if (
        act.kind == "valid"
        and _WAS.search(text, start, act.start)
        and _NO_HEIR.search(text, act.end, sentence.end)
    ):
        act.kind = "expire"
    if act.hit.text == "licensed" and _LICENSED_ONES.match(text, act.end):
        among = _AMONG_THEM.search(text, start, act.start)
        if among is None or _IN_VAIN.search(text, act.end):
            act.dropped = "only says which exporters"
    if act.kind in ("get", "arrive") and act.hit.text in _HAD_TO and _TO.match(text, act.end):
        act.dropped = "has to do something"
    if (
        act.kind == "exempt"
        and act.hit.text.startswith("without a")
        and _IS_WITHOUT.search(text, start, act.start)
    ):
        act.kind = "lacking"
    if (
        act.kind in ("suspend", "revoke", "expire")
        and not sentence.within(act.left, act.right, *PAPER)
        and _GOODS_STOP.search(text, start, act.start)
    ):
        act.dropped = "the goods stopped, no licence"
    if act.kind == "lacking" and re.search(r"\b(?:not|n't)\s+$", text[start : act.start]):
        act.kind = "hold"
        act.words.add("let")
        act.reasons.append("does not lack: it has them")
    if (
        act.kind == "exempt"
        and _EXEMPTED.match(text, act.end)
        and not text[: act.start].endswith(" to ")
        and sentence.within(sentence.start, act.start, "authority")
    ):
        act.kind = "got"
        act.reasons.append("taken out of a ban by the authority")
    if why := (
        described(sentence, act, acts)
        or something_else(sentence, act)
        or ("used up and given back" if used_up(sentence, act) else "")
        or _something_else(sentence, act)
        or _no_act_at_all(sentence, act, acts)
    ):
        act.dropped = why
    firm = any(0 <= g.start - act.end <= 2 for g in sentence.groups)
    if (
        act.kind in ("revoke", "reinstate")
        and act.hit.text.endswith("back")
        and _FILED.search(text, start, act.start)
        and _FOR_MENDING.match(text, act.end)
    ):
        act.kind = "wait"
    if act.kind == "reinstate" and _RULES.search(text, start, act.start):
        act.dropped = "rules are back, no licence"
    verbal = act.kind != "reinstate"
    if act.hit.text in _NOUNS and verbal and not firm and not _OBJECT.match(text, act.end):
        act.dropped = "a noun here"
    if act.kind == "have" and re.match(
        r"\s+(?:\w+ly )?(?:needed|required|sought)\b", text[act.end :]
    ):
        act.dropped = "what they need"
    if act.kind == "get" and _PRICE.match(text, act.end):
        act.dropped = "a price"
    if (
        act.kind == "lacking"
        and act.hit.text in ("lack", "lacked", "lacks", "lacking")
        and not sentence.within(act.end, act.right, *PAPER)
        and re.match(r"\s+(?:of\s+)?(?:an?|the|any|enough)?\s*[a-z]", text[act.end : act.end + 12])
    ):
        act.dropped = "lacks something else"


_RULES = re.compile(r"\b(?:put|brought|placed) (?:the |its )*(?:rules?|controls?|curbs?|bans?)\b")
_WAS = re.compile(r"\b(?:was|were|had been) (?:only )?$")
_NO_HEIR = re.compile(
    r"\b(?:nothing|no (?:new|other|successor|replacement|follow-up)|none"
    r"|not (?:yet )?(?:been )?(?:replaced|renewed|extended|prolonged))\b"
)
_PRICE = re.compile(
    r"\s+(?:about |some |nearly |almost |over |more than )?\d[\d.,]*\s*"
    r"(?:(?:thousand|million|billion) )?(?:%|per ?cent|points?|yuan|cents?|dollars?|euros?)"
)
_FILED = re.compile(
    r"\b(?:files?|papers|paperwork|dossiers?|forms?|(?:applications?|requests?|bids?|submissions?)"
    r"(?: for (?:an? |the |its )?(?:export )?(?:licenses?|permits?))?)"
    r"(?: (?:was|were|is|has|have|had|been|all|then))* $"
)
_FOR_MENDING = re.compile(
    r"\s+(?:for (?:want|lack|an?|more|further|missing|correct)|to be"
    r"|with (?:[a-z]+ )?(?:quer|question|request|remark)|because|over an?|as incomplete)"
)
_AFTER_IT = re.compile(
    r"\bafter (?:an? |the |its |their |more than |almost |nearly |some )*(?:[a-z0-9-]+ ){0,2}"
    r"(?:weeks|months|days|[a-z0-9-]+-(?:week|month|day)|quarter|long|lengthy|patient)"
    r"(?: of| spent| stuck)? $"
)
_WHICH_HAD = re.compile(r"\b(?:which|who|that) had (?:long )?(?:been )?$")
_WHEN_GIVEN = re.compile(
    r"\b(?:months?|weeks?|years?|half a year|days?) (?:after|before) (?:it|they|the (?:license"
    r"|permit)) (?:was|were|had been|came|had) (?:first )?$"
)
_ACTIVITY = re.compile(
    r"\s+(?:(?:its|the|all|their|a|some|most|any) )*(?:[a-z-]+ )?(?:[a-z]{3,}ing\b|production|work"
    r"|output|lines?\b|shifts?|orders|trading|sales|deliver(?:y|ies)|shipments?|exports)"
)
_TELEPHONE = re.compile(r"\b(?:no one|nobody|phone|telephone|call|calls|demand|business) $")
_TRANSITIVE = re.compile(
    r"\s+(?:an?|the|its|their|our|weeks|months|days|years|speculation|talk|doubts?|worries|fears"
    r"|hopes|[a-z]+-(?:week|month|day)s?|two|three|four|five|six|nearly|almost)\b"
)


def _no_act_at_all(sentence: Sentence, act: Act, acts: Sequence[Act]) -> str:
    """Verbs of this sentence that tell of the wait, of work, or of another act again."""
    text = sentence.normal.text
    start = sentence.pieces[act.piece][0]
    before = text[max(start, act.start - 40) : act.start]
    if act.kind == "wait" and (_AFTER_IT.search(before) or _WHICH_HAD.search(before)):
        return "a wait that is over"
    if act.kind in ("give", "get", "arrive") and _WHEN_GIVEN.search(before):
        return "only dates something else"
    if (
        act.kind == "suspend"
        and act.hit.text.split(" ")[0].endswith(("ed", "s", "ing", "froze"))
        and _ACTIVITY.match(text, act.end)
        and not re.search(r"\b(?:was|were|been|being|is|are)\s+$", before)
        and not sentence.within(act.end, act.right, *PAPER)
    ):
        return "work stops, no licence"
    if act.hit.text in ("pick up", "picked up") and (
        _TELEPHONE.search(before) or not text[act.end : act.right].strip(" .")
    ):
        return "the telephone"
    if (
        act.kind == "expire"
        and act.hit.text in ("ended", "ends")
        and _TRANSITIVE.match(text, act.end)
    ):
        return "ends something else"
    if act.hit.text in ("has had", "have had", "had had", "had") and act.kind in ("get", "have"):
        papers = sentence.within(act.end, act.right, *PAPER)
        if papers and any(
            o.start > papers[0].end
            and o.piece == act.piece
            and o.kind in ("revoke", "suspend", "expire", "refuse", "renew", "reinstate")
            and not _JOINS.search(text, papers[0].end, o.start)
            for o in acts
        ):
            return "what became of the licence follows"
    return _had_it_done(sentence, act)


_HAD = frozenset(("has had", "have had", "had had", "had", "got", "gets", "get"))
_ITS = re.compile(r"\s+(?:(?:its|their|the|his|both|all|two|three|four|of) )+(?:[a-z-]+ )*$")
_DONE_TO_IT = re.compile(
    r"(?P<more>(?: [a-z0-9'-]+){0,12}?) (?P<done>[a-z]{2,}ed|sent|put|held|torn|kept|left|taken"
    r"|thrown|frozen|withdrawn|given|cut|lost|stuck|marked|back)\b"
)
_FOR_THE_BETTER = re.compile(
    r"(?:approv|grant|sign|issu|clear|stamp|restor|extend|renew|prolong|confirm|reinstat|widen"
    r"|deliver|release|award|need|requir|limit|hand|seal|endors)"
)
_BACKWARDS = re.compile(
    r"(?:return|reject|bounc|sent|put|held|torn|taken|thrown|frozen|withdrawn|suspend|revok|cancel"
    r"|refus|delay|shelv|park|question|back)"
)
_SHEETS = re.compile(
    r"\b(?:papers|paperwork|forms?|files?|documents?|dossiers?|filings?|applications?|requests?"
    r"|bids?|bundles?|folders?|submissions?)$"
)


def _had_it_done(sentence: Sentence, act: Act) -> str:
    """ "Has had its licence papers returned", "got its permit forms back": nothing was received."""
    if act.hit.text not in _HAD or act.kind not in ("get", "have", "hold"):
        return ""
    text = sentence.normal.text
    end = sentence.pieces[act.piece][1]
    for paper in sentence.within(act.end, end, *PAPER, "request")[:1]:
        if not _ITS.fullmatch(text, act.end, paper.start):
            return ""
        m = _DONE_TO_IT.match(text, paper.end, end)
        if m is None or _FOR_THE_BETTER.match(m["done"]):
            return ""
        sheets = _SHEETS.search(paper.text) or _SHEETS.match(m["more"].strip().partition(" ")[0])
        if (m["done"] != "back" and (_BACKWARDS.match(m["done"]) or not m["more"])) or sheets:
            return "what became of it follows"
    return ""


_JOINS = re.compile(r"[,;:]|\b(?:and|but|or|which|that|after|before|while|when|since|until)\b")
_LEAVING = re.compile(r"(?:can|may|free|could|able)\b")
_WORKS_ON = re.compile(
    r"\s+(?:the |its |their |a |an |our |these )?(?:[a-z]+ )?(?:cargo(?:es)?|shipments?|goods"
    r"|logistics|customs|freight|consignments?|orders?|sale|deal|transactions?|materials?|ores?|data)\b"
)


def _something_else(sentence: Sentence, act: Act) -> str:
    """ "Can leave the country without a licence"; "the forwarder handling the cargo"."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if act.kind in ("may", "got") and _LEAVING.match(act.hit.text):
        free = [h for h in sentence.within(act.end, end, "exempt") if h.text.startswith("without")]
        if free and not sentence.within(start, act.start, "not"):
            return "goes without a licence"
    works = act.hit.text in ("handling", "processing", "checking", "examining")
    return "works on something else" if works and _WORKS_ON.match(text, act.end) else ""


_ROUTE = re.compile(
    r"\s+(?:the |its |a )?(?:[a-z]+ ){0,2}(?:procedures?|process|reviews?|channels|stages?|steps"
    r"|checks?|vetting)\b"
)
_DAY_TO_COME = re.compile(
    r"\s+(?:the )?(?:end of|end$|year[- ]end|year|mid-|late|early|next|spring|summer|autumn"
    r"|winter|\d"
    r"|january|february|march|april|june|july|august|september|october|november|december)\b"
)
_LOST_ELSE = re.compile(
    r"\b(?:appeal|against|hope|patience|customers?|orders?|sales|market|share|time|over|because"
    r"|due|case)\b"
)
_LETS = re.compile(r"(?:let|lets|allow|allows|permit|permits|allowed|permitted)$")
_WILL_GIVE = re.compile(r"(?:give|grant|issue|approve|license|authorize|clear|release)$")
_WOULD_NOT = re.compile(r"\b(?:would|will|did)(?: not|n't) $")
_HAS_NOT = re.compile(r"\b(?:would|will|did|does|has|have|had)(?: not|n't) $")


def _not_let(sentence: Sentence, act: Act) -> bool:
    """ "The ministry did not let A export", "would not give A a licence": the office refuses."""
    text = sentence.normal.text
    start = sentence.pieces[act.piece][0]
    before = text[max(start, act.start - 16) : act.start]
    lets = _LETS.fullmatch(act.hit.text) and _HAS_NOT.search(before)
    if not lets and not (_WILL_GIVE.fullmatch(act.hit.text) and _WOULD_NOT.search(before)):
        return False
    if re.search(r"\b(?:yet|so far|until)\b", text[start : sentence.pieces[act.piece][1]]):
        return False
    if _ALONE.fullmatch(text, start, act.start):
        start = sentence.start
    office = sentence.within(start, act.start, "authority")
    firms = [g for g in sentence.groups if start <= g.start < act.start]
    if office:
        return not any(g.start >= office[-1].end for g in firms)
    return (
        bool(sentence.within(start, act.start, "it", "they"))
        and not firms
        and any(0 <= g.start - act.end <= 2 for g in sentence.groups)
    )


_ALONE = re.compile(r"\s*(?:would|will|did|does|has|have|had)(?: not|n't)\s*")
_LICENSED_ONES = re.compile(
    r"\s+(?:[a-z-]+ ){0,2}?(?:exporters?|companies|firms|suppliers?|producers?|makers?|sellers?"
    r"|customers?|buyers?)\b"
)
_AMONG_THEM = re.compile(
    r"\b(?:among|one of|joins?|joined|on the list of|ranks of|circle of"
    r"|club of)\s+(?:the\s+)?(?:[a-z]+ly\s+)?$"
)
_IN_VAIN = re.compile(r"\b(?:in vain|to no avail)\b")
_HAD_TO = frozenset(("has had", "have had", "had had", "to hand"))
_TO = re.compile(r"\s+(?:to|over)\b|\s+(?:its|the|their)\b.{0,40}\b(?:back|in|over)\b")
_IS_WITHOUT = re.compile(
    r"\b(?:been|is|are|was|were|be|being|remains?|left|now|still|goes|went|gone)\s+$"
)
_GOODS_STOP = re.compile(
    r"\b(?:shipments?|exports|sales|deliver(?:y|ies)|production|trading|orders?|talks|business"
    r"|trade|supplies)\b"
)
_EXEMPTED = re.compile(
    r"[^,;]{0,80}?\bfrom (?:the |its |an |this )?(?:[a-z]+ ){0,2}(?:ban|curbs?|block|embargo)"
)
_NOUNS = frozenset(
    ("block", "blocks", "bar", "bars", "stop", "stops", "stays", "files", "puts", "lands", "pulls")
)
"""Words that are verbs only before what they are done to."""
_OBJECT = re.compile(
    r"\s+(?:the|a|an|its|their|his|all|any|some|two|three|exports?|shipments?|sales|licenses?"
    r"|permits?"
    r"|approvals?|[a-z]+ing|it|them|this|that|these|those|chinese|new|more|plug|for an?"
    r"|permission|application)\b"
)


_ENDED = re.compile(
    r"\b(?:lifted|ended|is over|was over|removed|called off|came to an end|dropped|withdrawn"
    r"|rescinded|reversed|scrapped|revoked|cancell?ed)\b"
)
_ENDING = re.compile(
    r"\b(?:lift(?:s|ed|ing)?|end(?:s|ed|ing)|remov(?:es|ed|ing)|revers(?:es|ed|ing)|dropp(?:ed|ing)"
    r"|cancel(?:s|led|ling)|withdrew)\s+(?:the|its|a|an|this|that)\s+(?:[a-z-]+\s+){0,2}$"
)
_STOPS = re.compile(r"(?:suspension|freeze|hold|halt|pause|ban|bar|block|stop)s?")
_NOT_DONE = re.compile(
    r"\b(?:not|never|be|if|once|until|unless|will|would|could|may|might)\b[^,;]*$"
)


def _lifted(sentence: Sentence, act: Act) -> bool:
    """ "The freeze on its licence was lifted", "lifted the bar on ...": the stop is over."""
    if act.kind not in ("suspend", "refuse") or not _STOPS.fullmatch(act.hit.text.split(" ")[-1]):
        return False
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if _ENDING.search(text, max(start, act.start - 48), act.start):
        return True
    if not re.match(r"\s+(?:on|of|to|against|,)", text[act.end : act.end + 9]):
        return False
    m = _ENDED.search(text, act.end, end)
    return m is not None and _NOT_DONE.search(text[act.end : m.start()]) is None


_WHAT_IT_WILL_NOT = re.compile(
    r"\s+to\s+(?!grant|issue|license|approve|extend|renew|give|let|allow|clear|sign|permit|accept"
    r"|release|hand|authorize|endorse|ship|export|sell|supply)[a-z]+"
)


def _refusal(sentence: Sentence, act: Act) -> None:
    """ "Said no licence had come" and "refused to say" refuse nothing."""
    text = sentence.normal.text
    if act.hit.text.split(" ")[-1] == "no" and sentence.within(
        act.end, act.end + 24, *PAPER, "request", "export"
    ):
        act.dropped = "a negation here"
        sentence.hits.append(Hit(act.end - 2, act.end, frozenset(("not",)), "no"))
        sentence.hits.sort()
    elif act.hit.text.startswith(("dismiss", "reject", "brush", "wave")) and _RUMOURED.match(
        text, act.end
    ):
        act.dropped = "a denial of a report, not a refusal"
        sentence.hits.append(Hit(act.start, act.end, frozenset(("denies",)), act.hit.text))
        sentence.hits.sort()
    elif act.hit.text in _REFUSES and _WHAT_IT_WILL_NOT.match(text, act.end):
        act.dropped = "will not do something else"


_RUMOURED = re.compile(
    r"\s+(?:as (?:untrue|false|baseless|groundless|nonsense|rumou?rs?|unfounded|inaccurate|wrong)"
    r"|(?:a |an |the |any |such |these |those |recent |market |media |press |online )*"
    r"(?:reports?|rumou?rs?|claims?|talk|suggestions?|speculation|allegations?|chatter|stor(?:y"
    r"|ies)"
    r"|notion|idea))\b"
)
_REFUSES = frozenset(
    f"{stem}{end}" for stem in ("refus", "declin") for end in ("e", "es", "ed", "ing")
)
