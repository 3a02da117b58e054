"""Turns of phrase by which a licence is refused, prolonged, stopped or taken away."""

from __future__ import annotations

from monitor.rules.phrases import (
    BAG,
    DET,
    HOLDERS,
    LICENSE,
    NO,
    OFFICE,
    PAPER,
    REQUEST,
    turn,
)

_HONOUR = r"accept|honou?r|recogni[sz]e|process|take|pass|clear|release|endorse|stamp|act on|handle"
_HELD = (
    r"(?:(?!(?:application|request|for|to|and|or|but|that|which|under|on|in) )[a-z0-9'&-]+ ){0,6}?"
)
_ROOM = (
    r"tonnage|quota|amounts?|volumes?|quantit(?:y|ies)|allowance|balance|remainder|rest|tonnes|tons"
    r"|headroom"
)

TAKEN = (
    # refusals
    turn(
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
    turn(
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
    turn(
        "refuse",
        "be issued|be granted|be given|be forthcoming",
        r"\b(?:told|informed|notified|learn(?:ed|t)|heard|said|ruled|decided)\b[^.;:]{0,60}? ",
        rf"(?P<v>no {DET}{LICENSE} (?:would|will|can|could) be (?:issued|granted|given",
        r"|forthcoming))\b",
    ),
    turn(
        "refuse",
        "'s no|'s refusal|'s rejection|'s rebuff|'s snub|'s thumbs|'s veto",
        rf"\b{OFFICE}'s (?:flat |firm |curt |blunt )?{NO} to ",
        about="license",
    ),
    turn(
        "refuse",
        "answer|reply|verdict|response|decision|ruling|notice|outcome|letter",
        r"\b(?:answer|reply|verdict|response|decision|ruling|notice|outcome|letter)\b",
        r"(?:(?! whether )[^.;:]){0,60}?(?:: |, | was | is | came back )[\"' ]{0,2}",
        r"(?P<v>(?:not (?:approved|granted|agreed|permitted)|refused|rejected|denied))\b",
        r"(?=[\"' ]{0,2}(?:$|[.,;!]| (?:on|last|this) ))",
        about="told",
    ),
    turn("refuse", "no to ", r"\b(?:and|but|,) (?P<v>no to) (?:the |rival )?", about="firm"),
    turn(
        "refuse",
        " down| back| out",
        r"\b(?:turn(?:s|ed)?|knock(?:s|ed)|shot|shoots|struck|voted|threw|throws|thrown) ",
        r"(?:(?!not |down |in |to )[a-z0-9'-]+ ){1,7}?(?:down|back|out)\b",
        about="moved",
    ),
    turn(
        "refuse",
        "bad news|blow|setback|rebuff|disappointment|snub|disappointed|let down",
        r"\b(?:bad news|blow|setback|rebuff|disappointment|snub|disappointed|let down)\b",
        rf"[^.;]{{0,80}}?[:,-] (?P<v>no {DET}{LICENSE})\b",
    ),
    # renewals and losses
    turn(
        "renew",
        "keep|hold on|continue",
        rf"\b{OFFICE} (?:has |have |had )?(?:agreed to )?(?:lets?|allow(?:s|ed)?|permit(?:s|ted)) ",
        r"(?:[a-z0-9.,'&-]+ ){1,6}?(?:keep|hold on to|retain|continue to use|continue using) ",
        rf"{BAG}",
    ),
    turn(
        "renew",
        "another|further|extra|second|additional|more ",
        r"\b(?:another|further|extra|second|additional|more) (?:[a-z0-9-]+ )?(?:months?|years?",
        r"|half[- ]year|half a year|term|lease)(?: of (?:life|validity))? (?:for|on|to) ",
        r"(?:[a-z0-9.,'&-]+ ){1,6}?(?:licenses?|permits?|authorizations?|approvals?|clearances?)\b",
    ),
    turn(
        "expire",
        "last day|last week",
        r"\b(?:was|were|is) the last (?:day|days|week) (?:of",
        rf"|for) (?:[a-z0-9.,'&-]+ ){{0,4}}?{PAPER}",
    ),
    turn(
        "revoke",
        " off| from",
        r"\b(?:struck (?:off|from)|removed from|deleted from|taken off|dropped from|expelled from",
        r"|thrown (?:off|out of)|kicked (?:off|out of)) (?:the ",
        r"|its )?(?:ministry's )?(?:list|register",
        rf"|roll|roster|club|ranks) of {HOLDERS}",
    ),
    turn(
        "revoke",
        "called in|calls in|called back|axed|killed|torpedoed|claimed back|recalled",
        rf"\b{OFFICE} (?:has |have |had )?(?:called in|calls in|called back|axed|killed",
        r"|claimed back",
        rf"|recalled) (?:[a-z0-9.,'&-]+ ){{0,4}}?{PAPER}",
    ),
    turn(
        "expire",
        "its |their ",
        r"\b(?:run|runs|ran|served|done|completed|used up) (?:its|their) (?:full |whole )?",
        r"(?:six|twelve|three|nine|two|one|\d+)[ -](?:months?|years?)\b",
        about="paper",
    ),
    turn(
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
    turn(
        "revoke",
        "loss of|hand|return|surrender|give|send|turn |pulled|voided|annulled|torn|took|taken|"
        "takes|snatched|wrested",
        rf"\bloss of {PAPER}",
        r"|\b(?:must|ha[sd] to|have to|(?:was|were|been) (?:ordered|told|made|forced) to",
        r"|order(?:s|ed)? (?:it|them|the (?:company|firm|group)) to) ",
        rf"(?:hand (?:in|back|over)|return|surrender|give (?:up|back)"
        rf"|turn (?:in|over)|send (?:back|in)) "
        rf"{PAPER}\b(?! (?:form|application|fee|request|copy))",
        rf"|\bhad {PAPER} (?:pulled|voided|cancell?ed|annulled|torn up|taken)",
        rf"|\b{OFFICE} (?:has |have |had )?(?:took|taken|takes|wrested|snatched|removed) {PAPER} ",
        r"(?:away\b|back\b|from\b)",
    ),
    # licences that are not to be used for now
    turn(
        "suspend",
        "not to|stop |cease |refuse|turn |ignore|disregard|reject",
        r"\b(?:told|instructed|ordered|directed|asked|advised|warned|orders?|tells?|instructs?)",
        rf"\b(?: [a-z0-9'-]+){{0,6}}? (?P<v>(?:not to (?:{_HONOUR})|to (?:stop|cease)"
        rf" (?:{_HONOUR})ing|to (?:refuse|turn (?:away|back|down)|ignore|disregard|reject))",
        rf" {_HELD}{LICENSE}"
        r"\b(?! (?:appl|request|form|cop|scan|number)))",
    ),
    turn(
        "suspend",
        "no longer|stopped|ceased|refus| not ",
        rf"(?<=customs )(?P<v>(?:(?:has|have|had) )?(?:no longer (?:{_HONOUR})(?:e?s)?",
        rf"|(?:will|would|does|do) not (?:{_HONOUR}) (?:[a-z-]+ ){{1,3}}?under"
        rf"|(?:stopped|ceased) (?:{_HONOUR})ing|refuse[ds] to (?:{_HONOUR})) {_HELD}{LICENSE}\b)",
    ),
    turn(
        "suspend",
        "no ",
        r"\b(?P<v>no (?:further |more )?(?:[a-z-]+ ){1,4}?(?:may|can|must|shall) (?:now )?",
        r"(?:leave|go|move|be (?:shipped|exported|sent|sold))) [^.;,]{0,30}?",
        rf"(?:under|on) {_HELD}{LICENSE}\b",
    ),
    turn(
        "suspend",
        "not |no longer",
        r"\b(?P<v>(?:may|can|could|must|is|are) (?:no longer|not)(?: (?:allowed|permitted) to)?"
        r" (?:draw (?:on|down)|use|touch|call on|ship against|tap|exploit)) [^.;,]{0,50}?",
        rf"(?:{_ROOM})\b[^.;,]{{0,40}}? (?:under|of|in|on) {_HELD}{LICENSE}\b",
    ),
    turn(
        "suspend",
        "froze|freez|block|suspend|stop|lock|halt|held|hold",
        r"\b(?P<v>(?:froze|frozen|freezes|blocked|suspended|stopped|locked|halted|put a (?:stop"
        rf"|hold) on)) (?:the |its |their |any |all )*(?:[a-z]+ )?(?:{_ROOM})\b[^.;,]{{0,40}}? ",
        rf"(?:under|of|in|on) {_HELD}{LICENSE}\b",
    ),
    turn(
        "suspend",
        "froze|block|suspend|stop|lock|halt|not be|on hold|drawn|used",
        rf"\b(?:{_ROOM})\b[^.;,]{{0,40}}? (?:under|of|in|on) {_HELD}{LICENSE}\b[^.;,]{{0,50}}? ",
        r"(?P<v>(?:was|were|is|are|been|being) (?:now |provisionally |temporarily )?(?:frozen"
        r"|blocked|suspended|stopped|locked|halted|put on hold)|(?:may|can|must)(?: not| no longer)"
        r" be (?:used|drawn(?: on| down)?|shipped|touched|tapped))\b",
    ),
    turn(
        "reinstate",
        "back in|back to|into force|in force",
        r"\b(?:put|brought|placed|set|switched) (?:(?!to |in |rule|control|curb|ban|restrict|system"
        r"|regime|scheme|measure)[a-z0-9.'&-]+ ){1,7}?",
        r"back (?:in|into|to) (?:force|effect|use|operation|service)\b",
        about="license",
    ),
    turn(
        "reinstate",
        "back ",
        rf"\b{OFFICE} (?:has |have |had )?(?:gave|given|gives|handed|hands) ",
        rf"(?:[a-z0-9.'&-]+ ){{1,5}}?back {PAPER}\b",
    ),
    turn(
        "revoke",
        " away| back|tore|tears|torn|rip",
        r"\b(?:took|takes|taken|taking|snatched|pulled) (?:that|this|the|its|their|both|these) ",
        rf"(?:[a-z-]+ ){{0,2}}?(?:{LICENSE}|rights?|document|papers?|privilege|leave|freedom) ",
        r"(?:away|back)\b(?! into| in force)",
        rf"|\b(?:tore|tears|torn|ripped|rips) (?:it|them|{PAPER}) (?:up|to (?:shreds|pieces))\b",
    ),
)
