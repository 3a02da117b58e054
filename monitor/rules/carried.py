"""A paper that is left out, since it was named before: earlier in the sentence, or before it."""

from __future__ import annotations

import re

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.clause import goods_refused
from monitor.rules.papers import for_something_else, is_ours, stands_alone
from monitor.rules.ruling import office_rules
from monitor.rules.sentence import Sentence

_ELLIPTIC_EN = re.compile(
    r"\s*\(|\s*(?:because|after|when|while|which|with|without|until|till|before|again|back|this"
    r"|next"
    r"|within|so far|and|but|only|during)\b|"
    r"\s*(?:(?:at least|no fewer than|as many as|around|about|only|just|another|a further"
    r"|up to)\s+)?"
    r"(?:(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|another|others|some|several|many"
    r"|most|all|them"
    r"|it|those|part|any|both|more"
    r"|none|each|a few|half|theirs|a handful|the first|its first|a small number"
    r"|the (?:ones?|others?|second|third|rest|remaining)|(?:that|those) (?:of|for|from)"
    r"|an? (?:second|third|similar)"
    r"|a limited number)\b|(?:on|in|for|to|from|by|as|last|this"
    r"|respectively|outright|altogether|instead|for good|(?:mon|tues|wednes|thurs|fri|satur"
    r"|sun)day|yesterday|today|one after|so|too|already|now|as well|earlier|and|,|through"
    r"|early|late"
    r"|since|recently|shortly|yet|at)\b|$)"
)
_ELLIPTIC_ZH = re.compile(
    r"[了过到着]?(?:的)?(?:[各共]?[一两二三四五六七八九十百\d.]{1,6}(?:多|余|来)?[张份个项批件单笔票宗回次起家票吨纸箱柜]"
    r"|[一两二三四五六七八九十百\d.]{1,6}(?:公斤|千克|成|个?[日天周月]|个?小时)|[只仅](?:给|批|有|到|准|放|得)|至少|首[张份批个票单笔]"
    r"|部分|一部分|一些|一点|一半|大半|多数|绝大|几[张份批个]|少量|若干|多[张份批]|其中|一[张份批]|"
    r"向|对|[,，。;；、!！\"”’)）]|$|\s|吗|啦|呢|哦|六个月|半年|一年|前天|昨天|今天|不少|全部"
    r"|大部分|约|近|超)"
)


_LOADS = re.compile(
    r"[了过到]?(?:[一两二三四五六七八九十百几数\d.]{1,6})(?:多|余)?(?:柜|箱|吨|车|公斤|千克|票|个?货柜)"
)


_VAGUE = frozenset(
    (
        "推进中",
        "在推进",
        "正在推进",
        "有序推进",
        "稳步推进",
        "进行中",
        "正在进行",
        "正在办理",
        "在办理",
        "办理中",
        "沟通中",
        "正在沟通",
        "处理中",
        "正在处理",
        "underway",
        "under way",
        "in progress",
        "in process",
        "in the process",
        "in the works",
        "proceeding normally",
        "outstanding",
        "delayed",
        "undergoing",
    )
)
_BARE_SUBJECT = re.compile(
    r"(?:\s|目前|现|正|尚|仍|还|均|都|公司|该|相关|有关|其余|其他|后续|已|在|it|they|that|this|is"
    r"|are|was|still|now|the|process|matter|rest|remaining|others?|,)*"
)
_OUTWARD_ZH = re.compile(
    r"把|将|我们|公司"
    r"|的(?:有|包括|是|为|客户|国家|地区|订单|产品)|(?:可以?|得以|继续|恢复|开始)?(?:对|向|往|至"
    r"|给|为|面向|供|出|发|销|输|运|继续|恢复|了)"
    r"|(?:的)?(?:首批|企业|公司)?(?:名单|名录|行列|之列|队伍|阵营)|(?:扩|拓|延伸|新增|增加|增列|涵盖|覆盖|纳入)|[\"]"
)
_OF_A_PAPER = frozenset(("suspend", "expire", "reinstate", "renew"))
_PASSIVES = frozenset(("suspend", "revoke", "expire", "renew", "reinstate", "refuse"))
_THIN_EN = re.compile(
    r"(?:\s|\b(?:and|but|or|what|once|in|january|february|march|april|may|june|july|august"
    r"|september"
    r"|october|november|december|frozen|suspended|halted|which|that|these|those|was|were|been"
    r"|being|be|is|are|has|have|had"
    r"|also|then|later|now|not|still|again"
    r"|already|both|all|of|just|since|on|in|last|this|week|month|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|however|eventually|finally"
    r"|hereby|therefore|thus|immediately|keeps?"
    r"|while|though|although|by|the|ministry|authorities|commerce|beijing|only|to|due)\b|\d+"
    r"|'s\b|[,'\"*])*"
)


