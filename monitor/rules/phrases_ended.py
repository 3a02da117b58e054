"""Turns of phrase by which what was filed comes to its end: "closed with approval", "the case ended
in its favour", "came back marked 'not approved'", "the attempt succeeded"; and a licence that came.
"""

from __future__ import annotations

from monitor.rules.phrases import DET, LICENSE, OFFICE, turn

_FILED = (
    r"(?:applications?|requests?|bids?|filings?|submissions?|petitions?|papers|paperwork|files?"
    r"|cases?|dossiers?|forms?|examinations?|reviews?|assessments?|proceedings?|procedures?"
    r"|formalities|folders?|binders?|bundles?|inquir(?:y|ies)|attempts?)"
)
_GAP = r"(?:(?! not | never | yet | no | if | whether )(?:[^.;:]|\.[\da-z]))"
_WHEN = (
    r"(?:,? ?(?:on|last|this|in|by|since|late|early) (?:(?:the|early|mid|late|last) )*[a-z]+"
    rf"(?: \d{{1,2}}(?:st|nd|rd|th)?)?|,? ?by {OFFICE}"
    r"|,? ?(?:yesterday|today|again|duly|finally))?,?"
)
_BE = r"(?:is|are|was|were|been|being|got) (?:(?:all|both|now|finally|duly|since|eventually) )*"
_WELL = r"(?:favou?rably|positively|affirmatively|approvingly|successfully)"
_BADLY = r"(?:unfavou?rably|negatively|adversely|badly|unsuccessfully)"
_YES = (
    r"(?:approval|consent|assent|yes|nod|okay|ok|go-ahead|permission|agreement|licenses?|permits?"
    r"|stamp|seal|signature|placet|blessing|success|clearance|authorization|(?:positive"
    r"|favou?rable|affirmative) (?:answer|reply|decision|verdict|result|outcome|ruling|response"
    r"|opinion|conclusion))"
)
_NO = (
    r"(?:refusals?|rejections?|no|rebuff|denial|disappointment|failure|tears|(?:negative|adverse"
    r"|unfavou?rable) (?:answer|reply|decision|verdict|result|outcome|ruling|response|opinion"
    r"|conclusion))"
)
_AN = (
    r"(?:(?:an?|the|its|their|his|her|full|official|formal|red|flat|curt|one|ministry's)"
    r" [\"']?){0,3}"
)
_FAVOUR = (
    r"in (?:(?:its|their|our|the [a-z]+'s|[a-z-]+(?: [a-z-]+)?'s?) favou?r"
    r"|(?:the )?favou?r of)"
)
_GOOD_END = (
    rf"(?:{_WELL}|in the affirmative|in full|{_FAVOUR}|(?:with|in|by) {_AN}{_YES}\b(?! (?:fee|cost"
    r"|request|form|rate|pending|holder)))"
)
_BAD_END = (
    rf"(?:{_BADLY}|in the negative|against (?:it|them|us|the (?:company|firm|applicant))"
    rf"|(?:with|in|by) {_AN}[\"']?{_NO}\b(?! (?:objection|further|doubt|more|less|longer|delay"
    r"|problem|question|change|decision|answer|result|reason|difficult)))"
)
_CLOSED = (
    r"(?:answered|decided|settled|closed|concluded|completed|resolved|determined|disposed of|met"
    r"|dealt with|handled|finished|judged|assessed|ruled on|processed|crowned|rewarded|returned)"
)
_ENDED = r"(?:end(?:ed|s)|close[ds]|conclude[ds]|finishe[ds]|result(?:ed|s)|culminate[ds]|ended up)"
_BACK = (
    r"(?:(?:c[ao]me?s?|coming|went|gone|are|is|were|was|been|sent|handed|thrown|bounced) (?:back"
    r"|home|out)|return(?:ed|s)|emerge[ds]?)(?: (?:to|from) [a-z' ]{3,30}?)?"
)
_PASSED = r"(?:approved|granted|signed|stamped|sealed|endorsed|cleared|consented to|agreed to)"
_FAILED = r"(?:refused|rejected|unapproved|denied|not approved|not granted|not in conformity)"
_OUTCOME = r"(?:outcome|result|verdict|answer|reply|decision|ruling|response)"

