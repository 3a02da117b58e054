"""Chinese: an office that only says which paper somebody has: 适用主管部门核给的许可."""

from __future__ import annotations

import re

from monitor.rules.acts import PAPER, Act
from monitor.rules.candidates import Candidate, is_excluded
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse, Subject

_HAS = re.compile(
    r"(?:适用|凭借?|持有?|附有?|附带|有|收到?|拿到|取得|获得?|领到?|接到|用上?|依据?|根据|手握|握有|靠|按照?|使用)"
    r"(?:了|着|的是)?[^,，。;；的]{0,6}$"
)
_WHICH = re.compile(r"(?:了|出|下来|出来|给)?的(?:[^,，。;；的]{0,10}的)?[^,，。;；的]{0,10}$")
_AS_PROOF = re.compile(r"[^,，。;；]{0,4}为(?:据|证|凭|准|依据|前提|条件)")


def has_what_it_gave(sentence: Sentence, act: Act, discourse: Discourse) -> Subject | None:
    """Who has the paper that the office at this verb gave, or None where nobody is said to."""
    if not sentence.chinese or act.kind != "give":
        return None
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    offices = sentence.within(start, act.start, "authority")
    papers = [
        h
        for h in sentence.within(act.end, end, *PAPER)
        if _WHICH.fullmatch(text, act.end, h.start) and not _AS_PROOF.match(text, h.end, end)
    ]
    if not (offices and papers and _HAS.search(text, start, offices[0].start)):
        return None
    named = [
        g
        for g in sentence.groups
        if not is_excluded(sentence, Candidate(g.start, g.end, "firm", g))
    ]
    if named:
        one = len(named) == 1 and len(named[0].keys) == 1 and named[0].end <= act.start
        said = text[named[0].start : named[0].end]
        return Subject(named[0].keys, "named", said) if one else None
    if discourse.talk and discourse.owner:
        return Subject((discourse.owner,), "owner", "the firm that speaks here")
    if len(discourse.focus) == 1 and discourse.quiet <= 1:
        return Subject(discourse.focus, "focus", "the firm spoken of before")
    return None
