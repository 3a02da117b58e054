"""Rumours and their denials: what was only said, and by whom it was taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from monitor.model import FAMILY
from monitor.rules.acts import GRANTS
from monitor.rules.automaton import Hit
from monitor.rules.denials import refuted
from monitor.rules.document import Document
from monitor.rules.match import Fact
from monitor.rules.sentence import Sentence


def take_back(document: Document) -> None:
    """A rumour and its denial: the rumoured act gets certainty `denied`."""
    studied = document.studied + document.titled
    for i, s in enumerate(studied):
        if not s.facts:
            continue
        last = s.sentence.where == "title" or i + 1 >= len(document.studied)
        following = None if last else studied[i + 1].sentence
        extra: list[Fact] = []
        doubtful: list[Fact] = []
        for fact in s.facts:
            said = _only_said(fact, s.sentence, following)
            if said == "":
                said = _denied_by(fact, s.sentence, following, document)
                if said is None:
                    doubtful.append(fact)
                    continue
            if _in_doubt(fact, s.sentence, following):
                doubtful.append(fact)
                continue
            if fact.status in ("not_received", "pending", "applied", "not_required", "policy"):
                continue
            if not fact.act.words.isdisjoint(("valid", "twice")):
                continue
            why = said or _denied_by(fact, s.sentence, following, document)
            why = why or refuted(fact, document)
            if why is None:
                continue
            fact.certainty = "denied"
            fact.reasons.append(f"a rumour that is denied: {why}")
            if (
                fact.status in ("granted", "general_granted", "renewed")
                and fact.key
                and not why.startswith("mistaken")
            ) and not any(
                o.key == fact.key and o.status in ("not_received", "pending", "applied")
                for o in document.facts
            ):
                extra.append(_denial(fact))
        s.facts += extra
        s.facts = [f for f in s.facts if not any(f is d for d in doubtful)]


def _denied_by(
    fact: Fact, sentence: Sentence, following: Sentence | None, document: Document
) -> str | None:
    """The word that takes a rumoured act back, or None."""
    rumoured = [h for h in sentence.hits if "rumor" in h.kinds]
    text = sentence.normal.text
    m = None if sentence.chinese else _NOT_TRUE_THAT.search(text, sentence.start, fact.act.start)
    if m is not None and not _OWN_WORD.search(text, m.end(), fact.act.start):
        return m.group()
    if sentence.chinese and _CAME_TRUE.search(text, sentence.start, fact.act.start):
        return None
    if sentence.chinese and _put_right(sentence, fact):
        return None
    for h in sentence.hits:
        if sentence.chinese and h.end <= fact.act.start and _own_word(sentence, h, fact):
            continue
        before = not sentence.chinese and h.end <= fact.act.start
        if before and any(
            not any(r.start <= m.start() < r.end for r in rumoured)
            for m in _OWN_WORD.finditer(text, min(h.end + 2, fact.act.start), fact.act.start)
        ):
            continue
        if sentence.chinese and h.end <= fact.act.start and _conceded(sentence, h):
            continue
        if before and _ONLY_AFTER.fullmatch(text, h.end, fact.act.start):
            continue
        if "denies" in h.kinds and (h.end <= fact.act.start or rumoured):
            return h.text
        if not sentence.chinese and rumoured and _beside(fact, rumoured, text):
            continue
        if (
            "untrue" in h.kinds
            and rumoured
            and "media_says" not in h.kinds
            and not _unsaid(sentence, h)
        ):
            return h.text
        if (
            "untrue" in h.kinds
            and sentence.chinese
            and _AFFAIR_ZH.fullmatch(text, fact.act.end, h.start)
        ):
            return h.text
        if "mistaken" in h.kinds and _AMOUNT_ZH.match(text, h.end):
            continue
        told_as = _TOLD_AS.search(h.text) and sentence.piece(h.start) == fact.act.piece
        if "mistaken" in h.kinds and (rumoured or told_as or h.start > fact.act.end):
            return f"mistaken: {h.text}"
    if rumoured and sentence.chinese and _REPORT_OF.match(text, fact.act.end):
        for act in (a for x in document.studied if x.sentence is sentence for a in x.acts):
            if act.start > fact.act.end and "not" in act.words and not act.dropped:
                return f"not {act.hit.text}"  # 就"已获许可"的传闻说明：尚未收到批件
    if sentence.chinese and (no_such := _no_such_loss(fact, sentence, following, rumoured)):
        return no_such
    if rumoured and sentence.chinese and FAMILY[fact.status] == "loss":
        for act in (a for x in document.studied for a in x.acts):
            if "valid" in act.words and act.start > fact.act.end and not act.dropped:
                return act.hit.text  # 回应"被吊销"传闻：各项许可均在有效期内
    if rumoured and sentence.chinese and FAMILY[fact.status] == "grant":
        m = _NOT_LISTED.search(text, fact.act.end, sentence.end)
        if m is not None:
            return m.group()
    filing = document.item.kind == "announcement"
    if rumoured:
        for other in document.studied + document.titled:
            if other.sentence.where == "text" and other.sentence.start <= sentence.start:
                continue
            for act in other.acts:
                alike = act.kind == fact.act.kind or {act.kind, fact.act.kind} <= GRANTS
                if alike and "not" in act.words and not act.dropped:
                    return f"not {act.hit.text}"
                if act.kind == "lacking" and fact.act.kind in GRANTS and not act.dropped:
                    return act.hit.text
    if rumoured and any(
        not h.kinds.isdisjoint(("denies", "untrue", "rumor") if filing else ("denies", "untrue"))
        and not _unsaid(t.sentence, h)
        for t in document.titled
        for h in t.sentence.hits
    ):
        return "the title"
    taken_back = sentence.has("media_says", "source") and (
        (filing and sentence.has("media_says"))
        or (
            following is not None
            and (
                _DENIED_ZH.match(following.text) is not None
                if sentence.chinese
                else following.has("denies") or _THAT_WAS.match(following.text) is not None
            )
        )
    )
    if (rumoured or taken_back) and following is not None:
        later = (
            [following]
            if not filing
            else [x.sentence for x in document.studied if x.sentence.start > sentence.start]
        )
        for told in later:
            for h in told.hits:
                if not h.kinds.isdisjoint(("untrue", "denies")) and not _unsaid(told, h):
                    return h.text
                if "mistaken" in h.kinds:
                    return f"mistaken: {h.text}"
    return None


_TAKEN_ZH = (
    r"(?:拒|驳|否决|不予|不准|吊销|撤销|撤回|取消|收回|注销|暂停|中止|冻结|叫停|停用|作废|失效"
    r"|退回|打回|卡)"
)
_NO_SUCH_LOSS = re.compile(
    r"(?:没有|没|未|从未|从没|未曾|不曾|并未|尚未)(?:收到|接到|接获|见到|拿到|听到|得到)(?:过|到)?[^,，。;；]{0,12}?"
    rf"{_TAKEN_ZH}[^,，。;；]{{0,8}}?(?:决定|通知|文书|函件?|批复|答复|意见|消息|要求|公文|文件|书)"
    rf"|(?:不存在|并无|并未发生|未发生|没有发生|未出现|没有出现|从未发生)[^,，。;；]{{0,12}}?{_TAKEN_ZH}"
)
_ALL_WELL = re.compile(
    r"(?:称|表示|回应|答[复曰]?|说|:)[^,，。;；]{0,10}?(?:一切|各项|均|都|目前|仍|全部)[^,，。;；]{0,8}?"
    r"(?:正常|照常|在审|有效|没(?:有)?问题)"
)
_NEVER_FILED = re.compile(
    r"(?:没有?|并未|从未|从没|未曾?|不曾|压根没|根本没)(?:就[^,，。;；]{1,12})?"
    r"(?:[向往给对][^,，。;；]{1,8})?(?:提出|提交|递交|递|报|交|申请|申报)(?:过|上)"
)


def _no_such_loss(
    fact: Fact, sentence: Sentence, following: Sentence | None, rumoured: Sequence[Hit]
) -> str | None:
    """媒体称遭拒，公司回应没有收到任何不予许可的决定; 传申请黄了，公司今年根本没报过."""
    if FAMILY[fact.status] != "loss" or not (rumoured or sentence.has("media_says", "source")):
        return None
    text = sentence.normal.text
    end = following.end if following is not None else sentence.end
    m = _NO_SUCH_LOSS.search(text, fact.act.end, end)
    if m is None and fact.status == "denied" and rumoured:
        m = _NEVER_FILED.search(text, fact.act.end, end)
    if m is None and rumoured:
        m = _ALL_WELL.search(text, fact.act.end, end)
    return m and m.group()


_NOT_LISTED = re.compile(
    r"(?:名单|名录|其中|当中)(?:里面?|中|上|内)?(?:并)?(?:没有|无|不含|不包括|不见|未见)"
    r"|(?:不|未|没)(?:有)?(?:被)?(?:在|列入|入选|进入|上)(?:该|此|上述|这份|首批)?(?:名单|名录|其列|其中|此列)"
)
_DENIED_ZH = re.compile(
    r"[^,，。;；:]{0,14}?(?:否认|澄清|辟谣|驳斥)(?:了)?(?:该|此|这|有关|上述|相关|前述|这一|这些)?(?:报道|说法|消息|传闻|内容)?[^\w]"
    r"|[^,，。;；:]{0,12}?(?:该|此|这|有关|上述|相关|前述|这一)(?:篇|则|条)?(?:报道|说法|消息|传闻|内容|信息)"
    r"[^,，。;；:]{0,8}?(?:不实|失实|有误|不准确|不确|误传|谣|虚假|无据|不符|杜撰|捏造)"
)
_THAT_WAS = re.compile(r"[\"'“]?(?:that|this|it|the (?:report|article|item|story)) (?:is|was)\b")
_CAME_TRUE = re.compile(
    r"(?:成|变成|化作|化为)(?:真|现实|事实)|坐实|应验|证实(?:了)?(?:此前|上述|媒体|传闻|报道|市场)"
)
_PUT_RIGHT = re.compile(r"(?:应|实则|实际|其实)(?:该|当|上)?(?:为|是|系)|实为|实系|改为")
_CONCEDED = re.compile(r"(?:尽管|虽然?|纵然|即便|即使|不顾|任凭)[^,，。;；]{0,24}$")


def _put_right(sentence: Sentence, fact: Fact) -> bool:
    """The report was wrong, and the firm is named in another's place: 应为甲，而非乙."""
    text = sentence.normal.text
    m = _PUT_RIGHT.search(text, fact.act.end, sentence.end)
    return m is not None and any(g.start == m.end() and fact.key in g.keys for g in sentence.groups)


