"""English verbs whose own subject or object is something else than a licence.

Where a text speaks of licences, a verb may leave its licence out ("It was granted on Monday"); one
that names another thing does not: "gained 3-5 %", "a mandate was granted to the board", "received
an acceptance number", "more permits than it was given". What a firm hands to the office is filed,
not granted.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, PAPER, Act
from monitor.rules.sentence import Sentence

_MOVES = GRANTS | {"refuse", "suspend", "revoke", "expire", "renew", "reinstate"}
_COUNT = (
    r"(?:\d[\d.,]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen"
    r"|twenty"
    r"|thirty|forty|fifty|hundred|several|some|a few|a couple of|half a|many|most|few)"
)
_MEASURE = (
    r"(?:%|per ?cent|percent|percentage|(?:basis )?points?|bps|fen|jiao|yuan|rmb|renminbi|cents?"
    r"|dollars?|pence|euros?|yen|won|rupees?|ringgit|votes?|seats?|places?|notches|pounds?|goals?"
    r"|prizes?|medals?|shareholders|lots|staff|engineers|journalists|followers|readers|minutes"
    r"|hours"
    r"|kilometres|kilometers|hectares|square|megawatts?|gigawatts?|mw|gw|shares?)\b"
)
_AMOUNT = re.compile(
    rf"\s*(?:by |up to |to |about |around |some |nearly |almost |over |more than |as much as "
    rf"|another"
    rf" |only |just |between |at least )*{_COUNT}(?:\s?-\s?| to | or | and ){{0,1}}(?:{_COUNT})?"
    rf"\s?(?:(?:thousand|million|billion|trillion|hundred|mn|bn|m)\b ?)?(?:{_MEASURE}|%)"
)
_POINTS = re.compile(r"(?:[.,]\d+)? ?(?:%|per ?cent|points?)")
_RECEIPT = (
    r"(?:(?:acceptance|receipt|registration|case|file|filing|reference|tracking|serial|application"
    r"|docket|entry|queue)[ -](?:numbers?|slips?|notes?|receipts?|codes?|confirmations?|stamps?)"
    r"|(?:notices?|notifications?|letters?|confirmations?|certificates?) of (?:acceptance|receipt"
    r"|registration|filing)|(?:acceptance|receipt|filing|registration) (?:notices?|notifications?"
    r"|letters?|certificates?)|acknowledge?ments?(?: of receipt)?|waybills?)"
)
_RECEIPT_BEFORE = re.compile(
    rf"\b{_RECEIPT}(?: (?:for|of|from|by|dated|on) [a-z0-9' -]{{1,40}}?)?(?: (?:has|have|had|was"
    rf"|were"
    r"|is|are|been|also|now|already|duly|just))* $"
)
_RECEIPT_BEHIND = re.compile(
    rf"\s+(?:(?:an?|the|its|their|our|your|his|only|just|formal|official|written|mere|electronic"
    rf"|ministry's|mofcom|provincial|department's|of) ){{0,4}}?{_RECEIPT}\b"
)
_GAVE = re.compile(
    r"(?:been )?(?:hand(?:ed)?|pass(?:ed)?|forward(?:ed)?|sent|send|present(?:ed)?|deliver(?:ed)?"
    r"|transfer(?:red)?|transmit(?:ted)?|refer(?:red)?|relay(?:ed)?|given|submitted|put|went|gone"
    r"|go|goes|moved|escalated)(?: (?:on|in|up|over|along))?$"
)
_TO_OFFICE = re.compile(
    r"(?: (?:on|in|up|over|along))?(?: (?:by|from|via"
    r"|through) [a-z0-9' -]{2,40}?)? (?:on )?to (?:the )?"
    r"(?:[a-z]+'s )?(?:(?:provincial|municipal|central|local|competent|national|commerce|state"
    r"|licensing|export[- ]control|[a-z]+ provincial) ){0,3}"
    r"(?:ministry|department|authorit(?:y|ies)|bureau|office|commission|beijing|mofcom|regulators?"
    r"|officials|government|capital|ministries)\b"
)
_SHEETS = re.compile(
    r"\b(?:papers?|paperwork|forms?|files?|dossiers?|documents?|documentation|filings?"
    r"|applications?"
    r"|requests?|bids?|submissions?|folders?|cases?|petitions?|materials?|drawings?|statements?)\b"
)
_BODY = (
    r"(?:board(?: of directors)?|directors|supervisory board|shareholders?|stockholders?|(?:annual"
    r"|general|extraordinary|shareholders') meeting|agm|egm|meeting|lenders?|creditors?|banks?"
    r"|courts?"
    r"|judges?|(?:stock )?exchange|bourse|sasac|csrc|sfc|auditors?|trustees?|partners?|union"
    r"|(?:city|town|works|local) council"
    r"|parliament|senate|congress|city|county|municipality|village|mayor|landlord|customers?"
    r"|clients?"
    r"|fda|nmpa|epa|bis|ofac|cfius|insurers?|underwriters?)"
)
_BY_BODY = re.compile(
    rf" (?:by|at) (?:the |its |a |an |their |our |all |last [a-z]+'s |[a-z]+day's ){{0,2}}"
    rf"(?:[a-z-]+ ){{0,2}}?{_BODY}\b"
)
_BODY_DOES = re.compile(
    rf"\b(?:the|its|a|an|their|our|[a-z]+'s) (?:[a-z-]+ ){{0,2}}?{_BODY} (?:(?:has|have|had|also"
    rf"|then"
    r"|yesterday|today|now|already|duly|formally|unanimously) ){0,3}$"
)
_THAN = re.compile(
    r"\bthan (?:we|it|they|he|she|i|the (?:company|firm|group|market)|what|was|were|had|has)"
    r"(?: (?:has|have|had|was|were|is|are|been|ever|actually|originally)){0,3} $"
)
_DENIES = re.compile(r"den(?:y|ied|ies|ying)")
_GERUND = re.compile(r"\s+(?!nothing|anything|something)[a-z]+ing\b")
_BE = re.compile(r"\b(?:was|were|been|being|is|are|be|get|got|gets|getting) (?:[a-z]+ly )?$")
_HAD = re.compile(r"(?:ha[sd]|have)(?: had)?")
_GREETS = re.compile(r"\s*(?:$|[.,!;:]|to\b|and\b|back\b|dear\b|on board)")
_FREELY = re.compile(
    r"[^,.;]{0,60}?\b(?:freely|at will|as (?:it|they|we|you) (?:please|like|wish)s?"
    r"|without (?:any |a "
    r"|the )?(?:papers?|paperwork|formalit(?:y|ies)|licen[sc]es?|permits?|permission|asking|stamp"
    r"|hindrance|red tape))\b"
)
_UNCONTROLLED = re.compile(
    r"\b(?:ferrites?|ceramics?|bonded ferrite|aluminium|aluminum|copper|zinc|silver|tin|steel"
    r"|lanthanum"
    r"|cerium|praseodymium|light rare earths?)(?: [a-z]+)? (?:is|are|was|were|has been|have been) $"
)
_CUSTOMS = re.compile(r"\bcustoms\b(?! code| tariff| broker| duty| duties| value)")
_LETS_GO = re.compile(r"(?:releas|let go|let pass|clear|free[sd]?$|pass)")
_PROCESS = re.compile(
    r"\b(?:procedures?|process(?:es)?|reviews?|applications?|examinations?|assessments?|formalities"
    r"|proceedings?|vetting|checks?|thing|matter|file|case|lawsuit|trial)\b[^,.;]{0,16}$"
)
_USED_UP = re.compile(
    r"\b(?:exhausted|used up|fully used|spent|shipped out|run through|drawn down|filled)\b"
)
_GIVEN_BACK = re.compile(r"\b(?:back|surrender\w*|returned)$")


def something_else(sentence: Sentence, act: Act) -> str:
    """Why the verb is about another thing; empty if it may be about a licence."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    word = act.hit.text
    before = text[max(start, act.start - 80) : act.start]
    if word.startswith("welcome") and _GREETS.match(text[act.end : sentence.end]):
        return "a greeting"
    if act.kind == "refuse" and _DENIES.fullmatch(word) and _GERUND.match(text, act.end):
        return "" if _BE.search(before) else "a denial, not a refusal"
    if act.kind not in _MOVES:
        return ""
    if act.kind in ("get", "have") and _HAD.fullmatch(word) and _nothing_had(sentence, act):
        return "what it had is told behind"
    if act.kind in ("get", "give", "revoke", "hold", "arrive") and (
        _AMOUNT.match(text, act.end) or (word[-1:].isdigit() and _POINTS.match(text, act.end))
    ):
        return "an amount of something else"
    if act.kind in GRANTS and _THAN.search(before):
        return "only compared with"
    offered = act.kind in ("give", "got") and word.startswith(("offer", "serv"))
    if offered and not sentence.within(sentence.start, end, "authority"):
        return "an offer, no grant"
    if act.kind in ("give", "got") and (_BY_BODY.match(text, act.end) or _BODY_DOES.search(before)):
        return "another body's decision"
    if act.kind == "got" and (_FREELY.match(text, act.end) or _UNCONTROLLED.search(before)):
        return "goods that need no licence"
    if (
        act.kind in ("got", "give")
        and _LETS_GO.match(word)
        and _CUSTOMS.search(text, start, end)
        and not sentence.within(start, end, *PAPER)
        and not any(h.text != "customs" for h in sentence.within(start, end, "authority"))
    ):
        return "customs let goods pass, they give no licence"
    return ""