def _no_other_subject(sentence: Sentence, act: Act) -> bool:
    """May the thing that was suspended, refused ... be a licence spoken of before?

    It may if a word stands for it ("that document", 那张), or if no noun stands before the verb.
    """
    text = sentence.normal.text
    start = max(act.left, sentence.pieces[act.piece][0])
    near = sentence.pieces[max(act.piece - 1, 0)][0]
    if not sentence.chinese and act.kind == "arrive" and text[start - 1 : start] == ";":
        near = start
    if any(
        sentence.chinese
        or h.text not in ("it", "they", "them", "each")
        or stands_alone(text, h, act)
        for h in sentence.within(near, act.start, "batch", "rest")
    ):
        return True
    if not sentence.chinese and _DOES_TO_IT.match(text, act.end, sentence.end):
        return True
    for group in sentence.groups:
        if start <= group.start and group.end <= act.start:
            start = group.end
    before = text[start : act.start]
    for hit in sentence.within(start, act.start, "it", "they"):
        start = max(start, hit.end)
    before = text[start : act.start]
    if sentence.chinese:
        if _ends_with_paper(sentence, act.piece - 1) and not before.startswith(("公司", "其")):
            return True
        if goods_refused(sentence, act, start):
            return True
        for hit in sentence.within(start, act.start, "authority"):
            before = before.replace(hit.text, "", 1)
        return len(_DAY_ZH.sub("", before).strip()) <= 8
    for hit in sentence.within(start, act.start, "authority"):
        before = before.replace(hit.text, " ", 1)
    if act.kind == "refuse" and not text[act.end : sentence.pieces[act.piece][1]].strip(" ."):
        for a, b in sentence.listed:  # "gallium was approved and germanium refused"
            if start <= a and b <= act.start:
                before = before.replace(text[a:b], " ", 1)
    return _THIN_EN.fullmatch(before) is not None


_COMMON = re.compile(r"(?:given|handed|offered|provided|presented|delivered)\b")
_WHAT = re.compile(r"\bwhat (?:[a-z]+ )?(?:has|have|had|was|were|is)\s+$")
_IS_DONE = re.compile(r"\b(?:was|were|is|are|been|being) (?:ever |[a-z]+ly )?$")
_DOES_TO_IT = re.compile(
    r"\s+(?:it|them|that (?:document|paper|permission|right))(?=[.,;\"']|$| (?:on|in|last|this"
    r"|after|because|for|two|three|yesterday|again|outright)\b)"
)
""" "Said that the ministry had withdrawn it": the pronoun is what was withdrawn."""
_BESIDE = re.compile(
    r"\s*(?:the|an?|which|that|who|of|issued|granted|good|valid|known|meant|long|so-called|each|one"
    r"|some|including|once|now|as|with|under|a kind|popularly)\b"
)


def _head(sentence: Sentence, act: Act, papers: list[Hit]) -> list[Hit]:
    """ "General licences, the sort that spares paperwork, have gone to A": the noun before it."""
    number = act.piece - 1
    while number > 0 and _BESIDE.match(sentence.normal.text, sentence.pieces[number][0]):
        number -= 1
    start, end = sentence.pieces[number]
    return [p for p in papers if start <= p.start and p.end <= end][-1:]


_ONE_BY_ONE = re.compile(
    r"逐[单笔票批件]|单项|个案|一[单批票]一|每[单笔票批]|单独|[一两二三四五六七八九十\d][单笔票]"
)
_DAY_ZH = re.compile(
    r"(?:[〇零一二三四五六七八九十\d]{1,4}年)?[〇零一二三四五六七八九十\d]{1,3}月(?:[〇零一二三四五六七八九十\d]{1,3}[日号]|底|初|中旬|上旬|下旬)?"
    r"|[已于在遭被经由受现就都均]|以.{1,14}为由"
)


def _ends_with_paper(sentence: Sentence, piece: int) -> bool:
    """Is a licence, or what was filed, the last word of this piece: the topic of what follows?"""
    if piece < 0:
        return False
    start, end = sentence.pieces[piece]
    return any(end - hit.end <= 1 for hit in sentence.within(start, end, *PAPER, "request"))


def _topic_before(sentence: Sentence, act: Act) -> bool:
    """ "Bonded magnets for India: approved": goods or a place, a colon, and the verdict."""
    number = act.piece
    start, end = sentence.pieces[number - 1]
    return (
        sentence.normal.text[end : end + 1] == ":"
        and not sentence.normal.text[act.end : act.right].strip(" .!")[:1].isalpha()
        and any(start <= a and b <= end for a, b in sentence.listed)
        and not sentence.within(start, end, "other_paper", "other_matter")
    )


