"""Turns by which an application, or the office's answer to it, is told to have ended well or badly.

"All four files were settled favourably", "came back with a red stamp", "ended in consent", "the
reply turned out positive", "we got the letter and it is a no".
"""

from __future__ import annotations

from monitor.rules.phrases import CONSENT, OFFICE, turn

_CASE = (
    r"(?:applications?|requests?|bids?|filings?|submissions?|petitions?|files?|cases?|dossiers?"
    r"|paperwork|dockets?|papers|forms|procedures?|proceedings?)"
)
_UNBENT = r"(?:(?! not | never | no | if | once | until | unless | whether | yet )[^.;:])"
_THEN = r"(?:(?:now|also|all|both|finally|at last|then|since|already|meanwhile|[a-z]+ly) )*"
_WAS = rf"(?:was|were|has been|have been|had been|been|is|are|has|have|had) {_THEN}"
_DEALT = (
    r"(?:settled|concluded|decided|answered|resolved|closed|disposed of|dealt with|completed"
    r"|finished|judged|received|treated|handled|adjudicated|ruled on|returned|assessed|determined)"
)
_WELL = (
    r"(?:positively|favou?rably|affirmatively|in (?:the|its|their|our|his) favou?r"
    r"|in (?:the )?affirmative|in [a-z ]{2,24}'s favou?r"
    r"|(?:with|by) (?:an? |the |its |formal |written )*(?:approval|consent|success|yes|licen[cs]e"
    r"|permit|positive [a-z]+|favou?rable [a-z]+|grant|assent|nod|ok|okay|agreement))\b"
)
_BADLY = (
    r"(?:negatively|unfavou?rably|adversely|against (?:it|them|us|him|the (?:company|firm|group"
    r"|applicant|exporter|seller))"
    r"|without (?:an? |any )?(?:licen[cs]e|permit|approval|success|consent)"
    r"|with (?:an? |the )*(?:refusal|rejection|no\b|negative [a-z]+|denial))\b"
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
        "positively|favo|affirmativ|with |in its|in the|by ",
        rf"\b{_CASE}\b{_UNBENT}{{0,110}}? (?P<v>{_WAS}{_DEALT}(?:,? (?:all|both|each|every one))?"
        rf"(?: (?!not |un)[a-z0-9-]+){{0,4}}? {_WELL})",
        about="cased",
    ),
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
        "came back|come back|comes back|came home|returned",
        rf"\b(?P<v>(?:came|comes?|coming|has come|have come|had come) (?:back"
        rf"|home)(?: from {OFFICE})?"
        r"(?: (?:on|last|this) [a-z]+)?",
        r" (?:stamped|signed|sealed|countersigned|approved|granted|positive|endorsed|passed"
        r"|(?:with|bearing|carrying) (?:an? |the |its |their |both |all |ministry's |official |red "
        r"|positive |favou?rable |wet )*(?:stamps?|yes|seals?|approvals?|consent|signatures?"
        r"|green light|ok|okay|tick|licen[cs]e|permit|decision|blessing|nod|chop)))\b",
        r"(?![ :]{0,2}[\"“'‘](?:not|no|refus|reject|den|dis|inadm))",
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
        "got",
        "outcome|result|status",
        rf"\b{_CASE}\b{_UNBENT}{{0,80}}?, (?P<v>(?:outcome|result|status|verdict):? "
        r"(?:is |was )?(?:positive|favou?rable|granted|approved|yes|passed))\b",
        about="cased",
    ),
    turn(
        "refuse",
        "outcome|result|status",
        rf"\b{_CASE}\b{_UNBENT}{{0,80}}?, (?P<v>(?:outcome|result|status|verdict):? "
        r"(?:is |was )?(?:negative|unfavou?rable|refused|denied|rejected|no))\b",
        about="cased",
    ),
    turn(
        "refuse",
        "negatively|favo|adversely|against|without|with a|with the",
        rf"\b{_CASE}\b{_UNBENT}{{0,110}}? (?P<v>{_WAS}{_DEALT}",
        rf"(?: (?!not )[a-z0-9-]+){{0,4}}? {_BADLY})",
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
        "refuse",
        "came back|come back|comes back|thrown back|sent back|returned|handed back|flung back",
        r"\b(?P<v>(?:(?:came|comes?|coming|has come|have come|had come) back|(?:thrown|sent|handed"
        r"|flung|given|returned|tossed)(?: back)?)"
        rf"(?: from {OFFICE})?(?: (?:on|last|this) [a-z]+)? (?:unapproved|refused|rejected|denied"
        r"|with (?:an? |the |its )?(?:[a-z]+ )?(?:[\"“'‘]?no\b|refusal|rejection|denial|negative"
        r" (?:decision|reply|answer)|red cross)))",
        about="cased",
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
