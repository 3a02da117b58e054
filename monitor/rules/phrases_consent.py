"""Turns by which an office's consent, or a dated paper, is named rather than given; and its no.

"A nod from the ministry for the Spanish order", "the ministry's consent took 61 days", "its permit
for Graz is dated Monday", "left on Friday under a permit", "the ministry would not let it go".
"""

from __future__ import annotations

from monitor.rules.phrases import LICENSE, OFFICE, SHIP, turn

_CONSENT = (
    r"(?:consent|blessing|approval|permission|leave|agreement|assent|okay|ok|nod|go-ahead|clearance"
    r"|authorization|sign-off|say-so|yes|thumbs-up|green light|acquiescence|accord|signature|stamp"
    r"|seal|release|licen[cs]e|permit|placet)"
)
_ADJ = (
    r"(?:(?:formal|written|express|final|official|long-awaited|first|second|red|full|own|quick) )*"
)
_PAPER = (
    rf"(?:{LICENSE}|consents?|papers?|documents?|certificates?|decisions?|letters?|sheets?"
    r"|notifications?)\b(?! (?:applications?|requests?|rules?|system|regime|holders?|process))"
)
_OF_IT = r"(?:(?:for|to|covering|on|concerning|of) [^.;]{2,80}? )?"
_UNDERWAY = (
    r"(?:left|sailed|loaded|flew|departed|shipped|went|gone|travel(?:led|s)|reached|arrived|boarded"
    r"|landed|crossed|moved|delivered|sent|dispatched|is|are|was|were|going|sold|exported|freighted"
    r"|under way|on the (?:water|rail|road|sea|way|move|high seas)|aboard)"
)
_MARK = (
    r"(?:dated|issued|signed|granted|valid|taped|attached|in hand|number(?:ed)?|of (?:last|this)"
    r"|made out|from (?:the )?(?:ministry|mofcom|beijing)|that (?:runs|bears|is dated|came)"
    r"|which (?:runs|bears|is dated|came))"
)
_WHEN = r"(?:on|last|this|yesterday|today|in|by|for|as|at|after|twice|again|outright|flatly)"

CONSENTED = (
    turn(
        "got",
        "from ",
        rf"\b(?P<v>{_ADJ}{_CONSENT} from (?:the )?{OFFICE})\b(?! (?:is|was|would|will|to come)\b)",
        about="barely",
    ),
    turn(
        "got",
        "'s ",
        rf"\b{OFFICE}'s {_ADJ}{_CONSENT} {_OF_IT}(?P<v>took (?:only |just |some |about |nearly )?"
        r"[a-z0-9-]+ (?:days|weeks|months|hours)|came|arrived|followed|is dated|was dated|bears"
        r"|carries|landed|dropped in|covers|runs (?:to|until|through)|has come|is here|is in"
        r"|reached|was sent|lies|lay|was handed)\b",
        about="licensed",
    ),
    turn(
        "got",
        "dated|bears|bore|carries|date",
        rf"\b{_PAPER} {_OF_IT}(?P<v>(?:is|are|was|were) dated (?!back)|bears? (?:the |this |last )?"
        r"[a-z0-9' ]{0,30}(?:date|seal|stamp)\b|carr(?:ies|ied) (?:the |this |last )?"
        r"[a-z0-9' ]{0,24}(?:date|seal|stamp)\b|bore (?:the |this |last )?[a-z0-9' ]{0,24}date\b"
        r"|dates from (?:last |this )?(?:[a-z]+day|week|yesterday))",
        about="licensed",
    ),
    turn(
        "got",
        "under |with |on |covered by|against ",
        rf"\b{_UNDERWAY}\b[^.;]{{0,80}}? (?P<v>(?:under|with|on|against|covered by|by virtue of) "
        rf"(?:an? |the |its |their |our |valid |fresh "
        rf"|new )*(?:[a-z'-]+ ){{0,3}}?{_PAPER} {_MARK})\b",
        about="kept",
    ),
    turn(
        "got",
        "decision",
        r"\b(?P<v>decisions? (?:permitting|allowing|approving|granting|authorizing|licensing"
        r"|consenting to|to (?:let|allow|permit|approve|license|authorize|grant)))\b",
        about="decides",
    ),
    turn(
        "refuse",
        "would not|did not|will not|wouldn't|didn't|refuse|declin",
        rf"\b{OFFICE} (?P<v>(?:would not|did not|will not|wouldn't|didn't|refused to|declined to) "
        rf"(?:let|allow|permit)) (?:[a-z0-9.,'&-]+ ){{1,9}}?(?:to )?(?:{SHIP}|go|out|leave|through"
        r"|travel|pass)\b(?! (?:yet|until|so far))",
        about="deed",
    ),
    turn(
        "refuse",
        "would not|did not|refused|declined|turned it|turned them|threw",
        rf"\b{OFFICE} (?:has |have |had )?(?P<v>would not (?:have (?:it|them|any of it)"
        rf"|hear of (?:it"
        r"|that|them)|agree|consent|play along|budge|entertain [a-z0-9' -]{2,40})|(?:refused"
        r"|declined"
        r"|disagreed|objected|demurred)|turned (?:it|them|us|him|her) (?:down|away|back)"
        r"|threw (?:it|them) out|knocked (?:it|them) back|sent (?:it|them) packing)"
        rf"(?=[\"' ]{{0,2}}(?:$|[.,;:!]| {_WHEN}\b))",
        about="asked",
    ),
    turn(
        "refuse",
        "turned down|turned away|rebuffed|refused|rejected|knocked back|shown the door|sent away",
        r"\b(?:was|were|been|being|is|are|got) (?P<v>(?:turned (?:down|away)|rebuffed|refused"
        r"|rejected"
        r"|knocked back|shown the door|sent away)(?: [a-z]+)? (?:in|by) (?:beijing"
        r"|the (?:commerce )?"
        r"(?:ministry|department|authorit(?:y|ies)|regulators?|licensing office)|mofcom))\b",
        about="deed",
    ),
)