def _conceded(sentence: Sentence, hit: Hit) -> bool:
    """尽管甲两度否认，...确已被撤销: a denial that what follows overrules."""
    start = sentence.pieces[sentence.piece(hit.start)][0]
    return _CONCEDED.search(sentence.normal.text, start, hit.start) is not None


_ONLY_AFTER = re.compile(
    r"(?:(?! that )[^.;])*?\b(?:after|since|following|when|now that|despite|over)\b(?! reports?)"
    r"(?:(?! that )[^.;])*"
)
""" "Denied wrongdoing after its licence was revoked": not the loss is denied."""
_AND_ALSO = re.compile(r"\b(?:and|but|while|whereas)\b")


def _beside(fact: Fact, rumoured: list[Hit], text: str) -> bool:
    """ "It has two licences and reports of a third are wrong": its own two stand."""
    first = rumoured[0].start
    return first > fact.act.end and _AND_ALSO.search(text, fact.act.end, first) is not None


_AMOUNT_ZH = re.compile(
    r"(?:大?约|近|逾|超)?[〇零一二两三四五六七八九十百\d.]{1,6}(?:张|份|吨|公斤|千克|家|笔|票|项|本|个|[，,。]|$)"
)
_TOLD_AS = re.compile(r"[译述传写说讲读听炒绎][成为作]了?$")
"""被误传成"已获许可": what stands behind it is what was made of the news."""
_AFFAIR_ZH = re.compile(
    r"(?:一事|之事|这件事|的?情况|的?情形|的?事情?)(?:纯?属|系|是|为|均|都|并|根本|实属|完全|全)*"
)
_OWN_ZH = re.compile(
    r"[,;:。] ?(?:并|且|又|同时|而|但|不过|还|进一步|其|公司|公告|董秘|该公司"
    r"|方面|发布?|出具?|今[日天早晚]|昨[日天晚]|周[一二三四五六日]|随后|其后|[上中下]午|日前){0,5}"
    r"(?:称|表示|说|指|强调|透露|补充|坦言|证实|确认)"
)
_ANSWERS_ZH = re.compile(
    rf"{_OWN_ZH.pattern}"
    r"|[,;。][^,，。;；]{0,10}?(?:公告|公示|回应|回复|答[复曰]?|披露|确认|证实)[^,，。;；]{0,6}?[:,]"
)
_REPORT_OF = re.compile(
    r"[^,，。;；]{0,12}?[\"”』」》]?的?(?:市场|网络|媒体|相关|有关)?(?:传闻|传言|消息|说法|报道|一说|流言)"
)
_BUT_SHOWN = re.compile(
    r"[,，;；](?:但|然而|可是|不过)[^,，。;；]{0,24}?(?:显示|表明|证实|证明|公示|查明|确认)"
)
_AT_ONCE_ZH = re.compile(
    r"的是[,:]?|(?:称|表示|说|指|道)?[:,]|(?:称|表示|说|指出)"
    r"|[,，]?(?:并|且|同时|还)?(?:出示|晒出|贴出|拿出|展示|亮出|附上|公布)"
)
_CLARIFIES = ("澄清", "辟谣", "回应", "说明")


