"""Somebody else's licence: the buyer's, a supplier's, a partner's of the firm a text names.

Who receives is told by the sentence itself, whatever firm stands nearest: "the grant to the
buyer", "permits issued to two suppliers", "magnets whose maker won", "sells to a maker that was
licensed", "a partner of X said it had". A name in apposition is that somebody ("its customer X").
"""

from __future__ import annotations

import re

from monitor.rules.acts import PAPER, Act
from monitor.rules.candidates import Candidate, is_excluded
from monitor.rules.sentence import Group, Sentence
from monitor.rules.subject import Subject

_ROLE = (
    r"(?:suppliers?|vendors?|sellers?|customers?|clients?|buyers?|purchasers?|off-?takers?"
    r"|distributors?|importers?|exporters?|agents?|brokers?|traders?|forwarders?|trading (?:house"
    r"|firm|company)|partners?|rivals?|competitors?|peers?|neighbou?rs?|namesakes?|landlords?"
    r"|lenders?|shareholders?|owners?|parents?|contractors?|licensees?|recyclers?|mine|miners?"
    r"|makers?|producers?|manufacturers?|processors?|smelters?|refiners?|end[- ]users?"
    r"|carmakers?|automakers?|third part(?:y|ies)|somebody else|someone else|others)"
)
_KIN = (
    r"(?:suppliers?|vendors?|customers?|clients?|buyers?|off-?takers?|distributors?|importers?"
    r"|partners?|rivals?|competitors?|peers?|neighbou?rs?|namesakes?|landlords?|lenders?|agents?"
    r"|shareholders?|owners?|(?:former )?parents?|contractors?)"
)
"""What one firm may be to another. Its units, arms and plants are itself."""
_DETERMINER = (
    r"(?:the|an?|our|its|their|his|one|two|three|four|five|several|some|another|other|each|every"
    r"|one of (?:our|its|their|the)|\d+)"
)
_WHEN = (
    r"(?:\s+(?:last (?:week|month|year)|this (?:week|month)|yesterday|today|on [a-z]+day"
    r"|in [a-z]+|on [a-z]+ \d+|earlier|recently|directly|again|already|not|only))*"
)
_RECEIVER = re.compile(
    rf"(?:{_WHEN}\s+to|(?<=\bto))\s+"
    rf"(?:(?:{_DETERMINER}|[a-z]+'s?)\s+(?:[a-z'-]+\s+){{0,3}}?{_ROLE}|somebody else|someone else"
    r"|third parties|others|other (?:firms|companies|exporters|makers|producers)|peers|rivals"
    r"|competitors)\b(?! [a-z]+(?:'s)? (?:application|request))"
)
_HELD_BY = re.compile(
    r"\s+(?:(?:that|which) (?:is|are|was|were|had been|has been) )?(?:held|owned|obtained|used|won"
    r"|issued|granted|given|belonging|filed|lodged)\s+(?:by|to)\s+(?:an?|one|two|three|four|some"
    r"|several"
    rf"|another|other|its|their)\s+(?:[a-z'-]+\s+){{0,3}}?{_ROLE}\b"
)
"""Permits held by a trader in the same park were declared void."""
_AGENT = re.compile(rf"{_WHEN}\s+by\s+{_DETERMINER}\s+(?:[a-z'-]+\s+){{0,3}}?{_ROLE}\b")
_NAME_FOLLOWS = re.compile(
    r"(?:\s+(?:of|in|from|to)\s+[^,;:.]{2,30})?\s*(?:[,:(]|\s-{1,2})?\s*"
    r"(?:named |called |namely |such as |including |among them |one of them )?(?:the )?"
)
_AUX = (
    r"(?:\s+(?:has|have|had|was|were|is|are|been|being|also|now|just|finally|already|since|first"
    r"|later|then|itself|too|recently|only|on [a-z]+day|last week|this week|at last))*\s+"
)
_IN_PLACE = r"(?:\s+(?:in|from|near|of|at|outside|based in)\s+[a-z0-9' -]{2,30}?)?"
_LEAD = r"(?:^[\W_]*|(?P<lead>\b\w+|[,(])\s+)"
_WHO = r"(?:that|which|who)"
_RELATIVE = re.compile(
    rf"{_LEAD}{_DETERMINER}\s+(?:[a-z'-]+\s+){{0,3}}?(?:{_ROLE}{_IN_PLACE}\s+(?:{_WHO}"
    r"|(?:it|they|he|she) (?:[a-z']+ ){0,3}?(?:name|identify|specify|disclose|supplies|buys? from"
    r"|deals? with|[a-z]+ed) (?:has|have|had|was|were))"
    rf"|(?:firm|company|group|{_ROLE})\s+{_WHO}\s+(?!has|have|had|was|were|is|are)[a-z]+"
    rf"(?:\s+[a-z'-]+){{0,7}}?\s+(?:has|have|had|was|were)){_AUX}$"
    rf"|\bto\s+whom\s+(?:it|they|the\s+[a-z]+){_AUX}$"
)
"""A clause about somebody else, with the word before: "sells to a maker that was licensed"."""
_STRANGER = re.compile(
    rf"^[\W_]*(?:an?|another|one)\s+(?:[a-z'-]+\s+){{0,3}}?(?:affiliate|{_ROLE})"
    rf"(?:\s+(?:of|in|from|to|near)\s+[a-z0-9' -]{{2,40}}?)?(?:,[^;]{{2,80}}?,)?{_AUX}$"
)
_PREDICATE = frozenset(
    ("is", "was", "are", "were", "as", "became", "become", "remains", "being", ",", "(")
)
_WHOSE = re.compile(rf"\bwhose\s+(?:[a-z-]+\s+){{0,2}}?{_ROLE}(?:,[^,;]{{2,60}},)?{_AUX}$")
_ITS_VENDOR = re.compile(
    r"(?:^|[.;]\s*|\b(?:that|because|since|as|when|while|and|but|after|now that|where)\s+)[\W_]*"
    rf"(?:its|their|his|our|her)\s+(?:[a-z-]+\s+){{0,2}}?(?:{_KIN}"
    rf"|sources?)(?:\s+there)?{_IN_PLACE}"
    rf"(?:,\s+(?:whose|which|who|an?|the)\s[^;,]{{2,80}},)?{_AUX}$"
)
_SAID_IT = (
    r"(?:\s+(?:said|says|announced|disclosed|confirmed|reported|told\s+[a-z]+)(?:\s+that)?"
    r"\s+(?:it|they))?"
)
_KIN_OF_IT = re.compile(
    rf"(?:'s?)?\s+(?:[a-z-]+\s+){{0,2}}?{_KIN}(?:\s+[a-z.&-]+){{0,2}}{_IN_PLACE}"
    rf"(?:,[^,;]{{2,60}},)?{_SAID_IT}{_AUX}$"
)
_BUYS = re.compile(r"\b(?:customer|client|buyer|importer|distributor)s?\b")
"""Whom a licence is for; it is theirs only where they are told to have received it."""
_GOVERNED = re.compile(
    r"\b(?:for|to|with|from|by|via|at|of|in|on|unlike|like|than|as|after|before|alongside)\s+"
    r"(?:the\s+)?$"
)
_OF_THEM = re.compile(rf"\b{_KIN}\s+(?:of|to|for)\s+(?:the\s+)?$")
_PAPERS_FOR = re.compile(
    r"\b(?:licenses?|permits?|approvals?|authorizations?|papers|paperwork|files?|applications?"
    r"|requests?|clearances?|documents?|consents?) (?:for|covering|concerning) (?:[a-z0-9-]+ ){0,4}"
    r"(?:customers?|clients?|buyers?) (?:of|to) (?:the )?$"
)
"""Papers "for nine customers of X" are X's."""
_COMPETE = re.compile(
    r"\b(?:firms|companies|makers|producers|those|exporters)\s+(?:that|which|who)\s+(?:compete|vie"
    r"|deal|work|trade)\s+with\s+(?:the\s+)?$"
)
_APPOSED = re.compile(rf"(?:,[^;]{{2,60}}?,)?{_SAID_IT}{_IN_PLACE}{_AUX}$")
_GIVES = re.compile(r"(?:issu|grant|award|gave|give|giving|hand|went|gone|allocat|sent|reach)")
_ISSUED = re.compile(
    r"\s+(?:(?:that|which)\s+(?:was|were|has been|have been|had been)\s+)?"
    r"(?:issued|granted|given|awarded|handed)"
)
_RECEIVES = frozenset(
    ("give", "got", "arrive", "get", "renew", "reinstate", "refuse", "suspend", "revoke")
)


