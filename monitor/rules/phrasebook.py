"""Turns of phrase as data, put together from classes of words (phrases.py).

Each turn combines classes, so that it is understood in every wording of its kind. `turns.py` reads
with it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from monitor.rules.phrases import (
    BAG,
    CONSENT,
    DET,
    DONE,
    FREIGHT,
    HOLDERS,
    HOW,
    LICENSE,
    NO,
    NUMBER,
    OFFICE,
    PAPER,
    REQUEST,
    SHIP,
    WAY,
)


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
        rf"{HOW}(?:free|freed|set free|allowed|permitted|entitled|at liberty|authorized|licensed",
        rf"|cleared) {HOW}to {SHIP}\b",
        about="abroad",
    ),
    _turn(
        "got",
        "can |may |could ",
        rf"\b(?:can|may|could) (?:now|again|finally|at last|once (?:again|more)|both) {SHIP}\b",
        r"|\b(?:can|may|could) (?:resume|restart) (?:shipments?|exports?|deliver(?:y|ies)",
        r"|sales|shipping|exporting|loading|supplies)\b",
        about="abroad",
    ),
    _turn(
        "got",
        "free|unleash",
        rf"\b(?:frees|freed|free|unleashe[ds]) (?:[a-z' ]{{2,40}} )?to {SHIP}\b",
        about="abroad",
    ),
    _turn(
        "got",
        "let|allow|permit|authorized|free",
        rf"\b{OFFICE} (?:has |have |had )?(?:finally |at last |also |now )?(?:let|lets|allows?",
        r"|allowed|permits?|permitted|authorized|(?:agreed|decided|consented|moved) to (?:let",
        r"|allow|permit|free|authorize)) ",
        rf"(?:[a-z0-9.,'&-]+ ){{1,6}}?(?:to )?{SHIP}\b",
        about="abroad",
    ),
    _turn(
        "refuse",
        "not ",
        rf"\b{OFFICE} (?:has |have |had )?(?:also )?(?:ruled|decided|told|informed|ordered",
        r"|notified|let it be known) (?:[a-z0-9.,'&-]+ ){1,8}?",
        rf"(?:(?:may|can|must|could) ?not|is not to|are not to|not to) {SHIP}\b",
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
        rf"{WAY}",
        about="cargo",
    ),
    _turn(
        "got",
        "clear|passe|past|through|by |over",
        r"\b(?:cleared?|clears|passe[ds]|got (?:past|through|by)|gets? (?:past|through|by)",
        r"|(?:made|makes?) it (?:past|through|over)|(?:went|gone|goes|sailed|sails|squeezed",
        r"|slipped|moved|moves|came|come|come out|been|is|are) (?:past|through|over)) ",
        rf"{WAY}",
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
        rf"\b{FREIGHT}\b(?:(?! not | never | yet | no )(?:[^.;:]|\.\d)){{0,70}}? ",
        r"(?P<v>(?:was|were|has been|have been|had been|been|got|gets|get) ",
        rf"(?:[a-z]+ly )?{DONE})\b",
        about="exported",
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
        rf"\bwith {OFFICE}(?:'s)? (?:formal |written |express |full |official )?{CONSENT}\b",
        rf"|\bf(?:ound|inds) favou?r with {OFFICE}",
        rf"|\bmet with {OFFICE}(?:'s)? (?:full )?{CONSENT}",
        r"|\bmet (?:with )?(?:official )?(?:approval|agreement|assent|consent)\b",
    ),
    _turn(
        "got",
        "honor|honour|fulfil|met|upheld|acceded|heeded|satisfied|accommodated",
        rf"\b{OFFICE} (?:has |have |had )?(?:honou?red|fulfilled|met|upheld|acceded to|heeded",
        rf"|satisfied|accommodated) (?:[a-z0-9.,'&-]+ ){{0,5}}?{REQUEST}\b",
        rf"|\b{REQUEST}(?: (?!not |no )[a-z'-]+){{0,6}}? (?:have|has|had|was|were) (?:been )?",
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
        rf"(?:[a-z0-9.,'&-]+ ){{1,6}}?with {BAG}",
        about="office",
    ),
    _turn(
        "got",
        "signed|agreed|consented|assented|relented|gave|came|obliged|yielded|nodded|said yes",
        rf"\b{OFFICE} (?:has |have |had )?(?:finally |eventually |at last |then |duly |now )?",
        r"(?:signed(?: off)?|agreed|consented|assented|relented|gave (?:in|way)|came (?:round",
        r"|around|through)|obliged|yielded|nodded|said yes)"
        r"(?=[\"' ]{0,2}(?:$|[.,;:!]| (?:on (?:[a-z]+day|\d)|last|yesterday|this|in [a-z]+ber",
        r"|in (?:january|february|march|april|may|june|july|august)) ?))",
        about="told",
    ),
    _turn(
        "got",
        "they ",
        r"\bthey (?:have |had )?(?:finally |eventually |at last |then |duly )?"
        r"(?P<v>signed(?: off)?|relented|nodded|said yes|let it (?:go|through|pass|out))"
        r"(?=[\"' ]{0,2}(?:$|[.,;:!]))",
        about="license",
    ),
    _turn(
        "got",
        "the cut|the list|the grade",
        r"\b(?:made|makes) (?:it (?:on|onto|to) )?the (?:cut|list|grade)\b",
        about="license",
    ),
    # a licence in the firm's hands
    _turn(
        "get",
        "join|enter|among|in|on|part of|one of|first of|latest|figure|rank|belong|member",
        r"\b(?:join(?:s|ed|ing)?|enter(?:s|ed)?|among|in|into|on|part of|one of|figures? (?:in",
        r"|on|among)|ranks? among|numbers? among|counts? among|belongs? to|first of|latest of",
        r"|latest to join|admitted to|a member of)(?: the| a)?(?: [a-z-]+){0,3}? ",
        r"(?:(?:club|list|ranks?|circle|group|band|number|handful|roster|register|company",
        rf"|party|field|crop|batch|line-up) of |(?:of )?(?:the )?){HOLDERS}",
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
        rf"(?:number|total|amount to|add up to|stand at) {NUMBER}\b",
    ),
    _turn(
        "get",
        "nets|wraps|lid on|netted|nails|nabs|grabs|snare|hook|lifts|reaps|coax|squeez|glean|ropes|"
        "makes off|walks off|celebrat|toast|hail|cheer|parad|waves|shows off|flash|brandish|"
        "produc|unveils|treats itself",
        r"\b(?:nets|netted|nails|nabs|grabs|snare[ds]|hook(?:s|ed)|lifts|reaps|coaxe[ds]",
        r"|squeeze[ds]|gleans|gleaned|ropes in|makes off with|walks off with|treats itself to",
        r"|(?:took|takes|taken) the wraps off|lifted the lid on",
        r"|celebrate[ds]|toast(?:s|ed)|hail(?:s|ed)|cheers|parade[ds]|waves|shows off",
        rf"|flash(?:es|ed)|brandish(?:es|ed)|produce[ds]|unveils) {BAG}",
    ),
    _turn(
        "get",
        "paid off|pays off|culminat|result|ended|ends|ending|crowned|capped|conclud",
        r"\b(?:paid off|pays off|culminate[ds]|resulted|results|ended|ends|ending|crowned|capped",
        r"|concluded|concludes) (?:[a-z]+ly )?(?:on [a-z]+ |last [a-z]+ )?(?:with|in) ",
        rf"{BAG}",
    ),
    _turn(
        "get",
        "with ",
        r"\b(?:return(?:s|ed)|came|comes|flew|flies|drove|travell?ed|walked|emerge[ds])",
        r"(?: (?:home|back|away|out))?(?: (?:from|of) [a-z' ]{3,30}?)? ",
        rf"with {BAG}",
    ),
    _turn(
        "lacking",
        "without ",
        r"\b(?:return(?:s|ed)|came|comes|flew|walked|emerge[ds])",
        r"(?: (?:home|back|away|out))?(?: (?:from|of) [a-z' ]{3,30}?)? ",
        rf"without {BAG}",
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
        rf"|contain(?:s|ed)|names|went to|goes to|features) (?:{NUMBER} |some |an? [a-z]+ )?",
        r"(?:for )?(?:the )?",
        about="firm",
    ),
    _turn(
        "hold",
        "following|after|upon|thanks to|the back of|strength of|courtesy|virtue|with ",
        r"\b(?:following|after|upon|thanks to|on the (?:back|strength) of|courtesy of|by virtue of",
        rf"|with) {BAG}(?= (?:from|by|granted|issued|signed|in (?:hand|place|its|the bag)",
        r"|on board|attached|dated|for [a-z]+ (?:in hand|in place)))",
        about="kept",
    ),
    _turn(
        "arrive",
        "on board|attached|enclosed|in the glove|in the bag|aboard",
        r"\b(?:on board|attached|enclosed|aboard|in the bag)\b",
        about="paper",
    ),
    _turn(
        "arrive",
        "coming|arriving|pouring|flowing|trickling|rolling|dripping|streaming|landing|dropping",
        r"\b(?:is|are|been|keep|keeps|kept|began|started|now) (?:now |finally |also )?(?:coming",
        r"|arriving|pouring|flowing|trickling|rolling|dripping|streaming|landing|dropping)\b",
        r" (?:in|through|out|down|thick|steadily|regularly)\b(?! (?:soon|next))",
        about="paper",
    ),
    _turn(
        "got",
        "licensed|authorized|approved|permitted|certified",
        r"\b(?:become|becomes|became|is now|is|are now|now) (?:an?|the (?:[a-z]+ )?(?:first|second",
        r"|third|latest|only|fourth|fifth)) (?:[a-z]+ )?(?:licensed|authorized|permitted) ",
        r"(?:[a-z-]+ )?(?:exporters?|suppliers?|sellers?|shippers?)\b",
    ),
    _turn(
        "got",
        "answer|reply|verdict|response|decision|ruling|notice|outcome|letter",
        r"\b(?:answer|reply|verdict|response|decision|ruling|notice|outcome|letter)\b",
        r"(?:(?! not | no | whether )[^.;:]){0,60}?(?:: |, | was | is | came back )[\"' ]{0,2}",
        r"(?P<v>(?:a )?(?:yes|approved|granted|agreed|cleared|positive|favou?rable))\b",
        r"(?=[\"' ]{0,2}(?:$|[.,;!]| (?:on|last|this) ))",
        about="told",
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
        rf"\b{REQUEST} (?:[a-z0-9' -]{{2,70}} )?",
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
        rf"(?P<v>no {DET}{LICENSE} (?:would|will|can|could) be (?:issued|granted|given",
        r"|forthcoming))\b",
    ),
    _turn(
        "refuse",
        "'s no|'s refusal|'s rejection|'s rebuff|'s snub|'s thumbs|'s veto",
        rf"\b{OFFICE}'s (?:flat |firm |curt |blunt )?{NO} to ",
        about="license",
    ),
    _turn(
        "refuse",
        "answer|reply|verdict|response|decision|ruling|notice|outcome|letter",
        r"\b(?:answer|reply|verdict|response|decision|ruling|notice|outcome|letter)\b",
        r"(?:(?! whether )[^.;:]){0,60}?(?:: |, | was | is | came back )[\"' ]{0,2}",
        r"(?P<v>(?:not (?:approved|granted|agreed|permitted)|refused|rejected|denied))\b",
        r"(?=[\"' ]{0,2}(?:$|[.,;!]| (?:on|last|this) ))",
        about="told",
    ),
    _turn("refuse", "no to ", r"\b(?:and|but|,) (?P<v>no to) (?:the |rival )?", about="firm"),
    _turn(
        "refuse",
        " down| back| out",
        r"\b(?:turn(?:s|ed)?|knock(?:s|ed)|shot|shoots|struck|voted|threw|throws|thrown) ",
        r"(?:(?!not |down |in |to )[a-z0-9'-]+ ){1,7}?(?:down|back|out)\b",
        about="moved",
    ),
    # renewals and losses
    _turn(
        "renew",
        "keep|hold on|continue",
        rf"\b{OFFICE} (?:has |have |had )?(?:agreed to )?(?:lets?|allow(?:s|ed)?|permit(?:s|ted)) ",
        r"(?:[a-z0-9.,'&-]+ ){1,6}?(?:keep|hold on to|retain|continue to use|continue using) ",
        rf"{BAG}",
    ),
    _turn(
        "expire",
        "its |their ",
        r"\b(?:run|runs|ran|served|done|completed|used up) (?:its|their) (?:full |whole )?",
        r"(?:six|twelve|three|nine|two|one|\d+)[ -](?:months?|years?)\b",
        about="paper",
    ),
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