_IT_SHORT = re.compile(
    r"(?:on [a-z]+,? |last [a-z]+,? |yesterday,? |then )?(?:it|they) (?:came|arrived)\b"
)


_THAT_OF = re.compile(r"\b(?:that|those|the ones?) (?:of|from|by|filed by) (?:the )?$")
_GOT_IT = re.compile(
    r"\s+(?:it|them|one|some|ours|theirs|both|a few|several|two|three|four|five|six|all of them)"
    r"(?=\s*[.,;!\"']|\s*$|\s+(?:for|to|so far|already|now|in|on|last|this)\b)"
)


def _it_came(sentence: Sentence, act: Act) -> bool:
    """ "The licence had been missing, and it came on Monday"."""
    before = sentence.normal.text[max(sentence.start, act.start - 16) : act.start]
    if len(sentence.text) <= 40 and _IT_SHORT.match(sentence.text):
        return not sentence.chinese
    return (
        not sentence.chinese
        and re.search(r"\b(?:it|they)\s+(?:finally |at last |only |duly )?$", before) is not None
        and bool(sentence.within(sentence.start, act.start, *PAPER))
    )


_OTHER_NOUN = re.compile(
    r"\s*(?:many|some|several|most|all|any|two|three|four|five|six|seven|eight|nine|ten|\d+|another"
    r"|a few|a number of|a lot of)\s+(?:new |more |further |such |of the |of our )?"
    r"(?:orders?|enquir|inquir|questions?|letters?|calls?|payments?|certificates?|certifications?"
    r"|samples?|visitors?|bookings?|suggestions?|cancellations?|notices?|complaints?|awards?"
    r"|patents?|customers?|visits?|requests?|reminders?)"
)
_MAIL_ZH = re.compile(
    r"(?:提问|问题|建议|意见|留言|来信|来函|咨询|反馈|邮件|来电|诉求|祝福|祝贺|祝愿|货款|定金|款项|补贴|退税|投诉|质询|问询函|关注函|监管函)"
    r"(?:我们|我司|公司|均|都|也|已经?|刚)*$"
)


_IS_ELSE_ZH = re.compile(
    r"[了过]?的(?:只|仅)?(?:是|为|系)(?![^,，。;；]*(?:许可|批文|批件|证书|准予))[^,，。;；]{1,24}?"
    r"(?:函|问卷|邮件|通知|订单|款|声明|调查表|样品|发票|合同|回执|清单|表格|材料|要求|报价)$"
)
"""公司收到的是客户的询证函: what was received is told, and it is no licence."""