def somebody_else(sentence: Sentence, act: Act) -> Subject | None:
    """Who has the licence of this act, where it is not simply the nearest firm."""
    if sentence.chinese or act.kind not in _RECEIVES | {"hold", "apply", "expire", "have"}:
        return None
    text = sentence.normal.text
    behind = None
    if _GIVES.search(act.hit.text):
        behind = _RECEIVER.match(text, act.end, sentence.end)
    for paper in act.objects:
        if behind is None and paper.start >= act.end and (m := _ISSUED.match(text, paper.end)):
            behind = _RECEIVER.match(text, m.end(), sentence.end)
    if behind is None and act.kind in ("get", "got", "arrive", "apply", "hold"):
        behind = _AGENT.match(text, act.end, sentence.end)
    if behind:
        name = _NAME_FOLLOWS.match(text, behind.end(), sentence.end)
        at = name.end() if name else behind.end()
        for g in sentence.groups:
            if at - 1 <= g.start <= at + 1 and not _is_excluded(sentence, g):
                return Subject(g.keys, "named", text[g.start : g.end])
        return None if _and_to(sentence, behind.end()) else _crowd(behind.group())
    for paper in act.objects:
        if paper.end <= act.start and (m := _HELD_BY.match(text, paper.end, act.start)):
            near = _NAME_FOLLOWS.match(text, m.end(), act.start)
            if near is None or not any(-1 <= g.start - near.end() <= 1 for g in sentence.groups):
                return _crowd(m.group())
    before = text[max(sentence.start, act.start - 160) : act.start]
    if m := _WHOSE.search(before) or _ITS_VENDOR.search(before):
        return _crowd(m.group())
    m = _RELATIVE.search(before)
    if m and act.kind in ("get", "give", "got", "hold", "have") and m["lead"] not in _PREDICATE:
        return _crowd(m.group())
    m = _STRANGER.search(text[sentence.start : act.start])
    if m and all(_is_excluded(sentence, g) for g in sentence.groups if g.start < act.start):
        return _crowd(m.group())
    return _kin(sentence, act)