def _nothing_had(sentence: Sentence, act: Act) -> bool:
    """ "Have had no luck", "has had no decision": a turn of its own says what was had."""
    return any(
        h.start == act.end + 1
        and h.text.startswith("no ")
        and not h.kinds.isdisjoint(("wait", "lacking", "refuse", "hear"))
        for h in sentence.hits
    )


def on_its_way(sentence: Sentence, act: Act) -> str:
    """What the verb is instead: `apply` where it hands papers to the office, `wait` where what came
    only says that they are there, or a procedure runs its course."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    before = text[start : act.start]
    hands = act.kind in ("give", "get", "arrive", "got") and _GAVE.fullmatch(act.hit.text)
    if hands and _TO_OFFICE.match(text, act.end, end) and _SHEETS.search(before):
        return "apply"
    if act.kind in ("get", "give", "arrive", "got", "hold", "have") and (
        _RECEIPT_BEHIND.match(text, act.end, end) or _RECEIPT_BEFORE.search(before)
    ):
        return "wait"
    if act.kind == "expire" and "course" in act.hit.text and _PROCESS.search(before):
        return "wait"
    return ""


def used_up(sentence: Sentence, act: Act) -> bool:
    """ "The quantity is exhausted and the document handed back": nothing was taken away."""
    text = sentence.normal.text
    return (
        act.kind == "revoke"
        and _GIVEN_BACK.search(act.hit.text) is not None
        and _USED_UP.search(text, sentence.start, act.start) is not None
    )
