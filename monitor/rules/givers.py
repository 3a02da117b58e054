"""Whose office acts in an English sentence: China's, another state's, or one for another matter.

Countries, their people and their towns are those of `packs/places.yaml`. A state gives a paper
where it is the subject ("Guinea has renewed ..."), the agent ("issued by Hanoi"), where its office
is one of these ("a permit from the Congolese regulator", "the energy ministry in Jakarta"), or
where the paper bears its name ("a Dutch export licence"). Where goods go ("a licence for Germany",
"its German licence") it gives nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import GRANTS, PAPER, Act
from monitor.rules.sentence import Sentence

_STATE = "§"
"""Stands for each letter of the name of a state, its people or a town of it."""
_NO_LINK = (
    r"(?!(?:of|for|to|in|on|at|by|from|with|the|an?|its|that|which|who|has|had|have|was|were|is|are"
    r"|said|says|after|under|while|when|but|customers?|clients?|buyers?)\b)"
)
_OFFICE = (
    r"(?:governments?|authorit(?:y|ies)|ministr(?:y|ies)|ministers?|regulators?|agenc(?:y|ies)"
    r"|bureaus?|bureaux|commissions?|departments?|customs|courts?|tribunals?|parliament|watchdogs?"
    r"|directorate|administration|inspectorate|officials|secretariat|council|cabinet|president"
    r"|governor|treasury)"
)
_MATTER = (
    r"(?:emergency|securities|environment\w*|ecolog\w+|health|food|drugs?|medical|mines|mining"
    r"|natural resources|land|tax|market regulation|anti-?trust|competition|aviation|maritime"
    r"|transport|energy|water|labou?r|housing|patents?|intellectual property|bank|banking|financial"
    r"|finance|stock|exchange|telecoms?|industry and information|cyberspace|agriculture|forestry"
    r"|nuclear|telecommunications|insurance|fire|planning|police)"
)
_ABROAD = (
    rf"(?:{_STATE}+(?:'s?)?\s+(?:{_NO_LINK}[\w&'-]+\s+){{0,4}}?{_OFFICE}"
    rf"|(?:{_NO_LINK}[\w&'-]+\s+){{0,4}}?{_OFFICE}(?:\s+(?:of|for)\s+[a-z]+(?:,? (?:and )?[a-z]+)"
    rf"{{0,3}}?)?\s+(?:of|in|at)\s+(?:the\s+)?{_STATE}+)"
)
_OTHER = (
    rf"(?:(?:{_NO_LINK}[\w&'-]+\s+){{0,3}}?{_MATTER}\s+(?:{_NO_LINK}[\w&'-]+\s+){{0,2}}?{_OFFICE}"
    rf"|(?:{_NO_LINK}[\w&'-]+\s+){{0,3}}?{_OFFICE}\s+(?:of|for)\s+(?:[a-z]+,?\s+){{0,2}}?{_MATTER}"
    rf"|people's bank(?:\s+of\s+china)?|central bank|(?:[a-z]+ )*(?:stock exchange|exchanges"
    rf"|bourse))"
)
_ADVERBS = (
    r"(?:(?:has|have|had|also|again|finally|now|just|already|since|in turn|at last|on [a-z]+day"
    r"|last week|this week|this month|on [a-z]+ \d+|recently|formally|officially|duly|once more)"
    r"\s+)*"
)
_CLAUSE = (
    r"(?:^[\W_]*|[;:.\"]\s*|\s-{1,2}\s+|,\s+"
    r"|\b(?:and|but|that|after|when|as|before|while|since|because|said|says|if|where)\s+)"
)
_SUBJECT = re.compile(
    rf"{_CLAUSE}(?:(?:the|an?)\s+)?(?:(?P<state>{_STATE}+)|(?P<office>{_ABROAD}|{_OTHER}))"
    rf"(?:,[^,]{{2,40}},)?\s+{_ADVERBS}$"
)
_IN_A_LIST = re.compile(rf"{_STATE},?\s+(?:and\s+)?(?:the\s+)?{_STATE}+\s+{_ADVERBS}$")
_GIVEN = (
    r"(?:issued|granted|given|awarded|handed|approved|renewed|extended|signed|allotted|allocated"
    r"|cleared|authori[sz]ed|permitted|licen[sc]ed|obtained|received|secured|won|revoked"
    r"|suspended|cancell?ed"
    r"|withdrawn|refused|denied|rejected|restored|reinstated|stamped|delivered|conferred)"
)
_PAPER = (
    r"(?:licen[sc]es?|permits?|approvals?|authori[sz]ations?|permissions?|clearances?|consents?"
    r"|nod|go-ahead|green light|certificates?|waivers?|papers?)"
)
_FROM = re.compile(
    rf"\b(?:{_GIVEN}|{_PAPER})\s+(?P<gap>(?:(?!by\b|from\b)[\w%.'§-]+\s+){{0,7}}?)"
    rf"(?:{_GIVEN}\s+)?(?:by|from|of)\s+(?:the\s+|an?\s+|its\s+)?(?:{_ABROAD}|{_OTHER}|{_STATE}+'s?\s+\w+"
    rf"|{_STATE}+(?=\s*(?:$|[.,;:)\"]|(?:to|for|on|in|after|that|which|and|last|this|as|covering"
    r"|under|earlier)\b)))"
)
_ELSE_DONE = re.compile(r"\b(?!need|speed|indeed)[a-z]{3,}(?:ed|ught|old|ade|run)\s+$")
_TO_ALL = re.compile(r" (?:to|for|in|into|across|throughout|covering) ")
""" "Extend to the whole of Southeast Asia": where to, not whose."""
_SAID = re.compile(r"\b(?:said|told|says|confirmed|reported|announced|according)\b")
_BEARS_ITS_NAME = re.compile(
    rf"\b(?:an?|another|one|the|that|this)\s+{_STATE}+\s+(?:(?:export|re-export|exporting|mining"
    rf"|customs|shipping)\s+{_PAPER}\b|{_PAPER}\s+to\s+(?:re-)?export\b)"
)
_IN_TOWN = re.compile(
    rf"\s+(?:(?:last week|on [a-z]+day|yesterday|this week)\s+)?(?:in|at)\s+(?:the\s+)?{_STATE}+"
    r"(?=\s*(?:$|[.,;:)\"]|(?:last|this|on|earlier|after|in|yesterday|by|and)\b))"
)
_HOME = re.compile(
    r"\b(?:commerce (?:ministry|department|bureau)|ministry of commerce|mofcom|beijing|chinese"
    r" (?:regulator|authorit|government|official|export licen|export permit|licen|permit))"
)
_BY_HOME = re.compile(
    r"\b(?:by|from)\s+(?:the\s+|its\s+|china's\s+)?(?:commerce|ministry of commerce|mofcom|beijing"
    r"|chin(?:a|ese)|provincial|local)\b"
)
_CARRIES = re.compile(
    r"\b(?:export|exports|exporting|ship|shipments?|sell|send|supply|haul)\s+"
    r"(?:(?!\w*(?:magnet|rare|earth|gallium|germanium|graphit|antimon|tungst|rotor|motor|wafer"
    r"|anode|samarium|alloy|target|bound|permit|licen))[\w,.'-]+\s+){0,5}?"
    r"(?:cobalt|copper|bauxite|alumina|alumini?um|nickel|lithium|zinc|tin|manganese|chromite"
    r"|iron ore|potash|phosphates?|gold|silver|platinum|uranium|coal|timber|cement|sugar|grain"
    r"|oil|gas|steel|solar (?:panels|cells))\b(?![ -](?:plated|coated|based|free))"
)
"""Goods that leave China without an export-control licence, or leave some other country."""
_ACTIVE = frozenset(("give", "got", "renew", "suspend", "revoke", "refuse", "reinstate", "may"))
_PASSIVE = re.compile(r"(?:been|was|were|is|are|being|gets?|got)\b")
_OBJECT = re.compile(
    r"\s+(?:for [a-z]+ (?:years?|months?)\s+)?"
    rf"(?:an?|the|its|their|two|three|some|all|us|it|them|{_STATE}+|[a-z]+'s?|[a-z-]+ [a-z]+'s?)\s"
)


def given_elsewhere(sentence: Sentence, act: Act) -> str:
    """Why the paper of an act is none of China's export control, by who gave it; or empty."""
    if sentence.chinese or act.kind == "exempt":
        return ""
    text = masked(sentence)
    start, end = act.start - sentence.start, act.end - sentence.start
    left = sentence.pieces[act.piece][0] - sentence.start
    active = act.kind in _ACTIVE and _PASSIVE.match(act.hit.text) is None
    if active and (m := _SUBJECT.search(text[left:start])):
        behind = _OBJECT.match(text, end) or any(o.start >= act.end for o in act.objects)
        if m["office"] or (behind and not _IN_A_LIST.search(text, 0, start)):
            return "another office gives it"
    first = min([start, *(o.start - sentence.start for o in act.objects)])
    for m in _FROM.finditer(text, first):
        gap = " " + m["gap"]
        if _SAID.search(gap) or _ELSE_DONE.search(gap) or _BY_HOME.search(text, first, m.start()):
            continue
        if text.startswith("of ", m.end("gap")) and _TO_ALL.search(gap):
            continue
        return "another office gave it"
    if act.kind in _ACTIVE | {"get", "wait"} and _IN_TOWN.match(text, end):
        return "given in a town of another state"
    goods = _CARRIES.search(text, first)
    if goods and not any(
        g.start - sentence.start < goods.end() <= g.end - sentence.start for g in sentence.groups
    ):
        return "a paper for goods China does not license"
    if state_gives(sentence) and (
        _PARTICIPLE.match(text, left) or _SHARES.search(text, left, start)
    ):
        return "another state's office does both"
    if _held_abroad(sentence, act, text) and not _HOME.search(text):
        return "its holder is in another state"
    if _BEARS_ITS_NAME.search(text) and not _HOME.search(text):
        return "a paper of another state"
    return ""