def _is_excluded(sentence: Sentence, g: Group) -> bool:
    return is_excluded(sentence, Candidate(g.start, g.end, "firm", g))


def _crowd(said: str) -> Subject:
    return Subject((), "crowd", said.strip())


def its_kin(sentence: Sentence, act: Act, start: int, end: int) -> bool:
    """ "Its Chengdu neighbour" is not "it", unless a name stands right before or behind it."""
    text = sentence.normal.text
    m = _ITS_KIN.match(text, end, sentence.end)
    return (
        m is not None
        and act.kind in _RECEIVES
        and not _GOVERNED.search(text, sentence.start, start)
        and not any(0 <= g.start - m.end() <= 2 or 0 <= start - g.end <= 2 for g in sentence.groups)
    )


_ITS_KIN = re.compile(
    r"\s+(?:[a-z-]+\s+){0,2}?(?:suppliers?|vendors?|magnet sources?|partners?|rivals?"
    r"|competitors?|peers?"
    r"|neighbou?rs?|namesakes?|landlords?|lenders?|agents?|shareholders?|owners?"
    r"|(?:former )?parents?)\b(?!'s)"
)


def names_its_kin(sentence: Sentence, at: int) -> bool:
    """Does "our supplier X" stand behind `at`: the one who speaks is not X?"""
    text = sentence.normal.text
    return any(g.start > at and _OUR_KIN.search(text, at, g.start) for g in sentence.groups)


_OUR_KIN = re.compile(rf"\bour (?:[a-z-]+ ){{0,2}}?{_KIN} $")


def _and_to(sentence: Sentence, at: int) -> bool:
    """ "To its partner in April and to X itself on Tuesday"."""
    text = sentence.normal.text
    return any(
        g.start > at and re.search(r"\band to (?:the )?$", text[at : g.start])
        for g in sentence.groups
    )


def _kin(sentence: Sentence, act: Act) -> Subject | None:
    """ "X's rival has received", "several peers of X have": the last name before the verb only
    says whose."""
    text = sentence.normal.text
    firms = [g for g in sentence.groups if sentence.start <= g.start < act.start]
    if not firms:
        return None
    last = firms[-1]
    before = text[max(sentence.start, last.start - 60) : last.start]
    if _PAPERS_FOR.search(before):
        return Subject(last.keys, "named", text[last.start : last.end])
    if _OF_THEM.search(before) or _COMPETE.search(before):
        found = _APPOSED.fullmatch(text, last.end, act.start)
    elif _GOVERNED.search(before):
        return None
    else:
        found = _KIN_OF_IT.fullmatch(text, last.end, act.start)
        end = sentence.pieces[act.piece][1]
        if found and _BUYS.search(found.group()) and not sentence.within(act.end, end, *PAPER):
            return None
    return _crowd(f"kin of {text[last.start : last.end]}") if found else None