ENDED = (
    turn(
        "got",
        "favo|positiv|affirmativ|approving|successful|in full|with |in consent|in approval|in as|"
        "in success|in a yes|by a yes",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>(?:{_BE}{_CLOSED}|{_ENDED}){_WHEN} {_GOOD_END})",
        about="filed",
    ),
    turn(
        "got",
        "favourably|favorably|positively|affirmatively|approvingly|successfully",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>{_BE}{_WELL} {_CLOSED})\b",
        about="filed",
    ),
    turn(
        "got",
        "back|home|return|emerge",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>{_BACK}{_WHEN} (?:{_PASSED}|with {_AN}{_YES}))\b",
        r"(?! (?:[\"']|as\b|not\b|refus|reject|request|form|application|fee|by post|for more))",
        about="filed",
    ),
    turn(
        "got",
        "favo|affirmativ|positiv",
        rf"\b{OFFICE} (?:has |have |had )?(?P<v>(?:answered|decided|settled|closed|concluded"
        rf"|resolved|replied)\b{_GAP}{{0,70}}? (?:{_WELL}|in the affirmative|{_FAVOUR}))",
        about="filed",
    ),
    turn(
        "got",
        "outcome|result|verdict|answer|reply|decision|ruling|response",
        rf"\b{_OUTCOME}(?::|,| is| was)? (?P<v>positive|favou?rable|affirmative)\b"
        r"(?! (?:on|for)\b)",
        about="filed",
    ),
    turn(
        "got",
        "found ",
        rf"\b{_FILED}\b{_GAP}{{0,60}}? (?P<v>(?:has |have |had )?found (?:favou?r with"
        rf"|{OFFICE}'s? (?:[a-z]+ )?{_YES}|the (?:[a-z]+ )?{_YES} of))",
        about="filed",
    ),
    turn(
        "got",
        " met | met,| met.| met$|met in|met on|met last|been met",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?:have|has|had|was|were) (?:all |both )?(?:been )?"
        r"(?P<v>(?:met|granted|heeded|satisfied|fulfilled)(?: in full)?)(?= (?:on|last|in full|this"
        r"|yesterday|today|by)\b|[.,;\"']|$)",
        about="filed",
    ),
    turn(
        "got",
        "attempt|bid|effort|try|tries|quest|push|campaign",
        r"\b(?:attempts?|bids?|efforts?|try|tries|quest|push|campaign) (?:to (?:have|get|obtain"
        rf"|secure|win|see)|for|at) {_GAP}{{0,110}}?(?:licens|permit|approv|clear|export)"
        rf"{_GAP}{{0,60}}? "
        r"(?:has |have |had )?(?:finally |at last |eventually )?(?:succeeded"
        r"|paid off|worked"
        r"|been successful|proved successful|was successful|were successful|bore fruit)\b",
        about="filed",
    ),
    turn(
        "got",
        " passed| gone through| come through",
        rf"\b{_FILED}\b{_GAP}{{0,60}}? (?P<v>(?:has|have|had) (?:(?:all|both|now|also|finally"
        r"|since|each) )*(?:passed|gone through|come through|succeeded))"
        r"(?=\s*(?:[.,;]|$)| (?:on|last|this|yesterday|muster|inspection|the ministry)\b)",
        about="filed",
    ),
    turn(
        "have",
        "licenses|permits|approvals|authorizations|consents|clearances",
        r"(?:^|(?<=[.!?:;] )|(?<=\n))(?P<v>(?:\d{1,3}|two|three|four|five|six|seven|eight|nine|ten"
        r"|eleven|twelve|a dozen) (?:(?:new|further|more|additional|individual|export|fresh) )*"
        r"(?:licenses|permits|approvals|authorizations|consents|clearances)) "
        r"(?:since|so far|to date|already|in hand|this (?:week|month|quarter|year)|last (?:week"
        r"|month)|in (?:the last|the past|[a-z]+ary|march|april|may|june|july|august|[a-z]+ber))\b"
        r"(?![^.]{0,80}(?:refus|reject|pend|deni|laps|expir|revok|suspend|sought|appl|outstand"
        r"|await|waiting|needed|required))",
        about="decided",
    ),
    turn(
        "refuse",
        "unfavo|negativ|advers|badly|unsuccess|refus|reject| no|rebuff|denial|against|disappoint|"
        "failure|tears",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>(?:(?:{_BE}|as )[\"']?{_CLOSED}|{_ENDED})"
        rf"{_WHEN} {_BAD_END})",
        about="filed",
    ),
    turn(
        "refuse",
        "unfavo|negativ|advers",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>{_BE}{_BADLY} {_CLOSED})\b",
        about="filed",
    ),
    turn(
        "refuse",
        "back|home|return|emerge",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>{_BACK}{_WHEN}(?: marked| stamped| labell?ed)? "
        rf"(?:[\"']?{_FAILED}|with {_AN}[\"']?{_NO})\b)"
        r"(?! (?:objection|further|doubt|more|less|longer|delay|problem|question|change))",
        about="filed",
    ),
    turn(
        "refuse",
        "not approved|refused|rejected|not in conformity|not granted|denied|unapproved",
        rf"\b{_FILED}\b{_GAP}{{0,90}}? (?P<v>(?:{_BACK}|bears?|bore|carr(?:y|ies|ied))"
        rf"{_GAP}{{0,70}}? [\"']{_FAILED})\b",
        about="filed",
    ),
    turn(
        "refuse",
        "negative|affirmative|advers|unfavo",
        rf"\b{OFFICE} (?:has |have |had )?(?P<v>(?:answered|decided|settled|closed|concluded"
        rf"|resolved|replied)\b{_GAP}{{0,70}}? (?:{_BADLY}|in the negative|against (?:it|them)))",
        about="filed",
    ),
    turn(
        "refuse",
        "outcome|result|verdict|answer|reply|decision|ruling|response",
        rf"\b{_OUTCOME}(?::|,| is| was)? (?P<v>negative|unfavou?rable|adverse)\b",
        about="filed",
    ),
    turn(
        "refuse",
        "not approved|not been approved|not granted|not been granted|not passed|not been passed",
        rf"\b(?:told|informed|notified|advised)\b{_GAP}{{0,60}}?(?:by|from)"
        rf" {OFFICE}[^.;:]{{0,110}}? "
        r"(?P<v>(?:has|have|had|was|were) not (?:been )?(?:approved|granted|passed|accepted))\b",
        about="filed",
    ),
    turn(
        "renew",
        "term |validity|lifetime|duration|period",
        r"\bha(?:s|ve|d) (?:had )?(?:its|their|the) (?:term|validity|lifetime|duration|period)"
        r"(?: of validity)? (?:lengthened|extended|prolonged|stretched|renewed)\b",
        about="license",
    ),
    turn(
        "arrive",
        "came|comes",
        rf"\b{DET}{LICENSE}\b(?! (?:applications?|requests?|rules?|system|regime|form))"
        r"(?: (?:for|to|of|from|covering) [a-z0-9&' -]{2,50}?)? "
        r"(?P<v>(?:finally |at last |eventually |duly |also )?c(?:ame|omes))"
        r"(?=\s*(?:$|[.,;!])| (?:on (?:[a-z]+day|\d)|last|this (?:week|month|morning)|yesterday"
        r"|today|just|only (?:on|last|after|this)|after|late\b|early|at last|at the|in (?:[a-z]+ary"
        r"|march|april|may|june|july|august|[a-z]+ber)\b|by (?:courier|post|mail|fax)|within"
        r"|(?:two|three|four|five|six|\d+) (?:days|weeks|months)|for ))"
        r"(?!,? (?:before|first)\b|[^.;]{0,12} (?:under|up for|into|everything))",
    ),
)
