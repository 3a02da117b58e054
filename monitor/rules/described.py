"""English verbs beside a licence that say which one it is, or what somebody does to it.

"A licence allowing A to sell lapsed", "took back the one issued to A", "its frozen permit", "has
its papers audited", "what was given was advice".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import BEFALLS, PAPER, Act
from monitor.rules.sentence import Sentence

_LETTING = ("allow", "permit", "let", "enabl", "authoriz", "entitl", "clear")
_THAT = re.compile(r"\s+(?:(?:that|which) (?:had |has )?)?")
_WHOSE = re.compile(r"(?:issued|granted|given|made out|awarded|handed(?: out)?|assigned)(?: to)?$")
_DONE = re.compile(
    r"\s+(?!need|requir|issued|granted|approved|signed|stamped|dated|sealed|cleared|limited|based"
    r"|cover|relat|used|wanted|asked|intended|destined)(?:[a-z]+ly )?[a-z]{3,}ed\b"
)
_WHAT = re.compile(r"\bwhat (?:[a-z]+ )?(?:has|have|had|was|were|is) (?:been )?")
_IS_ELSE = re.compile(
    r"[^,;]{0,60}?\b(?:is|was|are|were) (?!enough|for|to|valid|good|meant|all|two|three|four"
    r"|several|an? (?:general |new )?(?:export )?(?:licen|permit))"
)
_STOPS = re.compile(r"\b(?:stop|cease|halt|quit)[a-z]* $")
_ITS = re.compile(
    r"\b(?:its|their|our|the|this|that|[a-z]+'s) (?:now |once |previously |recently )?$"
)
_DOCUMENT_THAT = re.compile(
    r"\b(?:documents?|papers?|forms?|stamps?|sheets?|piece of paper|thing) (?:that|which) (?:has "
    r"|had )?$"
)
_ONE_THAT_WAS = re.compile(
    r"\b(?:the )?(?:one|ones|those|licen[sc]es?|permits?|permissions?|approvals?"
    r"|authori[sz]ations?) $"
)
_PARTICIPLE = re.compile(r"(?:issued|granted|obtained|received|given|awarded|approved|secured|won)")
_GOES_ON = re.compile(
    r"(?: [a-z0-9-]+){0,3}? (?:can|may|could|are still|is still|are valid|is valid|remains?"
    r"|continues?|ran"
    r"|lapsed|expired|were available|was available|were used|was used|has been used|have been used"
    r"|are being used|covers?|ends?|ended|runs?)\b"
)
_YEAR = re.compile(
    r" (?:in|during) (?:the (?:previous|prior|preceding) year|last year|(?:19|20)\d\d|early|late"
    r"|this year)\b"
)
_NOUN = re.compile(r" (?:[a-z-]+ )?")


def described(sentence: Sentence, act: Act, acts: Sequence[Act]) -> str:
    """Why this verb only describes a licence, or is done to something else; empty if it acts."""
    text = sentence.normal.text
    start = sentence.pieces[act.piece][0]
    behind = sentence.within(act.end, act.right, *PAPER)[:1]
    if act.hit.text in ("showed", "could show", "can show") and not behind:
        return "shows something else"
    if act.kind == "hold" and _STOPS.search(text, start, act.start):
        return "no longer does so"
    if act.kind == "have" and behind and _DONE.match(text, behind[0].end):
        return "has something done to it"
    if (
        act.kind in ("give", "get", "arrive")
        and _WHAT.search(text, start, act.start + 5)
        and _IS_ELSE.match(text, act.end, sentence.end)
    ):
        return "what was given is something else"
    if (
        act.kind in BEFALLS
        and act.hit.text.endswith(("ed", "en", "wn"))
        and _ITS.search(text, start, act.start)
        and behind
        and _NOUN.fullmatch(text, act.end, behind[0].start)
    ):
        return "says which licence"
    if (
        act.kind == "give"
        and _WHOSE.fullmatch(act.hit.text)
        and any(
            not text[h.end : act.start].strip()
            for h in sentence.within(max(sentence.start, act.start - 40), act.start, *PAPER)
        )
        and any(o.kind in BEFALLS and o is not act for o in acts)
    ):
        return "says which licence"
    if (
        act.kind in ("give", "get")
        and _PARTICIPLE.fullmatch(act.hit.text)
        and _ONE_THAT_WAS.search(text, start, act.start)
        and (m := _YEAR.match(text, act.end))
        and _GOES_ON.match(text, m.end())
    ):
        return "says which licence"
    if act.kind not in ("give", "got", "may") or not act.hit.text.startswith(_LETTING):
        return ""
    if _DOCUMENT_THAT.search(text, start, act.start):
        return "says what the licence is for"
    for paper in sentence.within(act.left, act.start, *PAPER):
        m = _THAT.fullmatch(text, paper.end, act.start)
        if m and (m.group().strip() or act.hit.text.split(" ")[0].endswith("ing")):
            return "says what the licence is for"
    return ""
