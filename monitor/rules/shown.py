"""Grants told by what is done with the paper: it is shown, numbered, goods go under it.

晒出许可证的照片, 随附许可证编号, 凭许可证出口四吨. And a question quoted with its answer: 投资者问
是否获批，公司答“已获批”.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence

_PAPER = r"(?:两用物项)?(?:的)?(?:出口)?(?:许可证?(?:件|书)?|批文|批件|准证|执照)"
_SHOWN = re.compile(
    r"(?:附有|附带|随附|附上|附着|晒出|晒了|出示|展示|贴出|贴着|拿出|亮出|公布了?|提供了?)(?:了)?"
    rf"[^,，。;；]{{0,14}}?{_PAPER}(?:的)?(?:编号|证号|号码|号|原件|复印件|影印件|扫描件|照片|副本|截图)"
    rf"|(?:出示|晒出|亮出|展示)(?:了|的)?[^,，。;；]{{0,10}}?{_PAPER}"
    rf"|{_PAPER}(?:的)?(?:编号|证号|号码|(?:签发|核发|颁发|发证|批准|落款|生效)?(?:日期|时间|日))"
    r"(?:则|就)?(?:为|是|系|[:：])"
    rf"|{_PAPER}[^,，。;；]{{0,4}}?(?:都|均|就|也|正)?是[^,，。;；不]{{1,14}}?(?:给|批|领|拿|办|发|核|准|签|收|取|寄|送)"
    r"(?:下来|出来|到|来)?的(?=[,，。;；!！\s]|$)"
    rf"|{_PAPER}(?:上|里|中)(?:面)?(?:写|载|注|标|列|印)(?:明|着|了|有|的是|得)"
)
_UNDER = re.compile(
    rf"(?:凭|持|带|依|据|按)(?:着|了)?(?:[一两二三四五六七八九十\d]+[张份])?(?:该|其|相关|新|旧|这张|此|所获)?(?:{_PAPER}|证)"
    r"(?:合规|合法|依法|正常|陆续|已|共|累计|恢复|继续|重新)*"
    r"(?:(?:向|对|往|发往|输往|销往)[^,，。;；]{1,14}?)?(?:出口|发货|发运|发往|出货|出运|供货|报关|交付|外销|输往)"
    rf"|在{_PAPER}(?:项下|有效期内|框架下)(?:的)?(?:正常|陆续|继续|合规|恢复)*(?:出口|发货|发运|出货|出运|供货)"
)
_BY_MEANS_OF = re.compile(
    rf"(?:凭的?|靠的|依据的?|所凭的?|用的)(?:就)?是[^,，。;；客供]{{0,24}}?(?:{_PAPER}|两用物项证)"
)
_BENT = ("not", "not_yet", "if", "plan", "must", "ask", "forecast", "other_paper", "need")


def shown(sentence: Sentence, acts: Sequence[Act], ground: Ground, *, answering: bool) -> list[Act]:
    """The act of a paper that is shown or used, where no verb of the sentence moves one."""
    if not sentence.chinese or not (sentence.groups or answering or sentence.has("it")):
        return []
    if any(not a.dropped for a in acts):
        return []
    text = sentence.normal.text
    for number, (start, end) in enumerate(sentence.pieces):
        m = _SHOWN.search(text, start, end)
        if m is None and (ground.exports or sentence.has("export")):
            m = _UNDER.search(text, start, end) or _BY_MEANS_OF.search(text, start, end)
        if m is None or sentence.within(start, end, *_BENT):
            continue
        if sentence.within(start, end, "foreign_authority"):
            continue
        papers = sentence.within(start, end, *PAPER)
        hit = Hit(m.start(), m.end(), frozenset(("have",)), m.group())
        act = Act("have", hit, start, end, number, papers[-1:] or [hit])
        act.words.add("paper")
        act.reasons.append("a paper that is shown or used")
        return [act]
    return []


_ASKED = re.compile(
    r"(?:提问|询问|问及|问到|追问|问)[^。!！?？]{0,40}?(?:许可|批文|出口证)[^。!！?？]{0,30}?[,，。;；?？][\s\"”]*"
)
_REPLIED = re.compile(
    r"(?:回复|回覆|答复|答覆|回应|作答|答道?|回答|说|称|表示)(?:称|说|道|是)?[:：,，]?\s?[\"“]?"
    r"(?:您好[,，])?(?:目前|现在|暂时|是的?[,，])*"
    r"(?:(?P<no>(?:还|暂|尚|仍|时)?(?:没有|未有|没|未|尚未|暂无)(?:取得|拿到|获得|收到|获批)?)"
    r"|(?P<yes>(?:已经?|都|也|确实?|刚)*(?:有的?|有了|获批|取得|拿到|获得|到手|批了|下来了|收到)了?|属实|是的|确有其事))"
    r"[\s\"”]*(?=[,，。;；!！]|$)"
)


def quoted_answer(sentence: Sentence, acts: Sequence[Act]) -> list[Act]:
    """问及许可证，公司答“已获批”: the answer somebody reports, to a question about licences."""
    if not sentence.chinese:
        return []
    text = sentence.normal.text
    asked = _ASKED.search(text, sentence.start, sentence.end)
    if asked is None:
        return []
    m = _REPLIED.search(text, asked.end(), sentence.end)
    if m is None or any(not a.dropped and a.end > m.start() for a in acts):
        return []
    word = m["no"] or m["yes"]
    start = m.start("no") if m["no"] else m.start("yes")
    piece = sentence.piece(start)
    hit = Hit(start, m.end(), frozenset(("got",)), word)
    act = Act("got", hit, sentence.pieces[piece][0], m.end(), piece, carried="context")
    if m["no"]:
        act.words |= {"not", "not_yet"}
    act.reasons.append("an answer to a question about licences")
    return [act]