def _own_word(sentence: Sentence, hit: Hit, fact: Fact) -> bool:
    """澄清：许可已拿到; 否认被拒，称已获批: what the one who denies tells is so."""
    between = sentence.normal.text[hit.end : fact.act.start]
    m = _OWN_ZH.search(between) or _BUT_SHOWN.search(between)
    if m is None and hit.text.startswith(_CLARIFIES):
        m = _AT_ONCE_ZH.match(between)
    if m is None:
        return False
    return not sentence.within(hit.end + m.end(), fact.act.start, "rumor")


def _in_doubt(fact: Fact, sentence: Sentence, following: Sentence | None) -> bool:
    """A Chinese rumour that is put in doubt at once (真实性有待核实), or that nothing has come yet,
    denied: neither tells a fact."""
    if not sentence.chinese or not sentence.has("rumor"):
        return False
    if fact.status in ("not_received", "pending"):
        marks = sentence.within(sentence.start, sentence.end, "denies", "untrue")
        start, end = sentence.pieces[fact.act.piece]
        return (
            bool(marks)
            and bool(sentence.within(start, end, "rumor"))
            and not any(_own_word(sentence, h, fact) for h in marks if h.end <= fact.act.start)
        )
    if sentence.has("source", "denies", "untrue", "mistaken"):
        return False
    doubted = sentence.has("unverified")
    if not doubted and following is not None and len(following.text) < 48:
        doubted = following.has("unverified")
    return doubted


