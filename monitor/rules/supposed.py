"""Chinese: what a rule, a contract, an assumption or a lesson says of licences tells no act.

凡管制物项均在取得批准后出运, 约定"卖方取得许可后三十日内装运", 核心假设：许可正常发放,
要分清已申请与已获批: the verb stands there, and nothing has happened.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, Act
from monitor.rules.sentence import Sentence

_TERMS = re.compile(
    r"(?:约定|载明|写明|订明|列明|规定|条款|注明|合同|协议)[^,，。;；\"]{0,8}[:,]?\"[^\"]{0,80}$"
    r"|(?:条件|前提|要件|触发点)(?:之一)?(?:为|是|包括|系|在于|有|包含|:)[^,，。;；]{0,16}$"
)
_ASSUMPTION = re.compile(
    r"(?:核心|基本|主要|关键|盈利预测|测算|估值)?假设(?:条件)?(?:如下|为|是)?:[^。;；]{0,80}$"
)
_LESSON = re.compile(
    r"(?:题目|主题|议题|课题|讲题|科目|剧本|脚本|话题|考题)(?:是|为|叫做?|名为|定为|:)?[\"《「][^\"》」]{0,40}$"
)
_WITHIN_DAYS = re.compile(
    r"[^,，。;；]{0,14}?(?:之日起|之日后|当日起|后)(?:的)?[一二三四五六七八九十两几\d]{1,3}(?:个)?(?:工作日|自然日|日|天|周|月)(?:之)?内"
)
_WHENEVER = re.compile(
    r"(?:凡|但凡|每当|每逢|每一?[次单票批笔]|一律|一贯|历来|向来)[^。;；]{0,30}$"
)
_AFTERWARDS = re.compile(r"[^,，。;；]{0,12}?(?:后|之后|以后)")
_HOPED_FOR = re.compile(
    r"[^,，。;；]{0,6}?(?:后|之后|以后)[^,，。;；]{0,14}?(?:有望|可望|料将?|预计|或将|或可|或会|望能|将迎来|将有)"
)
_DONE = re.compile(r"已|了|刚|昨|今[日天]|上[周月]|本[周月]|周[一二三四五六日]|\d[日月]")
_ABOUT = re.compile(r"(?:就|围绕|关于|针对|对)[^,，。;；]{0,14}$")
_TALKS = re.compile(
    r"(?:的)?(?:问题|一事|事宜|事项|安排|机制|议题|节奏|速度)?(?:等)?(?:问题|事项)?(?:再度|继续|已|初步)?"
    r"(?:达成|进行|展开|开展|交换|磋商|谈判|讨论|沟通|会谈|商讨|协商|存在分歧|表示关切)"
)
_NATION = re.compile(r"(?:全国|我国|国内|全行业|行业|全球|全省|全市|国家)[^,，。;；]{0,3}$")
_DIFFERENT = re.compile(
    r"\"?(?:等)?(?:这)?(?:是|分)?(?:[两三四几]回事|[两三四几]码事|[两三四几]个(?:概念|阶段|词)|的?(?:区别|差别|不同)|不是一回事|之分|不能混)"
)


def supposed(sentence: Sentence, act: Act) -> str:
    """Why the act is only a term, an assumption or a rule; empty where it is told."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    behind, ahead = text[start : act.start], text[act.end : end]
    if _TERMS.search(text, sentence.start, act.start):
        return "a term of a contract"
    if _ASSUMPTION.search(text, sentence.start, act.start):
        return "an assumption"
    if _LESSON.search(text, sentence.start, act.start):
        return "what a lesson is called"
    if _DIFFERENT.match(text, act.end):
        return "words told apart"
    if act.kind not in GRANTS:
        return ""
    if _ABOUT.search(behind) and _TALKS.match(ahead):
        return "what talks are about"
    if _NATION.search(behind) and ahead.startswith(("的", "数", "总量", "量")):
        return "the whole country's"
    if _DONE.search(behind):
        return ""
    if _WITHIN_DAYS.match(ahead) and not re.search("[了已完]", ahead):
        return "a term of a contract"
    if _HOPED_FOR.match(ahead):
        return "what is hoped for once it is there"
    if _WHENEVER.search(text, sentence.start, act.start) and _AFTERWARDS.match(ahead):
        return "a rule the firm keeps"
    return ""


_VALIDITY = re.compile(
    r"[^,，。;；]{0,14}?(?:许可证?|批文|批件|证)(?:书|件)?(?:的)?(?:目前|现|尚|还|仍|剩余|余下|使用|本身|均|都)*(?:的)?(?:有效期|期限|效期)"
    r"(?:均|都|还|尚|仅|只|大多|分别|目前|仍|将)*(?:至|到|截至|截止|为|有|余|不足|剩|在|是|长|短|[一二三四五六七八九十半\d])"
)


def says_how_long(sentence: Sentence, act: Act) -> bool:
    """现有许可有效期至12月: how long the paper runs, and no news that it is there."""
    text = sentence.normal.text
    if act.kind not in ("have", "hold"):
        return False
    said = _VALIDITY.match(text, act.end, sentence.pieces[act.piece][1])
    known = text[act.start - 1 : act.start] in ("现", "原", "所") or text.startswith("的", act.end)
    return said is not None and known
