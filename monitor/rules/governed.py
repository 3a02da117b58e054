"""English acts that no clause asserts, because of the word that governs them.

An infinitive ("four requests to be allowed"), a gerund ("counts on being cleared") or a noun of
action ("conditional upon the grant of a permit") tells what is meant, not what is done, unless its
governor says that it happened ("managed to obtain", "announced the grant of").
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.sentence import Sentence

_MEANT = frozenset(
    ("get", "got", "give", "renew", "reinstate", "suspend", "revoke", "refuse", "arrive", "expire")
)
_LOSSES = frozenset(("suspend", "revoke", "expire"))
_HOW = r"(?:(?:formally|finally|officially|immediately|temporarily|fully|also|again|now)\s+)?"
_HOW_DONE = re.compile(rf"{_HOW}(?:be\s+)?{_HOW}$")
_TO_DO = re.compile(rf"\bto\s+{_HOW_DONE.pattern}")
_BARE = re.compile(rf"\bbe\s+{_HOW}$")
_SEE_THROUGH = re.compile(r"\bto (?:see|get|push|bring|carry|steer|pull|help) [^.;:]{3,80}$")
_FACTIVE = re.compile(
    r"(?:managed|able|one|two|three|four|five|six|few|group|handful|trio|pair|first|second|third"
    r"|fourth|fifth|latest|last|next|only|one|those|ones"
    r"|companies|makers|maker|producers|producer|firms|firm|company|exporters|exporter"
    r"|said|known|reported|believed|understood|appears?|appeared|seems?|seemed|turned out"
    r"|turns out|decided|chose|moved|opted|agreed|began|begun|started|got|lucky enough"
    r"|helped|(?:first|second|third|latest|last) of (?:its|the|their) [a-z ]{2,30})\s+to\s+"
    r"(?:also\s+|have\s+)?$"
)
_UNABLE = re.compile(r"\b(?:yet|unable|failed|fails|refused|able)\s+to\s*$")
_ORDERED = re.compile(
    r"\b(?:told|ordered|instructed|forced|compelled|required|directed|obliged|had|have"
    r"|has)\s+to\s*$"
    r"|\b(?:told|ordered|instructed|forced|directed)\s+[^.;,]{2,40}\s+to\s*$"
    r"|\b(?:decision|order|move|ruling)\s+to\s*$"
)
_LED = re.compile(r"\b(?:led|prompted|caused|forced|persuaded|convinced)\s+[^.;,]{2,40}\s+to\s*$")
_TOOK = re.compile(r"\b(?:took|taken|needed|waited) [^.;,]{2,50} to\s*$")
_WISH = (
    r"(?:requests?|applications?|petitions?|bids?|pleas?|appeals?|efforts?|attempts?|push|campaign"
    r"|drive|wish(?:es)?|hopes?|desire|ambitions?|proposals?|plans?|motions?|filings?|quest|fight"
    r"|struggle|race|chances?|eligib\w+|demands?|calls?|need|conditions?|requirements?|criteria)"
)
_WISHES = re.compile(
    rf"\b{_WISH}(?:,? (?:made |filed |lodged |submitted |put in )?(?:by|from|of|for|on)"
    r" [^.;:]{2,60}?)?,?\s+to\s*$"
)


def infinitive(sentence: Sentence, act: Act) -> None:
    """ "Hopes to be licensed", "petitions from A to be allowed", "that it be issued": not done."""
    if act.kind not in _MEANT:
        return
    text = sentence.normal.text
    near = text[max(sentence.start, act.start - 32) : act.start]
    if not _TO_DO.search(near):
        seen = act.hit.text == "through" and _SEE_THROUGH.search(text, sentence.start, act.start)
        if seen or _BARE.search(near) or act.hit.text.startswith("be "):
            act.words.add("plan")
            act.reasons.append("no finite verb: meant, not done")
        return
    before = _HOW_DONE.sub("", text[max(sentence.start, act.start - 96) : act.start])
    done = (
        _UNABLE.search(before)
        or (_FACTIVE.search(before) and not _WISHES.search(before))
        or _LED.search(before)
        or _TOOK.search(text, act.left, act.start)
        or (act.kind in _LOSSES and _ORDERED.search(before))
        or act.hit.text.startswith(("managed", "succeeded"))
    )
    if not done:
        act.words.add("plan")
        act.reasons.append("an infinitive: meant, not done")


_FINITE = re.compile(r"\b(?:has|have|had|was|were)\s+(?:[a-z]+ly\s+|now\s+|all\s+)?(?:been\s+)?$")


def is_finite(sentence: Sentence, act: Act) -> bool:
    """ "Has been granted", "was issued": a clause of its own says that it happened."""
    text = sentence.normal.text
    return not sentence.chinese and _FINITE.search(text, sentence.start, act.start) is not None


_GERUND = re.compile(
    r"\b(?:of|for|in|at|towards?|before|without|about|from|difficult(?:y|ies)|trouble|while|when)"
    r"\s+$"
)
_TOLD_OF = re.compile(r"\b(?:announced?|success|joy|news|result|confirmed|reported) (?:of|in)\s+$")
_GERUND_SUBJECT = re.compile(
    r"[^,;]{0,80}?\b(?:takes?|requires?|is|was|would|will|can|could|may|might|has become|remains?"
    r"|depends?|needs?|means?|involves?|normally|usually|typically|became)\b"
)
_ACTION = re.compile(
    r"(?:grant|issue|issuance|release|receipt|award|approval|renewal|extension|prolongation"
    r"|reinstatement|restoration|revocation|withdrawal|cancellation|suspension|loss|refusal"
    r"|rejection|denial|expiry|expiration|lapse|[a-z]{2,}ing)(?= of | for |(?: of| for)?$)"
)
"""Nouns of action and gerunds among the verbs of the packs."""
_NAMES = (
    r"(?:(?:the|an?|its|their|his|our|any|all|such|prior|due|timely|early|full|successful|eventual"
    r"|final|formal|being|having been|[a-z&-]+'s?)\s+){0,4}"
)
MATTERS = (
    r"(?:conditions?|(?:pre)?requisites?|requirements?|preconditions?|needs?|requests?|calls?"
    r"|pleas?|push|bids?|pressure|campaigns?|hopes?|chances?|prospects?|possibility|likelihood|odds"
    r"|probability|timing|dates?|schedule|timetable|timeline|process|procedures?|criteria|rules?"
    r"|guidelines|hurdles?|obstacles?|deadline|targets?|goals?|talks|discussions?|negotiations?"
    r"|questions?|risks?|dangers?|threats?|fears?|worries|speculation|debate|dispute|power|right"
    r"|authority|grounds|reasons?|provisions?|insurance|guarantees?|assurances?|dossiers?|folders?"
    r"|paperwork|forms?|drafts?|questionnaires?)"
)
_AIMS = (
    r"(?:aims?|purpose|goal|object|objective|point|condition|targets?|hope|wish|priority|hurdle"
    r"|obstacle|precondition|prerequisite|requirement|challenge|sticking point|task|key|question)"
)
_VERBS = (
    r"(?:assum|await|expect|anticipat|requir|seek|demand|urg|request|oppos|fear|risk|predict"
    r"|forecast|discuss|consider|threaten|fac|avoid|envisag|foresee|presuppos|promis|propos"
    r"|recommend|delay|postpon|hinder|prevent|accelerat|expedit|facilitat|simplif|streamlin"
    r"|suppos|need|favor|contemplat|guarantee)(?:e|es|ed|ing|s|y|ies|ied)?"
)
_GOVERNS = re.compile(
    r"(?<![\w-])(?:(?:subject|prior) to|(?:conditional|contingent|dependent|predicated|premised"
    r"|reliant|based|keen|intent|set) (?:up)?on|(?:depend|hing|rest|turn|hang|count|bank|bet|rel"
    r"|insist|wait)(?:e|s|es|ed|ing|y|ies|ied)? (?:up)?on|short of|absent|failing|barring|pending"
    r"|in (?:the )?(?:event|case|absence|hopes?|expectation|anticipation|pursuit) of|instead of"
    r"|rather than|in (?:return|exchange) for|with a view to|aimed at"
    r"|look(?:s|ed|ing)? forward to|(?:close|closer|near|nearer) to"
    r"|(?:call|press|push|ask|wait|hop|pray|argu|plead|lobb|wish|long|yearn|vy|vie|aim|appl)"
    r"(?:e|s|es|ed|ing|y|ies|ied)? for|(?:pric|bak|factor)(?:e|es|s|ed|ing) in"
    r"|(?:set aside|insur|hedg|guard|protect|provision|reserve|cushion)[^.;,]* against"
    rf"|{MATTERS} (?:for|of|to|on|about|over)|sought|{_VERBS}"
    rf"|\b{_AIMS} (?:of [^.;]{{2,40}} )?(?:is|was|remains?|would be|being))\s+{_NAMES}$"
)
_PRESUPPOSES = re.compile(
    r"(?:reasons?|dispute|debate|discuss|talks|questions?|negotiations?|timing|dates?|oppos|delay"
    r"|request|avoid|prevent)"
)
"""Before a loss these say that it has come: "talks about the suspension of its permit"."""
_UPON = re.compile(
    r"\b(?:will|shall|is|are|takes?|becomes?|comes?|enters?|starts?|begins?|falls?|due|payable"
    rf"|effective|only|must|may)\b[^.;,]*\b(?:up)?on\s+{_NAMES}$"
)


_LIST_OPENS = re.compile(r",? (?:among (?:other things|others)|inter alia|in particular),?")
_ITEM = re.compile(r"\((?:[a-z]|[ivx]{1,4}|\d{1,2})\)\s*")
_BEING = re.compile(r"\bbeing\s+(?:[a-z]+ly\s+|again\s+)?$")


def named(sentence: Sentence, act: Act) -> None:
    """ "A target of obtaining", "takes effect upon the grant of": named, not told."""
    if act.kind not in _MEANT:
        return
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    before = text[max(start, act.start - 24) : act.start]
    passive = _BEING.search(before)
    if not passive and not _ACTION.match(act.hit.text):
        return
    ing = act.hit.text.split(" ")[0].endswith("ing")
    if passive or (ing and act.kind in ("get", "give", "renew")):
        lead = before[: passive.start()] if passive else before
        subject = not text[start : act.start].strip(" \"'“") and _GERUND_SUBJECT.match(
            text, act.end, end
        )
        if subject or (_GERUND.search(lead) and not _TOLD_OF.search(lead)):
            act.words.add("plan")
            act.reasons.append("names the act, does not tell it")
            return
    ahead = text[max(sentence.start, act.start - 200) : act.start]
    head, *items = _ITEM.split(ahead)
    if items:  # "(b) the grant of": what stands before the list governs each of its items
        ahead = _LIST_OPENS.sub("", head + items[-1])
    m = _GOVERNS.search(ahead) or _UPON.search(ahead)
    if m and not (act.kind in _LOSSES | {"refuse"} and _PRESUPPOSES.match(m.group())):
        act.words.add("plan")
        act.reasons.append(f"plan or forecast: {m.group().strip()}")
