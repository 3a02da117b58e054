"""English that speaks of licences without telling an act: risks, habits, other people's papers.

`untold` says why a verb with a paper tells nothing that happened; `bent` adds what bends an act
from farther off than `scope.py` looks.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, PAPER, Act
from monitor.rules.sentence import Sentence
from monitor.rules.things import only_feared

_LOSSES = frozenset(("refuse", "suspend", "revoke", "expire"))
_MOVES = GRANTS | _LOSSES | {"renew", "reinstate"}
_MATTER = (
    r"(?:technolog|patent|software|process|trademark|brand|know-how|design|broker|dealer|doctor"
    r"|pharmac|bank|fund|adviser|advisor|lawyer|teacher|driver|pilot)"
)
_LICENSED_BY = re.compile(
    r"\s+(?:from\b|out\b|under\b|(?:its|their)\b"
    r"|by (?!(?:the )?(?:ministry|commerce|chin|beijing|mofcom|state\b"
    r"|government|authorit|provinc|regulator))|as an?\b|in the\b"
    rf"|(?:[a-z-]+ )?(?:{_MATTER[3:-1]}|distributor|agent|trader|premises|facilit|plant|patents?))"
)
_LICENSED_ONE = re.compile(rf"\b{_MATTER}[a-z]*\s+(?:(?:is|are|was|were|being|been)\s+)?$")
_NEITHER = re.compile(
    r"\b(?:neither|nor|not|declined to|refused to|would not) (?:confirm|den)[a-z]* (?:n?or )"
    r"(?:den|confirm|comment)[a-z]*\b"
    r"|\b(?:could not|unable to|did not|cannot|declined to|refused to)"
    r" (?:independently |immediately )?(?:confirm|verify)\b"
    r"|\b(?:reply|replied|respond|responded|answer|answered) (?:to )?(?:any )?(?:questions|requests"
    r"|queries|calls)\b"
)
_OTHER_OBJECT = re.compile(
    r"\b(?:orders?|contracts?|deals?|loans?|subsid(?:y|ies)|awards?|prizes?|payments?|inquir(?:y"
    r"|ies)"
    r"|enquir(?:y|ies)|questions?|calls?|seminars?|meetings?|talks|visits?|workshops?|training"
    r"|advice|guidance|guidelines|information|lessons?|courses?|attention|interest|praise|thanks"
    r"|decision|move|plan|promise|pledge|offer|news|law|step|rules?|debate|story|team|customer"
    r"|client|revenue|money|funds|profits?|market share|ground|appeal|clerks?|staff)\s+"
    r"(?:by|from|of|to|that|which|who|on|about|over|as|for|in|under|without|because)\b"
)
_FROM_OFFICE = re.compile(r"\b(?:from|by) (?:the )?(?:ministry|commerce|beijing|mofcom|chin)")
_NAKED = re.compile(
    r"(?:^|[.;,:]\s*|\b(?:or|and|any|that|if|of|the risk of)\s+(?:the )?)(?:any |a |an |possible "
    r"|potential |future |further |failure to |delays?(?: in| or|,)? |the )*"
    r"(?:(?:delay|refusal|suspension|withdrawal|revocation|denial|rejection|expiry|cancellation"
    r"|lapse|loss)(?:,| or| and)\s+(?:the )?)*$"
)
_ANY = re.compile(r"\b(?:any|possible|potential|failure to|every|each)\b[^.;]{0,48}$")
_NOUNS = frozenset(
    ("refusal", "refusals", "rejection", "rejections", "denial", "denials", "suspension",
     "suspensions", "revocation", "revocations", "withdrawal", "withdrawals", "cancellation",
     "expiry", "expiration", "lapse", "failure to obtain", "failure to secure")
)  # fmt: skip
_MODAL = re.compile(
    r"\b(?:could|would|might|may|must|can|should|will|shall|has to|have to|is to be|are to be)\b"
)
_TERM_OF = re.compile(
    r"\s+(?:automatically |usually |normally )?(?:after|every|within|at the end of|following)\s+"
    r"(?:about |some |just |only |every )?(?:an?|one|two|three|four|five|six|nine|ten|twelve|\d+"
    r"|half)\b"
)
_PRESENT = re.compile(r"(?:expire|expires|lapse|lapses|end|ends|runs? out)$")
_IN_PRESENT = re.compile(
    r"\b(?:is|are|gets?|receives?|obtains?|arrives?|comes?|expires?|lapses?|ends?|issues?|grants?"
    r"|takes?)\s*(?:[a-z]+\s*)?$"
)
_HOW = re.compile(
    r"\bwhat to\b[^.;]*$|\bhow\s+(?:to|(?:[a-z-]+\s+){0,4}(?:is|are|can|should|gets?))\b[^.;]*$"
)
_OTHERS = re.compile(
    r"\s+by (?:the (?:industry|sector|trade|others?|competition)|others\b"
    r"|(?:its |their |other |some |many |several |a |two |three )+(?:rivals?|peers?|competitors?"
    r"|members|compan(?:y|ies)|firms|exporters|makers|producers))"
)
_ACTIVITY = re.compile(
    r"\s+(?:(?:its|the|all|their|a|some|most|any) )*(?:exports|shipments|deliver(?:y|ies)|sales"
    r"|production|output|orders?|trading|work)\b(?! (?:licen|permit|approv|authori))"
)
_BY_THEM = re.compile(r"\b(?:was|were|been|being|is|are)\s+(?:[a-z]+\s+)?$")
_LOSE = ("lose", "losing", "lost", "los")
_DIRECT = re.compile(
    r"\s*(?:(?:[a-z]+'s|its|their|the|an?|all|both|one|two|three|four|five|of|that|this|some|most"
    r"|export|chinese|only|first|last|valid|general|new|old|it had|held)\s+)*(?:[a-z-]+\s+){0,2}$"
)
_USUALLY = re.compile(
    r"\b(?:normally|usually|typically|generally|as a rule|commonly|ordinarily|on average)\b"
)
_WHOEVER = re.compile(
    r"\b(?:whoever|anyone who|any (?:company|firm|exporter|applicant|supplier) (?:that|which|who)"
    r"|those who|for (?:every|each) (?:[a-z]+ )?(?:license|permit|approval)s?) [^.;,]{0,60}$"
    r"|^\W*(?:the )?(?:magnets?|goods|products?|shipments?|motors?|cargoes|items) (?:that|which"
    r"|for which) (?:have|has|are|is) [^.;,]{0,60}$"
)
_CLEARED_ELSE = re.compile(
    r"\s+(?:of (?!customs)|up\b|its (?:debts?|stocks?|inventor|backlog|shelves|name|loans?)|the air"
    r"|the way for (?:a|an|the|its) (?:merger|takeover|deal|listing|sale of))"
)
_STOPPED = re.compile(
    r"\b(?:trading|stock|shares?|production|deliver(?:y|ies)|shipments?|exports|sales|work|orders?"
    r"|output|talks|quotation)\b"
)
_DENIED_ELSE = re.compile(
    r"\s+(?:an?|the|its|any|his|her|their) (?:[a-z-]+ ){0,2}?(?:loan|visa|subsid(?:y|ies)|contract"
    r"|order|credit|entry|manager|chief|director|chairman|clerk|employee|proposal|offer|takeover"
    r"|merger|motion|suggestion|notion|idea|criticism|accusation|lawsuit"
    r"|seat|refund|bail|hearing|meeting|rebate|overdraft|extension of credit)\b"
)
_HEAD = re.compile(
    r"\s+(?:an?|the|its|their|his|some|several|two|three)\s+(?:[a-z-]+ ){0,3}?(?P<head>[a-z-]+)"
    r"(?:,? who\b| (?P<by>on|about|that|for|concerning|regarding|over|of|to)\b)"
)
_SAYS_IT = re.compile(
    r"(?:notice|letter|decision|confirmation|certificate|word|document|reply|answer|ruling|copy"
    r"|message|notification|verdict|news|green|go-ahead|clearance|permission|right|stamp|approval"
    r"|one|first|second|third|last|latest|next|only|dozen|total|number|batch|couple|handful|half"
    r"|tranche|pair|series|set"
    r"|kind|type|majority|share|round|lot|rest|remainder|part|quarter|most|bulk|string|raft|slew"
    r"|flurry|[a-z]+th|trio|quartet|mix|range|variety|bunch|stack|pile|some|few|all|each|several"
    r"|two|three|four|five|six|many|more|portion|minority|combination|equivalent|holder|owner"
    r"|application|request|filing|submission|petition|bid|plea|scan|photo|picture|original"
    r"|extension|renewal|prolongation|suspension|validity|use|green light|nod|blessing|leave)s?$"
)
_COMPOUND = re.compile(
    r"\s+(?:training|files?|filings|work|business|departments?|desks?|stor(?:y|ies)|teams?|staff"
    r"|managers?|clerks?|rules?|office|polic(?:y|ies)|risks?|guides?|manuals?"
    r"|disputes?|lawsuits?|suits?|rows?|court cases?|registers?|database|handling|fees?|talks"
    r"|debate|worries|fears|hopes)\b"
)
_FIRMS_THAT = re.compile(
    r"\b(?:firms|companies|makers|exporters|producers|namesakes?|those|names)"
    r" (?:(?:that|which|who) )?(?:has |have |had |was |were )?(?:been )?$"
)
_AMONG = re.compile(
    r"\b(?:among|amid|one of|first|second|third|latest|last|join[a-z]*|includ[a-z]+|are|were"
    r"|such as|tops?|heads?|leads?|namely|like|two|three|four|five|six|seven|eight|nine|ten)\b"
)
_IN_TOUCH = re.compile(
    r"\b(?:communicat|talk|speak|consult|discuss|liais|cooperat|contact|touch|dialogue|familiar)"
    r"[a-z]*\s+$"
)
_ONE_OF_THEM = re.compile(r"\s+(?:another|one|two|three|them|it|both|all|some|most|these|those)\b")
_FIGURE = re.compile(r"\s+(?:about |some |nearly |almost |over |more than |up to |as much as )?\d")


def untold(sentence: Sentence, act: Act) -> str:
    """Why this verb tells no act though a paper stands by it; empty if it tells one."""
    if sentence.chinese:
        return ""
    text = sentence.normal.text
    if act.kind == "wait" and act.hit.text.startswith("with "):
        touch = _IN_TOUCH.search(text, sentence.start, act.start)
        return "only in touch with the office" if touch else ""
    if act.kind not in _MOVES:
        return ""
    end = sentence.pieces[act.piece][1]
    before = text[max(sentence.start, act.start - 96) : act.start]
    word = act.hit.text
    if word in ("licensed", "licensing of") and (
        _LICENSED_BY.match(text, act.end) or _LICENSED_ONE.search(before)
    ):
        return "licensed in another way"
    if word == "licensing of" and _PACE.search(before):
        return "how licences are given, none in particular"
    if _NEITHER.search(before) and not re.search(r"\bbut\b", before):
        return "neither confirmed nor denied"
    behind = [h for h in sentence.within(act.end, end, *PAPER) if h in act.objects]
    between = text[act.end : behind[0].start] if behind else ""
    passive = _BY_THEM.search(before) is not None
    if (
        between
        and not passive
        and act.kind in ("get", "hold", "have", "report", "revoke", "suspend", "refuse")
        and not any(o.end <= act.start for o in act.objects)
        and _OTHER_OBJECT.search(between)
        and not _FROM_OFFICE.search(between)
    ):
        return "something else is its object"
    if word.startswith("holder") and behind and not _DIRECT.fullmatch(between):
        return "holds something else"
    if act.kind == "suspend" and _FIGURE.match(text, act.end):
        return "something else is its object"
    if word.startswith(_LOSE) and (
        _FIGURE.match(text, act.end) or (behind and not _DIRECT.fullmatch(between))
    ):
        return "loses something else"
    if (
        act.kind == "suspend"
        and not passive
        and _ACTIVITY.match(text, act.end)
        and not sentence.within(sentence.start, act.start, "authority")
    ):
        return "work stops, no licence"
    if (
        word.startswith(_LOSE)
        and act.objects
        and all(o.end <= act.start for o in act.objects)
        and not passive
        and not _ONE_OF_THEM.match(text, act.end)
    ):
        return "loses something else"
    if act.kind in ("give", "got", "arrive") and act.objects and _needless(sentence, act):
        return "the paper is the one that is not needed"
    if _ANOTHERS.match(text, act.end, end):
        return "another firm's"
    if act.kind in _LOSSES and _LOOKED_LIKE.search(before):
        return "only looked like it"
    if act.kind in GRANTS and _THEIRS.search(text, act.end, sentence.end):
        return "others did"
    if act.objects and all(_COMPOUND.match(text, o.end) for o in act.objects):
        return "a matter named after licences"
    if between and act.kind in _DIRECTED and (m := _HEAD.match(between + " ")):
        given = passive and act.kind in ("give", "got")
        if not given and not _SAYS_IT.match(m["head"]) and not _FROM_OFFICE.search(between):
            return "something else is its object"
    if act.kind in GRANTS and _FIRMS_THAT.search(before) and not _AMONG.search(before):
        return "says which firms, not that this one is of them"
    naked = word in _NOUNS and _NAKED.search(text[sentence.start : act.start])
    if word in _NOUNS and (
        _ANY.search(before) or (naked and _MODAL.search(text, act.end, sentence.end))
    ):
        return "named as what may come"
    if act.kind == "expire" and _PRESENT.search(word) and _TERM_OF.match(text, act.end):
        return "a general rule, not an act"
    if _HOW.search(before):
        return "tells how it is done"
    if (act.kind in GRANTS or act.kind == "renew") and _WHOEVER.search(before):
        return "says for whom it would hold, not that it was so"
    if _USUALLY.search(text, sentence.start, act.end + 24) and _IN_PRESENT.search(before + word):
        return "a general rule, not an act"
    if word == "cleared of" or (word.startswith("clear") and _CLEARED_ELSE.match(text, act.end)):
        return "cleared of something else"
    if act.kind in _LOSSES and _DENIED_ELSE.match(text, act.end):
        return "something else was withheld"
    if (
        act.kind in ("suspend", "revoke")
        and passive
        and act.objects
        and all(o.start >= act.end for o in act.objects)
        and _STOPPED.search(text, sentence.pieces[act.piece][0], act.start)
    ):
        return "something else stopped"
    if act.kind in ("get", "give", "got") and (
        _OTHERS.match(text, act.end) or _LEFT_OUT.search(text, sentence.start, act.start)
    ):
        return "others did"
    if (
        act.kind in ("suspend", "revoke")
        and _ACTIVE.search(before)
        and not behind
        and _TAKES_OTHER.match(text, act.end)
    ):
        return "something else is its object"
    if act.kind == "give" and word.startswith("offer") and _TO_DO.match(text, act.end):
        return "offers to do something"
    start = sentence.pieces[act.piece][0]
    if act.objects and _EVERY.fullmatch(text, start, act.objects[0].start) and _IS_RULE.match(word):
        return "a general rule, not an act"
    if act.kind == "give" and _GAVE_BACK.match(text[act.end : end]):
        return "gave back what was filed"
    return ""


_ANOTHERS = re.compile(
    r"[^.;,]{0,40}?\b(?:concern(?:s|ed)?|affect(?:s|ed)?|relate[sd]? to|belong(?:s|ed)? to"
    r"|refer(?:s|red)? to"
    r"|(?:is|are|was|were) (?:for|about|that of|those of)|(?:is|are|was|were) meant for|hit)"
    r" (?:only )?(?:another|a different|an unrelated|an unlisted|a similarly|a namesake"
    r"|one of its (?:rivals|peers))\b"
)
"""The refusal concerned another company."""
_LOOKED_LIKE = re.compile(
    r"\b(?:look(?:s|ed)? like|resembl(?:es|ed|ing)|seem(?:s|ed) (?:like|to be)|sound(?:s|ed) like"
    r"|(?:mistaken|taken|mistook it) for|read (?:like|as)|(?:interpreted|construed|misread|reported"
    r"|presented|portrayed|seen) as|confused with) (?:an?|the|its)? ?(?:[a-z]+ )?$"
)
_ACTIVE = re.compile(r"\b(?:has|have|had) (?:since |also |now |already )?$")
_TO_DO = re.compile(
    r" to (?:report|tell|inform|open|hand|show|pay|let|help|supply|ship|wait|withdraw|return|share"
    r"|provide|give|submit|cut|drop|file|send|take|accept|move|build|buy|sell|make|explain)\b"
)
_EVERY = re.compile(r"[\s\"'“]*(?:an?|any|each|every|such an?) (?:[a-z-]+ )?")
_IS_RULE = re.compile(r"(?:covers|extends to|goes to|comes with|expires|lapses|ends|runs out)")
_LEFT_OUT = re.compile(
    r"\b(?:(?:left|leaves|leaving) [^.;,]{2,60} out|skipped|overlooked|passed over|bypassed)\b"
    r"[^.;]{0,60}\b(?:when|as|while|in) [^.;]{0,40}$"
)
_TAKES_OTHER = re.compile(
    r" (?:the|an?|its|their|his|that) (?:[a-z-]+ )?(?:items?|reports?|stor(?:y|ies)|articles?"
    r"|posts?|statements?|claims?|remarks?|comments?|forecasts?|guidance|targets?|offers?|staff"
    r"|team"
    r"|ambassador|products?|services?|investments?|funding|support|objections?|complaints?"
    r"|lawsuits?|appeals?)\b"
)
_GAVE_BACK = re.compile(
    r"(?: [a-z0-9.,'&-]+){1,8}? (?:papers|paperwork|forms?|files?|dossiers?|filings?|applications?"
    r"|requests?|bids?|submissions?) back\b"
)


def _needless(sentence: Sentence, act: Act) -> bool:
    """ "Are delivered to customers without the need for any permit": that permit is not given."""
    free = sentence.within(act.end, sentence.end, "exempt")
    return bool(free) and all(
        any(h.start <= o.start < h.end + 24 for h in free) for o in act.objects
    )


_THEIRS = re.compile(
    r",\s+the (?:partner|rival|competitor|distributor|importer|peer)'s "
    r"(?:first|second|third|fourth|only|latest)\b"
)
_DIRECTED = frozenset(("get", "hold", "have", "give", "report", "revoke", "refuse", "suspend"))


_LET_ALONE = re.compile(
    r"\b(?:let alone|much less|still less|even less|far less|never mind|not to mention|nor)\b"
    r"[^.;:]{0,48}$"
)
_MAY = (
    r"(?:could|might|would|(?<!in )(?<!of )(?<!by )(?<!late )(?<!early )(?<!since )(?<!last )"
    r"(?<!from )(?<!until )(?<!this )(?<!mid-)(?<!\d )may(?! \d))"
)
"""The verb, not the month: "in May, when the first lines stood still" """
_CHANCE = re.compile(
    r"\b(?:risks?|danger|threat|possibility|chance|odds|fears?|feared|worry|worried|worries"
    r"|concerns?"
    r"|concerned|assurance|guarantee|certainty|prospect|(?:for|in) (?:the )?case)\b[^.;]{0,12}?"
    r"\b(?:that|of|is)\b[^.;]*$"
    r"|\b(?:worry|worries|fear|fears|caution|warn|no assurance)[a-z]* (?:that )?"
    rf"[^.;]*\b(?:{_MAY}|can)\b[^.;]*$"
    rf"|\b{_MAY}\b[^.;]{{0,60}}\b(?:if|should|when|once|unless)\b[^.;]*$"
)
_EXPECTED = re.compile(
    r"\b(?:expect|expects|tip|tips|tipped|believe|believes|reckon|reckons|bet on|bets on)\b"
    r"[^.;]{0,60}\b(?:to (?:soon )?(?:be|become)|will|would)\b[^.;]{0,48}$"
)
_GUESSED = re.compile(
    r"\b(?:analysts?|brokers?|traders?|investors?|strategists?|we|i)\b[^.;]{0,40}"
    r"\b(?:believe|think|assume|suspect|guess|speculate|presume)s?\b[^.;]*$"
)
_STILL = re.compile(r"\b(?:still|remains?|remained|stays?|stayed) (?:being )?$")
_USABLE = re.compile(
    r" (?:[a-z0-9]+ ){0,4}?(?:(?:can|may) (?:still |all )?be used|remain (?:valid|usable|in force)"
    r"|are (?:all |still )?(?:valid|usable|in use|in force))\b"
)
_PACE = re.compile(
    r"\b(?:slow|slower|fast|faster|quick|quicker|tight|tighter|strict|stricter|easier|delayed|any"
    r"|smooth|smoother|future) $"
)
_STILL_HAS_IT = re.compile(
    r"\b(?:remain(?:s|ed|ing)?|stay(?:s|ed)?|(?:is|are|was|were) still) (?:fully |properly "
    r"|duly )?$"
)
_WHOSE = re.compile(r"(?:'s?|\b(?:its|their|whose|the|that|his)) (?:now |still |once )?$")
_A_PAPER = re.compile(r" (?:export )?(?:licen|permit|approval|authorization|clearance)")
_SEEN = re.compile(r"\b(?:see|sees)\b[^.;]{0,60}$")


def bent(sentence: Sentence, act: Act) -> None:
    """Add to the frame of an act what bends it from farther off."""
    if sentence.chinese or act.kind not in _MOVES:
        return
    text = sentence.normal.text
    usable = act.hit.text.endswith("obtained") and _USABLE.match(text, act.end, sentence.end)
    if act.kind in ("got", "get") and usable:
        act.words.add("valid")  # "all licences obtained this year can be used"
    if act.kind == "got" and _STILL_HAS_IT.search(text, act.left, act.start):
        act.words.add("valid")  # "remains licensed"
    if feared := only_feared(sentence, act):
        act.words.add(feared[0])
        act.reasons.append(feared[1])
    if act.carried == "context":
        return
    before = text[max(sentence.start, act.start - 120) : act.start]
    m = _LET_ALONE.search(before)
    if m and "not" not in act.words and (m.group() != "nor") and _denied_before(sentence, act):
        act.words.add("not")
        act.reasons.append(f"negated by {m.group().split(' ')[0]}")
    if act.kind in _LOSSES and (
        (_WHOSE.search(before) and _A_PAPER.match(text, act.end)) or _STILL.search(before)
    ):
        act.words.add("history")  # "its suspended licence", "remains barred": so already
    left = text[max(sentence.start, act.left - 16) : act.left].rstrip()
    if re.search(r"\b(?:unless|lest|in case|whenever|if|until)$", left) or _CHANCE.search(before):
        act.words.add("if")
        act.reasons.append("condition: a risk or a chance")
    elif act.kind in GRANTS and (
        _EXPECTED.search(before)
        or _GUESSED.search(before)
        or (sentence.has("analyst") and _SEEN.search(before))
    ):
        act.words.add("plan")
        act.reasons.append("plan or forecast: expected by others")


def _denied_before(sentence: Sentence, act: Act) -> bool:
    """Is the clause before one that says no ("no application, let alone ...")?"""
    return bool(sentence.within(sentence.start, act.start, "not", "not_yet", "lacking", "idle"))
