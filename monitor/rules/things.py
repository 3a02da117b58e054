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


_ALL_BUT = re.compile(
    r"\b(?:practically|virtually|almost|nearly|all but|as good as|basically|more or less|not quite"
    r"|half|close to being|on the verge of being|about to be|on the point of being)"
    r"[\s\"'“]{1,2}(?:been |being )?$"
)
_THE_FAVOURITE = re.compile(
    r"\b(?:money|bets?|betting|odds|favou?rites?|front-?runners?|wager(?:s|ed)?) (?:is |are )?"
    r"(?:on|for|that)\b[^.;]*$"
)
_RISKS = re.compile(
    r"\b(?:risk(?:s|ed|ing)?|fear(?:s|ed|ing)?|fac(?:es?|ed|ing)|threaten(?:s|ed|ing)?"
    r"|threatened with|in danger of|stand(?:s)? to|close to|avoid(?:s|ed|ing)?|avert(?:s|ed|ing)?"
    r"|escap(?:es?|ed|ing)|forestall(?:s|ed|ing)?|pre-?empt(?:s|ed|ing)?|prevent(?:s|ed|ing)?"
    r"|dodg(?:es?|ed|ing)|head(?:s|ed)? off|spar(?:es?|ed|ing)(?: itself| it| them| themselves)?)"
    r" (?:[a-z]+ing )?(?:(?:its|the|a|an|their|any|his|being|[a-z]+(?:ese|ian|ish|ean|an|ch))\s?)*"
    r"(?:(?:formal|export|outright|full|second|further|total|public)\s?)*"
    r"(?:(?:licen[sc]es?|permits?|approvals?|papers) )?(?:being )?$"
)
_RENEWAL = re.compile(r"(?:renewal|extension|prolongation|rollover)s?$")
_ASKED_FOR = re.compile(
    r"(?: (?:for|of|to) [a-z0-9' -]{2,40}?)? (?:(?:has|have|had|was|were|is|are|now|already|also"
    r"|being|been|duly) ){1,4}(?:applied for|requested|sought|asked for|filed|lodged|submitted"
    r"|under ?way|in hand|pending|sent in|put in|prepared|drafted|planned)\b"
)
_MEANS = re.compile(
    r"[\"'”’],? (?:means?|is (?:rare|when|the)|stands for|refers to|denotes|signifies|covers)\b"
)
_SO_CALLED = re.compile(
    r"\b(?:word|words|term|verb|phrase|label|(?:we|they|i|people|brokers) (?:write|say|call"
    r"|mean))\b"
    r"[^.;]{0,80}[\"'“‘]$"
)
_HOLDS = re.compile(r"(?:hold|holds|held|holding|count|counts|counted)$")
_HELD_ELSE = re.compile(
    r"\s+(?:that|up|back|off|out|forth|firm|talks|for|against|true|good)\b|\s*[-,]"
)
_STAYS = re.compile(r"stay(?:s|ed|ing)?$")
_STAYED = re.compile(
    r"\s+(?:free|open|exempt|valid|calm|flat|unchanged|licensed|high|low|strong|weak|loyal|silent"
    r"|clear)\b"
)
_HABIT = re.compile(
    r"\b(?:is|are) (?:[a-z]+ly |only |always |all )?(?:conducted|made|shipped|exported"
    r"|carried out|done"
    r"|delivered|sold|sent|started|handled|arranged|executed|effected|undertaken|organi[sz]ed)\b"
    r"[^.;]{0,30}\b(?:after|upon|on|once|following|subject to|by)[\s\"]$"
)
_IN = re.compile(r"(?:is|are) in$")


def only_feared(sentence: Sentence, act: Act) -> tuple[str, str] | None:
    """What bends the act from before it: (word of the frame, why); None for most."""
    text = sentence.normal.text
    before = text[max(sentence.start, act.start - 96) : act.start]
    if act.kind in GRANTS and _ALL_BUT.search(before):
        return "plan", "plan or forecast: all but done"
    if act.kind in GRANTS and _THE_FAVOURITE.search(before):
        return "plan", "plan or forecast: a bet"
    if act.kind in _LOSSES and (_RISKS.search(before) or _RISKS_HAVING.search(before)):
        return "if", "condition: what is only feared or avoided"
    if act.kind in GRANTS and _HABIT.search(before):
        return "if", "condition: how it is always done"
    return None


_LOSSES = frozenset(("refuse", "suspend", "revoke", "expire"))
_RISKS_HAVING = re.compile(r"\brisk(?:s|ed|ing)? (?:having |seeing |losing )?$")


def _only_words(sentence: Sentence, act: Act) -> str:
    """ "Suspended" means ...: the word is spoken of; an extension that has been requested."""
    text = sentence.normal.text
    quoted = text[act.start - 1 : act.start] in ('"', "'", "“", "‘") if act.start else False
    if quoted and (
        _MEANS.match(text, act.end) or _SO_CALLED.search(text, sentence.start, act.start)
    ):
        return "a word that is spoken of"
    if act.kind == "renew" and _RENEWAL.search(act.hit.text) and _ASKED_FOR.match(text, act.end):
        return "only asked for"
    if act.kind == "hold" and (
        (_HOLDS.match(act.hit.text) and _HELD_ELSE.match(text, act.end))
        or (act.hit.text == "held" and _BE.search(text, sentence.start, act.start))
    ):
        return "holds something else"
    if act.kind == "suspend" and _STAYS.match(act.hit.text) and _STAYED.match(text, act.end):
        return "stays as it is"
    is_in = act.kind == "arrive" and _IN.fullmatch(act.hit.text)
    if is_in and any(0 <= act.start - g.end <= 1 for g in sentence.groups):
        return "a firm that is in, no licence"
    return ""


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
    if why := _only_words(sentence, act):
        return why
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
