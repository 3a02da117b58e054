"""What bends an act: negation, condition, plan, obligation, question, rumour.

Each finding goes into the act's frame as one word (`not`, `if`, `plan` ...), with a sentence for
people in `reasons`.
"""

from __future__ import annotations

import re

from monitor.rules.acts import GRANTS, Act
from monitor.rules.automaton import Hit
from monitor.rules.clause import meant
from monitor.rules.negation import SAW, cleft, nobody, outer
from monitor.rules.sentence import Sentence
from monitor.rules.supposed import says_how_long
from monitor.rules.unbent import SUCCEEDS, none_of_it, only_which_goods, said_beside

_BENDERS = ("not", "not_yet", "if", "plan", "must", "ask", "when")
_LOSSES = frozenset(("suspend", "revoke", "refuse"))
_QUESTION = re.compile(r"[?？吗么呢]\W*$")
_CUT = re.compile(
    r"\b(?=[abfnstw])(?:after|because|since|whereas|although|though|but|which|who|whose"
    r"|thanks to|following|now that|that (?:has|have|had)|as)\b"
)
_APART = re.compile(r"\b(?:because|since|although|though|whereas|but|after|now that)\b")
_AND_HAS = re.compile(r"\band (?:has|have|had) ")
"""What is denied before it is another verb's: "no longer objects and has issued"."""
_PRESENT = re.compile(r"\b(?:is|are|gets?|receives?|obtains?|comes?|arrives?|lands?)\b")
_HAS_BEEN = re.compile(
    r" (?:it|they|one|that|a (?:[a-z]+ )?(?:license|permit)) (?:has|have) (?:been )?"
)
_BETWEEN_NO = re.compile(
    r"\b(?:no|zero|nil|neither|none(?: of)?|not a single|not one|not any|any)\b"
)
_AFTER_ZH = re.compile(
    r"(?:后|之后|以后)(?:的?(?:第一时间|当天|次日|首批|头一[件个])[^,，。;；]{0,2}(?=[会将要])|方|才|再|可|能|即|便|就|将)"
)
_DONE_ZH = re.compile(r"已|了|均(?![在于系须需])|刚|现已")
_UNTIL_NOW = frozenset(
    (
        "截至",
        "截止",
        "目前",
        "至今",
        "迄今",
        "so far",
        "to date",
        "as of now",
        "until now",
        "up to now",
    )
)
_NOT_MODAL = frozenset(("may", "can", "should", "would", "could", "might"))


_GIVEN_REASON = re.compile(
    r"[,，](?:主要)?(?:理由|原因|缘由|依据)(?:主要)?(?:是|为|在于|系)|[,，](?:只)?因(?!此|而)"
)
_FOR_A_REASON = re.compile(r"以[^,，。;；]{1,24}为(?:理)?由[,，]?[^,，。;；]{0,6}$")
_STILL_ZH = re.compile(r"还|尚|仍|至今|一直|迟迟|目前|暂|都|始终|依旧|依然")


