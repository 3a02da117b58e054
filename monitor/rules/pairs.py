"""Two acts of one sentence that are one story: a licence that ran out and the one that follows it,
a refusal that came before a grant, a verb said once for two papers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import GRANTS, PAPER, Act
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_NEW_ONE = re.compile(
    r"新(?:的[一那]?张?|许可证?|证|批文)|换发|替代"
    r"|\b(?:the|a|its|their) (?:new|fresh|second|following|replacement|successor)"
    r" (?:ones?|licenses?|permits?|papers?)\b|\b(?:its|a|the) (?:replacement|successor)\b"
)
_BEFORE = re.compile(
    r"\b(?:after|following|having|although|though|despite|even though)\b[^,;.]{0,60}"
    r"\b(?:had|having)(?: first| once| earlier| initially| previously)?(?: been)? $"
)
_OUTCOME = re.compile(
    r"through|done|sorted|final|settled|home|bag|succee|successf|approv|complete|green"
    r"|\b(?:yes|nod|answer|reply|verdict|decision)\b"
)
"""What makes of an application that has come or lies somewhere one that was granted."""
_DOSSIER = re.compile(
    r"\b(?:dossier|file|folder|paperwork|form|questionnaire|bundle|draft)s? (?:for|of|on|about)"
    r" (?:[a-z'-]+ ){0,4}$"
)
_FOR_A = re.compile(r" (?:for|to|of|on) ")
_LOSS = frozenset(("refuse", "suspend", "revoke"))


def pair(sentence: Sentence, acts: Sequence[Act]) -> None:
    """Mark what one act of a sentence makes of another."""
    text = sentence.normal.text
    for act in acts:
        said = act.hit.text
        come = act.kind in ("arrive", "reinstate") and not sentence.chinese
        if come and _only_filed(sentence, act):
            act.words -= {"arrive", "reinstate", "renewal"}
            act.words.add("apply")
        if act.kind == "valid" and "用" in said and _stopped(sentence, act, acts):
            act.words = act.words - {"valid"} | {"reinstate"}
            act.kind = "reinstate"  # 被停了一个月，昨晚通知可以照旧用
        if act.kind == "expire" and not act.words & {"not", "if", "plan"} and "没" not in said:
            follows = next(
                (
                    o
                    for o in acts
                    if o.start > act.end
                    and o.kind in GRANTS
                    and not o.words & {"not", "if", "plan", "ask", "must"}
                    and _NEW_ONE.search(text, act.end, o.end + 12)
                    and not _elsewhere(sentence, act, o)
                ),
                None,
            )
            if follows is not None:
                act.words.add("shadow")
                follows.words.add("renewal")
                follows.words.discard("request")
        if (
            act.kind in _LOSS
            and any(o.kind in GRANTS for o in acts if o.start < act.start)
            and _BEFORE.search(text, max(sentence.start, act.start - 96), act.start)
        ):
            act.words.add("history")


def _only_filed(sentence: Sentence, act: Act) -> bool:
    """ "The renewal application is in", "applications for a permit are on file": no grant."""
    text = sentence.normal.text
    first, *others = act.objects or (None,)
    if first is not None and _DOSSIER.search(text, sentence.start, first.start):
        return True
    if first is None or "request" not in first.kinds or not first.kinds.isdisjoint(PAPER):
        return False
    if any("request" not in o.kinds and not _FOR_A.match(text, first.end, o.start) for o in others):
        return False
    return _OUTCOME.search(text, sentence.pieces[act.piece][0], act.end) is None


def _stopped(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """Was the paper that goes on stopped before, in the same sentence?"""
    stops = [o for o in acts if o.kind == "suspend" and o.start < act.start]
    return (
        sentence.chinese
        and bool(stops)
        and not stops[-1].words & {"not", "if", "plan"}
        and not sentence.within(stops[-1].end, act.start, "rest")
    )


def _elsewhere(sentence: Sentence, old: Act, new: Act) -> bool:
    """Is the new licence for another place than the old one?"""
    before = any(a < old.start for a, _ in sentence.abroad)
    return before and any(old.end <= a < new.end + 12 for a, _ in sentence.abroad)


_ONE_OF_THEM = re.compile(
    r"(?:^|[、,，]|申请|许可证?|公司|\s)(?:另?一[个家])(?:的)?(?:已经?|被|遭|则|却|还|仍|刚)*$"
    r"|\b(?:one|the other)(?: of (?:them|the two|the firms))?"
    r" (?:was |has |had |is |were |got |been |still |has been )*$"
)


def one_of_them(sentence: Sentence, act: Act, keys: Sequence[str]) -> bool:
    """A和B的申请一个批了、一个没批: which of the two is not said."""
    start = sentence.pieces[act.piece][0]
    return len(keys) > 1 and (
        _ONE_OF_THEM.search(sentence.normal.text[start : act.start]) is not None
    )


_AUX = re.compile(
    r"(?: (?:for|to|covering) [a-z' ,]{2,40}?)?,? (?:also |still |likewise |however )?"
    r"(?:was|were|has|have|did|does|is|are)(?P<n> not|n't| yet to)?(?: yet| so far| too| either"
    r"| as well)?\s*(?=[.;,]|$)"
)


def said_once(sentence: Sentence, acts: Sequence[Act]) -> list[Act]:
    """ "... was not renewed; its permit for Canada was": the verb of before, for another paper."""
    if sentence.chinese:
        return []
    text = sentence.normal.text
    for paper in sentence.within(sentence.start, sentence.end, "paper", "permit", "request"):
        m = _AUX.match(text, paper.end, sentence.end)
        live = [a for a in acts if not a.dropped]
        before = [a for a in live if a.end <= paper.start]
        if m is None or not before or any(paper.start < a.start <= m.end() + 2 for a in live):
            continue
        number = sentence.piece(paper.start)
        start, end = sentence.pieces[number]
        if any(a.piece == number and a.start >= start and a in before for a in live):
            start = max(a.end for a in before)
        last = before[-1]
        last.right = min(last.right, start)
        hit = Hit(paper.end, max(m.end(), paper.end + 1), last.hit.kinds, m.group().strip())
        act = Act(last.kind, hit, start, max(end, m.end()), number, [paper], "sentence")
        act.reasons.append(f"the verb of before: {last.hit.text}")
        if m["n"]:
            act.words |= {"not"}
        return [act]
    return []