def _held_abroad(sentence: Sentence, act: Act, text: str) -> bool:
    """ "X's Vietnamese arm was granted", "the licence of X's plant in Hanoi": no Chinese firm."""
    for g in sentence.groups:
        start, end = g.start - sentence.start, g.end - sentence.start
        unit = _UNIT_ABROAD.match(text, end)
        if unit is None:
            continue
        if _TO_IT.search(text, 0, start) or _DOES.fullmatch(
            text, unit.end(), act.start - sentence.start
        ):
            return not _GOVERNED.search(text, 0, start)
    return False


_UNIT = (
    r"(?:units?|arms?|affiliates?|subsidiar(?:y|ies)|ventures?|plants?|factor(?:y|ies)|mines?"
    r"|operations?|works|smelters?|refiner(?:y|ies)|branch)"
)
_UNIT_ABROAD = re.compile(
    rf"'s?\s+(?:[a-z-]+\s+){{0,2}}?(?:{_STATE}+\s+(?:[a-z-]+\s+){{0,2}}?{_UNIT}\b"
    rf"|{_UNIT}\s+(?:in|at|near)\s+{_STATE}+)"
)
_TO_IT = re.compile(rf"\b{_PAPER}\s+(?:of|to)\s+$")
_DOES = re.compile(
    r"(?:\s+(?:has|have|had|was|were|is|also|now|finally|just|been|said|it|on [a-z]+day))*\s+"
)
_GOVERNED = re.compile(r"\b(?:for|at|from|in|with|by|via)\s+$")
_PARTICIPLE = re.compile(r"\W*[a-z]+ing\b")
_SHARES = re.compile(rf"\b(?:and|it had|it has)\s+{_ADVERBS}$")
_NOT_ITS = frozenset(
    ("no licence it could be about", "something else is its object", "about another matter")
)
"""Why a verb of getting was dropped: what was got is no paper."""
NOT_OURS = frozenset(("a paper of another kind", "papers of another kind"))
"""Why an act was dropped whose paper is no export licence."""