def bend(sentence: Sentence, act: Act) -> None:
    """Put what bends the act into its frame."""
    text = sentence.normal.text
    if is_question(sentence):
        act.words.add("ask")
        act.reasons.append("question")
    cuts = [m.end() for m in _CUT.finditer(text, act.left, act.start)]
    if not sentence.chinese:
        cuts += [o.end for o in act.objects if _OWN_CLAUSE.fullmatch(text, o.end, act.start)]
        cuts += [m.end() for m in _CAN_TELL.finditer(text, act.left, act.start)]
        cuts += _dated_participle(text, act) + _told_as_noun(text, act)
        _english(sentence, act)
    found = [
        h
        for h in sentence.within(act.left, act.start, *_BENDERS)
        if _counts(sentence, act, h)
        and not (cuts and h.start < cuts[-1] and h.kinds.isdisjoint(("not", "not_yet", "ask")))
        and not (
            h.kinds & {"not", "not_yet"}
            and (_APART.search(text, h.end, act.start) or _AND_HAS.search(text, h.end, act.start))
            and not text.startswith(" because", h.end)
        )
    ]
    found += _behind(sentence, act)
    nots: list[Hit] = []
    for hit in found:
        for kind in _BENDERS:
            if kind not in hit.kinds:
                continue
            if kind in ("not", "not_yet"):
                if not (hit.text == "nor" and any(n.text == "neither" for n in nots)):
                    nots.append(hit)
                if kind == "not_yet":
                    act.words.add("not_yet")
            elif kind == "must" and act.kind in ("suspend", "revoke", "refuse"):
                act.reasons.append(f"an order: {hit.text}")
            elif kind == "when":
                _when(sentence, act, hit)
            else:
                _add(act, kind, hit)
            break
    _opening_condition(sentence, act)
    if sentence.chinese and _only_then(sentence, act):
        _add(act, "plan", act.hit, "再")
    if act.kind == "unapproved" and _STILL_ZH.match(act.hit.text):
        act.words.add("so_far")
    guess = [
        h
        for h in sentence.within(sentence.start, sentence.end, "forecast")
        if not none_of_it(sentence, act, h)
        and not said_beside(sentence, act, h)
        and not (h.start > act.end and text.startswith("的", h.end))  # 外界猜测的甲
    ]
    if guess:
        _add(act, "plan", guess[0])
    if sentence.chinese and says_how_long(sentence, act):
        act.words.add("valid")
    if sentence.chinese and (why := meant(sentence, act)):
        _add(act, why[0], act.hit, why[1])
    nots = nots if sentence.chinese else _of_this_verb(text, nots)
    _from_the_subject(sentence, act, nots)
    if not nots and re.search(r"\bnor\s*$", text[max(0, act.left - 5) : act.left]):
        nots.append(Hit(act.left - 4, act.left - 1, frozenset(("not",)), "nor"))
    whole = outer(sentence, act) if len(nots) == 1 else None
    if whole is not None and (not sentence.chinese or act.kind == "unapproved"):
        act.words.add("twice")
        nots += [] if sentence.chinese else [whole]
    if len(nots) % 2:
        act.words.add("not")
        act.reasons.append(f"negated by {nots[-1].text}")
    elif nots:
        act.words.discard("not_yet")
        act.reasons.append("double negation: " + ", ".join(n.text for n in nots))
    if any(
        sentence.piece(h.start) == act.piece or h.text in _UNTIL_NOW
        for h in sentence.within(sentence.start, act.right, "so_far")
    ):
        act.words.add("so_far")
    if act.kind == "unapproved" and (
        _GIVEN_REASON.search(text, act.end, sentence.end)
        or _FOR_A_REASON.search(text, sentence.start, act.start)
    ):
        still = sentence.within(act.left, act.start, "so_far", "not_yet")
        if not still and not _STILL_ZH.match(act.hit.text):
            act.words.discard("so_far")  # 没有批准，理由是 ...: that was the answer
    if (
        text.startswith("前", act.end)
        and act.kind in ("unapproved", "got", "get")
        and "not" not in act.words
    ):
        if act.kind == "unapproved":
            act.words |= {"so_far"}
        else:
            _add(act, "if", act.hit)
    if sentence.chinese and act.kind in GRANTS:
        _after_zh(sentence, act)


_NEXT_VERB = re.compile(r"\b(?:and|but|so|or|therefore|hence|thus|yet)\b|[,;]")


def _of_this_verb(text: str, nots: list[Hit]) -> list[Hit]:
    """ "Exports nothing and has no licence": each verb has a negation, none is denied twice."""
    apart = [
        i for i in range(1, len(nots)) if _NEXT_VERB.search(text, nots[i - 1].end, nots[i].start)
    ]
    return nots[apart[-1] :] if apart else nots


_CAN_TELL = re.compile(
    r"\bcan (?:now |finally |at last )?(?:tell|say|report|confirm|announce|assure)\b"
    r"[^,;]{0,60}?\bthat\b"
)
_OWN_CLAUSE = re.compile(
    r"\s+(?:that |which )?(?:it|they|the company|the firm|the group|he|she|we)\s+(?:has |had "
    r"|have )?"
    r"(?:[a-z]+ly |just |already )?(?:been )?"
)
_ON_A_RULING = re.compile(
    r"\b(?:contest|challeng|appeal|fight|fought|protest|overturn|disput|object|revers|undo|regret"
    r"|review|reconsider|against|after|following|despite|over|because|due|owing|respon|react|by"
    r"|blam|attribut|explain|understand|accept|complain|quash|cop)[a-z]*\s+"
    r"(?:(?:of|to|against|over|on|about|with|for)\s+)?"
    r"(?:(?:the|its|their|this|that|an?|[a-z]+day's|last [a-z]+'s|yesterday's|the ministry's"
    r"|the commerce ministry's|beijing's|mofcom's|march's)\s+)+"
    r"(?:(?:sudden|surprise|recent|abrupt|formal)\s+)?"
    r"(?:(?:decision|ruling|order|notice|move|step|measure|penalty|action)s?\s+"
    r"(?:(?:by|of|from) [a-z0-9 ]{3,24} )?(?:to |on |about |for )?)?$"
)


