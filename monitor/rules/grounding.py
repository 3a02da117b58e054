"""Grounding: the paper an act moves, in its own reach or carried over from what was said before.

A verb without a paper is no act: "received orders", "approved a dividend". A licence of another
kind (drug, mining, software, another state's) is no paper.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.carried import carry
from monitor.rules.clause import consents, exports_itself
from monitor.rules.papers import for_something_else, is_ours
from monitor.rules.sentence import Sentence

_OBJECTS: dict[str, tuple[str, ...]] = {
    "refuse": (*PAPER, "request", "export"),
    "unapproved": (*PAPER, "request", "export"),
    "withdraw": (*PAPER, "request"),
    "reinstate": PAPER,
    "suspend": PAPER,
    "revoke": (*PAPER, "request"),
    "expire": PAPER,
    "renew": PAPER,
    "exempt": (*PAPER, "export", "control", "request"),
    "need": (*PAPER, "request"),
    "got": (*PAPER, "request", "export"),
    "get": PAPER,
    "give": (*PAPER, "request", "export"),
    "arrive": (*PAPER, "request"),
    "lacking": (*PAPER, "request", "renew"),
    "hear": (*PAPER, "request"),
    "may": (*PAPER, "request", "decision"),
    "hold": PAPER,
    "valid": PAPER,
    "report": PAPER,
    "have": PAPER,
    "prepare": (*PAPER, "request", "export"),
    "apply": (*PAPER, "request", "export", "renew"),
    "wait": (*PAPER, "request"),
}
_RIGHT_ONLY = frozenset(("hold", "have", "report"))
_INVERTED = re.compile(r"\s+(?:[a-z]+ ){0,3}?(?:the|a|an|its|their|two|three|several|some)\b")
_SAYS_PAPER = re.compile(
    r"(?:licens|permit|permission|approval|clearance|exemption|waiver|leave)\w*$"
)
MOST_PAPERS = 12
"""Nouns looked at for one verb, nearest first."""


def find_paper(sentence: Sentence, act: Act, ground: Ground, before: list[Act]) -> None:
    """Find the paper an act moves; mark the act dropped when there is none."""
    text = sentence.normal.text
    wanted = _OBJECTS[act.kind]
    start = act.end if act.kind in _RIGHT_ONLY else act.left
    own = [
        h
        for h in sentence.within(start, act.right, *wanted)
        if h.start >= act.end or h.end <= act.start
    ]
    self_said = [act.hit] if not act.hit.kinds.isdisjoint(PAPER) else []
    if (
        not own
        and act.kind in GRANTS
        and (
            text[act.right : act.right + 1] == ":"
            or (act.kind in ("get", "hold", "have") and not text[act.end : act.right].strip())
        )
    ) or (
        not own
        and act.kind in ("revoke", "suspend", "renew", "reinstate", "refuse", "give")
        and not text[act.end : act.right].strip()
        and re.search(r"\b(?:has|have|had)\s+(?:\w+ly\s+|also\s+)?$", text[act.left : act.start])
    ):
        following = sentence.pieces[act.piece + 1 : act.piece + 3]
        own = [h for a, b in following for h in sentence.within(a, b, *PAPER)]
    if (
        act.kind == "arrive"
        and not sentence.chinese
        and not act.hit.text.startswith("been ")
        and not (
            _INVERTED.match(text, act.end) and not any(g.end <= act.start for g in sentence.groups)
        )
    ):
        own = [h for h in own if h.end <= act.start]
    if act.kind == "may" and not own and not sentence.has("need", "must", "not", "exempt"):
        own = sentence.within(sentence.start, sentence.end, *wanted)
    if self_said_of_another(sentence, act):
        act.dropped = "a paper of another kind"
        return
    own = sorted(own, key=lambda h: _gap(h, act))[:MOST_PAPERS]
    objects = sorted(h for h in own if is_ours(sentence, h, act, ground))
    objects = _nearest(sentence, act, objects)
    strong = [h for h in objects if not h.kinds.isdisjoint((*PAPER, "request", "renew"))]
    if act.hit.text.startswith("let") and strong:
        act.dropped = "let something happen to a licence"
        return
    if (
        act.kind == "exempt"
        and act.hit.text.startswith("without")
        and re.search(
            r"\b(?:cannot|can't|could not|unable|not allowed|may not|must not|impossible|nothing"
            r"|no (?:[a-z]+ )?(?:one|company|firm|exporter|shipments?|goods|exports|magnets?) "
            r"|illegal|stuck)\b",
            text[sentence.start : sentence.end],
        )
    ):
        act.dropped = "tells what a missing licence forbids"
        return
    if act.kind == "arrive" and strong and all(_FILED_ZH.fullmatch(o.text) for o in strong):
        act.dropped = "what is ready is only what is to be filed"
        return
    if act.kind == "have" and not objects:
        act.dropped = "no licence it could be about"
        return
    if strong and sentence.chinese and _lists_others(sentence, act, strong):
        act.dropped = "papers of another kind"
        return
    if objects and (strong or _export_will_do(sentence, act, ground, objects)):
        act.objects = strong or objects
        return
    if act.kind in ("got", "give") and not strong and _by_customs(sentence, act):
        act.dropped = "customs let goods pass, they give no licence"
        return
    if consents(sentence, act, ground):
        act.objects = [act.hit]
        return
    if (own or _other_near(sentence, act)) and not objects:
        act.dropped = "a paper of another kind"
        return
    if act.kind == "withdraw" and "申请" in act.hit.text and ground.exports:
        act.objects = [act.hit]
        return
    if (
        self_said
        and ground.exports
        and (sentence.has("paper") or not sentence.has("other_matter", "other_paper"))
        and (act.kind != "give" or not text[act.end : act.right].strip(" .。!"))
    ):
        act.objects = self_said
        return
    if (
        act.kind == "revoke"
        and ground.exports
        and re.search(r"licens|authori|permit", act.hit.text)
    ):
        act.objects = [act.hit]
        act.words.add("paper")
        return
    if act.kind == "valid" and "证有效" in act.hit.text:
        act.objects = [act.hit]
        return
    if act.kind == "valid":
        earlier = [
            h
            for h in sentence.within(sentence.start, act.left, *PAPER)
            if sentence.chinese or not for_something_else(sentence, h)
        ] or [h for h in sentence.within(sentence.start, act.start, "got") if "许可" in h.text]
        piece = sentence.pieces[act.piece]
        other = any(piece[0] <= a < act.start for a, _ in sentence.listed) or sentence.within(
            piece[0], act.start, "rest"
        )
        spoken = not other and any(not b.dropped for b in before)
        spoken = spoken and not ("用" in act.hit.text and before[-1].kind == "suspend")
        if earlier and not spoken and not sentence.has("other_paper"):
            act.objects, act.carried = earlier[-1:], "sentence"
            return
        act.dropped = "no licence it could be about"
        return
    if (
        act.kind in ("apply", "prepare")
        and _FILES_ZH.search(act.hit.text)
        and ground.exports
        and not own
    ):
        act.objects = [act.hit]
        return
    if act.kind == "wait" and _OWN_WORD.search(act.hit.text) and ground.exports:
        act.objects = [act.hit]
        return
    if act.kind in _RIGHT_ONLY and ground.paper and _SHEETS_ZH.match(text, act.end):
        act.carried = "context"
        return
    if act.kind in _RIGHT_ONLY:
        act.dropped = "no licence it could be about"
        return
    if act.kind == "exempt":
        if ground.exports and re.search(r"licens|permit|许可|证|批文", act.hit.text):
            act.objects = [act.hit]
            return
        if (
            sentence.chinese
            and _WITHOUT_ZH.match(act.hit.text)
            and not _A_PAPER_ZH.match(text, act.end)
        ):
            act.dropped = "does without something else"
            return
        if ground.paper or sentence.has("paper", "permit", "control", "export"):
            act.carried = "sentence"
            return
        act.dropped = "no licence it could be about"
        return
    if (
        act.kind in ("refuse", "unapproved")
        and ground.exports
        and not own
        and re.search(r"许可|批准|核准|准予|放行|核发|签发|准许", act.hit.text)
    ):
        act.objects = [act.hit]
        return
    if exports_itself(sentence, act, ground):
        act.objects = [act.hit]
        return
    if (
        act.kind == "lacking"
        and ground.exports
        and re.search(r"许可|licens|permit|证", act.hit.text)
    ):
        act.objects = [act.hit]
        return
    if act.kind == "lacking" and (ground.paper or sentence.has("paper", "permit") or before):
        act.carried = "context"
        return
    if act.kind == "may":
        act.dropped = "no licence it could be about"
        return
    carry(sentence, act, ground, text, before)


def _by_customs(sentence: Sentence, act: Act) -> bool:
    """海关按一般贸易放行: is the office that acts here only the customs?"""
    offices = sentence.within(sentence.pieces[act.piece][0], act.start, "authority")
    return bool(offices) and offices[-1].text == "海关"


_LISTS_ZH = re.compile(r"[^,，。;；:]{0,8}(?:[:：]|[,，](?:分别|其中|一[张本份项个]|即|包括))")


def _lists_others(sentence: Sentence, act: Act, papers: list[Hit]) -> bool:
    """收到两张证：一张排污许可证，一张取水许可证: what is listed behind is of another kind."""
    last = max(papers, key=lambda h: h.end)
    if any("paper" in h.kinds or "general" in h.kinds for h in papers) or last.end < act.end:
        return False
    return (
        _LISTS_ZH.match(sentence.normal.text, last.end, sentence.end) is not None
        and bool(sentence.within(last.end, sentence.end, "other_paper"))
        and not sentence.within(last.end, sentence.end, "paper", "general")
    )


_FILES_ZH = re.compile(r"申请|报批|报审")
_OWN_WORD = re.compile(r"process|[等待候缺差][^,，]{0,4}(?:证|许可|批文|批件)")
"""Waiting that names its paper: 等证, 待批文."""
_WITHOUT_ZH = re.compile(r"(?:不用|不必|不需要?|无[需须]|毋[需须]|免[于予除])$")
_A_PAPER_ZH = re.compile(
    r"(?:再|去|另行?|单独|逐|一|先|为此|专门|额外|另外|特别)*"
    r"(?:[办申领报取获证许批审等走拿提送递经持凭排续恢]|受|担心|担忧|这|它|此|的|了|$|[,，。;；!！?？\s\"])"
)
_FILED_ZH = re.compile(r"(?:申请|申报|报批|补正)?(?:材料|文件|资料|书)")
_SHEETS_ZH = re.compile(
    r"[了着]?(?:大?约|近|逾|超过?)?[一两二三四五六七八九十百几\d]{1,4}[张份本纸]"
)


def self_said_of_another(sentence: Sentence, act: Act) -> bool:
    """ "Granted an exemption from tariffs": the verb holds its paper, and it is none of ours."""
    return (
        not sentence.chinese
        and (act.kind == "got" or _SAYS_PAPER.search(act.hit.text) is not None)
        and for_something_else(sentence, act.hit)
    )


def _nearest(sentence: Sentence, act: Act, objects: list[Hit]) -> list[Hit]:
    """Objects, unless a paper of another kind stands closer to the verb."""
    if not objects or act.kind in ("exempt", "need"):
        return objects
    gap = min(_gap(h, act) for h in objects)
    for other in sentence.within(act.left, act.right, "other_paper"):
        if _gap(other, act) < gap:
            text = sentence.normal.text
            return [
                h
                for h in objects
                if "paper" in h.kinds and _AND_ALSO.fullmatch(text, other.end, h.start)
            ]
    return objects


_AND_ALSO = re.compile(
    r"(?:和|及|与|、|以及|连同|还有|加上|跟)[^,，。;；]{0,6}| and (?:an? |the |its )?"
)
"""取得排污许可证和出口许可证: both."""


def _gap(hit: Hit, act: Act) -> int:
    return hit.start - act.end if hit.start >= act.end else act.start - hit.end


def _other_near(sentence: Sentence, act: Act) -> bool:
    return bool(sentence.within(act.left, act.right, "other_paper"))


_WHERE = frozenset(("境外", "海外", "overseas", "abroad", "outbound"))


_TRADE = frozenset(
    ("exports", "export", "shipments", "shipment", "sales", "deliveries", "supplies")
)
_BEEN = re.compile(r"\b(?:been|was|were|are|is|be)\s+(?:[a-z]+ly\s+)?$")
_TO_EXPORT = re.compile(r"(?:\s+by [a-z' ]{3,40})?\s+(?:to|for)\s+")


def _export_will_do(sentence: Sentence, act: Act, ground: Ground, objects: list[Hit]) -> bool:
    """ "Cleared to export", "批准出口": the goods stand for the paper."""
    if not ground.exports or sentence.has("foreign_authority") or "bound" in act.hit.kinds:
        return False
    if all(h.text in _WHERE for h in objects):
        return False
    if act.kind in ("got", "refuse", "unapproved"):
        return True
    if act.kind == "give" and not sentence.chinese and act.hit.text in ("approved", "authorized"):
        subjects = [o for o in objects if o.end <= act.start and o.text in _TRADE]
        if any(_BEEN.search(sentence.normal.text, o.end, act.start) for o in subjects):
            return True
    if act.kind == "give":
        start = sentence.start if sentence.chinese else sentence.pieces[act.piece][0]
        text = sentence.normal.text
        return bool(sentence.within(start, act.start, "authority")) or any(
            _TO_EXPORT.fullmatch(text, act.end, o.start) for o in objects
        )
    return act.kind in ("apply", "prepare")
