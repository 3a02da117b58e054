"""Short answers: "Yes." "Not yet." "Two so far." 是的 没有 "The one for Germany has."

An answer leans on its question for the verb, and only for that: the question itself proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import Status
from monitor.rules.acts import GRANTS, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.frame import Frame
from monitor.rules.match import Fact, Studied
from monitor.rules.replies import (
    also,
    counted,
    evades,
    how_decided,
    reply,
    shared_out,
    so_many,
    without_names,
)
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse, Subject

_COURTESY = re.compile(
    r"^(?:dear |hello|hi\b|thank|thanks|good (?:morning|afternoon)|you are welcome|尊敬的|您好"
    r"|你好|投资者|感谢|谢谢|多谢|敬请|各位)"
)
_YES = re.compile(
    r"^[\s\"']*(?:unfortunately,? |regrettably,? |sadly,? )?(?:比.{1,6}多了|多了"
    r"|(?:half|most|all|some|both|a third|a quarter|three quarters|two thirds|part|several"
    r"|the majority|nearly all|almost all|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|\d+) of (?:them|it|those|these|the (?:two|three|four|five|six|seven|eight"
    r"|nine|ten|eleven|twelve|\d+))\b"
    r"|(?:一半|大半|大部分|全部|都有|[六七八九]成|十之八九)[,，。了]?$"
    r"|yes\b|correct\b|right\b|indeed\b|true\b|once,|twice,|that is (?:right|correct|so|true)"
    r"|(?:it has|they have|we have)\b(?! not|n't| no\b| neither\b| none\b| never\b| yet to\b)"
    r"(?! (?:[a-z]+ ){0,2}(?:obtained|received|noted"
    r"|seen|read|passed|recorded|taken|had|met|told|said|always|long|many|much)\b"
    r"(?! (?:it|them|one|some|all|both|that|those|several|the license|the permit|the approval)))"
    r"|(?:at least |about |around )?(?:one|two|three|four|five|six|seven|eight|nine|ten"
    r"|\d+)(?: of them)?(?: so far| already| to date)"
    r"|是的|是[,，。]|对的|对[,，。]|没错|正是|如您所[说言]|属实|有的|有[,，。]|已有|已经有|的确|确实|确有|嗯)"
)
_NOW_ZH = (
    r"(?:(?:截[至止])?(?:到)?(?:目前|现在|当前|现阶段|今日|今天|眼下|本公告日|回复日)(?:为止)?|暂时|答案是)*[,，]?"
    r"(?:(?:我?公司|我司|本公司|我们)(?:目前|现在|暂时)?(?=(?:没有|尚未|还没有?|暂未|暂无|尚无|并?未)"
    r"(?:[,，。!！]|$|收到|取得|拿到|获)))?"
)
_NO = re.compile(
    r"^[\s\"']*"
    + _NOW_ZH
    + r"(?:no\b(?! (?:comment|fewer|less|orders?|customers?|information|changes?|problems?|doubt"
    r"|contracts?|loss(?:es)?|impact|questions?)\b)|not yet|not so far|none\b|it has not|it hasn't"
    r"|they have not|they haven't|we have not\b|we haven't"
    r"|(?:it has|they have|we have) (?:neither|none|yet to)\b"
    r"|(?:they|it|we) (?:do|does)(?: not|n't)(?=\s*[.,;:]|$| have| need| require| hold)|neither\b"
    r"|没有(?!问题|困难|障碍|变化|影响|应|违|取消|收到(?:客户|投资|任何通知|通知|投诉|质)|其他|更多|更新|必要|放弃|停)|没[,，。]|否定的|尚未|还没有?|暂未|暂无|尚无|否|未有|不是|不需要|不需|不用|无需|毋须|不会)"
)
_YES_ZH = re.compile(
    r"^[\s\"']*(?:(?:目前|现在|当前|现阶段|我?公司|我司|我们|答案是)[,，]?)*(?:肯定的|(?:已经?|均已?|都已?|基本)?(?:延期|续期|续办|办理|申请)?(?:成功|重启|恢复|解决|续上|续好|办成|办好|放行)(?:了|完毕)?(?=[,，。!！]|$)|(?:可以|成|通|理|续|延)了(?=[,，。!！]|$)|都?已经?有了|已有|有[,，。了]|是的|是[,，。]|有的)"
    r"|(?:^|[,，])(?:目前|现在)?(?:已经?|大[概约]|差不多|先后|陆续|里面|其中)*(?:过|批|下来|拿到|到手|回来|办下来?|通过|批复|获批)了?"
    r"(?:大[概约]|差不多|近|超过|约|有)?(?:[一二两三四五六七八九]成[多半]?|一半|大半|大部分|绝大部分|一多半)"
)
_AUX = re.compile(
    r"\b(?:ones?|those|that|they|it|others?|rest|both|all|none|neither)\b[^,.;]{0,60}?\b(?:has"
    r"|have|had|was|were|is|did|does|do)(?P<n> not| yet to|n't)?(?: been| so far| now| already"
    r"| yet)?\s*(?=[,.;]|$)"
)
_HAS_IT = re.compile(
    r"\b(?:we|it|the company|the group|they)\s+(?:now |already |do |does )?(?:has|have|hold|holds"
    r"|got|received|obtained|possess)(?P<n> not)?\s+(?:it|them|one|both|all|these|those"
    r"|all of them)\b"
)
_EACH = re.compile(r"\b(?:the )?[a-z -]{3,30}? ones?[,:]? (?P<a>yes|no|not yet)\b")
_PIECES = re.compile(
    r"\b(?:we|first|second|former|latter|some|most|many|several|others?|rest|ones?|those|licenses?"
    r"|permits?|approvals?)\b[^,.;]{0,30}?"
    r"\b(?:has|have|had|was|were|did|does|do)(?P<n> not| yet to|n't)?(?: been| so far| now| already"
    r"| yet| them)?\s*(?=[,.;]|$)"
)
_MODAL = re.compile(
    r"\b(?:will|would|(?<!in )(?<!since )(?<!on )(?<!of )(?<!by )(?<!early )(?<!late )(?<!mid-)may"
    r"(?! \d)|might|can|could|if|when)\b|将|会|如(?![此您实期愿约下上])|若"
)


_NO_PAPER = re.compile(
    r"\b(?:no|without|lacks?|lacking) (?:an? |any |[a-z]+ ){0,2}"
    r"(?:licenses?|permits?|approvals?)\b"
)
_NO_PAPER_ZH = re.compile(
    r"(?<!有)(?:仍然?|还|至今|目前|一直|依然|手[里上中])?(?:没有?|未有|尚无|仍无|并无|毫无)(?:一[张份个纸]|半[张份]|任何|什么)"
    r"[^,，。?？]{0,10}(?:许可|批文|证)"
    r"|(?:许可证?|批文|批件|出口证)[^,，。?？]{0,8}(?:[一半][张份个]|至今|目前)(?:也|都|还|仍)?(?:没|未|尚未)"
)
_SENT_BACK = re.compile(r"退|补正|补件|发还|\b(?:sent|sends|kicked|bounced) back|\breturned")
_LOST = {"refuse": "denied", "suspend": "suspended", "revoke": "revoked", "expire": "expired"}


def asked_for(question: Sequence[Studied]) -> str | None:
    """What a question asks about: `grant`, `need`, `apply`, a loss (`denied` ...), or None."""
    kinds = {a.kind for q in question for a in q.acts if not a.dropped}
    ground_of_both = not kinds.isdisjoint(GRANTS | {"renew", "reinstate"})
    for studied in reversed(question):
        for act in reversed(studied.acts):
            if act.dropped:
                continue
            if act.kind in ("need", "exempt") or "must" in act.words:
                return "need"
            if act.kind in _LOST and not ground_of_both:
                return None if "plan" in act.words else _LOST[act.kind]
            if act.kind == "lacking" or (act.kind in GRANTS and "not" in act.words):
                return "lack"
            if act.kind == "renew":
                return "renew"
            if act.kind in GRANTS or act.kind in ("hear", "reinstate"):
                to_come = not studied.sentence.chinese and "plan" in act.words
                return None if to_come else "grant"
            if act.kind == "wait" and _SENT_BACK.search(act.hit.text):
                return None
            if act.kind in ("apply", "prepare", "wait") and "shadow" not in act.words:
                return "apply"
    for studied in question:
        s = studied.sentence
        if s.has("need", "must") and s.has("paper", "permit", "general"):
            return "need"
        if _NO_PAPER.search(s.text) or _NO_PAPER_ZH.search(s.text):
            return "lack"
        if s.has("paper", "permit", "general") and re.search(
            r"^\W*(?:and|what about|how about)\b|\bstatus of\b|\bthrough\b"
            r"|\bin (?:hand|place)\b"
            r"|\b(?:in|there|here|out|back)\?|\bwhich (?:countries|customers|markets)\b"
            r"|哪些国家|哪些客户"
            r"|\bany(?:thing)?\b|\bprogress\b|\bhow many\b|\bhave you\b"
            r"|\bdo(?:es)? (?:you|the company|it)\b|\bhas the company\b|有没有|是否有|有无|吗|么"
            r"|几张|多少|到手|了吗",
            s.text,
        ):
            return "grant"
    return None


_CONFIRMS = re.compile(
    r"属实|确有其事|确有此事|确认无误|理解正确|说得对|没错|所言不虚|所述无误|情况如此"
    r"|\b(?:that is|that's|this is|it is) (?:so|right|correct|true|accurate|the case)\b"
    r"|\b(?:you are|you have been|your (?:understanding|information|reading) is)"
    r" (?:right|correct(?:ly informed)?|accurate)\b"
    r"|\b(?:i|we) (?:can |do )?confirm (?:this|it|the report)\b"
    r"|\bthe (?:reports?|media|press|papers?|news|rumou?rs?|story) (?:is|are|has it|have it|got it)"
    r" (?:correct|accurate|true|right)\b|^(?:[a-z ]{2,20}[,!.] ?)?true\b(?! (?:for|that|of|to))"
)
_LOSS: dict[str, Status] = {
    "refuse": "denied",
    "unapproved": "denied",
    "suspend": "suspended",
    "revoke": "revoked",
    "expire": "expired",
    "renew": "renewed",
    "wait": "pending",
}


_TAKEN = frozenset(("get", "got", "give", "arrive"))


def _confirmed(
    studied: Sequence[Studied],
    question: Sequence[Studied],
    discourse: Discourse,
    frames: Sequence[Frame],
) -> None:
    """ "Was it refused?" "That is so": what a question supposes and the answer confirms."""
    if any(f.key for s in studied for f in s.facts):
        return
    acts = [a for q in question for a in q.acts if not a.dropped and a.kind in _LOSS]
    if not acts:
        acts = [a for q in question for a in q.acts if not a.dropped and a.kind in _TAKEN]
    for s in studied[:3]:
        m = _CONFIRMS.search(s.sentence.text)
        if m is None or not acts or _DENIES.search(s.sentence.text):
            continue
        sentence = s.sentence
        status = _LOSS.get(acts[-1].kind, "granted")
        if status == "granted" and any(q.sentence.has("general") for q in question):
            status = "general_granted"
        at = sentence.start + m.start()
        fact = answer_fact(sentence, at, sentence.end, status, discourse, frames)
        if fact is not None:
            fact.reasons.append(f"confirms what was asked: {m.group()}")
            s.facts.append(fact)
        return


def _decided(
    studied: Sequence[Studied],
    question: Sequence[Studied],
    discourse: Discourse,
    frames: Sequence[Frame],
) -> None:
    """ "Have the applications been answered?" "They have, and favourably"."""
    if not any(q.sentence.has("request", "paper", "permit") for q in question):
        return
    for s in studied[:2]:
        yes = None if s.facts or s.sentence.chinese else how_decided(s.sentence.text)
        if yes is None:
            continue
        status: Status = "granted" if yes else "denied"
        at = s.sentence.start
        fact = answer_fact(s.sentence, at, s.sentence.end, status, discourse, frames)
        if fact is not None:
            fact.reasons.append("how what was asked about was decided")
            s.facts.append(fact)
        return


_IN_PART = re.compile(
    r"(?:(?:的)?(?:情况|消息|报道|部分|说法|内容)?(?:是|确实?|均|都)?(?:属实|没错|是真的|确有其事)"
    r"|\b(?:report|reports|story|news|information|that|this|it)\b"
    r" (?:is|are|was|were) (?:indeed )?(?:true|correct|accurate|right))"
)


def _true_in_part(
    studied: Sequence[Studied], discourse: Discourse, frames: Sequence[Frame]
) -> None:
    """ "For Chile the report is true; Peru is under review": a grant where a place is named."""
    for s in studied[:4]:
        sentence = s.sentence
        text = sentence.normal.text
        busy = {a.piece for a in s.acts if not a.dropped}
        for number, (start, end) in enumerate(sentence.pieces):
            m = _IN_PART.search(text, start, end)
            if m is None or number in busy or _DENIES.search(text, start, end):
                continue
            if not any(start <= a < end for a, _ in sentence.listed):
                continue
            if sentence.within(start, m.start(), "not", "if"):
                continue
            fact = answer_fact(sentence, start, end, "granted", discourse, frames)
            if fact is not None:
                fact.reasons.append(f"confirms what was asked: {m.group()}")
                s.facts.append(fact)
                return


_DENIES = re.compile(r"不属实|并不属实|不实|\bnot (?:so|right|correct|true|accurate|the case)\b")


def complete(
    studied: Sequence[Studied],
    question: Sequence[Studied],
    discourse: Discourse,
    frames: Sequence[Frame],
) -> None:
    """Add the facts of short answers to the sentences that give them."""
    if discourse.owner is None:
        return
    _confirmed(studied, question, discourse, frames)
    _decided(studied, question, discourse, frames)
    asked = asked_for(question)
    if asked is None:
        return
    if asked == "grant":
        _true_in_part(studied, discourse, frames)
    heard = 0
    for number, s in enumerate(studied):
        normal = s.sentence.normal.text
        if all(_COURTESY.match(normal[a:b].strip()) for a, b in s.sentence.pieces):
            continue
        heard += 1
        if heard > 3:
            return
        told = _beside(s) if s.facts else _answers(s.sentence, heard)
        have = any(yes for _, _, yes in told) and _HAS_IT.search(normal)
        if asked == "grant" and not s.facts and _told_in_full(studied[number + 1 : number + 3]):
            told = [one for one in told if not one[2]]
        for start, end, yes in told:
            about = "grant" if have and asked == "need" else asked
            if asked == "lack" and _AGREES.match(normal, start, end) is None:
                about = "grant"
                if _PLAIN_NO.match(normal, start, end):
                    continue  # "No" to "have you none?" may mean either
            fact = _fact(s.sentence, start, end, about, yes, discourse, frames)
            if fact is not None:
                s.facts.append(fact)


def _told_in_full(following: Sequence[Studied]) -> bool:
    """有的。公司已就该客户获颁通用许可: a bare yes, and then the sentence that says what."""
    return any(
        f.key is not None and f.status in ("granted", "general_granted", "renewed")
        for s in following
        for f in s.facts
    )


_AGREES = re.compile(
    r"[\s\"',，]*(?:unfortunately,? |regrettably,? )?(?:yes\b|correct\b|right\b|indeed\b|true\b"
    r"|that is (?:right|correct|so|true)|是的|是[,，。]|对的|对[,，。]|没错|正是|属实|确实|的确)"
)
_PLAIN_NO = re.compile(r"[\s\"']*no\b(?! licen| permit)")
_NUMBER = (
    r"(?:[〇零一二两三四五六七八九十百千几\d][〇零一二两三四五六七八九十百千\d,.]*"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen)\b)"
)
_TALLY = re.compile(
    r"[\s\"']*(?:目前|现在|现阶段|截[至止]?(?:到)?"
    r"(?:目前|现在|当前|今日|今天|上周|上月|本周|本月|昨日|[\d一二三四五六七八九十]+月[底末初]?)"
    r"|迄今|至今|已经?|我?公司|累计|合计|总共|一共|共计?|大?约|大概|近|超过|逾|为|有|是|[,，]"
    r"|\b(?:so far|to date|in total|in all|altogether|a total of|about|around|some|roughly|nearly"
    r"|over|more than|just|only|at present|currently|as of (?:today|now|last week|yesterday)"
    r"|it is|that is|there are|we have)\b|\s)*"
    + _NUMBER
    + r"\s?(?:张|份|吨|公斤|千克|项|本|笔|批|票|单|件|个|纸|licen[sc]es?|permits?|tonnes?|tons?|kg"
    r"|kilograms?"
    r"|approvals?|of them|pieces?)?(?:左右|上下|以上|多|余)?(?:的?(?:许可证?|批文|证))?"
    r"(?:[,\s]*(?:so far|to date|in total|in all|altogether|already|or so|as of"
    r" (?:today|now|last week|yesterday)|until now|up to now"
    r"|谢谢[^,，。]{0,12}|感谢[^,，。]{0,16}|thank you[a-z ]{0,30}|thanks|at present))*"
    r"(?:[,，](?:都|均|全|分别)(?:是|为|系)?[^,，。;；没未不无]{2,14})?[\s.,。!！]*"
)
"""An answer that is only a number: 目前累计三张, "about 400 tonnes so far"."""
_SHARED = re.compile(
    r"[\s\"']*(?:目前|现在|已|共|一共|有|\s)*"
    + _NUMBER
    + r"\s?(?:张|份|本|笔|批|票|单|件|个)?(?:so far|in all|\s)*"
    r"[,，:：]\s*(?:其中)?(?:[一两二三四五六七八九十\d][张份本笔批个]|(?:one|two|three|four|five|six|both|all"
    r"|the first)\b)[^,，。;；]{0,16}?"
    r"(?:给|对|供|去|往|为|是|发|\b(?:for|to|covering|bound)\b)"
)
"""A number, and what it is made of: 两张，一张给日本; "two: one for Japan"."""
_ONLY = re.compile(
    r"[\s\"']*(?:目前|现在)?(?:只|仅|就)(?:有|是|拿到|获得|取得|批了|到了)?[^,，。;；没未不无]{1,14}?(?:的|那[张份家])?(?:有|批了|已?拿到|下来)?了?"
    r"|[\s\"']*(?:yes, )?(?:so far |but |for now )?(?:only|just)"
    r" (?:for |to |the |those |from |one )*"
    r"[a-z' -]{2,30}?(?: ones?| customers?| buyers?| market| so far)*"
    r"|[\s\"']*(?:all|everything|every one|all of them) (?:but|except|save|apart from|other than)"
    r"(?: for| the| those| from)* [a-z' -]{2,30}"
)
_NOT_ALL = re.compile(
    r"[\s\"']*(?:(?:也|还)?(?:不是|并非|没有|并不是|未|不)(?:全部|全都?|所有|都)(?:都|拿到|下来|批|获批|有)?"
    r"[,，]?(?:但|但是|不过|而是|只是|惟)(?:是)?[^,，。]{0,8}?"
    r"(?:主要|大部分|大头|多数|绝大|大半|[六七八九]成|部分|一半)"
    r"|不全[,，]|\bnot (?:everything|all(?: of (?:it|them))?|every one|the whole lot)\b[^.;]{0,40}?"
    r"\b(?:but"
    r"|though|however|only)\b[^.;]{0,12}?\b(?:main|most|bulk|majority|larger?|greater|biggest|main|chief|major))"
)
_NOT_NONE = re.compile(
    r"[\s\"']*(?:不能说|不是|并非|并不是|谈不上|也不是|不至于)(?:一[张份]?(?:都|也))?(?:没有|没拿到|一无所获|全无)"
    r"|[\s\"']*\bnot (?:none|nothing|without)\b"
)


def _answers(sentence: Sentence, heard: int) -> list[tuple[int, int, bool]]:
    """(start, end, yes) of each short answer a sentence gives."""
    text = sentence.normal.text
    if (said := reply(without_names(sentence))) is not None:
        return [(sentence.start, sentence.end, said)]
    if evades(sentence.text):
        return []
    if heard <= 2 and not sentence.chinese and (counted(sentence.text) or also(sentence.text)):
        return [(sentence.start, sentence.end, True)]
    for start, end in sentence.pieces:
        piece = text[start:end].strip()
        if _COURTESY.match(piece) or not piece:
            continue
        whole = text[start : sentence.end]
        if _NOT_ALL.match(whole) or _NOT_NONE.match(whole):
            return [(start, sentence.end, True)]
        if heard <= 2 and (
            _SHARED.match(whole) or shared_out(sentence, start) or _only(sentence, start, end)
        ):
            return [(start, sentence.end, True)]
        if heard <= 2 and so_many(whole):
            return [(start, sentence.end, True)]
        if heard <= 2 and _TALLY.fullmatch(whole) and not re.match(r"\W*[零0]", whole):
            return [(start, sentence.end, True)]
        if _NO.match(whole):
            return [(start, sentence.end, False)]
        if (_YES.match(whole) or _YES_ZH.search(whole)) and heard <= 2 and not _MODAL.search(whole):
            return [(start, sentence.end, True)]
        break
    each = list(_EACH.finditer(text, sentence.start, sentence.end))
    if each:
        return [(m.start(), m.end(), m["a"] == "yes") for m in each]
    told = _told_by_piece(sentence, sentence.pieces)
    if told:
        return told
    has = _HAS_IT.search(text, sentence.start, sentence.end)
    if has and not _MODAL.search(sentence.text):
        return [(sentence.start, sentence.end, has["n"] is None)]
    return []


def _beside(studied: Studied) -> list[tuple[int, int, bool]]:
    """What pieces without an act of their own say beside the acts of others."""
    busy = {a.piece for a in studied.acts if not a.dropped}
    free = [p for i, p in enumerate(studied.sentence.pieces) if i not in busy]
    return _told_by_piece(studied.sentence, free) if not studied.sentence.chinese else []


def _told_by_piece(
    sentence: Sentence, pieces: Sequence[tuple[int, int]]
) -> list[tuple[int, int, bool]]:
    """ "For Japan we have them; for Korea we do not", "the first has": each piece by itself."""
    text = sentence.normal.text
    out = []
    for start, end in pieces:
        said = text[start:end].rstrip(" .") + "."
        m = _AUX.search(said) or _PIECES.search(said)
        has = None if m else _HAS_IT.search(said)
        m = m or (has if len(pieces) > 1 else None)
        if m is not None and not _MODAL.search(said):
            out.append((start, end, m["n"] is None))
    return out


def _only(sentence: Sentence, start: int, end: int) -> bool:
    """ "Only the Japanese ones", 只拿到越南的: yes, where a place is named."""
    text = sentence.normal.text[start:end].strip(" .。!！")
    return _ONLY.fullmatch(text) is not None and any(
        start <= a and b <= end for a, b in sentence.listed
    )


_STATUS: dict[tuple[str, bool], Status] = {
    ("grant", True): "granted",
    ("grant", False): "not_received",
    ("need", False): "not_required",
    ("apply", True): "applied",
    ("apply", False): "not_received",
    ("lack", True): "not_received",
    ("renew", True): "renewed",
    ("renew", False): "not_received",
    ("denied", True): "denied",
    ("suspended", True): "suspended",
    ("revoked", True): "revoked",
    ("expired", True): "expired",
}


def _fact(
    sentence: Sentence,
    start: int,
    end: int,
    asked: str,
    yes: bool,
    discourse: Discourse,
    frames: Sequence[Frame],
) -> Fact | None:
    status = _STATUS.get((asked, yes))
    fact = answer_fact(sentence, start, end, status, discourse, frames)
    if fact is not None:
        said = "yes" if yes else "no"
        fact.reasons.append(f"short answer to a question about {asked}: {said}")
    return fact


def answer_fact(
    sentence: Sentence,
    start: int,
    end: int,
    status: Status | None,
    discourse: Discourse,
    frames: Sequence[Frame],
) -> Fact | None:
    """A fact about the firm that answers."""
    language = "zh" if sentence.chinese else "en"
    of_status = [f for f in frames if f.status == status and f.language == language]
    plain = f"export_license.{status}.{language}"
    frame = next((f for f in of_status if f.id == plain), of_status[0] if of_status else None)
    if status is None or frame is None:
        return None
    hit = Hit(start, end, frozenset(("answer",)), sentence.normal.text[start:end])
    act = Act("answer", hit, start, end, sentence.piece(start), carried="context")
    act.words = {"answer", "firm"}
    assert discourse.owner is not None
    subject = Subject((discourse.owner,), "owner", "the answer")
    return Fact(frame, status, discourse.owner, act, sentence, start, end, subject)


def question_ground() -> Ground:
    """A question may speak of a licence without saying export."""
    return Ground(exports=True, paper=False)
