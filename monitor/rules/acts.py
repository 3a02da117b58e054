"""Acts: the verbs of a sentence that may move a licence, each with the reach of its words.

An act is grounded when the paper it moves stands in its reach (or is carried over from what was
said before). A verb without such a paper is no act: "received orders", "approved a dividend".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

KINDS = (
    "refuse", "unapproved", "withdraw", "reinstate", "suspend", "revoke", "expire", "renew",
    "lacking", "exempt", "may", "got", "get", "give", "arrive", "valid", "hold", "have", "prepare", "apply", "wait", "need",
    "report", "hear",
)  # fmt: skip
GRANTS = frozenset(("got", "get", "give", "arrive", "hold", "have", "valid", "report", "may"))
_PAPER = ("paper", "permit", "general")
_OBJECTS: dict[str, tuple[str, ...]] = {
    "refuse": (*_PAPER, "request", "export"),
    "unapproved": (*_PAPER, "request", "export"),
    "withdraw": (*_PAPER, "request"),
    "reinstate": _PAPER,
    "suspend": _PAPER,
    "revoke": (*_PAPER, "request"),
    "expire": _PAPER,
    "renew": _PAPER,
    "exempt": (*_PAPER, "export", "control", "request"),
    "need": (*_PAPER, "request"),
    "got": (*_PAPER, "request", "export"),
    "get": _PAPER,
    "give": (*_PAPER, "request", "export"),
    "arrive": (*_PAPER, "request"),
    "lacking": (*_PAPER, "request", "renew"),
    "hear": (*_PAPER, "request"),
    "may": (*_PAPER, "request", "decision"),
    "hold": _PAPER,
    "valid": _PAPER,
    "report": _PAPER,
    "have": _PAPER,
    "prepare": (*_PAPER, "request", "export"),
    "apply": (*_PAPER, "request", "export", "renew"),
    "wait": (*_PAPER, "request"),
}
_RIGHT_ONLY = frozenset(("hold", "have", "report"))
_CUT = re.compile(
    r"\b(?:and|but|while|whereas|although|though|because|since|so|yet|which|who|as|after|before|when|adding"
    r"|whose|if|once|unless|until|though|however|nor|or)\b|[,，;；、]|并且|并|而且|而|但是|但|且|同时|以及|不过|然而|及"
)
_DETERMINED = re.compile(
    r"\s*(?:(?:[a-z]+'s|a|an|the|its|their|all|some|any|several|many|most|enough|more|both|new|two|three|four|five"
    r"|six|seven|eight|nine|ten|\d+|at|least|valid|initial|first|further|additional|temporary|formal|of|part"
    r"|necessary|required|relevant|needed|own|no|any|chinese|official|individual|general|one|only|limited|number|small|handful"
    r"|such|multiple|half|dozen|a few|few|final|full|provisional|specific|requisite|proper|government)\s+){0,6}$"
)
_QUANTITY_ZH = re.compile(r"(?:[一两二三四五六七八九十\d]{1,3}[张份个项批件]|部分|少量|若干|一定数量的?|相应的?|相关的?|的|所需的?|正式|有效)*的?$")
_ELLIPTIC_EN = re.compile(
    r"\s*(?:because|after|when|while|which|with|without|until|till|before|again|back|this|next|within|so far|and|but|only|during)\b|"
    r"\s*(?:(?:at least|no fewer than|as many as|around|about|only|just|another|a further|up to)\s+)?"
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|some|several|many|most|all|them|it|those|part|any|both|more"
    r"|none|each|a few|half|theirs|a handful|the first|its first|a small number|a limited number)\b|(?:on|in|for|to|from|by|as|last|this"
    r"|yesterday|today|one after|so|too|already|now|as well|earlier|and|,|through|early|late|since|recently|shortly|yet|at)\b|$)"
)
_ELLIPTIC_ZH = re.compile(
    r"[了过到着]?(?:的)?(?:[一两二三四五六七八九十\d]{1,3}[张份个项批件单笔]|至少|首[张份批个]|部分|少量|若干|多[张份批]|其中|一[张份批]|"
    r"向|对|[,，。;；、!！\"”’)）]|$|\s|吗|啦|呢|哦|六个月|半年|一年|前天|昨天|今天|不少|全部|大部分|约|近|超)"
)
_BARE = re.compile(r"\s*$")


@dataclass(slots=True)
class Act:
    """A verb that may move a licence."""

    kind: str
    hit: Hit
    left: int
    """The reach of its words in the sentence: from here ..."""
    right: int
    """... to here."""
    piece: int
    objects: list[Hit] = field(default_factory=list)
    carried: str = ""
    """Where the paper comes from when it is not in reach: `sentence` or `context`."""
    words: set[str] = field(default_factory=set)
    """What the frame of this act holds; rules are matched against it."""
    reasons: list[str] = field(default_factory=list)
    dropped: str = ""
    """Why it is no act after all."""

    @property
    def start(self) -> int:
        return self.hit.start

    @property
    def end(self) -> int:
        return self.hit.end


@dataclass(slots=True)
class Ground:
    """What the document says about its subject before a sentence is read."""

    exports: bool = False
    """It is about exports of controlled goods."""
    paper: bool = False
    """A licence was spoken of just before (or in the question), so that it may be left out."""


def acts_of(sentence: Sentence, ground: Ground) -> list[Act]:
    """The acts of a sentence in order, ungrounded ones marked `dropped`."""
    acts: list[Act] = []
    for hit in sentence.hits:
        kind = next((k for k in KINDS if k in hit.kinds), None)
        if kind is None or sentence.aside(hit.start):
            continue
        piece = sentence.piece(hit.start)
        start, end = sentence.pieces[piece]
        acts.append(Act(kind, hit, start, end, piece))
    acts = [a for a in acts if not _is_noun(sentence, a, acts)]
    _reach(sentence, acts)
    kept: list[Act] = []
    for act in acts:
        _choose(sentence, act, acts)
        _describing(sentence, act)
        if not act.dropped:
            _ground(sentence, act, ground, kept)
        kept.append(act)
    return kept


def _is_noun(sentence: Sentence, act: Act, acts: list[Act]) -> bool:
    """批准 after 获得, 许可 after 等待: the paper, not another act. `have` before a participle."""
    text = sentence.normal.text
    if act.kind == "report":
        following = next((h for h in sentence.within(act.end, act.right, *_PAPER)), None)
        return following is None or not _DETERMINED.fullmatch(
            text[act.end : following.start]
        ) or any(o is not act and o.piece == act.piece and o.kind != "wait" for o in acts)
    if act.kind == "have":
        after = text[act.end : act.end + 60]
        following = next(
            (h for h in sentence.within(act.end, act.right, "paper", "permit", "general")), None
        )
        if following is None:
            return True
        between = text[act.end : following.start]
        if sentence.chinese and not act.hit.text.isascii():
            return not _QUANTITY_ZH.fullmatch(between) or any(
                o is not act and o.piece == act.piece and o.kind in GRANTS for o in acts
            )
        passive = any(
            o.start > following.end
            and o.piece == act.piece
            and o.kind not in ("wait", "apply")
            and not _CUT.search(text, following.end, o.start)
            for o in acts
        )
        return (
            passive
            or not _DETERMINED.fullmatch(between)
            or after.lstrip().startswith(("been", "yet"))
        )
    if not {"give", "permit"} <= act.hit.kinds:
        return False
    before = text[max(act.left, act.start - 16) : act.start]
    previous = next(
        (o for o in reversed(acts) if o.start < act.start and o.piece == act.piece), None
    )
    if previous is not None and previous.kind in ("get", "hold", "have", "wait", "got"):
        between = text[previous.end : act.start]
        if len(between) <= 14 and not sentence.within(previous.end, act.start, *_PAPER):
            return True
    return bool(re.search(r"(?:等待|静候|未经|(?<!已)经|凭|须经|需经|待|等|的)$", before))


def _reach(sentence: Sentence, acts: list[Act]) -> None:
    """Two acts of one piece share it: each reaches to the conjunction between them."""
    text = sentence.normal.text
    for one, other in zip(acts, acts[1:], strict=False):
        if one.piece != other.piece:
            continue
        cuts = [m for m in _CUT.finditer(text, one.end, other.start)]
        if cuts:
            one.right = min(one.right, cuts[-1].start())
            other.left = max(other.left, cuts[-1].end())
        else:
            one.words.add("joined")
            other.words.add("joins")


_NOMINAL_OBJECT_ZH = re.compile(
    r"[^,，。;；]{0,12}?(?:许可证?|批文|批复|批准|许可函)的(?:具体)?(?:时间|时点|可能|难度|前景|信心|进度|情况|节奏|条件|过程|周期|前提|概率|预期|难易|具体|门槛|不确定)"
)
_AT_THE_END = frozenset(
    ("through", "is in", "are in", "is there", "are there", "is out", "are out", "is done", "are done", "is here", "are here", "is down", "are down")
)
_TERM = re.compile(r"\b(?:validity|term|period|license|permit)\b")
_FACTIVE = re.compile(
    r"(?:managed|able|first|second|third|fourth|fifth|latest|last|next|only|one|those|ones|companies|makers|maker|producers|producer|firms|firm|company|exporters|exporter"
    r"|said|known|reported|believed|understood|appears?|appeared|seems?|seemed|turned out|turns out|decided|chose|moved|opted|agreed|began|started|got|lucky enough|helped)\s+to\s+(?:also\s+|have\s+)?$"
)


def _choose(sentence: Sentence, act: Act, acts: list[Act]) -> None:
    """Words with two readings: `land` is getting with a paper behind it, arriving with one before."""
    kinds = act.hit.kinds
    if act.kind == "get" and "arrive" in kinds and not sentence.within(act.end, act.right, *_PAPER):
        act.kind = "arrive"
    text = sentence.normal.text
    if act.hit.text in ("ended", "ends", "end", "dead", "died") and not (
        _TERM.search(text, act.left, act.start)
    ):
        act.dropped = "nothing that ends"
    if sentence.chinese and act.kind in ("get", "got", "give"):
        if text[act.start - 1 : act.start] in ("对", "为", "于") and text[act.start - 2 : act.start] not in ("已于", "终于", "早于", "将于", "基于", "由于"):
            act.words.add("plan")
            act.reasons.append("only spoken of, not done")
        elif _NOMINAL_OBJECT_ZH.match(text, act.end):
            act.dropped = "names a matter, tells no act"
    if act.kind in ("get", "got", "give", "renew", "reinstate") and re.search(r"\bto\s+(?:be\s+)?$", text[max(0, act.start - 8) : act.start]):
        before = text[max(0, act.start - 40) : act.start]
        if not re.search(r"\b(?:yet|unable|failed|fails|refused|able)\s+to\s*$", before) and not _FACTIVE.search(re.sub(r"\bbe\s+$", "", before)) and not act.hit.text.startswith(("managed", "succeeded")):
            act.words.add("plan")
            act.reasons.append("an infinitive: meant, not done")
    if act.kind == "refuse" and act.hit.text.startswith(("block", "bar")):
        if sentence.within(act.left, act.start, *_PAPER) or "until further notice" in text[act.end : act.right]:
            act.kind = "suspend"
    if act.hit.text == "pending" and re.match(r"\s+(?:a|an|the|further|its|completion|verification|review|more)\b", text[act.end : act.end + 16]):
        act.dropped = "a preposition here"
    if act.kind == "refuse" and act.hit.text.startswith("den"):
        said = sentence.within(act.end, act.right, "rumor", *_PAPER, "request")
        if said and "rumor" in said[0].kinds:
            act.dropped = "a denial of a report, not a refusal"
            sentence.hits.append(Hit(act.start, act.end, frozenset(("denies",)), act.hit.text))
            sentence.hits.sort()
    if act.hit.text in _AT_THE_END and text[act.end : act.right].strip(" ;.,"):
        act.dropped = "a preposition here"
    if act.kind == "apply" and "申请" in act.hit.text:
        before = text[act.start - 1 : act.start]
        if before != "的" and re.match(r"(?:过程|阶段|流程)?(?:之)?中", text[act.end : act.end + 5]):
            act.kind = "wait"
        elif before == "的" or re.match(r"(?:之?中|里|内)", text[act.end : act.end + 2]):
            act.dropped = "a noun here: what was filed"
    if act.kind == "give" and act.hit.text.endswith("通过") and any(
        o.start > act.start and o.piece == act.piece for o in acts
    ):
        act.dropped = "means by way of"


_NOMINAL_ZH = re.compile(r"(?:情况|进展|进度|工作|事项|流程|时间|周期|条件|难度|结果|与否|问题|方面|事宜|节奏|速度|效率|制度|政策|标准|程序|要求|率|权限|手续|为准|意见|预期|前景|可能)")
_GENERIC_EN = re.compile(r"\b(?:are|is)\s+(?:\w+ly\s+|only\s+|often\s+|normally\s+)?$")
_ADJECTIVE = re.compile(r"\s+(?:export |license |licensing |permit )*(?:applications?|requests?|filings?|submissions?|licenses?|permits?|approvals?|cases)\b")


def _describing(sentence: Sentence, act: Act) -> None:
    """Verbs that tell no act: 许可取得情况, "pending requests", "licences are issued per order"."""
    text = sentence.normal.text
    if act.kind == "lacking" and act.hit.text.endswith(("没", "没有", "未", "未有")) and re.match(
        r"[^收拿获有批到取得，,。；;、！!\s\"]", text[act.end : act.end + 1]
    ):
        act.dropped = "says of something else that there was none"
    elif act.kind == "wait" and any(
        re.search(r"\b(?:any|each|every)\s+(?:[a-z]+\s+)?$", text[max(0, h.start - 20) : h.start])
        for h in sentence.within(act.left, act.start, "request", "permit")
    ):
        act.dropped = "a general rule, not an act"
    elif (m := _NOMINAL_ZH.match(text, act.end)) and not re.match(
        r"(?:已|均|全部|都|业已|现已)?(?:办|完|获|经|齐)", text[m.end() : m.end() + 5]
    ) and act.kind not in ("exempt", "wait"):
        act.dropped = "names a matter, tells no act"
    elif act.kind == "apply" and re.match(r"的[^,，。;；的]{0,10}(?:申请|材料|订单|请求)", text[act.end : act.end + 18]) and text[act.end : act.end + 1] == "的":
        act.dropped = "only says which applications"
    elif act.hit.text in ("pending", "outstanding", "delayed") and _ADJECTIVE.match(text, act.end):
        act.dropped = "an adjective here"
    elif (
        act.kind in ("give", "refuse")
        and act.hit.text.isascii()
        and _GENERIC_EN.search(text, max(act.left, act.start - 24), act.start)
        and not sentence.within(act.left, act.start, "so_far", "not_yet")
        and not text.startswith(" now", act.end)
    ):
        act.dropped = "a general rule, not an act"


def _ours(sentence: Sentence, hit: Hit, act: Act, ground: Ground) -> bool:
    """Is this noun an export licence (or a request for one), given the words around it?"""
    text = sentence.normal.text
    if "renew" in hit.kinds:
        return ground.exports or ground.paper
    if "paper" in hit.kinds or "general" in hit.kinds:
        return not _another_kind(sentence, hit)
    if _another_kind(sentence, hit):
        return False
    piece = sentence.pieces[act.piece]
    if sentence.within(*piece, "other_paper"):
        return False
    exports = "export" in hit.text or "出口" in hit.text
    if exports and not hit.kinds.isdisjoint(("permit", "request")):
        return True
    if sentence.within(*piece, "other_matter") and not sentence.within(*piece, "paper", "export"):
        return False
    licence = "licens" in hit.text or "permit" in hit.text or "许可" in hit.text or "批文" in hit.text
    if (
        not licence
        and sentence.has("other_matter")
        and not sentence.has("paper", "export", "control")
    ):
        return False
    if "control" in hit.kinds:
        return True
    near = sentence.goods or sentence.has("export", "control", "paper", "general") or any(
        "permit" in h.kinds and h is not hit and ("licens" in h.text or "许可" in h.text)
        for h in sentence.hits
    )
    if licence or "request" in hit.kinds:
        return near or ground.exports
    if "export" in hit.kinds:
        if sentence.within(*piece, "other_matter"):
            return False
        return ground.exports and not text[hit.end : hit.end + 4].lstrip().startswith("tax")
    return near or ground.paper


def _another_kind(sentence: Sentence, hit: Hit) -> bool:
    """Does a word right before it make it a licence of another kind (drug, mining, software)?"""
    text = sentence.normal.text
    for other in sentence.hits:
        if other.end > hit.start:
            break
        if "other_matter" in other.kinds and not text[other.end : hit.start].strip(" -的"):
            return True
    return False


def _ground(sentence: Sentence, act: Act, ground: Ground, before: list[Act]) -> None:
    """Find the paper an act moves; mark the act dropped when there is none."""
    text = sentence.normal.text
    wanted = _OBJECTS[act.kind]
    start = act.end if act.kind in _RIGHT_ONLY else act.left
    own = [
        h for h in sentence.within(start, act.right, *wanted) if h.start >= act.end or h.end <= act.start
    ]
    self_said = [act.hit] if not act.hit.kinds.isdisjoint(_PAPER) else []
    if not own and act.kind in GRANTS and (
        text[act.right : act.right + 1] == ":" or (act.kind == "get" and not text[act.end : act.right].strip())
    ):
        following = sentence.pieces[act.piece + 1 : act.piece + 3]
        own = [h for a, b in following for h in sentence.within(a, b, *_PAPER)]
    objects = [h for h in own if _ours(sentence, h, act, ground)]
    objects = _nearest(sentence, act, objects)
    strong = [h for h in objects if not h.kinds.isdisjoint((*_PAPER, "request", "renew"))]
    if act.hit.text.startswith("let") and strong:
        act.dropped = "let something happen to a licence"
        return
    if act.kind == "exempt" and act.hit.text.startswith("without") and re.search(
        r"\b(?:cannot|can't|could not|unable|not allowed|may not|must not|no |impossible|illegal|stuck)\b", text[sentence.start : sentence.end]
    ):
        act.dropped = "tells what a missing licence forbids"
        return
    if act.kind == "have" and not objects:
        act.dropped = "no licence it could be about"
        return
    if objects and (strong or _export_will_do(sentence, act, ground)):
        act.objects = strong or objects
        return
    if (own or _other_near(sentence, act)) and not objects:
        act.dropped = "a paper of another kind"
        return
    if self_said and ground.exports and (act.kind != "give" or not text[act.end : act.right].strip(" .。!")):
        act.objects = self_said
        return
    if act.kind == "valid":
        earlier = sentence.within(sentence.start, act.left, *_PAPER)
        if earlier and not before and not sentence.has("other_paper"):
            act.objects, act.carried = earlier[-1:], "sentence"
            return
        act.dropped = "no licence it could be about"
        return
    if act.kind in ("apply", "prepare") and "申请" in act.hit.text and ground.exports and not own:
        act.objects = [act.hit]
        return
    if act.kind == "wait" and "process" in act.hit.text and ground.exports:
        act.objects = [act.hit]
        return
    if act.kind in _RIGHT_ONLY:
        act.dropped = "no licence it could be about"
        return
    if act.kind == "exempt":
        if ground.exports and re.search(r"licens|permit|许可|证|批文", act.hit.text):
            act.objects = [act.hit]
            return
        if ground.paper or sentence.has("paper", "permit", "control", "export"):
            act.carried = "sentence"
            return
        act.dropped = "no licence it could be about"
        return
    if act.kind in ("refuse", "unapproved") and ground.exports and not own and re.search(
        r"许可|批准|核准|准予", act.hit.text
    ):
        act.objects = [act.hit]
        return
    if act.kind == "lacking" and ground.exports and re.search(r"许可|licens|permit|证", act.hit.text):
        act.objects = [act.hit]
        return
    if act.kind == "lacking" and (ground.paper or sentence.has("paper", "permit") or before):
        act.carried = "context"
        return
    if act.kind == "may":
        act.dropped = "no licence it could be about"
        return
    _carry(sentence, act, ground, text, before)


_NUMBERS = frozenset("one two three four five six seven eight nine ten eleven twelve".split())
_PRONOMINAL = re.compile(
    r"\s*(?:more |others? |of (?:them|these|those|its|the) ?|for |so far|still|(?:were|was|are|is|have|has|had|came|come|got|went|arrived|remain|approved|granted|cleared|refused|rejected|landed)\b|[,.;:]|$)"
)


_PRONOUNS = frozenset(("it", "they", "them"))
_PASSIVE = re.compile(r"\s*(?:has|have|had|was|were|is|are|been|being|now|also|all|both|since|not|yet|\s)+$")


def _stands_alone(text: str, hit: Hit, act: Act) -> bool:
    """"Three were approved": the number stands for papers; in "three weeks" it does not."""
    if hit.text in _PRONOUNS:
        if hit.start >= act.end:
            return not text[act.end : hit.start].strip()
        between = text[hit.end : act.start]
        return bool(_PASSIVE.fullmatch(between)) and bool(re.search(r"\b(?:been|was|were|is|are|being)\b", between))
    if hit.text not in _NUMBERS:
        return True
    if text[hit.start - 1 : hit.start] == "-":
        return False
    return _PRONOMINAL.match(text, hit.end) is not None


def _nearest(sentence: Sentence, act: Act, objects: list[Hit]) -> list[Hit]:
    """Objects, unless a paper of another kind stands closer to the verb."""
    if not objects or act.kind in ("exempt", "need"):
        return objects
    gap = min(_gap(h, act) for h in objects)
    for other in sentence.within(act.left, act.right, "other_paper"):
        if _gap(other, act) < gap:
            return []
    return objects


def _gap(hit: Hit, act: Act) -> int:
    return hit.start - act.end if hit.start >= act.end else act.start - hit.end


def _other_near(sentence: Sentence, act: Act) -> bool:
    return bool(sentence.within(act.left, act.right, "other_paper"))


_VAGUE = frozenset(
    ("推进中", "在推进", "正在推进", "有序推进", "稳步推进", "进行中", "正在进行", "正在办理", "在办理", "办理中", "沟通中", "正在沟通",
     "处理中", "正在处理", "underway", "under way", "in progress", "in process", "in the process", "in the works",
     "proceeding normally", "outstanding", "delayed", "undergoing")
)  # fmt: skip
_BARE_SUBJECT = re.compile(
    r"(?:\s|目前|现|正|尚|仍|还|均|都|公司|该|相关|有关|其余|其他|后续|已|在|it|they|that|this|is|are|was|still|now|the|process|matter|rest|remaining|others?|,)*"
)
_OUTWARD_ZH = re.compile(r"的(?:有|包括|是|为|客户|国家|地区|订单|产品)|(?:可以?|得以|继续|恢复|开始)?(?:对|向|往|至|给|为|面向|供|出|发|销|输|运|继续|恢复|了)|[\"]")
_PASSIVES = frozenset(("suspend", "revoke", "expire", "renew", "reinstate", "refuse"))
_THIN_EN = re.compile(
    r"(?:\s|\b(?:and|but|or|which|that|these|those|was|were|been|being|be|is|are|has|have|had|also|then|later|now|not|still|again"
    r"|already|both|all|of|just|since|on|in|last|this|week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday|however|eventually|finally"
    r"|while|though|although|by|the|ministry|authorities|commerce|beijing|only|to|due)\b|\d+|[,'\"*])*"
)


def _no_other_subject(sentence: Sentence, act: Act) -> bool:
    """May the thing that was suspended, refused ... be a licence spoken of before?

    It may if a word stands for it ("that document", 那张), or if no noun stands before the verb.
    """
    text = sentence.normal.text
    start = max(act.left, sentence.pieces[act.piece][0])
    near = sentence.pieces[max(act.piece - 1, 0)][0]
    if sentence.within(near, act.start, "batch", "rest"):
        return True
    for group in sentence.groups:
        if start <= group.start and group.end <= act.start:
            start = group.end
    before = text[start : act.start]
    for hit in sentence.within(start, act.start, "it", "they"):
        start = max(start, hit.end)
    before = text[start : act.start]
    if sentence.chinese:
        return len(before.strip()) <= 8
    return _THIN_EN.fullmatch(before) is not None


def _export_will_do(sentence: Sentence, act: Act, ground: Ground) -> bool:
    """"Cleared to export", "批准出口": the goods stand for the paper."""
    if not ground.exports or sentence.has("foreign_authority"):
        return False
    if act.kind in ("got", "refuse", "unapproved"):
        return True
    if act.kind == "give":
        start = sentence.pieces[act.piece][0]
        return bool(sentence.within(start, act.start, "authority"))
    return act.kind in ("apply", "prepare")


def _carry(sentence: Sentence, act: Act, ground: Ground, text: str, before: list[Act]) -> None:
    """The paper was named before: earlier in the sentence, or in what was said before it."""
    behind = text[act.end : act.right].rstrip(" .。!！\"'\n")
    elliptic = (
        True if any(0 <= g.start - act.end <= 2 for g in sentence.groups)
        else _ELLIPTIC_ZH.match(behind) if sentence.chinese and not act.hit.text.isascii()
        else _ELLIPTIC_EN.match(behind)
    )
    free = act.kind in ("wait", "got", "arrive", "refuse", "unapproved", "renew", "expire", "suspend",
                        "revoke", "reinstate")  # fmt: skip
    batch = ground.paper and any(
        _stands_alone(text, h, act) for h in sentence.within(sentence.start, act.right, "batch")
    )
    if not (elliptic or batch or (free and act.kind in ("wait", "got", "unapproved", "hear"))):
        act.dropped = "no licence it could be about"
        return
    piece = sentence.pieces[act.piece]
    if sentence.within(*piece, "other_paper") or (
        sentence.within(*piece, "other_matter") and not sentence.within(*piece, "paper")
    ):
        act.dropped = "about another matter"
        return
    if act.kind == "got" and sentence.chinese and not elliptic and not _OUTWARD_ZH.match(behind):
        act.dropped = "allows something else"
        return
    if act.kind in _PASSIVES and not _no_other_subject(sentence, act):
        act.dropped = "happens to something else"
        return
    here = sentence.pieces[0][0]
    earlier = [
        h for h in sentence.within(here, act.left, *_PAPER, "request") if _ours(sentence, h, act, ground)
    ]
    if sentence.within(here, act.left, "other_paper") and not earlier:
        act.dropped = "a paper of another kind"
        return
    if earlier:
        act.objects, act.carried = earlier[-1:], "sentence"
        return
    spoken = [a for a in before if not a.dropped]
    if spoken and not sentence.within(act.left, act.right, "other_matter", "other_paper"):
        act.objects, act.carried = spoken[-1].objects[:1], "sentence"
        return
    strong_word = act.kind in ("got", "unapproved") or (act.kind == "wait")
    later = [
        h for h in sentence.within(act.end, sentence.end, *_PAPER) if _ours(sentence, h, act, ground)
    ]
    if later and act.kind in ("wait", "refuse"):
        act.objects, act.carried = later[:1], "sentence"
        return
    if ground.paper and not sentence.has("other_paper") and not sentence.within(*piece, "other_matter"):
        if act.kind == "wait" and act.hit.text in _VAGUE and not _BARE_SUBJECT.fullmatch(
            text[max(act.left, piece[0]) : act.start]
        ):
            act.dropped = "goes on with something else"
            return
        act.carried = "context"
        return
    if act.dropped:
        return
    if strong_word and act.kind != "wait" and ground.exports and not sentence.has("other_paper", "other_matter"):
        act.carried = "context"
        return
    act.dropped = "no licence it could be about"