_SAID_BY_ANYBODY = re.compile(
    r"(?:(?<!回应)(?<!回复)(?<!答复)(?<!告诉)(?<!告知)(?<!提醒)(?<![向对与])投资者(?!专线|热线|关系|互动|平台|问答|交流|说明会|保护|[您你]好|大会|日)|网友|网民|股民|股友|球友|散户|吧友|群友"
    r"|博主|大v|自媒体|公众号|营销号|视频号|短视频|推文|博文|网文|网帖|帖子"
    r"|贴文|截图|(?:有|位|个|些)(?:老?朋友|同学|亲戚|邻居|人|好友|老乡|票友)(?![士事员家类为脉]))[^。;；!！]{0,18}?"
    r"(?:(?<![解据])说(?![法明])|(?<![名简职])称(?!号|谓)|爆料|声称|宣称|提及|提到|发文|发帖|贴文|喊|嚷|起哄|欢呼|贴图|贴出|晒图|晒出|传|讲|转述"
    r"|写道|放话|言之凿凿|信誓旦旦)(?!的)"
)
_IS_TITLE = re.compile(r"《[^》]{2,60}》(?:的)?(?:一文|文章|报道|一稿|稿件|消息|帖子|推文|视频)")
_TITLED = re.compile(
    r"(?:题为|标题为?|发布|刊发|刊登|推送|发文|转发|登出)[^,，。;；《》]{0,10}《[^》]{0,60}$"
)
_AND_SO_IT_IS = re.compile(r"证实|确认|属实|坐实|成真|应验|承认|确有其事|所言不虚|不假|没错|果然")


