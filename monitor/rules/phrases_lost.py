"""Turns by which the time of a licence is up, or it is put out of use, cut off or taken in.

"Let its permit lapse", "saw its licence end", "the paper ran to 14 July and no longer", "put the
permit to sleep", "ended the use of two licences", "none of those papers may be used".
"""

from __future__ import annotations

from monitor.rules.phrases import DET, LICENSE, OFFICE, turn

_PAPER = (
    r"(?:(?:(?!and |or |to |for |that |which |of )[a-z0-9'&.-]+ ){0,5}?"
    rf"(?:{LICENSE}|papers?|documents?|certificates?|authority to [a-z]+))\b"
    r"(?! (?:applications?|requests?|rules?|system|regime|holders?|losses|process))"
)
_DATED = r"(?:[^.;]{0,70}?)"
_NO_MORE = (
    r"(?:and no (?:longer|further)|without (?:an? |any )?(?:replacement|renewal|successor|extension"
    r"|follow-up|follow-on|being (?:renewed|replaced|extended|prolonged))"
    r"|with no(?:thing| [a-z-]+)? (?:to (?:follow|replace it)|replacement|renewal|successor"
    r"|extension"
    r"|follow-up)|unrenewed|unreplaced|unextended)"
)
_DIE = r"(?:die|lapse|expire|run out|fall|drop|end|slip|go|run its course|run down|time out)"
_GONE = r"(?:end|ends|expire|lapse|run out|die|go|run down|come to an end|fall away)"
_TAKEN_IN = (
    r"(?:cut off|cut short|called (?:back|in)|pulled|axed|switched off|shut off|scrapped"
    r"|struck down"
    r"|struck out|torn up|taken (?:back|away|in)|terminated|put out of (?:force|effect)|voided"
    r"|annulled|yanked|rescinded|recalled|withdrawn|revoked|cancell?ed)"
)
_STOPPED = (
    r"(?:to sleep|on (?:hold|ice)|out of (?:action|use|service|operation)|in abeyance|into abeyance"
    r"|under (?:review|seal)|in (?:cold|deep) (?:storage|freeze)|in the freezer|to rest"
    r"|in mothballs)"
)
_WAS = r"(?:was|were|is|are|has been|have been|had been|been|got) (?:[a-z]+ly |now |then |since )?"
_USED = (
    r"(?:used|drawn (?:on|upon|down)|relied (?:on|upon)|shipped (?:under|against)|made use of"
    r"|touched"
    r"|invoked|called on|exercised)"
)
_UNSURE = r"(?<!not )(?<!would )(?<!will )(?<!could )(?<!may )(?<!might )(?<!to )(?<!n't )"

