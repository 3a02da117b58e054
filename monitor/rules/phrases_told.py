"""Turns of phrase by which an office lets a firm know, and by which the time of a licence is up."""

from __future__ import annotations

from monitor.rules.phrases import DET, LICENSE, OFFICE, PAPER, REQUEST, SHIP, turn

_WHEN = r"(?:(?:on|last|this|late|early) [a-z]+ |yesterday |today |in writing |by [a-z-]+ )*"
_WHOSE = r"(?:its|their|the|our|his|that|those|an?)"
_LET = (
    r"(?:let|allow|permit|approve|clear|license|authorize|grant|release|issue|give|sign off"
    r"|accept|agree)"
)
_SOME = (
    r"(?:the|its|their|our|both|all|an?|this|that|these|those|[a-z]+'s?|two|three|four|five|six"
    r"|seven|eight|nine|ten|[a-z]+teen|twenty|several|\d+)"
)

TOLD = (
    turn(
        "got",
        "told|informed|notified|advised",
        rf"\b(?:was|were|been|is|are) (?:told|informed|notified|advised) {_WHEN}",
        rf"(?:by {OFFICE} )?{_WHEN}(?:that )?(?:it|they) (?P<v>(?:may|can|could|might) ",
        rf"(?:now |again )?{SHIP})(?![^.;]{{0,90}}\b(?:if|once|provided|unless|as soon as|only)\b)",
        about="bidden",
    ),
    turn(
        "refuse",
        "told|informed|notified|advised",
        rf"\b(?:was|were|been|is|are) (?:told|informed|notified|advised) {_WHEN}",
        rf"(?:by {OFFICE} )?{_WHEN}(?:that )?(?:it|they) (?:may|can|could|might|must) ?not {SHIP}",
        about="bidden",
    ),
    turn(
        "got",
        "passed|through|succeeded|successful",
        r"\b(?:told|informed|notified|advised|heard|learned|learnt|word|news|notice"
        r"|confirmation)\b",
        rf"(?:(?! not | whether | if )[^.;:]){{0,60}}? that {_WHOSE} (?:[a-z-]+ ){{0,2}}{REQUEST}",
        r"\b(?:(?! not | yet | never | no )[^.;:,]){0,80}? (?P<v>(?:has|have|had) (?:finally |now "
        r"|all )?(?:been )?(?:passed|gone through|come through|succeeded|been successful))\b"
        r"(?! (?:on|to|the|its|through the [a-z]+ stage))",
    ),
    turn(
        "got",
        "ceased|stopped",
        r"\b(?:has|have|had) (?:not|never) (?:ceased|stopped) (?:to be|being) (?:issued|granted",
        r"|given|approved|handed out)\b",
        about="paper",
    ),
    turn(
        "refuse",
        "persuade|convince|win over|talk ",
        r"\b(?:failed to|fails to|unable to|could not|couldn't|did not|not able to",
        r"|did not manage to|failed in its bid to) (?:persuade|convince|win over|talk) ",
        rf"{OFFICE} (?:to|into) ",
        rf"{_LET}(?:t?ing)?\b(?! (?:go of|up))",
    ),
    turn(
        "refuse",
        "refusal|rejection|a no|the no|one no|two no",
        r"\b(?:mail|post|letter|envelope|courier|message|fax|reply|answer|e-?mail)\b[^.;,]{0,30}? ",
        r"(?:contained|brought|carried|held|included|delivered|was) ",
        r"(?P<v>(?:an?|the|one|two) (?:[a-z]+ )?(?:refusals?|rejections?|no)\b)",
        r"(?! to | by [^.;,]{2,40} to )",
    ),
    turn(
        "refuse",
        "refusal|rejection|the no |a no |its no |'s no ",
        r"\b(?:the|a|its|beijing's) (?P<v>(?:no|refusal|rejection) ",
        r"(?:(?:to|of|for) [^.;,]{2,60}? )?",
        r"(?:came|arrived|was sent|was delivered|reached) (?:[a-z]+ )?",
        r"(?:in writing|by|on|last|this|yesterday|today))\b",
    ),
    turn(
        "expire",
        "no longer",
        rf"\bno longer (?:has|have|holds?|possess(?:es)?) {DET}valid {DET}{LICENSE}\b",
    ),
    turn(
        "expire",
        "is up|are up|was up|were up",
        rf"(?:^|\b{_SOME} )(?:(?!under |for |with |of |on |in |by )[a-z]+ ){{0,2}}?{LICENSE}\b",
        r"(?: (?:of|for|held by|behind)"
        r" [a-z0-9' -]{2,40}?)? (?P<v>(?:is|are|was|were) up)"
        r"(?=[.,;]|$| (?:at|on|in|last|since|this|and) )(?! in the air)",
    ),
    turn(
        "suspend",
        "use of |using|usage",
        rf"\b(?:use|usage) of (?:[a-z0-9'-]+ ){{0,5}}?{PAPER}(?: [^.;,]{{2,60}}?)? ",
        r"(?P<v>(?:is|are|was|were|has been|have been|must|shall) (?:to )?(?:be )?(?:provisionally"
        r" |temporarily |immediately )?(?:ceased?|stop(?:ped)?|halted|discontinued|interrupted))\b",
    ),
    turn(
        "suspend",
        "using|use of",
        r"\b(?:told|ordered|instructed|directed|required|orders|instructs) (?:[a-z0-9'&-]+ ){0,6}?",
        rf"to (?:stop|cease|halt|discontinue|refrain from) (?:using|the use of) {PAPER}",
    ),
    turn(
        "lacking",
        "possession|hand|file|drawer|books|disposal|records",
        r"\b(?:there (?:is|are|was|were)|has|have|holds?) (?:as yet |still |currently |at present "
        r"|so far )?no (?:such )?(?:[a-z-]+ ){0,2}?",
        rf"{LICENSE} (?:for [a-z ]{{3,30}} )?(?:in|on|at|among) (?:[a-z'-]+ ){{0,4}}?"
        r"(?:hands?|possession|file|drawer|books|disposal|files|records)\b",
    ),
    turn(
        "wait",
        "remain|lies |lie |lay |sits |sit |rests |rest |are with|is with|still with",
        rf"\b{REQUEST}\b (?:[a-z0-9' -]{{2,40}} )?(?P<v>(?:remains?|lies?|lay|sits?|rests?|are|is) "
        rf"(?:still )?with (?:the )?(?:competent |licensing )?{OFFICE})\b",
    ),
    turn(
        "wait",
        "worked through|worked on|gone through|looked into|looked at",
        r"\bbeing (?:worked (?:through|on)|gone through|looked (?:into|at|over))\b",
        about="license",
    ),
    turn(
        "exempt",
        "involved|concerned|comes into",
        rf"\bno (?:chinese |export |such )*{LICENSE} (?:is|are|was|were) (?:involved|concerned)\b",
        rf"|\bno (?:chinese |export |such )*{LICENSE} (?:comes|come|enters) into (?:it|play)\b",
    ),
    turn(
        "lacking",
        "possession|hand|file|drawer|books|disposal|records|a single|even one|not have any|"
        "yet have any|hold any|possess any|own any|one single",
        rf"\bno (?:such )?(?:[a-z-]+ ){{0,2}}?{LICENSE}(?: of any kind| whatsoever| at all)? ",
        r"(?:is|are|was|were|lies|lie|has come|have come) (?:in|on|into) (?:[a-z'-]+ ){0,3}?",
        r"(?:hands?|possession|file|drawer|books|disposal|files|records)\b",
        r"|\b(?:do|does) not (?:yet )?(?:have|hold|possess|own) (?:a single|any|even one",
        r"|one single) ",
        rf"(?:[a-z-]+ ){{0,2}}?{LICENSE}\b",
    ),
    turn(
        "expire",
        "the end of",
        r"\b(?:c[ao]mes?|got|reach(?:ed|es)|at) (?:to )?the end of (?:its|their|the|his) ",
        r"(?:[a-z]+|\d+)[ -](?:months?|years?|weeks?)\b",
        about="paper",
    ),
    turn(
        "renew",
        "another|further|extra|additional|more ",
        r"\b(?:given|gave|gives|granted|grants|handed|hands) (?:[a-z0-9.,'&-]+ ){0,5}?",
        rf"{LICENSE}(?: (?:of|for|held by) [a-z0-9' -]{{2,40}}?)? (?:another|a further|an extra",
        r"|an additional|six more|twelve more|three more|nine more) (?:[a-z0-9]+ )?(?:months?",
        r"|years?|half-year|term)\b",
    ),
    turn(
        "suspend",
        "make no use|no use of",
        r"\b(?:(?:may|can|must|shall|is to|are to) (?:[a-z]+ ){0,5}?)?",
        rf"(?:make|makes) no (?:further )?use of {PAPER}",
    ),
)