def follows_from_it(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """ "Won a permit from Hanoi, clearing the way for exports": no act of its own, without a paper
    or a Chinese office of its own behind one that moves a paper of somebody else's or another kind.
    """
    if sentence.chinese or act.kind not in GRANTS:
        return False
    first = next(
        (
            o
            for o in acts
            if "foreign" in o.words
            or o.dropped in NOT_OURS
            or (o.dropped in _NOT_ITS and o.kind in ("get", "got", "give"))
        ),
        None,
    )
    if first is None or first.start >= act.start:
        return False
    text = sentence.normal.text
    head = text[max(first.end, sentence.pieces[act.piece][0]) : act.start]
    outcome = _LETS.match(act.hit.text) or (
        not head.strip() and re.match(r"[a-z]+ing\b", act.hit.text)
    )
    if not outcome and not _RELATIVE.search(head):
        return False
    own = [o for o in act.objects if o.start > first.end and o != act.hit and "paper" in o.kinds]
    return not own and not _HOME.search(text, first.end, act.start)


_LETS = re.compile(r"(?:lets?|allows?|permits?|enables?|frees?|clears|opens|paves)\b")
_RELATIVE = re.compile(r"\b(?:which|that)\s+(?:\w+ly\s+|has\s+|also\s+)?$")


def state_gives(sentence: Sentence) -> bool:
    """ "Kinshasa has signed the permits": a state acts on papers, by whatever verb."""
    return (
        bool(sentence.within(sentence.start, sentence.end, *PAPER))
        and _STATE_HAS.match(masked(sentence)) is not None
    )


_STATE_HAS = re.compile(
    rf"(?:[^.;]{{0,40}}\s-{{1,2}}\s)?[\W_]*(?:the\s+)?(?:{_STATE}+|{_ABROAD})"
    r"\s+(?:has|have|had|will|let|gave|took|told|[a-z]+(?<![ei])ed)\b"
)


def masked(sentence: Sentence) -> str:
    """The text of a sentence with every state, its people and towns as a run of `§`."""
    text = sentence.text
    for a, b in sentence.states:
        a, b = a - sentence.start, b - sentence.start
        text = text[:a] + _STATE * (b - a) + text[b:]
    return text
