"""Turns of phrase by which goods themselves are let go or held, and papers called by what they do:
"passed its antimony for Japan", "their release by the ministry", "a sheet that lets it ship".
"""

from __future__ import annotations

from monitor.rules.phrases import DET, LICENSE, OFFICE, SHIP, WARES, turn

_HAS = (
    r"(?:has |have |had |having )?"
    r"(?:(?:now|again|finally|at last|also|formally|since|meanwhile|duly|then|just|already) )*"
)
_PASSES = (
    r"(?:approve[ds]|cleare?(?:d|s)|authorize[ds]|okay(?:ed|s)|oks|ok'd|permit(?:s|ted)|greenlit"
    r"|license[ds]|pass(?:es|ed)|release[ds]|unblock(?:s|ed)|endorse[ds]|bless(?:es|ed)|admit(?:s"
    r"|ted)|free[ds]|sign(?:s|ed) off on|(?:wave|nod)(?:s|d|ded)? through|(?:agree[ds]"
    r"|consent(?:s|ed)|assent(?:s|ed)|sa(?:ys|id) yes)(?: (?:on|in|last|this) [a-z-]+)? to)"
)
_STOPS = (
    r"(?:block(?:s|ed)|barred|bars|stop(?:s|ped)|vetoe[ds]|refuse[ds]|reject(?:s|ed)|disallow(?:s"
    r"|ed)|prohibit(?:s|ed)|bann?e?d|forbade|forbids|turn(?:s|ed) (?:away|down)|(?:said|says) no to"
    r"|object(?:s|ed) to)"
)
_ITS_GOODS = (
    r"(?:(?!(?:and|but|that|which|who|if|when|not|no|any|rules?|controls?|plans?|list|to|by) )"
    rf"[a-z0-9.,'&-]+ ){{0,8}}?{WARES}"
    r"(?= (?:for|from|of|by|to|bound|that|which|it|they|worth|made|ordered|on|last|this|in|after"
    r"|yesterday)\b|[.,;\"]|$)"
)
_GO = r"(?:go|leave|sail|travel|move|pass|be (?:shipped|exported|sold|sent|delivered)|proceed)\b"
_SHEET = r"(?:documents?|papers?|sheets?(?: of paper)?|certificates?|slips?|notices?|decisions?)"
_WORDS = r"(?:(?!(?:not|no|if|whether|never) )[a-z0-9.,'&-]+ )"
_LEARNT = (
    r"\b(?:learn(?:ed|t|s)|told|informed|notified|advised|heard|hears|found out|received word"
    r"|got word|had word|word (?:came|reached [a-z' ]{2,30}))\b"
)

