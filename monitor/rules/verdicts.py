"""Verdicts without a verb of granting: "Portugal: yes. Hungary: no", 匈牙利有，越南没有.

A piece that names a place, goods or a number of papers and says yes or no to it is an act of its
own, once the text speaks of licences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_NUM = r"[〇零一二两三四五六七八九十百\d]{1,4}[张份单宗件项笔个票批回家户起纸道本柜]"
_ADV = (
    r"(?:已经?|业已|现已|均已?|都已?|俱已?|全都?|也已?|亦已?|则已?|就|刚|早已?|终于|总算|是"
    r"|悉数|全数|尽数|一律|全部)*"
)
_VERDICT_ZH = (
    (
        "yes",
        r"(?:是的?|有了?|可以了?|可以走了|可以出了?|可以卖了?|可以发了?|能出了?|能发了?|能走了?|行了?|成了?|准了?|批了?|过了|通过了?|通了|好了|妥了|齐了"
        r"|到手了?|拿到了?|下来了|搞定了?|拿了|领了|办了|办妥|办结|办好|没问题|获授|获准|获批|绿灯|ok|√)",
    ),
    ("renew", r"(?:续了|延了|已续|均续|续上了?|换了)"),
    ("back", r"(?:恢复了?|解冻了?|复效)"),
    (
        "refuse",
        r"(?:不予(?:通过|批准|许可|核准)|不通过|未通过|不批|不可以|不可|不许可|不同意|不放行|不能出|不能发|不给|未予同意|驳了?|否了|拒了?|被拒|被驳|不准|没戏|不行|没过|未过|遭拒|黄了)",
    ),
    (
        "wait",
        r"(?:被退|退了|遭退|[还仍也]?在[等看办审]|[尚还]?在路上|等着|仍候|在候|候着|候|排队|待[覆复定批审]|悬着|等通知|等消息|缓|再等等"
        r"|未决|未定)",
    ),
    (
        "no",
        r"(?:否|没有|没|无|未有|还没有?|尚无|尚未|暂无|未|没[批准恢拿到]复?|未[准批]|零"
        r"|(?:还|尚|暂)?(?:没|未)(?:提交|递交|申请|申报|报|递)(?:过|上去)?)",
    ),
)
_TOPIC_ZH = re.compile(
    r"(?:出口|许可证?|批文|申请|订单|这一?块|那一?块|方面|那边|这边|那[份张笔单批家]|客户|市场|用户|买家|[两三]国|[两三等]地|等国|产品|一块|部分|至于"
    r"|[的者嘛呢就而但对向输往给供去、和与及\s?？\"“”'])+"
)
_PIECE_ZH = tuple(
    (kind, re.compile(rf"(?P<topic>.{{1,18}}?){_ADV}(?P<v>{v})(?:{_NUM})?[呢了吧啊]?"))
    for kind, v in _VERDICT_ZH
)
_ALONE_ZH = (
    *((k, re.compile(rf"{_ADV}(?P<v>{v})(?:{_NUM})?[呢了吧啊]?")) for k, v in _VERDICT_ZH),
    ("yes", re.compile(rf"{_ADV}(?P<v>准予|许可|同意|放行|核准|批准)")),
)
_PART = (
    r"(?:其中|当中|里面?|另外?|余下?者?|其余|剩下?|还有|已经?|共|先后|又|目前|至今|一共|累计|今年|上周|本周|上月|本月"
    r"|昨[天日]|今[天日]|[\d一二三四五六七八九十]+月(?:[\d一二三四五六七八九十]+[日号])?|[的有])*"
)
_DONE = (
    r"(?:过|准|批|成事|成|通过|获批|获准|放行|拿下|拿到|领到|签下|签出|批出|办出|办成|放出|到手|下来|落袋|过关|过审"
    r"|见了?绿灯|有了?好消息|有了?好结果)"
)
_NOT_DONE = (
    r"(?:没过|没通过|没批|没成|未过|未通过|未获批|不过|不批|不准"
    r"|被?(?:否|驳|拒|毙|打回|驳回|否决|回绝))"
)
_COUNT_ZH = tuple(
    (kind, re.compile(_PART + pattern))
    for kind, pattern in (
        ("refuse", rf"(?P<v>被?(?:否|驳|拒|毙|退回不予|不准|不予))(?:了|掉)?{_NUM}"),
        ("refuse", rf"{_NUM}(?:则|却|也|都|均|还是|最终)?(?P<v>{_NOT_DONE})(?:了|掉)?"),
        ("withdraw", rf"(?:自己|主动|自行)?(?P<v>撤)[了回掉]?{_NUM}"),
        ("wait", rf"{_NUM}[仍还尚]?(?P<v>待[覆复定批审]|在[审办等]|未[决定]|没批)"),
        ("yes", rf"(?P<v>过|准|批|成事|通过|获批|获准|放行|拿下|批出|办出|办成)了?{_NUM}"),
        ("yes", rf"(?:都|均|全部?|顺利|终于|总算)?(?P<v>{_DONE})了{_NUM}"),
        (
            "yes",
            rf"{_NUM}(?:已经?|都|均|全|也|顺利|终于|总算|先后|刚|直接)*(?P<v>{_DONE})了?",
        ),
    )
)
_YES_EN = r"yes|affirmative|ok|okay|a yes|in|through|done|signed|came good|come good|granted|tick"
_NO_EN = r"no|nope|not yet|not so far|no luck|none|nothing|not|a no|nil|nada|nein|no joy|negative"
_WAIT_EN = r"pending|waiting|maybe|unknown|undecided|in process|under review|later|soon"
_THERE = r"we (?:have|got|hold|received) |there (?:is|are) |it has |they have "
_SOME_EN = r"(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})"
_PIECE_EN = tuple(
    (kind, re.compile(rf"(?P<topic>[a-z][a-z' -]{{1,40}}?)(?: is| was|:| -)? (?P<v>{v})"))
    for kind, v in (
        (
            "no",
            r"no|(?:is|are|was|were) not|not yet|not so far"
            rf"|(?:{_THERE})?(?:nothing|none)(?: yet| so far)?",
        ),
        (
            "yes",
            rf"yes|(?:{_THERE})?{_SOME_EN}(?: (?:export )?(?:licenses?|permits?|approvals?"
            r"|of them))?",
        ),
        ("wait", "pending"),
    )
)
_ALONE_EN = tuple(
    (kind, re.compile(rf"(?:a |still |so far |for now )*(?P<v>{v})(?: so far| yet| for now)?"))
    for kind, v in (("no", _NO_EN), ("wait", _WAIT_EN), ("yes", _YES_EN))
)
_BEFORE_EN = re.compile(r"(?:and |but |a )?(?P<v>yes|no) (?:to|for|on) (?P<topic>.{2,40})")
_TOPIC_EN = re.compile(
    r"(?:and|but|while|whereas|for|to|as|the|in|on|from|its|our|of|with|regards|regarding|ones?|customers?|markets?"
    r"|plants?|applications?|files?|clients?|buyers?|side|part|one|that|goes|far|is|concerned|dear|investor|hello|[\s,\"'-])+"
)
_KINDS = {"yes": "got", "no": "got", "wait": "wait", "refuse": "refuse", "renew": "renew",
          "back": "reinstate", "withdraw": "withdraw"}  # fmt: skip


_RESULTS = re.compile(
    r"(?:许可|出口)[^,，。:]{0,8}(?:结果|决定|结论|批[复覆])"
    r"|\bexport licen[sc](?:e|es|ing) (?:[a-z]+ )?(?:decisions?|results?|outcomes?|verdicts?"
    r"|score)\b"
)
"""A heading that announces verdicts, so that "no" is a refusal."""
_RESULT = re.compile("结果|决定|结论|批复|批覆|decision|result|outcome|verdict|score")
"""What every such heading holds."""


def verdicts(
    sentence: Sentence, acts: Sequence[Act], ground: Ground, *, answering: bool
) -> list[Act]:
    """The acts that pieces without a verb of their own tell. `answering`: a firm speaks here."""
    said = sentence.text
    headed = _RESULT.search(said) and _RESULTS.search(said)
    if headed and not sentence.has("other_paper", "other_matter"):
        ground.refusable = True
    elif not ground.exports or not (
        ground.paper or ground.told or sentence.has("apply", "request", "paper")
    ):
        return []
    if sentence.has("other_paper", "if", "ask") or not sentence.pieces:
        return []
    text = sentence.normal.text
    found: list[tuple[str, int, int, int, int]] = []
    taken = [a.start for a in acts if not a.dropped]
    for number, start, end in _said_apart(sentence):
        if any(start <= at < end for at in taken):
            continue
        piece = text[start:end]
        start += len(piece) - len(piece.lstrip(' "“'))
        piece = piece.strip(' "“”.。!！')
        told = _told(sentence, piece, start, number, found)
        if told is not None:
            kind, at, left = told
            found.append((kind, at, end, left, number))
    near = headed or ground.paper or sentence.has("apply", "request", "paper")
    if not near and (len(found) < 2 or not sentence.chinese):
        return []  # one piece alone, where a licence is only spoken of further down
    kinds = {f[0] for f in found}
    out = []
    for kind, at, end, left, number in found:
        if kind == "no" and (
            ground.refusable or ("yes" in kinds and not answering and not sentence.chinese)
        ):
            kind = "refuse"
        hit = Hit(at, end, frozenset(("verdict",)), text[at:end].strip(" .。!！"))
        act = Act(_KINDS[kind], hit, left, end, number, carried="context")
        if kind == "no":
            act.words |= {"not", "not_yet"}
        act.reasons.append(f"says {kind} to what stands before it")
        out.append(act)
    return out


def _said_apart(sentence: Sentence) -> list[tuple[int, int, int]]:
    """(number, start, end) of the pieces; 五件过、三件没过 is two of them with one number."""
    text = sentence.normal.text
    out: list[tuple[int, int, int]] = []
    for number, (start, end) in enumerate(sentence.pieces):
        cut = text.find("、", start, end)
        if cut >= 0 and sentence.chinese and len(_COUNTED_ZH.findall(text, start, end)) > 1:
            while cut >= 0:
                out.append((number, start, cut))
                start = cut + 1
                cut = text.find("、", start, end)
        out.append((number, start, end))
    return out


def _told(
    sentence: Sentence,
    piece: str,
    start: int,
    number: int,
    found: Sequence[tuple[str, int, int, int, int]],
) -> tuple[str, int, int] | None:
    """(kind, where the verdict stands, where what it is about begins) of a piece, or None."""
    topical = _TOPICAL.search(piece) is not None or any(
        start <= a and b <= start + len(piece) for a, b in sentence.listed
    )
    if not sentence.chinese:
        m = _BEFORE_EN.fullmatch(piece) if topical else None
        if m and _is_topic(sentence, start + m.start("topic"), start + m.end("topic")):
            return m["v"], start, start
        for kind, pattern in _PIECE_EN if topical else ():
            m = pattern.fullmatch(piece)
            if m and _is_topic(sentence, start, start + m.end("topic")):
                return kind, start + m.start("v"), start
        alone = _ALONE_EN
    else:
        for kind, pattern in _COUNT_ZH if _COUNTED_ZH.search(piece) else ():
            m = pattern.fullmatch(piece)
            if m:
                return kind, start + m.start("v"), start
        for kind, pattern in reversed(_PIECE_ZH) if topical else ():
            m = pattern.fullmatch(piece)
            if m and _is_topic(sentence, start, start + m.end("topic"), len(m["v"]) > 1):
                return kind, start + m.start("v"), start
        alone = _ALONE_ZH
    if number and not any(f[4] == number - 1 for f in found):
        a, b = sentence.pieces[number - 1]
        if _is_topic(sentence, a, b):
            for kind, pattern in alone:
                m = pattern.fullmatch(piece)
                if m:
                    return kind, start + m.start("v"), a
    return None


_ONE_OF_THEM = re.compile(
    r"[\s,，]*(?:关于|就|至于|说到|对于)?(?:贵|我)?(?:公司|司)?的?(?:出口)?(?:许可证?|批文|批件)(?:方面|问题|一事|这一?块|的事)?\s*"
    r"|[\s,，]*(?:而|但|至于)?(?:前者|后者|前[一两][个家份张国]|后[一两][个家份张国]|第[一二三][个家份张种项国])(?:的|则|呢|却|方面)*\s*"
    r"|[\s,，]*(?:而|但)?(?:新证|旧证|新的?[那一]?张?许可证?|另[外一两三]*[张份]|[一两三][张份]|其余|余下|剩下|剩余|首批|第[一二三]批)(?:的|则|呢|却)*\s*"
    r"|(?:and |but |as for )?the (?:former|latter|first|second|third)(?: ones?| of them)?\s*"
)


_TOPICAL = re.compile("许可|批文|前|后|第|former|latter|first|second|third")
"""What it takes to be `_ONE_OF_THEM`."""
_COUNTED_ZH = re.compile(_NUM)


def _is_topic(sentence: Sentence, start: int, end: int, loose: bool = True) -> bool:
    """Does this stretch name places or goods and nothing else?"""
    text = sentence.normal.text
    listed = [(a, b) for a, b in sentence.listed if start <= a and b <= end]
    if not listed:
        return _ONE_OF_THEM.fullmatch(text, start, end) is not None
    rest, at = "", start
    for a, b in listed:
        rest += text[at:a] + " "
        at = max(at, b)
    rest += text[at:end]
    for group in sentence.groups:
        if start <= group.start and group.end <= end:
            rest = rest.replace(text[group.start : group.end], "")
    pattern = _TOPIC_ZH if sentence.chinese else _TOPIC_EN
    return len(pattern.sub("", rest.strip())) <= (0 if not loose else 2 if sentence.chinese else 8)
