"""Turns of headlines and short reports: a verdict behind a name, papers that are sent or ready.

"Example: turned down for Israel", "told to go ahead with powder for Poland", "the licence was
sent by courier", "it has everything it asked for", "its status went from yellow to green".
"""

from __future__ import annotations

from monitor.rules.phrases import LICENSE, OFFICE, turn

_SHEET = (
    rf"(?:{LICENSE}|certificates?|approval (?:letter|notice)s?|export (?:card|paper|document)s?)"
    r"\b(?! (?:applications?|requests?|rules?|system|regime|forms?|office|fees?))"
)
_OF_IT = r"(?: (?:for|to|of|covering|from) [a-z0-9&' -]{2,60}?)?"
_WAS = r"(?:was|were|is|are|has been|have been|had been|having been|been)"
_THEN = r"(?:(?:now|finally|at last|already|duly|also|since|then|both|all) )*"
_HERE = (
    r"(?: (?:to|by|over|out|on|at|from|in|last|this|yesterday|today|into)\b|\s*(?:$|[.,;!]))"
    r"(?! (?:the )?(?:ministry|mofcom|beijing|commission|reviewers|provincial)\b)"
)
_PASSED = r"(?:approved|cleared|licensed|passed|okayed|ok'd|greenlit|green-lit|authorized)"
_FAILED = r"(?:turned (?:down|away)|refused|rejected|rebuffed|knocked back|denied)"
_ASKED = (
    r"(?:needs?|needed|asked for|had asked for|required|requires|applied for|requested|wanted"
    r"|filed for)"
)

BRIEF = (
    turn(
        "got",
        "approved|cleared|licensed|passed|okayed|ok'd|greenlit|authorized",
        rf"(?P<v>{_PASSED}) (?:for|to serve|again for) (?:an? |its |the |two |three |both )?",
        about="headed",
    ),
    turn(
        "refuse",
        "turned down|turned away|refused|rejected|rebuffed|knocked back|denied",
        rf"(?P<v>{_FAILED}) (?:for|over|on|in the case of) (?:an? |its |the |two |three |both )?",
        about="headed",
    ),
    turn(
        "got",
        "told to go ahead|told to proceed|cleared to|allowed to|permitted to|free to|told it could",
        r"\b(?P<v>(?:told|cleared|allowed|permitted|free|authorized"
        r"|licensed) to (?:now )?(?:go ahead"
        r"|proceed|carry on|resume)) with\b",
        about="freight",
    ),
    turn(
        "arrive",
        "sent|mailed|couriered|served|posted|collected|picked up|put into|placed|"
        "ready|available|passed on",
        rf"\b{_SHEET}{_OF_IT}(?:, [^,;.]{{2,40}},)? (?P<v>{_WAS} {_THEN}(?:sent|mailed|couriered"
        r"|served|posted|collected|picked up|passed on|put into"
        r"|placed in(?:to)?|pressed into|ready|available|lying ready|made available))\b",
        _HERE,
        about="licensed",
    ),
    turn(
        "got",
        "everything |all |what ",
        r"\b(?P<v>(?:has|have|had|got|gets|holds?|received|secured|obtained|was given|were given"
        r"|been"
        r" given) [\"'“‘]?(?:everything|all|just what|exactly what|what)(?: (?:the )?[a-z]+){0,2}?"
        rf" (?:that )?(?:it|we|he|she) (?:ever )?{_ASKED})\b",
        about="wanted",
    ),
    turn(
        "got",
        "to green",
        r"\b(?P<v>(?:turned|went|gone|switched|jumped|changed|moved|flipped"
        r"|sprang)(?: [a-z]+)? from"
        r" (?:red|yellow|amber|orange|grey|gray|blue) to green)\b",
        about="license",
    ),
    turn(
        "got",
        "status",
        r"\bstatus\b[^.;]{0,60}? (?P<v>(?:had |has |now )?(?:switched|changed|moved|turned"
        r"|jumped|reads?"
        r"|says|showed|shows|is now) (?:to )?[\"'“‘]?(?:completed? ?-? ?)?(?:consent(?:ed)?"
        r"|approved|granted"
        r"|permitted|agreed|issued|passed))\b",
        about="license",
    ),
    turn(
        "got",
        "admitted|allowed|passed|conferred|furnished|accorded|vested",
        rf"\b(?P<v>{OFFICE} (?:has |had )?admitted (?:[a-z0-9'&.-]+ ){{1,6}}?(?:for|to) export"
        rf"|(?:was|were|been|is|are|{OFFICE} (?:has |had )?) ?(?:admitted (?:to|for) export"
        r"|passed (?:as )?fit (?:to|for)|(?:furnished with|accorded|vested with|conferred)"
        r"(?=[^.;]{0,80}\b(?:licen|permit|approv|agreement|consent))))\b",
        about="licensed",
    ),
    turn(
        "got",
        "'s ok|ok since|okay since|ok as of|is ok|fine since|yes since",
        r"(?P<v>\b(?:ok|okay|yes|fine|green|done|cleared) (?:since|as of|as from|from) (?:last "
        r"|this )?"
        r"(?:[a-z]+day|yesterday|week|today|the \d+|\d+)\b)",
        about="destination",
    ),
)