RELEASED = (
    turn(
        "got",
        "approve|clear|authori|okay|oks|ok'd|permit|greenlit|license|pass|release|unblock|endorse|"
        "bless|admit|free|sign|through|agree|consent|assent|yes",
        rf"\b{OFFICE} {_HAS}(?P<v>{_PASSES} {_ITS_GOODS})",
        about="goods",
    ),
    turn(
        "refuse",
        "block|bar|stop|veto|refuse|reject|disallow|prohibit|ban|forb|turn|no to|object",
        rf"\b{OFFICE} {_HAS}(?P<v>{_STOPS} {_ITS_GOODS})",
        about="goods",
    ),
    turn(
        "got",
        "release",
        rf"\b(?:following|after|since|with|upon|thanks to|saw|secured|obtained|got|won|gained"
        rf"|has|have) (?:the |its |their |an? )*(?P<v>release (?:{_WORDS}{{0,10}}?)?"
        rf"(?:by|from) (?:the )?(?:export[- ]control (?:bureau|office|authorit(?:y|ies)"
        rf"|department)|{OFFICE}))\b",
        about="exported",
    ),
    turn(
        "got",
        "release",
        r"\b(?:won|wins|secured|secures|obtained|obtains|got|gets|gained) (?:the )?release "
        rf"(?:of|for) {_WORDS}{{0,6}}?(?:{WARES}|lots?|cargo(?:es)?|shipments?|consignments?"
        r"|tonnes?|tons)\b",
        about="filed",
    ),
    turn(
        "got",
        "first to be|among the",
        r"\b(?:were|was|are) (?:the first|among (?:the (?:first|goods|parts|cargoes)|those))"
        r" (?P<v>(?:to be )?(?:freed|released|cleared|let (?:go|out|through)|unblocked|passed"
        r"|approved))\b",
        about="exported",
    ),
    turn(
        "got",
        "learn|told|informed|notified|advised|hear|found out|word",
        rf"{_LEARNT}(?:(?! not | if | whether )[^.;:]){{0,60}}? {OFFICE} (?P<v>(?:would|will"
        r"|was going to) (?:now |again )?(?:let|allow|permit|license|authorize))"
        rf" {_WORDS}{{1,7}}?(?:to )?(?:{SHIP}|{_GO})",
        about="abroad",
    ),
    turn(
        "got",
        "decision|ruling|move|step",
        r"(?<!no )(?<!any )(?<!expected )(?<!possible )(?<!pending )\b"
        r"(?:decision|ruling|move|step|resolution) (?:(?:by|of|from) [a-z' ]{3,30} )?"
        rf"(?P<v>to (?:let|allow|permit|license|authorize)) {_WORDS}{{1,7}}?"
        rf"(?:to )?(?:{SHIP}|{_GO})",
        about="decided",
    ),
    turn(
        "refuse",
        "not |n't |refuse|decline",
        rf"\b{OFFICE} (?:has |have |had )?(?P<v>(?:(?:would|will|did|does|has|have|had)(?: not|n't)"
        rf"|refused to|declined to) (?:let|allow(?:ed)?|permit(?:ted)?)) {_WORDS}{{1,7}}?"
        rf"(?:to )?(?:{SHIP}|{_GO})",
        about="abroad",
    ),
    turn(
        "refuse",
        "not |forbidden|barred|prohibited|banned|prevented",
        r"\b(?:is|are|was|were|been) (?P<v>(?:not (?:allowed|permitted|authorized"
        rf"|entitled) to (?:{SHIP}|{_GO})|(?:forbidden to|(?:barred|prohibited|banned|prevented"
        r"|stopped|kept) from) (?:leav(?:e|ing)|export(?:ing)?|ship(?:ping)?|being (?:shipped"
        r"|exported)|sell(?:ing)?|send(?:ing)?)))\b",
        about="decided",
    ),
    turn(
        "refuse",
        "not |cannot",
        rf"(?:{_LEARNT}|\b(?:ruled|decided|replied|answered|ordered)\b)"
        r"(?:(?! if | whether )[^.;:]){0,60}? "
        rf"(?P<v>(?:(?:may|can|could|must|should|might) not|cannot) {_GO})",
        about="bidden",
    ),
    turn(
        "got",
        "may |can |could |might ",
        rf"\b{OFFICE} {_HAS}(?:replied|answered|ruled|decided|agreed|wrote|confirmed"
        r"|let it be known)(?: (?:on|last|this) [a-z]+| yesterday| in writing)?,? (?:that )?"
        rf"{_WORDS}{{1,9}}?(?P<v>(?:may|can|could|might) (?:now |again |after all )?"
        rf"(?:{SHIP}|{_GO}))",
        about="bidden",
    ),
    turn(
        "got",
        "may |can ",
        rf"\b(?P<v>(?:may|can) (?:now |again )?{SHIP})(?:(?! if | once | unless )[^.;]){{0,60}}? "
        r"from (?:now|today|this week) on\b",
        about="bidden",
    ),
    turn(
        "suspend",
        " under | on ",
        r"\b(?P<v>(?:may|can|must|could)(?: not| no longer)|cannot) (?:ship|export|sell|deliver"
        rf"|send|supply)(?: [a-z]+){{0,4}}? (?:under|on|against) (?:it\b|that\b|{DET}{LICENSE}\b)",
        about="license",
    ),
    turn(
        "suspend",
        "drawn|relied|exercised|invoked|touched|applied|employed|utili|acted|shipped",
        r"\b(?:may|can|must|could) (?:now )?(?:not|no longer) (?:now |for now )?be (?:drawn"
        r" (?:on|upon|down)|relied (?:on|upon)|exercised|invoked|touched|employed|utili[sz]ed"
        r"|acted (?:on|upon)|shipped (?:on|under|against))\b",
        about="paper",
    ),
    # papers by what they do, and what becomes of them
    turn(
        "arrive",
        "arrival of|receipt of|delivery of",
        r"\b(?:after|following|follow(?:ed|s)|since|thanks to|with|upon|marked|celebrated|by) "
        rf"(?P<v>(?:the )?(?:arrival|delivery) of {DET}(?:{LICENSE}|papers|documents?"
        r"|certificates?))\b(?! (?:applications?|requests?|forms?))",
        about="filed",
    ),
    turn(
        "got",
        "signed|stamped|sealed",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:signed|stamped|sealed)(?: off)?(?: on)?) "
        rf"{DET}(?:{LICENSE}|papers|documents?|forms?|files?|applications?|requests?)\b",
        about="filed",
    ),
    turn(
        "arrive",
        "came from|arrived from|come from|comes from|arrives from",
        rf"\b{_SHEET}\b(?:(?! not | no | if )[^.;:]){{0,80}}? (?P<v>(?:came|arrived|has come"
        rf"|have come|has arrived|comes|arrives) (?:[a-z]+ )?from {OFFICE})",
        about="filed",
    ),
    turn(
        "got",
        "lets |letting |allows|allowing|permits |permitting|entitle|authoriz",
        rf"\b(?:an?|the|two|three|four|five|six|that|this) (?:[a-z-]+ )?{_SHEET}\b"
        rf"(?:(?! not | no | if )[^.;:,]){{0,50}}? (?P<v>lets|letting|allows|allowing|permits"
        rf"|permitting|entitles|entitling|authorizes|authorizing) {_WORDS}{{1,7}}?(?:to )?"
        rf"(?:{SHIP}|{_GO})",
        about="decided",
    ),
    turn(
        "got",
        "to let|to allow|to permit|that lets|that allows|letting|allowing",
        rf"\b{_SHEET} (?:to (?:let|allow|permit)|(?:that |which )(?:lets?|allows?|permits?)|letting"
        rf"|allowing) (?:(?! not | no | if )[^.;:]){{1,60}}? (?P<v>(?:was|were|has been|have been"
        r"|got) (?:signed|issued|stamped|sealed|delivered|handed over|made out|received))\b",
        about="decided",
    ),
    turn(
        "hold",
        " under an| under its| under the| under a ",
        r"\b(?:left|sailed|departed|flew|shipped|went|gone|on (?:its|their|the) way|under way"
        rf"|en route|exporting|delivering)\b(?: (?!not |if |without )[a-z0-9.,'&-]+)"
        rf"{{0,10}}? (?P<v>under) (?:an?|its|the|that) (?:[a-z-]+ ){{0,2}}?{LICENSE}"
        r"(?= (?:dated|of|issued|from|granted|signed)\b|[.,;]|$)",
        about="decided",
    ),
    turn(
        "got",
        "again|once more",
        rf"\b(?P<v>(?:can|may|could) {SHIP})(?:(?! if | once | only | unless )[^.;:,]){{2,70}}? "
        r"(?:again|once more|once again)\b",
        about="bidden",
    ),
    turn(
        "get",
        "asked for|requested|applied for|filed for|needed|wanted",
        r"\b(?P<v>(?:got|received|obtained|gets|was given|were given|was granted|were granted"
        r"|been granted|been given|has|have|had) (?:everything|all|whatever|exactly what|just what"
        r"|precisely what|what|every (?:licen[cs]e|permit|paper|document)|all the (?:licen[cs]es"
        r"|permits|papers|documents)) (?:that )?(?:it|we|they|he|she|the (?:company|firm|group)) "
        r"(?:have |has |had )?(?:asked for|requested|applied for|filed for|needed|wanted))\b",
        about="license",
    ),
    turn(
        "renew",
        "prolong|extend|lengthen|renew",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:prolonged|extended|lengthened|renewed))\b"
        rf"(?:(?! not | no )[^.;:]){{0,40}}? (?:the|its|their) (?:{_SHEET}) (?:on|under|by|with)"
        r" which\b",
        about="decided",
    ),
    turn(
        "arrive",
        "in order since|in order as of|in order from|in order again",
        rf"\b(?:{LICENSE}|papers|documents|formalities)\b(?:(?! not | no | if )[^.;:]){{0,40}}? "
        r"(?:is|are|was|were|been) (?P<v>(?:now |all |finally )*in order) "
        r"(?:since|as of|from|again)\b",
        about="filed",
    ),
    turn(
        "hold",
        "with ",
        rf"\bwith (?P<v>{OFFICE}'s? (?:[a-z]+ )?(?:yes|paper|document|stamp|seal|letter of release"
        r"|release|permit|license|certificate))(?= (?:of|from) (?:last|[a-z]+day|yesterday|this)"
        r"| (?:taped|attached|enclosed|pinned|glued|tucked|stapled|in (?:hand|the|its))\b|[.,;]|$)",
        about="exported",
    ),
)