def _told_as_noun(text: str, act: Act) -> list[int]:
    """ "Will appeal against the revocation of its permit": the loss itself is done."""
    if act.kind not in ("suspend", "revoke", "refuse", "expire"):
        return []
    m = _ON_A_RULING.search(text, act.left, act.start)
    return [m.end()] if m else []


_DAY_BEHIND = re.compile(
    r"\s+(?:to it |to them |by the ministry |by beijing )?(?:on |in |last |this |earlier |yesterday"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day)"
)


def _dated_participle(text: str, act: Act) -> list[int]:
    """ "Hopes to ship under a permit obtained last week": the permit is there already."""
    if (
        " " in act.hit.text
        or not act.hit.text.endswith(("ed", "won", "en"))
        or not _DAY_BEHIND.match(text, act.end)
    ):
        return []
    return [o.end for o in act.objects if o.end < act.start and not text[o.end : act.start].strip()]


_BEING = re.compile(r"\bbeing $")
_IT_WAS = re.compile(r"\s*(?:was|is|were|are)\s*")
_GOING_ON = re.compile(r"\b(?:is|are|am|now|currently|been) $")
_HAD_IT = re.compile(r"[\s\"'“]*(?:and |but )?had\s")
_PRONOUN = re.compile(r"(?:it|they|the|he|she|we)\b")
_LATER_ON = re.compile(
    r"[^,;]{0,60}?\b(?:next (?:week|month|quarter|year)|tomorrow|shortly|soon"
    r"|in the coming (?:days|weeks))\b"
)
_ONLY_THEN = re.compile(
    r"[^,;]{0,60}?\b(?:only (?:after|when|once|if)|if|unless|provided|as long as)\b"
)
_TOLD_TO = re.compile(
    r"\b(?:recommend|advis|propos|urg|insist|demand|request|requir)(?:e|es|ed|ing|s)?\s+that\b"
)


