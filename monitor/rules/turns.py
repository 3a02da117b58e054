"""English turns of several words that tell an act and name no licence, or name it their own way.

Built from classes, not from sentences: an office, a paper, goods, a verb of shipping, what stands
in the way. "Free to ship to Spain", "got its first cargo past the licensing office", "joined the
club of permit holders". They count only in a text about export licences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from monitor.rules.acts import Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_OFFICE = (
    r"(?:(?:the |china's |chinese |beijing's )*(?:commerce (?:ministry|department)|ministry"
    r"(?: of commerce)?|mofcom|beijing|authorit(?:y|ies)|licensing (?:office|authority|desk)"
    r"|regulators?|officials|government|department|bureau|state|china))"
)
_PAPER = (
    r"(?:(?:the|its|their|our|all|any|an?|both|every|this|that|export|shipping|dual-use|general"
    r"|individual|first|new|own|five|four|three|two|six|of) )*(?:licenses?|permits?|papers"
    r"|authorizations?|approvals?|clearances?|permissions?|certificates?)"
)
_HOW = r"(?:(?:now|again|finally|at last|once again|once more|newly|formally|officially|also) )*"
_SHIP = (
    r"(?:(?:again|now|legally|directly|once more|once again) )*(?:ship|export|sell|supply|deliver"
    r"|send|dispatch|load|fly|serve|feed|resume (?:shipments?|exports?|deliver(?:y|ies)|sales"
    r"|shipping|exporting|loading|supplies)|restart (?:shipments?|exports?|deliveries|sales)"
    r"|start (?:shipping|exporting|shipments|exports|deliveries))"
)
_WAY = (
    r"(?:(?:the|china's|chinese|beijing's|its|those|these|new|tightened|strict|april|export|trade"
    r"|licensing|commerce|rare[- ]earth|provincial|dual-use) )*(?:controls|curbs|restrictions"
    r"|licensing(?: (?:office|desk|regime|system|process|procedure|rules|hurdle|queue))?|regime"
    r"|ministry|mofcom|regulators?|examiners|censors|gatekeepers|reviewers|vetting|scrutiny"
    r"|(?:license|export|licensing|permit) (?:reviews?|checks?|hurdles?|barriers?|rules|office"
    r"|control|wall|gate))"
)
_CARGO = re.compile(
    r"\b(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|orders?"
    r"|exports|loads?|crates?|pallets?|containers?|tonnes?|tons?|kg|kilos?|kilograms?"
    r"|applications?|requests?|filings?|paperwork|files?)\b"
)
_DONE = (
    r"(?:approved|authorized|cleared|okayed|permitted|licensed|passed|released|freed|unblocked"
    r"|signed off|waved through|nodded through|let (?:go|out|through)|given leave)"
)
_HOLDERS = (
    r"(?:(?:export[- ])?(?:permit|license)[- ]?(?:holders?|bearers?|owners?|holding)"
    r"|(?:licensed|authorized|approved|permitted|cleared) (?:[a-z-]+ ){0,2}?(?:exporters|sellers"
    r"|suppliers|shippers|producers|makers|firms|companies)"
    r"|(?:[a-z-]+ ){0,3}?(?:firms|companies|exporters|producers|makers|suppliers|names|groups"
    r"|those|ones|manufacturers|sellers) "
    r"(?:with|holding|(?:that|which|who) (?:hold|have|got|received|obtained|won)|having"
    r"|in possession of|given|granted|issued|awarded) "
    r"(?:(?:an?|the|their|valid|such) )*(?:export )?(?:licenses?|permits?|approvals?|papers"
    r"|clearances?)"
    r"|(?:[a-z-]+ ){0,3}?(?:firms|companies|exporters|producers|makers|suppliers|manufacturers)"
    r" (?:licensed|cleared|authorized|allowed|permitted|approved)(?: so far| to| for)?)"
)
_REQUEST = (
    r"(?:applications?|requests?|bids?|filings?|submissions?|petitions?|papers|files?|cases?)"
)


def _names_cargo(sentence: Sentence, a: int, b: int) -> bool:
    """Do goods, a cargo or an application stand between these offsets?"""
    return any(a <= x < b for x, _ in sentence.listed) or (
        _CARGO.search(sentence.normal.text, a, b) is not None
    )


_TO_NOBODY = re.compile(r"\s+(?:[a-z]+ ){0,3}(?:neither|nobody|nowhere|nothing|none|only if|no)\b")


def _goes_abroad(sentence: Sentence, a: int, b: int) -> bool:
    """ "Free to ship" says of goods under control where they go, or what they are."""
    if _TO_NOBODY.match(sentence.normal.text, b):
        return False
    return sentence.goods or sentence.has("customer", "authority", "paper", "permit")


def _names_paper(sentence: Sentence, a: int, b: int) -> bool:
    """Is a licence named before it?"""
    start, _ = sentence.pieces[sentence.piece(a)]
    return bool(sentence.within(start, a, "paper", "permit", "general"))


def _always(sentence: Sentence, a: int, b: int) -> bool:
    return True


_BADLY = re.compile(
    r"\s+(?:in (?:vain|disappointment|refusal|rejection|tears)|with an? (?:no|ref))"
)


def _ends_well(sentence: Sentence, a: int, b: int) -> bool:
    return _BADLY.match(sentence.normal.text, b) is None


_FREIGHT = (
    r"(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|tonnes?|tons"
    r"|kg|kilos?|kilograms?|crates?|pallets?|containers?|exports|sales|orders)"
)
_WITH_IT = (
    r"(?:consent|blessing|approval|permission|leave|agreement|assent|okay|nod|go-ahead|clearance"
    r"|authorization|sign-off|say-so)"
)


def _is_exported(sentence: Sentence, a: int, b: int) -> bool:
    """Goods that an office lets go, not a delivery that a board approved."""
    own = any(x < a and a - y < 90 for x, y in sentence.listed) or sentence.goods
    return own and _NOT_AN_OFFICE.match(sentence.normal.text, b) is None


_NOT_AN_OFFICE = re.compile(
    r" (?:by (?:the |its |their |a )?(?:board|shareholders|customers?|buyers?|clients?|banks?|court"
    r"|[a-z]+ customs)|customs\b|for (?:sale|listing|use|trial)|as (?:a|the))"
)
_Check = Callable[[Sentence, int, int], bool]
_TURNS: tuple[tuple[str, re.Pattern[str], _Check], ...] = (
    (
        "got",
        re.compile(
            r"\b(?:is|are|was|were|been|be) "
            + _HOW
            + r"(?:free|freed|set free|allowed|permitted|entitled|at liberty|authorized|licensed"
            r"|cleared) " + _HOW + rf"to {_SHIP}\b"
        ),
        _goes_abroad,
    ),
    (
        "got",
        re.compile(
            rf"\b(?:can|may|could) (?:now|again|finally|at last|once (?:again|more)|both) {_SHIP}\b"
            r"|\b(?:can|may|could) (?:resume|restart) (?:shipments?|exports?|deliver(?:y|ies)"
            r"|sales|shipping|exporting|loading|supplies)\b"
        ),
        _goes_abroad,
    ),
    (
        "got",
        re.compile(rf"\b(?:frees|freed|free|unleashe[ds]) (?:[a-z' ]{{2,40}} )?to {_SHIP}\b"),
        _goes_abroad,
    ),
    (
        "got",
        re.compile(
            r"\b(?:get|gets|got|getting|gotten|steer(?:ed|s)?|shepherd(?:ed|s)?|guid(?:ed|es)"
            r"|push(?:ed|es)?|brought|brings|bring|took|taken|take|takes|moved|moves|saw|seen|eased"
            r"|squeezed|slipped|manoeuvred|maneuvered|put|puts|carried|piloted) "
            r"(?:[a-z0-9.,'&-]+ ){1,9}?(?:past|through|by|across|over|clear of|out of) " + _WAY
        ),
        _names_cargo,
    ),
    (
        "got",
        re.compile(
            r"\b(?:cleared?|clears|passe[ds]|got (?:past|through|by)|gets? (?:past|through|by)"
            r"|(?:made|makes?) it (?:past|through|over)|(?:went|gone|goes|sailed|sails|squeezed"
            r"|slipped|moved|moves|came|come|come out|been|is|are) (?:past|through|over)) " + _WAY
        ),
        _always,
    ),
    (
        "got",
        re.compile(
            rf"\b{_OFFICE} (?:has |have |had )?(?:finally |at last |also |now )?(?:let|lets|allows?"
            r"|allowed) (?:[a-z0-9.,'&-]+ ){1,10}?(?:go|out|through|leave|pass|move|sail"
            r"|be (?:shipped|exported|sent))\b"
        ),
        _names_cargo,
    ),
    (
        "got",
        re.compile(
            rf"\b{_OFFICE} (?:has |have |had )?(?:finally |at last |also |now )?(?:let|lets|allows?"
            r"|allowed|permits?|permitted|authorized|(?:agreed|decided|consented|moved) to (?:let"
            r"|allow|permit|free|authorize)) "
            rf"(?:[a-z0-9.,'&-]+ ){{1,6}}?(?:to )?{_SHIP}\b"
        ),
        _goes_abroad,
    ),
    (
        "got",
        re.compile(
            rf"\b{_FREIGHT}\b(?:(?! not | never | yet | no )(?:[^.;:]|\.\d)){{0,70}}? (?P<v>(?:was|were"
            rf"|has been|have been|had been|been|got|gets|get) (?:[a-z]+ly )?{_DONE})\b"
        ),
        _is_exported,
    ),
    (
        "got",
        re.compile(
            rf"\bwith {_OFFICE}(?:'s)? (?:formal |written |express |full |official )?{_WITH_IT}\b"
            rf"|\bf(?:ound|inds?) favou?r with {_OFFICE}"
            rf"|\bmet with {_OFFICE}(?:'s)? (?:full )?{_WITH_IT}"
            rf"|\bmet (?:with )?(?:official )?(?:approval|agreement|assent|consent)\b"
        ),
        _always,
    ),
    (
        "got",
        re.compile(
            r"\b(?:able to|managed to|began|begun|started|has|have|had) "
            r"(?P<v>(?:ship|send|sent|export|sell|sold|deliver|load|fly|flown|dispatch)(?:p?ed|ing"
            r"|ping)?(?: off| out)? (?:(?!without|unless)[a-z0-9.,'&-]+ ){1,14}?under (?:an?|its"
            r"|the|that|this) (?:[a-z-]+ ){0,2}?(?:licenses?|permits?|authorization|approval))\b"
        ),
        _always,
    ),
    (
        "got",
        re.compile(
            r"\b(?:get|gets|got|getting|had|has|have) (?:(?:every|all|each|most|both|nearly|almost"
            r"|two|three|four|five|six|seven|eight|nine|ten|\d+|of|its|the|their|our|single|one"
            r"|export|license|permit) )+(?:applications?|requests?|filings?|orders) "
            r"(?:(?!not |no )[a-z'-]+ ){0,6}?(?:through|past|approved|cleared|granted|accepted"
            r"|signed off|over the line|waved through)\b"
        ),
        _always,
    ),
    (
        "got",
        re.compile(r"\bc(?:ame|omes?|oming) (?:its|their|our|(?:[a-z]+ )?[a-z]+(?:'s|')) way\b"),
        _names_paper,
    ),
    (
        "got",
        re.compile(r"\b(?:waved|waves|waving|nodded|nods) (?:[a-z0-9.,'&-]+ ){1,8}?through\b"),
        _names_cargo,
    ),
    (
        "get",
        re.compile(
            r"\b(?:join(?:s|ed|ing)?|enter(?:s|ed)?|among|in|into|on|part of|one of|figures? (?:in"
            r"|on|among)|ranks? among|numbers? among|counts? among|belongs? to|first of|latest of"
            r"|latest to join|admitted to|a member of)(?: the| a)?(?: [a-z-]+){0,3}? "
            r"(?:(?:club|list|ranks?|circle|group|band|number|handful|roster|register|company"
            r"|party|field|crop|batch|line-up) of |(?:of )?(?:the )?)" + _HOLDERS
        ),
        _always,
    ),
    (
        "got",
        re.compile(
            r"\bwait (?:[a-z' -]{2,60} )?(?:is over|was over|has ended|had ended|ended|ends|over"
            r"|came to an end|comes to an end)\b"
            r"|\b(?:ends?|ended|ending) (?:its |an? |the |their )?(?:[a-z0-9-]+ ){0,3}wait\b"
        ),
        _ends_well,
    ),
    (
        "refuse",
        re.compile(
            r"\bc(?:ame|omes?|oming) back (?:from [a-z ]{3,30} )?(?:stamped|marked|endorsed"
            r"|labell?ed|reading|saying|with (?:the|a) (?:stamp|mark|note|words?)|bearing)"
            r"[ :\"'“‘]{1,4}"
            r"(?:not (?:agreed|approved|granted|permitted|allowed|accepted)|no\b|refused|rejected"
            r"|denied|declined|disapproved|disagreed?)"
            r"|\breturned (?:[a-z' ]{2,40} )?with (?:a|an outright|a flat|a curt)"
            r" (?:refusal|no|rejection)"
        ),
        _always,
    ),
    (
        "refuse",
        re.compile(
            rf"\b{_REQUEST} (?:[a-z0-9' -]{{2,70}} )?"
            r"(?:(?:was|were|is|are|been) not (?:even )?(?:entertained|accommodated|upheld|heeded)"
            r"|(?:got|gets|was given|were given|received|met with) (?:short shrift"
            r"|the brush-off|a snub|a no\b|a refusal|a rebuff)"
            r"|(?:did|does) not (?:make the cut|fly|find (?:favor|approval|mercy|grace))"
            r"|founder(?:s|ed)|fell flat|fell on deaf ears|hit a (?:brick )?wall|cut no ice"
            r"|found no (?:favor|mercy|approval)|bit the dust|came to grief)"
        ),
        _always,
    ),
    (
        "renew",
        re.compile(
            r"\b(?:second|third|further|another|new|extra|fresh|additional) (?:[a-z0-9-]+ )?"
            r"(?:terms?|stints?|spells?|periods?|months?|years?|half-year|six months) "
            r"(?:was |were |has been |have been |had been )?(?:added|granted|tacked on)"
            rf"(?: (?:to|on) {_PAPER})?"
            rf"|\b(?:exchang|swapp|trad|replac)(?:ed|es|ing) (?:its|their|the|an?|that|this) "
            r"(?:[a-z-]+ ){0,3}?(?:licenses?|permits?|authorizations?|approvals?) "
            r"(?:[a-z ]{2,40} )?(?:for|by|with) (?:an? )?(?:new|fresh)"
        ),
        _always,
    ),
    (
        "revoke",
        re.compile(
            rf"\bloss of {_PAPER}"
            r"|\b(?:must|ha[sd] to|have to|(?:was|were|been) (?:ordered|told|made|forced) to"
            r"|order(?:s|ed)? (?:it|them|the (?:company|firm|group)) to) "
            rf"(?:hand (?:in|back|over)|return|surrender|give (?:up|back)|turn in) {_PAPER}"
            rf"|\bhad {_PAPER} (?:pulled|voided|cancell?ed|annulled|torn up|taken)"
        ),
        _always,
    ),
)
_TRIGGER = re.compile(
    r"\b(?:free|freed|frees|allow|permitted|entitled|liberty|authorized|licensed|cleare?[ds]?|can"
    r"|may|could|past|through|across|over|out of|by|lets?|allows|allowed|holders?|exporters|sellers"
    r"|wait|back|returned|founder|entertained|shrift|cut|term|terms|months|way|applications?|requests?|filings?|exchanged|swapped|traded"
    r"|replaced|loss|hand|surrender|firms|companies|producers|makers|suppliers|with|under|shipments?"
    r"|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|tonnes?|tons|kg|kilos?"
    r"|kilograms?|exports|sales|orders|permits|permitted|agreed|decided|founder(?:s|ed))\b"
)
_ITS_OWN = re.compile(r"licens|permit|export|commerce|ministry|mofcom|beijing|control")
_OTHER_DOOR = re.compile(r"\b(?:customs|antitrust|securities|stock exchange|food|drug)\b")


def turns(sentence: Sentence, ground: Ground) -> list[Act]:
    """The acts that a turn of several words tells, each with its ground."""
    text = sentence.normal.text
    if (
        sentence.chinese
        or not ground.exports
        or ground.elsewhere
        or not (
            ground.told
            or ground.paper
            or sentence.has("paper", "permit", "control", "authority", "request")
        )
        or _TRIGGER.search(text, sentence.start, sentence.end) is None
    ):
        return []
    out: list[Act] = []
    for kind, pattern, check in _TURNS:
        for m in pattern.finditer(text, sentence.start, sentence.end):
            if sentence.aside(m.start()) or not check(sentence, m.start(), m.end()):
                continue
            if any(m.start() < a.end and a.start < m.end() for a in out):
                continue
            number = sentence.piece(m.start())
            start, end = sentence.pieces[number]
            if _another_matter(sentence, start, max(end, m.end()), m.group()):
                continue
            a, b = m.span("v") if m.re.groups else m.span()
            hit = Hit(a, b, frozenset((kind, "turn")), text[a:b])
            act = Act(kind, hit, start, max(end, m.end()), number, carried="context")
            act.words.add("paper")
            out.append(act)
    return out


def _another_matter(sentence: Sentence, start: int, end: int, said: str) -> bool:
    """Is it about a licence of another kind, or about goods that need none?"""
    if sentence.within(start, end, "other_paper") or _OTHER_DOOR.search(said):
        return True
    if sentence.within(start, end, "other_matter") and not _ITS_OWN.search(said):
        return True
    free = sentence.within(sentence.start, sentence.end, "exempt")
    return any(not h.text.startswith("free to") for h in free)


def replace(acts: Sequence[Act], told: Sequence[Act]) -> list[Act]:
    """`acts` with those told by a turn, and without the single words inside one."""
    if not told:
        return list(acts)
    kept = [a for a in acts if not any(t.start < a.end and a.start < t.end for t in told)]
    return sorted([*kept, *told], key=lambda a: a.start)
