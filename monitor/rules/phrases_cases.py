"""Turns by which an application, or the office's answer to it, is told to have ended well or badly.

"Both cases decided, all for", "notified of approval", "the reply turned out positive", "we got the
letter and it is a no". What became of a file itself: phrases_ended.py.
"""

from __future__ import annotations

from monitor.rules.phrases import CONSENT, OFFICE, turn

_CASE = (
    r"(?:applications?|requests?|bids?|filings?|submissions?|petitions?|files?|cases?|dossiers?"
    r"|paperwork|dockets?|papers|forms|procedures?|proceedings?)"
)
_UNBENT = r"(?:(?! not | never | no | if | once | until | unless | whether | yet )[^.;:])"
_THEN = r"(?:(?:now|also|all|both|finally|at last|then|since|already|meanwhile|[a-z]+ly) )*"
_DEALT = (
    r"(?:settled|concluded|decided|answered|resolved|closed|disposed of|dealt with|completed"
    r"|finished|judged|received|treated|handled|adjudicated|ruled on|returned|assessed|determined)"
)
_TAIL = (
    r"(?=[\"'”’ ]{0,2}(?:$|[.,;:!)-]"
    r"| (?:on|last|this|yesterday|today|in|by|for|as|at|after|and) ?))"
)
_REPLY = (
    r"(?:answer|reply|verdict|response|decision|ruling|outcome|result|word|notice|letter"
    r"|notification"
    r"|finding)"
)
_GOOD = (
    r"(?:positive|favou?rable|in (?:the )?affirmative|affirmative|a yes|yes|good news|approval"
    r"|consent|\"?granted|approved|a positive one|a favou?rable one)"
)
_BAD = (
    r"(?:negative|unfavou?rable|in (?:the )?negative|a (?:clear |flat |firm |polite "
    r"|curt )?(?:no|refusal"
    r"|rejection)|adverse|a negative one|refused|rejected|not (?:a )?(?:positive|favou?rable)"
    r"|\"?no)"
)
_TURNED = (
    r"(?:(?:was|is|were|has been|proved|turned out|turns out|came back|came out|comes out|had been"
    rf"|read|reads|turned) {_THEN}(?:to be )?)"
)

CASES = (
    turn(
        "got",
        "decided|ruled|closed|concluded",
        rf"\b{_CASE}\b{_UNBENT}{{0,110}}?(?P<v>{_DEALT}, (?:all|both|each|two|three|four|five)"
        r"(?: of them)? (?:positively|favou?rably|for\b|in (?:its|their|our|the) favou?r"
        r"|approved))",
        about="cased",
    ),
    turn(
        "got",
        "ended|ends|crowned|found|through|succeed|convinced|prevailed|met |obliged",
        rf"\b{_CASE}\b{_UNBENT}{{0,110}}? (?P<v>(?:ended|ends|has ended|have ended|had ended"
        r"|concluded|closed)(?: on [a-z]+)? (?:in|with) (?:its favou?r|their favou?r|our favou?r"
        r"|consent|approval|success|an? (?:yes|licen[cs]e|permit|approval|nod))"
        r"|crowned (?:with|by) success|found (?:the )?"
        rf"{OFFICE}'s (?:[a-z]+ )?{CONSENT}|found favou?r"
        r"|succeeded|prevailed|(?:(?:has|have|had) )?(?:come|came|gone|went|been put) through"
        r"(?: (?:with|on) [a-z']+ [a-z]+)?|(?:was|were|been) (?:fully |duly )?met(?: in full)?"
        rf"|(?:was|were|been) (?:let|waved|nodded|passed) through){_TAIL}",
        about="cased",
    ),
    turn(
        "refuse",
        "went against|goes against|gone against",
        rf"\b(?:{_CASE}|{_REPLY}|it)\b{_UNBENT}{{0,60}}?(?P<v>(?:went|goes|gone) against"
        r" (?:it|them|us|the (?:company|firm|group|applicant|exporter)))\b",
        about="license",
    ),
    turn(
        "got",
        "notified of|informed of|told of|advised of|notice of|word of|news of|notification of",
        r"\b(?P<v>(?:notified|informed|told|advised|apprised|notice|word|news|notification"
        r"|confirmation)"
        rf" of (?:an? |the |its |their |our )*(?:formal |official )?(?:positive [a-z]+"
        rf"|favou?rable [a-z]+"
        rf"|{CONSENT}|approvals?))\b(?! (?:requirement|process|procedure|rules))",
        about="told",
    ),
    turn(
        "refuse",
        "notified of|informed of|told of|advised of|notice of|word of|news of|notification of",
        r"\b(?P<v>(?:notified|informed|told|advised|apprised|notice|word|news|notification"
        r"|confirmation)"
        r" of (?:an? |the |its |their |our )*(?:negative [a-z]+|unfavou?rable [a-z]+|adverse [a-z]+"
        r"|refusals?|rejections?))\b",
        about="told",
    ),
    turn(
        "got",
        "positive|favo|affirmative|yes|good news|granted|approved",
        rf"\b{_REPLY}\b{_UNBENT}{{0,60}}?\b(?P<v>{_TURNED}{_GOOD}){_TAIL}",
        about="told",
    ),
    turn(
        "refuse",
        "negative|favo|refus|reject|adverse| no",
        rf"\b{_REPLY}\b{_UNBENT}{{0,60}}?\b(?:and |but )?(?:it )?(?P<v>{_TURNED}{_BAD}){_TAIL}",
        about="told",
    ),
    turn(
        "refuse",
        " no",
        rf"\b{OFFICE} (?:has |have |had |having )?{_THEN}(?P<v>(?:said|told (?:it|them|us|him)|says"
        rf"|answered|replied)(?: with)? (?:[\"'“‘])?(?:an? )?no)\b{_TAIL}",
        about="told",
    ),
)
