"""Turns of phrase as data: classes of English words, and the turns put together from them.

An office, a paper, goods, verbs of shipping, what stands in the way: each turn combines classes, so
that it is understood in every wording of its kind. `turns.py` reads with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

OFFICE = (
    r"(?:(?:the |china's |chinese |beijing's )*(?:commerce (?:ministry|department)|ministry"
    r"(?: of commerce)?|mofcom|beijing|authorit(?:y|ies)|licensing (?:office|authority|desk)"
    r"|regulators?|officials|government|department|bureau|state|china))"
)
_DET = (
    r"(?:(?:the|its|their|our|his|all|any|an?|both|every|this|that|export|shipping|dual-use|general"
    r"|individual|first|second|third|new|fresh|own|five|four|three|two|six|of|valid|long-awaited"
    r"|coveted|chinese|official|several|more|another|rare[- ]earth|magnet|necessary|required|some"
    r"|\d+) )*"
)
_LICENSE = (
    r"(?:licenses?|permits?|authorizations?|approvals?|clearances?|permissions?|paperwork"
    r"|export papers|export documents|export certificates?|green lights?|go-aheads?)"
)
PAPER = rf"{_DET}(?:{_LICENSE}|papers|certificates?)"
_BAG = (
    rf"{_DET}{_LICENSE}\b(?! (?:applications?|requests?|rules?|system|regime|scheme|process|office"
    r"|form|holders?))"
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
CARGO = (
    r"\b(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|orders?"
    r"|exports|loads?|crates?|pallets?|containers?|tonnes?|tons?|kg|kilos?|kilograms?"
    r"|applications?|requests?|filings?|paperwork|files?)\b"
)
_FREIGHT = (
    r"(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|tonnes?|tons"
    r"|kg|kilos?|kilograms?|crates?|pallets?|containers?|exports|sales|orders)"
)
_DONE = (
    r"(?:approved|authorized|cleared|okayed|permitted|licensed|passed|released|freed|unblocked"
    r"|signed off|waved through|nodded through|let (?:go|out|through)|given leave)"
)
_NUMBER = (
    r"(?:(?:at least|about|more than|over|up to|as many as) )?(?:one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|a dozen|several|\d+)"
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
_CONSENT = (
    r"(?:consent|blessing|approval|permission|leave|agreement|assent|okay|nod|go-ahead|clearance"
    r"|authorization|sign-off|say-so)"
)
_NO = r"(?:no|refusal|rejection|rebuff|snub|thumbs[- ]down|veto)"


class Turn(NamedTuple):
    """A turn of several words that tells an act."""

    kind: str
    """What the act is: a list of words.en.yaml."""
    cues: tuple[str, ...]
    """One of these letters stands in every sentence of this turn: looked for first."""
    pattern: re.Pattern[str]
    """The turn; the group `v`, where there is one, is the verb that words before it bend."""
    about: str = ""
    """What must be about: goods (`cargo`, `exported`), goods or a place (`abroad`), a licence
    before it (`paper`) or anywhere near (`license`), an office before it (`office`), a firm right
    behind it (`firm`), no bad end (`well`)."""


def _turn(kind: str, cues: str, *parts: str, about: str = "") -> Turn:
    return Turn(kind, tuple(cues.split("|")), re.compile("".join(parts)), about)


TURNS = (
    # permission to ship
    _turn(
        "got",
        "free|allowed|permitted|entitled|liberty|authorized|licensed|cleared",
        r"\b(?:is|are|was|were|been|be) ",
        rf"{_HOW}(?:free|freed|set free|allowed|permitted|entitled|at liberty|authorized|licensed",
        rf"|cleared) {_HOW}to {_SHIP}\b",
        about="abroad",
    ),
    _turn(
        "got",
        "can |may |could ",
        rf"\b(?:can|may|could) (?:now|again|finally|at last|once (?:again|more)|both) {_SHIP}\b",
        r"|\b(?:can|may|could) (?:resume|restart) (?:shipments?|exports?|deliver(?:y|ies)",
        r"|sales|shipping|exporting|loading|supplies)\b",
        about="abroad",
    ),
    _turn(
        "got",
        "free|unleash",
        rf"\b(?:frees|freed|free|unleashe[ds]) (?:[a-z' ]{{2,40}} )?to {_SHIP}\b",
        about="abroad",
    ),
    _turn(
        "got",
        "let|allow|permit|authorized|free",
        rf"\b{OFFICE} (?:has |have |had )?(?:finally |at last |also |now )?(?:let|lets|allows?",
        r"|allowed|permits?|permitted|authorized|(?:agreed|decided|consented|moved) to (?:let",
        r"|allow|permit|free|authorize)) ",
        rf"(?:[a-z0-9.,'&-]+ ){{1,6}}?(?:to )?{_SHIP}\b",
        about="abroad",
    ),
    _turn(
        "refuse",
        "not ",
        rf"\b{OFFICE} (?:has |have |had )?(?:also )?(?:ruled|decided|told|informed|ordered",
        r"|notified|let it be known) (?:[a-z0-9.,'&-]+ ){1,8}?",
        rf"(?:(?:may|can|must|could) ?not|is not to|are not to|not to) {_SHIP}\b",
        about="abroad",
    ),
    # goods that pass
    _turn(
        "got",
        "past|through|by |across|over|out of|clear of",
        r"\b(?:get|gets|got|getting|gotten|steer(?:ed|s)?|shepherd(?:ed|s)?|guid(?:ed|es)",
        r"|push(?:ed|es)?|brought|brings|bring|took|taken|take|takes|moved|moves|saw|seen|eased",
        r"|squeezed|slipped|manoeuvred|maneuvered|put|puts|carried|piloted) ",
        r"(?:[a-z0-9.,'&-]+ ){1,9}?(?:past|through|by|across|over|clear of|out of) ",
        rf"{_WAY}",
        about="cargo",
    ),
    _turn(
        "got",
        "clear|passe|past|through|by |over",
        r"\b(?:cleared?|clears|passe[ds]|got (?:past|through|by)|gets? (?:past|through|by)",
        r"|(?:made|makes?) it (?:past|through|over)|(?:went|gone|goes|sailed|sails|squeezed",
        r"|slipped|moved|moves|came|come|come out|been|is|are) (?:past|through|over)) ",
        rf"{_WAY}",
    ),
    _turn(
        "got",
        "let|allow",
        rf"\b{OFFICE} (?:has |have |had )?(?:finally |at last |also |now )?(?:let|lets|allows?",
        r"|allowed) (?:[a-z0-9.,'&-]+ ){1,10}?(?:go|out|through|leave|pass|move|sail",
        r"|be (?:shipped|exported|sent))\b",
        about="cargo",
    ),
    _turn(
        "got",
        "waved|waves|waving|nodded|nods",
        r"\b(?:waved|waves|waving|nodded|nods) (?:[a-z0-9.,'&-]+ ){1,8}?through\b",
        about="cargo",
    ),
    _turn(
        "got",
        "approved|authorized|cleared|okayed|permitted|licensed|passed|released|freed|"
        "unblocked|signed off|through|let |leave",
        rf"\b{_FREIGHT}\b(?:(?! not | never | yet | no )(?:[^.;:]|\.\d)){{0,70}}? ",
        r"(?P<v>(?:was|were|has been|have been|had been|been|got|gets|get) ",
        rf"(?:[a-z]+ly )?{_DONE})\b",
        about="exported",
    ),
    _turn(
        "got",
        "under ",
        r"\b(?:left|sailed|shipped|sent|loaded|flown|dispatched|exported|delivered",
        r"|sold|on the water|at sea|on (?:its|their) way|moving|went|gone",
        r"|departed|crossed|shipping|loading|exporting|sending)\b",
        r"(?P<v>(?: (?!without|unless|not|if)[a-z0-9.,'&-]+){0,14}? under ",
        r"(?:an?|its|the|that|this|two|three) (?:[a-z-]+ ){0,3}?(?:licenses?|permits?",
        r"|authorization|approval)\b(?! (?:system|regime|scheme|rules?|requirement|controls?)))",
        about="kept",
    ),
    _turn(
        "got",
        "able to|managed to|began|begun|started",
        r"\b(?:able to|managed to|began|begun|started) (?P<v>(?:ship|send|export|sell|deliver|load",
        r"|fly|dispatch)(?:ping|ing)?(?: off| out)? (?:(?!without|unless)[a-z0-9.,'&-]+ ){1,14}?",
        r"under (?:an?|its|the|that|this) (?:[a-z-]+ ){0,2}?(?:licenses?|permits?|authorization",
        r"|approval)\b(?! (?:system|regime|scheme|rules?)))",
        about="kept",
    ),
    # offices and their consent
    _turn(
        "got",
        "with |favor|favour|met ",
        rf"\bwith {OFFICE}(?:'s)? (?:formal |written |express |full |official )?{_CONSENT}\b",
        rf"|\bf(?:ound|inds) favou?r with {OFFICE}",
        rf"|\bmet with {OFFICE}(?:'s)? (?:full )?{_CONSENT}",
        r"|\bmet (?:with )?(?:official )?(?:approval|agreement|assent|consent)\b",
    ),
    _turn(
        "got",
        "honor|honour|fulfil|met|upheld|acceded|heeded|satisfied|accommodated",
        rf"\b{OFFICE} (?:has |have |had )?(?:honou?red|fulfilled|met|upheld|acceded to|heeded",
        rf"|satisfied|accommodated) (?:[a-z0-9.,'&-]+ ){{0,5}}?{_REQUEST}\b",
        rf"|\b{_REQUEST}(?: (?!not |no )[a-z'-]+){{0,6}}? (?:have|has|had|was|were) (?:been )?",
        r"(?:met(?! with)|honou?red|fulfilled|upheld|heeded|satisfied|accommodated|acceded to)\b",
    ),
    _turn(
        "got",
        "succeed|through|past|approved|cleared|granted|accepted|signed off|over the line",
        r"\b(?:get|gets|got|getting|had|has|have|saw|seen|sees) (?:(?:every|all|each|most|both",
        r"|nearly|almost|two|three|four|five|six|seven|eight|nine|ten|\d+|of|its|the|their|our",
        r"|single|one|export|license|permit) )+(?:applications?|requests?|filings?|orders) ",
        r"(?:(?!not |no )[a-z'-]+ ){0,6}?(?:through|past|approved|cleared|granted|accepted",
        r"|signed off|over the line|waved through|succeed)\b",
    ),
    _turn(
        "got",
        "open",
        rf"\b{OFFICE} (?:has |have )?(?:opens?|opened|unlocks|unlocked|unbolted) (?:the |its |a )?",
        r"(?:doors?|gates?|ways?|taps?|path|road|route) (?:to|for) ",
        about="license",
    ),
    _turn(
        "give",
        "with ",
        r"\b(?:present(?:s|ed)?|provide[ds]?|entrust(?:s|ed)|suppl(?:ies|ied)|equip(?:s|ped)",
        r"|furnish(?:es|ed)|reward(?:s|ed)|honou?r(?:s|ed)|favou?r(?:s|ed)) ",
        rf"(?:[a-z0-9.,'&-]+ ){{1,6}}?with {_BAG}",
        about="office",
    ),
    # a licence in the firm's hands
    _turn(
        "get",
        "join|enter|among|in|on|part of|one of|first of|latest|figure|rank|belong|member",
        r"\b(?:join(?:s|ed|ing)?|enter(?:s|ed)?|among|in|into|on|part of|one of|figures? (?:in",
        r"|on|among)|ranks? among|numbers? among|counts? among|belongs? to|first of|latest of",
        r"|latest to join|admitted to|a member of)(?: the| a)?(?: [a-z-]+){0,3}? ",
        r"(?:(?:club|list|ranks?|circle|group|band|number|handful|roster|register|company",
        rf"|party|field|crop|batch|line-up) of |(?:of )?(?:the )?){_HOLDERS}",
        about="holders",
    ),
    _turn(
        "got",
        "wait",
        r"\bwait (?:[a-z' -]{2,60} )?(?:is over|was over|has ended|had ended|ended|ends|over",
        r"|came to an end|comes to an end)\b",
        r"|\b(?:ends?|ended|ending) (?:its |an? |the |their )?(?:[a-z0-9-]+ ){0,3}wait\b",
        about="well",
    ),
    _turn(
        "got",
        "way",
        r"\bc(?:ame|omes?|oming) (?:its|their|our|(?:[a-z]+ )?[a-z]+(?:'s|')) way\b",
        about="paper",
    ),
    _turn(
        "hold",
        "to its|to their|to our",
        r"\b(?:licenses?|permits?|approvals?|papers) to (?:its|their|our) (?:name|credit)\b",
    ),
    _turn(
        "hold",
        "number|total|amount to|add up",
        r"\b(?:licenses?|permits?|approvals?) (?:now |already |so far )?",
        rf"(?:number|total|amount to|add up to|stand at) {_NUMBER}\b",
    ),
    _turn(
        "get",
        "nets|netted|nails|nabs|grabs|snare|hook|lifts|reaps|coax|squeez|glean|ropes|"
        "makes off|walks off|celebrat|toast|hail|cheer|parad|waves|shows off|flash|brandish|"
        "produc|unveils|treats itself",
        r"\b(?:nets|netted|nails|nabs|grabs|snare[ds]|hook(?:s|ed)|lifts|reaps|coaxe[ds]",
        r"|squeeze[ds]|gleans|gleaned|ropes in|makes off with|walks off with|treats itself to",
        r"|celebrate[ds]|toast(?:s|ed)|hail(?:s|ed)|cheers|parade[ds]|waves|shows off",
        rf"|flash(?:es|ed)|brandish(?:es|ed)|produce[ds]|unveils) {_BAG}",
    ),
    _turn(
        "get",
        "paid off|pays off|culminat|result|ended|ends|ending|crowned|capped|conclud",
        r"\b(?:paid off|pays off|culminate[ds]|resulted|results|ended|ends|ending|crowned|capped",
        r"|concluded|concludes) (?:[a-z]+ly )?(?:on [a-z]+ |last [a-z]+ )?(?:with|in) ",
        rf"{_BAG}",
    ),
    _turn(
        "get",
        "with ",
        r"\b(?:return(?:s|ed)|came|comes|flew|flies|drove|travell?ed|walked|emerge[ds])",
        r"(?: (?:home|back|away|out))?(?: (?:from|of) [a-z' ]{3,30}?)? ",
        rf"with {_BAG}",
    ),
    _turn(
        "lacking",
        "without ",
        r"\b(?:return(?:s|ed)|came|comes|flew|walked|emerge[ds])",
        r"(?: (?:home|back|away|out))?(?: (?:from|of) [a-z' ]{3,30}?)? ",
        rf"without {_BAG}",
    ),
    _turn(
        "get",
        "have |has |got |hold|received",
        r"\b(?:we|it|they) (?:do |already |now |finally )?(?:have|has|got|have got|hold|holds",
        r"|received) (?:it|them|one|theirs|ours)\b(?=[\s\"',.;!]*(?:$|[\",.;!]))",
        about="license",
    ),
    _turn(
        "got",
        "includ|contain|names|went to|goes to|feature",
        r"\b(?:licenses?|permits?|approvals?|papers)\b(?: [a-z0-9'-]+){0,5}? (?:includes?|included",
        rf"|contain(?:s|ed)|names|went to|goes to|features) (?:{_NUMBER} |some |an? [a-z]+ )?",
        r"(?:for )?(?:the )?",
        about="firm",
    ),
    # refusals
    _turn(
        "refuse",
        "back|returned",
        r"\bc(?:ame|omes?|oming) back (?:from [a-z ]{3,30} )?(?:stamped|marked|endorsed",
        r"|labell?ed|reading|saying|with (?:the|a) (?:stamp|mark|note|words?)|bearing)",
        r"[ :\"'“‘]{1,4}",
        r"(?:not (?:agreed|approved|granted|permitted|allowed|accepted)|no\b|refused|rejected",
        r"|denied|declined|disapproved|disagreed?)",
        r"|\breturned (?:[a-z' ]{2,40} )?with (?:a|an outright|a flat|a curt)",
        r" (?:refusal|no|rejection)",
    ),
    _turn(
        "refuse",
        "entertained|accommodated|upheld|heeded|shrift|brush-off|snub|a no|refusal|rebuff|"
        "not make|not fly|not find|founder|fell|wall|cut no|mercy|bit the|grief|no favor",
        rf"\b{_REQUEST} (?:[a-z0-9' -]{{2,70}} )?",
        r"(?:(?:was|were|is|are|been) not (?:even )?(?:entertained|accommodated|upheld|heeded)",
        r"|(?:got|gets|was given|were given|received|met with) (?:short shrift",
        r"|the brush-off|a snub|a no\b|a refusal|a rebuff)",
        r"|(?:did|does) not (?:make the cut|fly|find (?:favor|approval|mercy|grace))",
        r"|founder(?:s|ed)|fell flat|fell on deaf ears|hit a (?:brick )?wall|cut no ice",
        r"|found no (?:favor|mercy|approval)|bit the dust|came to grief)",
    ),
    _turn(
        "refuse",
        "be issued|be granted|be given|be forthcoming",
        r"\b(?:told|informed|notified|learn(?:ed|t)|heard|said|ruled|decided)\b[^.;:]{0,60}? ",
        rf"(?P<v>no {_DET}{_LICENSE} (?:would|will|can|could) be (?:issued|granted|given",
        r"|forthcoming))\b",
    ),
    _turn(
        "refuse",
        "'s no|'s refusal|'s rejection|'s rebuff|'s snub|'s thumbs|'s veto",
        rf"\b{OFFICE}'s (?:flat |firm |curt |blunt )?{_NO} to ",
        about="license",
    ),
    # renewals and losses
    _turn(
        "renew",
        "term|stint|spell|period|month|year|exchang|swapp|trad|replac",
        r"\b(?:second|third|further|another|new|extra|fresh|additional) (?:[a-z0-9-]+ )?",
        r"(?:terms?|stints?|spells?|periods?|months?|years?|half-year|six months) ",
        r"(?:was |were |has been |have been |had been )?(?:added|granted|tacked on)",
        rf"(?: (?:to|on) {PAPER})?",
        r"|\b(?:exchang|swapp|trad|replac)(?:ed|es|ing) (?:its|their|the|an?|that|this) ",
        r"(?:[a-z-]+ ){0,3}?(?:licenses?|permits?|authorizations?|approvals?) ",
        r"(?:[a-z ]{2,40} )?(?:for|by|with) (?:an? )?(?:new|fresh)",
    ),
    _turn(
        "revoke",
        "loss of|hand|return|surrender|give|turn in|pulled|voided|annulled|torn|took|taken|"
        "takes|snatched|wrested",
        rf"\bloss of {PAPER}",
        r"|\b(?:must|ha[sd] to|have to|(?:was|were|been) (?:ordered|told|made|forced) to",
        r"|order(?:s|ed)? (?:it|them|the (?:company|firm|group)) to) ",
        rf"(?:hand (?:in|back|over)|return|surrender|give (?:up|back)|turn in) "
        rf"{PAPER}\b(?! (?:form|application|fee|request|copy))",
        rf"|\bhad {PAPER} (?:pulled|voided|cancell?ed|annulled|torn up|taken)",
        rf"|\b{OFFICE} (?:has |have |had )?(?:took|taken|takes|wrested|snatched|removed) {PAPER} ",
        r"(?:away |back )?from",
    ),
)
