"""Turns by which goods, a sale or a destination are told to have passed, or not, without a paper.

"The rotors were passed by the ministry", "had been approved for export to Spain", "Italy has been
approved for its motors", "its sale to a laboratory was disallowed".
"""

from __future__ import annotations

from monitor.rules.phrases import OFFICE, turn

_BY = (
    rf"(?:{OFFICE}|(?:the |its |[a-z]+(?: [a-z]+)?'s )*(?:[a-z]+ )?(?:commerce|trade"
    rf"|export[- ]control"
    r"|licensing|competent|provincial) (?:commission|ministry|department|bureau|authorit(?:y|ies)"
    r"|officials?|office)|ministerial (?:decision|decree|order)|the commission)\b(?! customs)"
)
_OUT = r"(?:export(?:ation)?|sale|shipment|shipping|delivery|dispatch|supply|despatch)"
_BE = r"(?:is|are|was|were|been|being|got|gets)"
_HOW = r"(?:(?:now|also|all|both|finally|at last|formally|duly|[a-z]+ly|since|again|then) )*"
_YES = (
    r"(?:approved|authorized|cleared|okayed|ok'd|permitted|licensed|passed|released|freed"
    r"|unblocked|endorsed|signed (?:out|off)|let (?:out|go|through|leave|pass)"
    r"|allowed(?: out| through| to (?:leave|go|sail|travel|move))?|waved (?:through|on|out)"
    r"|nodded through|stamped|greenlit|green-lit|blessed|unfrozen|accepted|agreed(?: to)?"
    r"|consented to|assented to|sanctioned|admitted|ticked off|countersigned)"
)
_NO = (
    r"(?:disallowed|barred|blocked|refused|rejected|vetoed|turned (?:down|back|away)|thrown out"
    r"|struck (?:out|off|down)|knocked back|banned|forbidden|prohibited|dismissed|denied|declined"
    r"|disapproved|not let (?:out|go|through|leave))"
)
_AGAIN = r"(?:now |again |once more |once again |finally |at last |henceforth |legally )*"
_LEAVE = (
    r"(?:go|leave|travel|move|sail|depart|be (?:exported|shipped|sold|delivered|sent|flown"
    r"|dispatched|loaded))"
)

GOODS = (
    turn(
        "got",
        " by ",
        rf"(?P<v>(?:\b{_BE} {_HOW})?\b{_YES})(?: (?!not |if |once |when )[a-z0-9'-]+){{0,7}}?"
        rf" by (?!the board){_BY}",
        about="freight",
    ),
    turn(
        "got",
        " for ",
        rf"(?P<v>\b{_BE} {_HOW}{_YES}) for (?:the )?{_OUT}\b(?! licen)",
        about="freight",
    ),
    turn(
        "got",
        "for its|for their|for the|for our",
        rf"(?P<v>\b{_BE} {_HOW}(?:approved|cleared|okayed|authorized|permitted|licensed))"
        r" for (?:its|their|the company's|our) ",
        about="destination",
    ),
    turn(
        "refuse",
        " by ",
        rf"(?P<v>(?:\b{_BE} {_HOW})?\b{_NO})(?: (?!not |if |once |when )[a-z0-9'-]+){{0,5}}?"
        rf" by {_BY}",
        about="sale",
    ),
    turn(
        "refuse",
        " for | from ",
        rf"(?P<v>\b{_BE} {_HOW}{_NO}) (?:for (?:the )?{_OUT}|from (?:leaving|being (?:exported"
        r"|shipped|sent)|export|going))\b(?! licen)",
        about="freight",
    ),
    turn(
        "got",
        "may |can ",
        rf"\b(?P<v>(?:may|can) {_AGAIN}{_LEAVE})\b(?![^.;]{{0,80}}\b(?:only|if|once|unless|without"
        r"|when|provided|after|until|freely|within|licen[a-z]+ is)\b)",
        about="leaving",
    ),
    turn(
        "got",
        "may |can |free to|allowed to|able to",
        r"(?<!not )(?<!n't )(?<!longer )(?<!never )\b(?P<v>(?:may|can|(?:(?:is|are) )?(?:free"
        r"|allowed|permitted|able) to) (?:now |again "
        r"|both )?"
        r"(?:ship|export|sell|supply|deliver|send|serve|load|fly|dispatch))\b",
        r"(?![^.;]{0,90}\b(?:if|once|unless|without|when|provided|until|only|within|freely|should"
        r"|no longer|not)\b)",
        about="sending",
    ),
    turn(
        "got",
        "approved|cleared|okayed|passed|licensed|greenlit|stamped|released|signed off|endorsed",
        rf"(?P<v>(?:\b{_BE} {_HOW})?\b(?:approved|cleared|okayed|ok'd|passed|licensed|greenlit"
        r"|green-lit|stamped|released|signed off|endorsed))"
        r"(?=\s*(?:$|[.,;!)]| (?:on|last|this|yesterday|today|again|too|as well|after"
        r"|in (?:[a-z]+ary"
        r"|march|april|may|june|july|august|[a-z]+ber)|earlier|late|so far|already|together|with"
        r"|and)\b| -))",
        about="cargoes",
    ),
    turn(
        "refuse",
        "disallowed|refused|rejected|vetoed|turned |thrown out|struck |knocked back|forbidden|"
        "dismissed",
        rf"(?P<v>(?:\b{_BE} {_HOW})?\b(?:disallowed|refused|rejected|vetoed|turned (?:down|away)"
        r"|thrown out|struck (?:out|off|down)|knocked back|forbidden|dismissed))"
        r"(?=\s*(?:$|[.,;!)]| (?:on|last|this|yesterday|today|again|too|as well|after|outright"
        r"|in (?:[a-z]+ary"
        r"|march|april|may|june|july|august|[a-z]+ber)|earlier|late|already|together|with|and)\b"
        r"| -))",
        about="cargoes",
    ),
)