LOST = (
    turn(
        "expire",
        "let |lets |letting |allowed |watched ",
        rf"\b{_UNSURE}(?P<v>(?:let|lets|letting|allowed|left) (?:{DET}|[a-z]+'s )?{_PAPER}"
        rf"(?: (?:for|to|of) [^.;,]{{2,40}}?)? (?:to )?{_DIE})\b(?! (?:of|to|through|ahead)\b)",
    ),
    turn(
        "expire",
        "saw |sees |seen |watched |had |has ",
        rf"\b{_UNSURE}(?P<v>(?:saw|sees|seen|watched|watches) (?:{DET}|[a-z]+'s )?{_PAPER}"
        rf"(?: (?:for|to|of) [^.;,]{{2,40}}?)? {_GONE})\b",
    ),
    turn(
        "revoke",
        "saw |sees |seen |watched |had |has ",
        rf"\b{_UNSURE}(?P<v>(?:saw|sees|seen|watched|watches|had|has had) (?:{DET}"
        rf"|[a-z]+'s )?{_PAPER}"
        rf"(?: (?:for|to|of) [^.;,]{{2,40}}?)? {_TAKEN_IN})\b",
    ),
    turn(
        "expire",
        "no longer|no further|without|with no|unrenewed|unreplaced|unextended|not ",
        rf"\b{_PAPER}{_DATED} (?P<v>(?:ended|ran|ran out|lapsed|expired|stopped|was up|were up"
        rf"|was good|was valid|held good|fell due)\b{_DATED}{_NO_MORE})\b",
    ),
    turn(
        "expire",
        "found itself without|finds itself without|without a valid|without valid|been without",
        r"\b(?P<v>(?:found|finds) (?:itself|themselves|himself) without (?:an? )?(?:valid )?"
        rf"{_PAPER})\b(?=[^.;]{{0,60}}\b(?:from|since|as of|after|on|at|when)\b)",
    ),
    turn(
        "suspend",
        "put |puts |placed |places |laid |parked ",
        rf"\b(?P<v>(?:put|puts|placed|places|laid|lays|parked|sent) {_PAPER}(?: (?:for|to"
        rf"|of) [^.;,]{{2,40}}?)? {_STOPPED})\b",
        about="ordered",
    ),
    turn(
        "revoke",
        "put |puts |placed |places ",
        rf"\b(?P<v>(?:put|puts|placed|places) {_PAPER} out of (?:force|effect))\b",
    ),
    turn(
        "revoke",
        "cut |called |pulled|axed|off|struck|torn|taken|put out|out of force|out of effect",
        rf"\b{_PAPER}(?: (?:for|to|of|covering|under|held by) [^.;,]{{2,60}}?)? "
        rf"(?P<v>{_WAS}{_TAKEN_IN})\b(?! (?:by (?:the )?(?:company|applicant|firm) itself"
        rf"|from (?:a|the)"
        r" (?:shelf|drawer|file|safe)))",
    ),
    turn(
        "suspend",
        "the use of|use of",
        r"\b(?P<v>(?:ended|ends|stopped|stops|terminated|discontinued|halted|prohibited|forbade"
        rf"|banned|barred|interrupted) (?:the |all |any |further )*use of {DET}{_PAPER})\b",
    ),
    turn(
        "suspend",
        "may |can |under it|under them|under that",
        rf"\b(?P<v>(?:none|not one|neither|no one) of (?:{DET}|those |these ){_PAPER} "
        rf"(?:may|can|is to|are to) (?:now |currently )?be {_USED})\b",
    ),
    turn(
        "suspend",
        "may not|can not|cannot|must not|no longer",
        rf"\b{_PAPER}\b[^.;]{{0,60}}? (?P<v>(?:may not|can ?not|must not|may no longer"
        rf"|can no longer"
        rf"|is not to|are not to) (?:for now |currently |at present )?be {_USED})\b",
    ),
    turn(
        "suspend",
        "not ship under|not deliver under|not export under|not sell under|not supply under",
        r"\b(?P<v>(?:may not|can ?not|must not|may no longer|can no longer|not allowed to) "
        rf"(?:ship|deliver|export|sell|supply|load) under (?:it|them|(?:{DET}"
        rf"|[a-z]+'s ){_PAPER}))\b",
        about="license",
    ),
    turn(
        "revoke",
        "struck |removed |deleted |dropped |cut |took |taken |carved |crossed ",
        rf"\b{OFFICE} (?:has |have |had )?(?P<v>(?:struck|removed|deleted|dropped|cut|took|taken"
        rf"|carved"
        r"|crossed|excised) [^.;,]{2,60}? (?:from|out of|off) (?:(?:the|its|their) )?"
        rf"(?:(?:company|firm|group|exporter)'s )?{_PAPER})\b",
    ),
    turn(
        "renew",
        "term |validity |life |duration |period ",
        r"\b(?:its|the|their|whose|the licen[cs]e's|the permit's) (?:term|validity|life|duration"
        r"|period)(?: of validity)? (?P<v>(?:was|has been|have been|is|had been) (?:[a-z]+ly "
        r"|now )?"
        r"(?:prolonged|extended|lengthened|stretched|renewed))\b",
        about="license",
    ),
    turn(
        "renew",
        "prolonged |extended |renewed |lengthened ",
        rf"\b{OFFICE} (?:has |have |had )?(?P<v>(?:prolonged|extended|renewed|lengthened"
        rf"|rolled over)"
        rf" (?:by|for|until|to) [^.;,]{{3,30}}? (?:the|its|their|our|both|all"
        rf"|[a-z]+'s) {_PAPER})\b",
    ),
    turn(
        "renew",
        "new term|new lease|fresh term|further term|second term",
        rf"\b{_PAPER}\b[^.;]{{0,110}}? (?P<v>(?:was|were|has been|have been|had been) (?:given"
        rf"|granted"
        r"|accorded|handed) (?:an? )?(?:new|fresh|further|second|additional) (?:term|lease|period"
        r"|half[- ]year|six months))\b",
    ),
)