def _only_said(fact: Fact, sentence: Sentence, following: Sentence | None) -> str | None:
    """有投资者说已获批, 有公众号发布题为《甲拿下许可》的文章: the word of anybody, unconfirmed.

    Returns the word that takes it back at once, "" where nothing is said of it, None for all else.
    """
    if FAMILY[fact.status] not in ("grant", "loss") or not sentence.chinese:
        return None
    text = sentence.normal.text
    said = _SAID_BY_ANYBODY.search(text, sentence.start, fact.act.start)
    said = said or _TITLED.search(text, sentence.start, fact.act.start)
    said = said or _IS_TITLE.search(text, sentence.start, sentence.end)
    if (
        said is None
        or sentence.has("source")
        or _ANSWERS_ZH.search(text, said.end(), fact.act.start)
    ):
        return None
    if _AND_SO_IT_IS.search(text, said.start(), sentence.end) or (
        following is not None and _AND_SO_IT_IS.search(following.text)
    ):
        return None
    behind = [h for h in sentence.hits if h.start > fact.act.end]
    for hit in (*behind, *(following.hits if following else ())):
        if not hit.kinds.isdisjoint(("denies", "untrue", "mistaken")):
            return str(hit.text)
    return ""


_NOT_TRUE_THAT = re.compile(
    r"\b(?:not true|untrue|false|wrong|incorrect|inaccurate|not the case|not so|not right"
    r"|not certain"
    r"|not established|not confirmed|no truth in \w+)(?: to say)? that\b"
    r"|\bno (?:truth|substance|basis)\b[^;.]{0,60}?\bthat\b"
)
_OWN_WORD = re.compile(
    r"[;:]|[,.] (?:and )?(?:saying|adding|stating|noting|insisting|stressing|explaining"
    r"|pointing out"
    r"|and said|but|in fact|rather|while|although)\b|\band (?:said|says|told|confirmed) "
    r"|\b(?:but|in fact|adding that|saying that)\b"
    r"| -{1,2} "
)
"""Behind it the one who denies tells what is so."""
_NOT = re.compile(
    r"(?:不是|并非|绝非|\bnot|\bno|\bnever)\W{0,2}(?:an? |the |愚人节的?|什么|一个)?$"
)


_ONLY_ITS_SIZE = re.compile(
    r"(?:数量|张数|份数|数字|吨数|金额|时间|日期|细节|具体数)(?:的?(?:说法|表述))?"
    r"(?:有|并|均|都|则|是|为|也|存在){0,2}$"
)
"""网传数量不准确: how many is wrong, not that there are some."""


def _unsaid(sentence: Sentence, hit: Hit) -> bool:
    """Is the word of falsehood itself denied: 不是玩笑, "not untrue"?"""
    text, at = sentence.normal.text, max(sentence.start, hit.start - 12)
    return (
        _NOT.search(text, at, hit.start) is not None
        or _ONLY_ITS_SIZE.search(text, at, hit.start) is not None
    )


def _denial(fact: Fact) -> Fact:
    """The firm's own word against the rumour: it has no licence."""
    act = replace(fact.act, words=set(fact.act.words), reasons=[])
    denial = Fact(
        fact.frame, "not_received", fact.key, act, fact.sentence, fact.start, fact.end, fact.subject
    )
    denial.certainty = "confirmed"
    denial.reasons.append("the denial of the rumour")
    return denial