def _english(sentence: Sentence, act: Act) -> None:
    """Conditions and plans told by the form of the verb, not by a word of their own."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if act.kind not in GRANTS | {"renew", "reinstate"}:
        return
    form = act.hit.text.split(" ")[0]
    present = not form.endswith(("ed", "t", "en", "won", "got", "came", "id"))
    had = _HAD_IT.match(text, start) if act.piece == 0 else None
    going_on = _GOING_ON if form.endswith("ing") else _BEING
    if act.kind == "renew" and going_on.search(text, max(start, act.start - 8), act.start):
        act.words.add("plan")
        act.reasons.append("plan or forecast: still going on")
    elif had and (
        _PRONOUN.match(text, had.end()) or any(g.start == had.end() for g in sentence.groups)
    ):
        act.words.add("if")
        act.reasons.append("condition: had ... (what did not happen)")
    elif present and _LATER_ON.match(text, act.end, end):
        act.words.add("plan")
        act.reasons.append("plan or forecast: a day to come")
    elif (
        present
        and form.endswith(("e", "es", "in", "ins", "et", "ets", "s"))
        and (_ONLY_THEN.match(text, act.end, end))
    ):
        act.words.add("if")
        act.reasons.append("condition behind the verb")
    elif _TOLD_TO.search(text, start, act.start):
        act.words.add("plan")
        act.reasons.append("plan or forecast: what somebody is told to do")


def is_question(sentence: Sentence) -> bool:
    """Does the sentence ask rather than tell?"""
    return _QUESTION.search(sentence.text) is not None


def _add(act: Act, kind: str, hit: Hit, words: str = "") -> None:
    if kind not in act.words:
        act.words.add(kind)
        said = {
            "if": "condition",
            "plan": "plan or forecast",
            "must": "obligation",
            "ask": "question",
        }
        act.reasons.append(f"{said[kind]}: {words or hit.text}")


def _marks_object(act: Act, hit: Hit) -> bool:
    """将 before the licence and the verb right behind it: like 把, no future."""
    return act.kind in (*_LOSSES, "give", "renew", "reinstate", "expire") and any(
        hit.end <= o.start and o.end <= act.start and act.start - o.end <= 4 for o in act.objects
    )


_ONLY_IF_ZH = re.compile(r"才|方[可能才]|否则")
_WILL_ZH = re.compile(r"对|会|依|按|继续|尽|予|陆续|及时|持续|视|逐|优先|进一步|据")
_OF_A_PAPER = frozenset(("wanted", "planned", "expected", "hoped", "sought", "considered"))
"""In "the licence it wanted was granted" they only say which licence."""
_PLANNED_ZH = ("供货", "出口", "销售", "发货", "交付", "外销", "出货", "生产", "采购")
_NEEDLESSLY_ZH = re.compile(r"(?:无[需须]|不[用必需]|毋[需须])[^,，。;；]{1,10}[即就便]")
_FOR_NOW_ZH = re.compile(r"(?:在|未|尚未|没)[^,，。;；]{1,16}(?:之前|以前|前)$")
_EVEN_IF = frozenset(("就算", "即便", "即使", "纵使", "哪怕"))
_NOR_ZH = re.compile(r"(?:也|又|亦|更)(?:没|不|未|无)")
_CAME_THEN_ZH = re.compile(
    r"(?:[上本这前]周|上月|昨|\d[月日号]|终于|了)[^。;；]*?[才方](?![能可会])"
)
_DIGIT_ZH = re.compile(r"[〇一二三四五六七八九十百千\d]")


_BESIDES = re.compile(
    r"(?:到期|届满|期满|失效|过期|截止)[日之以]{0,2}前|除了?[^,，。;；]{1,24}?(?:以|之)?外|以[^,，。;；]{1,24}?为(?:理)?由"
)


def _counts(sentence: Sentence, act: Act, hit: Hit) -> bool:
    """A word before the act that really governs it."""
    text = sentence.normal.text
    word = hit.text
    besides = _BESIDES.search(text, act.left, act.start) if sentence.chinese else None
    if besides is not None and besides.start() <= hit.start < besides.end():
        return False  # 除一份需重报外悉数获批
    if act.kind == "exempt" and word in _NOT_MODAL:
        return False
    if "not" in hit.kinds and word.isascii() and SAW.match(text, hit.end):
        return False  # "nobody noticed that it obtained one"
    if word.startswith(("attempt", "effort", "try")) and SUCCEEDS.search(act.hit.text):
        return False  # an attempt that succeeded is none any more
    if "plan" in hit.kinds and not sentence.chinese and only_which_goods(text, hit, act):
        return False
    if "let" in act.words and act.start - hit.end <= 8:
        return False  # the negation made the act what it is
    if word in _EVEN_IF and "已" in text[hit.end : act.start]:
        return False
    if word == "计划" and text[hit.start - 2 : hit.start] in _PLANNED_ZH:
        return False
    if word == "只有" and not _ONLY_IF_ZH.search(text, hit.end, sentence.end):
        return False
    if word in ("直到", "直至") and _CAME_THEN_ZH.search(text, hit.end, sentence.end):
        return False  # 直到上周收到批复才重新装箱
    if word == "只有" and _DIGIT_ZH.match(text, hit.end):
        return False  # 五份申请中只有一份获批: how many, no condition
    if word == "将" and _marks_object(act, hit) and not _WILL_ZH.match(text, hit.end):
        return False
    if word == "may":
        original = sentence.normal.quote(hit.start, hit.end)
        return original.islower()
    if word in _OF_A_PAPER and not text.startswith(" to", hit.end):
        return not any(o.end <= hit.start < act.start for o in act.objects)
    if word == "once" and "has" in text[hit.end : act.start]:
        return True
    if (
        "not" in hit.kinds
        and not word.isascii()
        and len(word) == 1
        and word in "不无非没未缺别勿零"
    ):
        gap = act.start - hit.end
        if word == "零" and _DIGIT_ZH.search(
            text[hit.start - 1 : hit.start] + text[hit.end : hit.end + 1]
        ):
            return False
        if word in "缺别勿非":
            return gap == 0
        if gap > 12:
            return False
    if act.kind == "exempt" and word in _NOT_MODAL:
        return False
    if "not" in hit.kinds and _NOR_ZH.search(text, hit.end, act.start):
        return False  # 既没说行也没说不行
    if act.kind == "suspend" and _FOR_NOW_ZH.search(text, sentence.start, hit.end):
        return False  # 在查清之前不得使用: an order for now, no condition
    if "not" in hit.kinds and _NEEDLESSLY_ZH.match(text, hit.start, act.start):
        return False  # 无需补件即获批准
    if word == "要求" and text[hit.start - 1 : hit.start] == "被" and act.kind in _LOSSES:
        return False
    if word in ("需要", "需", "要求", "应") and "not" not in act.words:
        return not re.match(r"求", text[hit.end : hit.end + 1])
    return True


def _behind(sentence: Sentence, act: Act) -> list[Hit]:
    """ "received no licence", "获得零许可": a negation between the verb and its paper."""
    out: list[Hit] = []
    for hit in sentence.within(act.end, act.right, "not", "not_yet", "if"):
        if "if" in hit.kinds:
            if act.kind in GRANTS and hit.text in (
                "之前",
                "后方可",
                "后方能",
                "后再行",
                "后才",
                "之后才",
                "方可",
                "前提",
                "为前提",
                "后再",
                "前不得",
                "前不能",
                "前无法",
            ):
                out.append(hit)
            continue
        paper = [o for o in act.objects if o.start >= hit.end]
        between = sentence.normal.text[act.end : hit.start]
        none = hit.text.startswith("none") and not between.strip()
        denied = hit.text.startswith("not") and _IT_WAS.fullmatch(between)
        if none or (paper and (denied or (_BETWEEN_NO.fullmatch(hit.text) and len(between) < 12))):
            out.append(hit)
    return out


def _when(sentence: Sentence, act: Act, hit: Hit) -> None:
    text = sentence.normal.text
    now = _PRESENT.search(text, hit.end, act.end) or _HAS_BEEN.match(text, hit.end)
    if hit.text.isascii() and hit.text != "after" and now:
        _add(act, "if", hit)


_ONCE_DONE = re.compile(r"(?:等|待|视)[^,，。;；]{1,24}(?:后|之后|以后|完|再说)$")
_AND_THEN = re.compile(r"\s*(?:公司|我司|我们)?(?:再|才会?|方会?|便会?)")


def _only_then(sentence: Sentence, act: Act) -> bool:
    """等客户签完承诺书后，再向主管部门报批: what comes only then."""
    if act.piece == 0 or act.kind in ("wait", "exempt", "lacking"):
        return False
    text = sentence.normal.text
    (a, b), (start, _) = sentence.pieces[act.piece - 1], sentence.pieces[act.piece]
    return (
        _ONCE_DONE.search(text[a:b].rstrip()) is not None
        and _AND_THEN.match(text, start, act.start + 1) is not None
        and "了" not in text[act.start : act.end + 1]
    )


def _opening_condition(sentence: Sentence, act: Act) -> None:
    """ "If approved, JL MAG ..." bends only its own piece; "Should X, Y would get" bends both."""
    if act.piece == 0 or "if" in act.words:
        return
    for hit in sentence.within(sentence.start, act.left, "if"):
        piece = sentence.piece(hit.start)
        start = sentence.pieces[piece][0]
        opens = not sentence.normal.text[start : hit.start].strip()
        if opens and piece == act.piece - 1 and "plan" in act.words:
            _add(act, "if", hit)


def _from_the_subject(sentence: Sentence, act: Act, nots: list[Hit]) -> None:
    """ "没有一家企业 ... 拿到", "None of ...", "Neither A nor B": far, yet governing."""
    if nots:
        return
    start = sentence.pieces[act.piece][0]
    for hit in sentence.within(start, act.left, "not"):
        if hit.text in (
            "neither",
            "nor",
            "none",
            "none of",
            "not one",
            "not a single",
            "没有一家",
            "无一",
            "无一家",
            "没有任何",
        ):
            nots.append(hit)
            return
    denial = cleft(sentence, act) if sentence.chinese else nobody(sentence, act, start)
    if denial is not None:
        nots.append(denial)


def _after_zh(sentence: Sentence, act: Act) -> None:
    """取得许可后方可出口 is a condition; 取得许可后已恢复发货 is not."""
    text = sentence.normal.text
    tail = text[act.end : sentence.pieces[act.piece][1] + 24]
    if _AFTER_ZH.search(tail) and not _DONE_ZH.search(text[act.left : act.end + 2]):
        _add(act, "if", act.hit)