def carry(sentence: Sentence, act: Act, ground: Ground, text: str, before: list[Act]) -> None:
    """The paper was named before: earlier in the sentence, or in what was said before it."""
    behind = text[act.end : act.right].rstrip(" .。!！\"'\n")
    elliptic = (
        True
        if sentence.chinese
        and (
            behind.startswith(("的是", "的有", "的还有", "的包括"))
            or (act.hit.text.endswith("的") and behind.startswith(("有", "是", "包括", "还有")))
            or (act.kind not in ("give", "get") and _ends_with_paper(sentence, act.piece - 1))
        )
        else True
        if any(0 <= g.start - act.end <= 2 for g in sentence.groups)
        else _ELLIPTIC_ZH.match(behind)
        if sentence.chinese and not act.hit.text.isascii()
        else _ELLIPTIC_EN.match(behind)
    )
    if sentence.chinese and act.hit.text[:1] in "发送寄" and _LOADS.match(behind):
        act.dropped = "goods were sent"
        return
    if office_rules(sentence, act, ground):
        act.carried = "context"
        return
    free = act.kind in ("wait", "got", "unapproved", "hear")
    alone = False
    if not sentence.chinese and act.kind in (*_PASSIVES, "arrive", "give") and act.piece > 0:
        opens = text[max(act.left, sentence.pieces[act.piece][0]) : act.start]
        thin = _THIN_EN.fullmatch(opens) is not None
        alone = thin and bool(sentence.within(sentence.start, act.left, *PAPER))
        elliptic = elliptic or alone
        if thin and ground.told and _topic_before(sentence, act):
            act.carried = "context"
            return
    batch = ground.paper and any(
        stands_alone(text, h, act) for h in sentence.within(sentence.start, act.right, "batch")
    )
    if not batch and not sentence.chinese and sentence.within(sentence.start, act.left, *PAPER):
        batch = any(
            stands_alone(text, h, act) for h in sentence.within(act.left, act.start, "batch")
        )
    cleft_en = None if sentence.chinese else _WHAT.search(text, sentence.start, act.start)
    batch = batch or cleft_en is not None
    if not sentence.chinese and ground.paper and not batch:
        batch = any(
            g.end <= act.start and _THAT_OF.search(text, max(sentence.start, g.start - 20), g.start)
            for g in sentence.groups
        )
    if act.kind in ("get", "arrive") and _MAIL_ZH.search(text, sentence.start, act.start):
        act.dropped = "something else was received"
        return
    if act.kind == "get" and _IS_ELSE_ZH.match(text, act.end, sentence.pieces[act.piece][1]):
        act.dropped = "something else was received"
        return
    if act.kind == "get" and not sentence.chinese and _OTHER_NOUN.match(behind):
        act.dropped = "something else was received"
        return
    if not (elliptic or batch or free):
        act.dropped = "no licence it could be about"
        return
    if "bound" in act.hit.kinds and not (
        batch
        or (ground.paper and act.kind == "get" and _GOT_IT.match(text, act.end))
        or (act.kind == "arrive" and _it_came(sentence, act))
        or alone
        or _ends_with_paper(sentence, act.piece - 1)
        or (
            ground.paper
            and elliptic
            and sentence.chinese
            and act.kind not in _PASSIVES
            and _no_other_subject(sentence, act)
        )
    ):
        act.dropped = "too common a word to be about a licence nobody names"
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
    if (
        act.kind in _PASSIVES
        or (act.kind == "arrive" and not sentence.chinese)
        or (
            act.kind != "apply"
            and _COMMON.match(act.hit.text)
            and _IS_DONE.search(text, act.left, act.start)
        )
    ) and not _no_other_subject(sentence, act):
        act.dropped = "happens to something else"
        return
    here = sentence.pieces[0][0]
    earlier = [
        h
        for h in sentence.within(here, act.left, *PAPER, "request")
        if is_ours(sentence, h, act, ground)
    ]
    named = [] if sentence.chinese or earlier else sentence.within(here, act.left, *PAPER)
    befalls = act.kind in _PASSIVES and act.kind != "refuse"
    if befalls and named and for_something_else(sentence, named[-1]):
        act.dropped = "a paper of another kind"
        return
    if sentence.within(here, act.left, "other_paper") and not earlier:
        act.dropped = "a paper of another kind"
        return
    if sentence.chinese and act.kind in _OF_A_PAPER:  # what was filed cannot run out
        earlier = [h for h in earlier if not h.kinds.isdisjoint(PAPER)]
        if not earlier and ground.paper:
            act.carried = "context"
            return
    general = earlier and sentence.chinese and "general" in earlier[-1].kinds
    if general and _ONE_BY_ONE.search(text, earlier[-1].end, act.start):
        act.carried = "context"
        return
    if earlier:
        act.objects = (alone and _head(sentence, act, earlier)) or earlier[-1:]
        act.carried = "sentence"
        return
    spoken = [a for a in before if not a.dropped]
    if spoken and not sentence.within(act.left, act.right, "other_matter", "other_paper"):
        act.objects, act.carried = spoken[-1].objects[:1], "sentence"
        return
    strong_word = act.kind in ("got", "unapproved") or (act.kind == "wait")
    later = [
        h
        for h in sentence.within(act.end, sentence.end, *PAPER, "request")
        if is_ours(sentence, h, act, ground)
    ]
    cleft = sentence.chinese and text.startswith(("的是", "的有", "的还有", "的包括"), act.end)
    pronoun = act.kind in ("get", "arrive") and _GOT_IT.match(text, act.end) is not None
    if later and (act.kind in ("wait", "refuse") or cleft or pronoun or cleft_en):
        act.objects, act.carried = later[:1], "sentence"
        return
    if (
        ground.paper
        and not sentence.has("other_paper")
        and not sentence.within(*piece, "other_matter")
    ):
        if (
            act.kind == "wait"
            and act.hit.text in _VAGUE
            and not _BARE_SUBJECT.fullmatch(text[max(act.left, piece[0]) : act.start])
        ):
            act.dropped = "goes on with something else"
            return
        act.carried = "context"
        return
    if act.dropped:
        return
    if (
        strong_word
        and act.kind != "wait"
        and ground.exports
        and not (ground.elsewhere and (sentence.chinese or not sentence.goods))
        and not sentence.has("other_paper", "other_matter")
    ):
        act.carried = "context"
        return
    act.dropped = "no licence it could be about"
