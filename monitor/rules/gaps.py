"""Acts without a verb of their own: headlines, descriptions of a licence, verbs left out.

"JL MAG: first approval for Vietnam", "its licences cover Brazil", "A has licences for Vietnam, B
for Thailand", "... but B has not".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import BENT, GRANTS, PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Group, Sentence

_HEAD = re.compile(r"\)?(?:\s*[::]\s*| -{1,2} )")
_FRESH = re.compile(
    r"\b(?:first|second|third|fourth|fifth|new|fresh|another|further|additional|latest|two|three"
    r"|four|five|six|seven|eight|nine|ten|\d+)\b(?: [a-z-]+){0,2} $"
)


_HAS_ONE = re.compile(
    r"\)?(?:\s*:| -{1,2})\s*(?:finally|at last|now|also|already)?,?\s*(?P<one>yes\b|(?:yes, )?"
    r"(?:(?:an?|one|two|three|four|five|six|several|some|both|its first|a first|first|the same"
    r"|another|export|licenses|permits|papers|approvals|clearances|authorizations|\d+)(?: more)?"
    r"(?: new)?(?: export)?(?: licenses?| permits?| papers?| approvals?)?)),?\s+"
    r"(?:(?:all|both|each|one)\s+)?(?:(?:for|to|covering|since|as of|dated|granted"
    r"|issued|in hand)\b|\()"
    r"|\)?(?:\s*:| -{1,2})\s*(?P<yes>yes)\s*(?=[.;(]|$)"
)


def headline(sentence: Sentence, ground: Ground) -> list[Act]:
    """ "FIRM (ticker): first approval for Vietnam": a grant told without a verb."""
    text = sentence.normal.text
    if (
        not sentence.groups
        or not ground.exports
        or sentence.has("not", "not_yet", "if", "plan", "ask")
    ):
        return []
    head = sentence.groups[0]
    if text[sentence.start : head.start].strip(" -*•") or not _HEAD.match(text, head.end):
        return []
    if ground.paper and _HAS_ONE.match(text, head.end) and not _FINITE_EN.search(sentence.text):
        m = _HAS_ONE.match(text, head.end)
        assert m is not None
        word = "yes" if m["yes"] else "one"
        hit = Hit(*m.span(word), frozenset(("have",)), m[word])
        piece = sentence.piece(hit.start)
        return [Act("have", hit, hit.start, sentence.end, piece, carried="context")]
    for hit in sentence.within(head.end, sentence.end, "paper", "permit", "general"):
        if _FRESH.search(text[max(head.end, hit.start - 40) : hit.start]) and re.match(
            r"\s+(?:for|to|from|covering|\()|\s*[.,;]|$", text[hit.end : hit.end + 12]
        ):
            piece = sentence.piece(hit.start)
            act = Act("have", hit, *sentence.pieces[piece], piece, objects=[hit])
            return [act]
    return []


_AUX_EN = re.compile(
    r"\s+(?:still |also |likewise )?(?:has|have|had|did|does|do|was|were|is|are)(?P<n> not"
    r"| yet to|n't)?(?: so)?(?: yet| so far| too| as well| either)?\s*(?=[.,;]|$)"
)
_SO_EN = re.compile(r"\b(?:so|as) (?:has|have|had|did|does|was|were)\s+$")
_AUX_ZH = re.compile(
    r"(?:则|却|就|那边|方面|目前|至今|仍|还|尚|都|均|皆|俱|并|暂)*(?:(?P<n>没有|尚未|未有|还没有?|暂无|没有呢|未能"
    r"|没|(?:不|未|没)在(?:其中|其列|名单(?:之列|上|中|里|内)?|之列|列|内|此列)|榜上无名|未能?入列|落榜|缺席)|(?:也|亦|同样)(?:是|如此|一样|有|已))(?=[,，。;；!！]|$)"
)


_NOMINAL_START = re.compile(
    r"[\s\"'“*•-]*(?:china|chinese|beijing|mofcom|ministry|first|new|fresh|more|initial|partial"
    r"|another|rare earth"
    r"|rare-earth|magnet|export|temporary|key|long-awaited|its|[\s':-])*"
)
_NOMINAL_FOR = re.compile(r"\s+(?:for|to|in hand for)\s+(?:the |china's |[a-z-]+'s )?")
_FINITE_EN = re.compile(
    r"\b(?:remains?|is|are|was|were|has|have|had|will|would|could|may|might|must|needs?|requires?"
    r"|takes?|depends?|seems?|looks?|stays?|awaits?|matters?|hinges?|stalls?|delayed|denied|refused"
    r"|rejected|revoked|suspended|lapses?|expires?|unlikely|uncertain|unclear|outlook|hopes?|sought"
    r"|pending|applications?|requests?|rules?|regime|system|process|talks?|question)\b"
)


def nominal(sentence: Sentence, ground: Ground) -> list[Act]:
    """ "Export approval for A: first batch for a Vietnamese plant": a headline without a verb."""
    text = sentence.normal.text
    ended = text[sentence.start : sentence.end].rstrip().endswith((".", "?", "!"))
    if (
        sentence.chinese
        or not ground.exports
        or (sentence.where != "title" and ended and ":" not in sentence.text)
        or sentence.has("not", "not_yet", "if", "plan", "ask", "forecast", "other_paper")
        or _FINITE_EN.search(text, sentence.start, sentence.end)
    ):
        return []
    for hit in sentence.within(sentence.start, sentence.end, "paper", "general"):
        m = _NOMINAL_FOR.match(text, hit.end)
        if m is None or not _NOMINAL_START.fullmatch(text, sentence.start, hit.start):
            return []
        if any(
            0 <= g.start - m.end() <= 1 and not _SOMEBODY_ELSES.match(text, g.end)
            for g in sentence.groups
        ):
            piece = sentence.piece(hit.start)
            return [Act("give", hit, *sentence.pieces[piece], piece, objects=[hit])]
    return []


def approval_of(sentence: Sentence, ground: Ground) -> list[Act]:
    """ "Beijing's approval of A's export application surprised the market": told as a noun."""
    text = sentence.normal.text
    bent = (
        "not",
        "not_yet",
        "if",
        "plan",
        "ask",
        "forecast",
        "need",
        "must",
        "wait",
        "other_paper",
    )
    if sentence.chinese or not ground.exports or sentence.has(*bent, "lacking", "rumor", "apply"):
        return []
    for hit in sentence.within(sentence.start, sentence.end, "permit", "paper"):
        if not hit.text.endswith(("approval", "authorization", "clearance")):
            continue
        if not re.match(r"\s+(?:of|for)\s", text[hit.end : hit.end + 6]):
            continue
        tail = text[hit.end : sentence.end]
        for g in sentence.groups:
            if g.start >= hit.end:
                tail = (
                    text[hit.end : g.start] + " " * (g.end - g.start) + text[g.end : sentence.end]
                )
                break
        m = re.match(
            r"\s+(?:of|for)\s+(?:the |its |their )?\s*(?:'s?)?\s*(?:export |license |permit "
            r"|latest |first )*"
            r"(?:applications?|requests?|exports|shipments|bid)\b(?P<rest>[^.;]*)",
            tail,
        )
        if m and _WENT_ON.search(m["rest"]):
            piece = sentence.piece(hit.start)
            return [Act("give", hit, sentence.start, sentence.end, piece, objects=[hit])]
    return []


_WENT_ON = re.compile(
    r"\b(?:came|sent|eased|boosted|lifted|surprised|ended|marks?|marked|follows|followed|means"
    r"|meant"
    r"|allows|allowed|cleared|clears|paves|paved|triggered|fuelled|fueled|helped|pushed|drove"
    r"|was welcomed"
    r"|was greeted|was announced|arrived|cheered)\b"
)
_SOMEBODY_ELSES = re.compile(
    r"(?:'s?)?\s+(?:[a-z]+\s+)?(?:suppliers?|customers?|rivals?|partners?|clients?|vendors?"
    r"|buyers?)\b"
)
_AUX_BARE = re.compile(
    r"\s+(?:still |also |now |already |only |just )?(?:has|have|had|does|do|did|holds?|got|gets"
    r"|owns?|received"
    r"|obtained)(?P<n> not| yet to|n't| none| nothing)?"
    r"(?P<o> (?:one|two|three|four|five|six|seven|theirs|its own|them|it|both|all|several|some"
    r"|at least one|so)"
    r"(?: of (?:them|these|those|its own|its|the \w+))?(?: for [a-z ]{2,30}?)?)?"
    r"(?: yet| so far| too| as well| either| now| already| in hand)?\s*(?=[.,;!]|$| (?:and|but"
    r"|while|whereas|when it comes|on )\b)"
)


_NONE_BARE = re.compile(
    r"\)?\s*(?:[,:]|-{1,2})?\s*(?P<n>no(?=\s*[.,;!]|\s*$)|not one"
    r"|(?:none|nothing)(?: to date| so far| yet| as yet)?|no such luck|nil|zero|not yet"
    r"|not so far)(?P<o>)\s*(?=[.,;!]|$)"
)


def bare(sentence: Sentence, acts: Sequence[Act], ground: Ground) -> list[Act]:
    """ "B does not.", "A and B have theirs", "A has one": the paper was spoken of just before."""
    if sentence.chinese or sentence.has("other_paper", "if", "ask", "must"):
        return []
    papers = sentence.within(sentence.start, sentence.end, *PAPER)
    if not ground.paper and not papers:
        return []
    text = sentence.normal.text
    out: list[Act] = []
    for group in sentence.groups:
        m = _AUX_BARE.match(text, group.end) or _NONE_BARE.match(text, group.end)
        if m is None or (m["n"] is None and m["o"] is None):
            continue
        if any(a.start < m.end() and group.start < a.end and not a.dropped for a in acts):
            continue
        piece = sentence.piece(group.end - 1)
        if any(a.piece == piece and not a.dropped and a.start > group.end for a in acts):
            continue
        hit = Hit(m.start(), m.end(), frozenset(("get",)), m.group().strip())
        end = max(sentence.pieces[piece][1], m.end())
        act = Act(
            "get", hit, group.start, end, piece, papers[:1], "sentence" if papers else "context"
        )
        if m["n"]:
            act.words |= {"not", "not_yet"}
            act.reasons.append(f"negated by {m['n'].strip()}")
        out.append(act)
    return out


_BUT_NOT = re.compile(
    r"\b(?:but|though|and|or) not (?:yet )?(?:to|for)?\s*(?:the |its rival |rival )?$"
)


def _but_not(sentence: Sentence, acts: Sequence[Act]) -> list[Act]:
    """ "Issued to A and B but not to C"."""
    text = sentence.normal.text
    for group in sentence.groups:
        before = [a for a in acts if not a.dropped and a.end <= group.start and a.kind in GRANTS]
        m = _BUT_NOT.search(text, max(sentence.start, group.start - 32), group.start)
        if not before or m is None:
            continue
        last = before[-1]
        last.right = min(last.right, m.start())
        piece = sentence.piece(group.end - 1)
        hit = Hit(m.start(), group.start, last.hit.kinds, m.group().strip())
        act = Act(last.kind, hit, m.start(), group.end, piece, list(last.objects), "sentence")
        act.words |= {"not", "not_yet"}
        act.reasons.append("negated by but not")
        return [act]
    return []


def left_out(sentence: Sentence, acts: Sequence[Act]) -> list[Act]:
    """Acts whose verb is left out: "... but B has not", "so has B", B则没有."""
    text = sentence.normal.text
    out: list[Act] = [] if sentence.chinese else _but_not(sentence, acts)
    for group in sentence.groups:
        before = [a for a in acts if not a.dropped and a.end <= group.start and a.kind in GRANTS]
        if not before or any(
            a.start > group.end and a.piece == sentence.piece(group.end - 1)
            for a in acts
            if not a.dropped
        ):
            continue
        if (gapped := _gapped(sentence, group, acts)) is not None:
            out.append(gapped)
            continue
        m = (_AUX_ZH if sentence.chinese else _AUX_EN).match(text, group.end)
        so = _SO_EN.search(text, max(sentence.start, group.start - 16), group.start)
        if m is None and so is None:
            continue
        last = before[-1]
        last.right = min(last.right, group.start)
        start, end = (m.start(), m.end()) if m else (group.end, group.end)
        hit = Hit(start, end, last.hit.kinds, text[start:end])
        piece = sentence.piece(group.end - 1)
        act = Act(
            last.kind, hit, group.start, max(end, group.end), piece, list(last.objects), "sentence"
        )
        if m is not None and m["n"]:
            act.words |= {"not", "not_yet"}
            act.reasons.append(f"negated by {m['n'].strip()}")
        out.append(act)
    if sentence.chinese and not out:
        out += _none_zh(sentence, acts)
    return out


_NONE_ZH = re.compile(
    r"(?:而|但)?(?P<who>[^,，。;；]{2,14}?)(?:的|方面|那边|那份|则|却|这边)+(?P<n>还没有?|尚未|没有"
    r"|未有|暂无|尚无|还未|还没呢|没到|没来|没下来|没批下来|没拿到|未到|没批|未批)(?:消息|下文|动静|结果|音信|音讯|着落|影子?|回音)?[。.!！]*$"
)


def _none_zh(sentence: Sentence, acts: Sequence[Act]) -> list[Act]:
    """德国客户的已拿到，美国客户的还没有: the verb of the piece before, denied."""
    text = sentence.normal.text
    for number, (start, end) in enumerate(sentence.pieces):
        before = [a for a in acts if not a.dropped and a.piece < number and a.kind in GRANTS]
        if not before or any(a.piece == number and not a.dropped for a in acts):
            continue
        m = _NONE_ZH.fullmatch(text[start:end].strip())
        if m is None:
            continue
        last = before[-1]
        at = start + text[start:end].find(m["n"])
        hit = Hit(at, at + len(m["n"]), last.hit.kinds, m["n"])
        act = Act(last.kind, hit, start, end, number, list(last.objects), "sentence")
        act.words |= {"not", "not_yet"}
        act.reasons.append(f"negated by {m['n']}")
        return [act]
    return []


_GAP_EN = re.compile(
    r"\s*,?\s*(?:also |likewise |in turn )?"
    r"(?:(?:one|ones|two|three|four|five|six|another|a second|the same|some|several|its own"
    r"|theirs)\s+)?"
    r"(?:for|to|covering|from)\s+"
    r"(?:the |a |its |customers? in |buyers? in |clients? in |shipments? to |exports? to )*"
)
_GAP_ZH = re.compile(
    r"(?:则|亦|也|的)?(?:为|是|则为|则是|对|涵盖|覆盖|涉及|包括)(?:对|向|往|输往|出口)?"
)
_OPENED = re.compile(
    r"(?:[,;]|\b(?:and|while|whereas|but)\b|而|及)\s*(?:to |for )?(?:the |its rival |rival )?$"
)


def _gapped(sentence: Sentence, group: Group, acts: Sequence[Act]) -> Act | None:
    """ "A has licences for Vietnam, B for Thailand and Mexico": the verb of A again, for B."""
    before = [a for a in acts if not a.dropped and a.end <= group.start]
    text = sentence.normal.text
    m = (_GAP_ZH if sentence.chinese else _GAP_EN).match(text, group.end)
    if m is None and before and _owned_before(sentence, group, before[-1]):
        m = _ITS_GOODS.match(text, group.end)
    if not before or m is None or not _listed_at(sentence, m.end()):
        return None
    if not _OPENED.search(sentence.normal.text, before[-1].end, group.start):
        return None
    last = before[-1]
    if sentence.within(last.left, last.right, *BENT):
        return None
    last.right = min(last.right, group.start)
    piece = sentence.piece(group.end - 1)
    hit = Hit(group.end, m.end(), last.hit.kinds, sentence.normal.text[group.end : m.end()].strip())
    end = max(sentence.pieces[piece][1], m.end())
    return Act(last.kind, hit, group.start, end, piece, list(last.objects), "sentence")


_ITS_GOODS = re.compile(r"'s?\s+(?:shipments? of |exports? of |sales of )?")


def _owned_before(sentence: Sentence, group: Group, act: Act) -> bool:
    """ "Cleared A's rotors for Ford and B's motors for Bosch": whose goods, and again whose."""
    return any(
        act.end <= g.start < group.start and sentence.normal.text.startswith("'", g.end)
        for g in sentence.groups
    )


def _listed_at(sentence: Sentence, at: int) -> bool:
    """Does a place or a product begin here (an article or an adjective apart)?"""
    return any(0 <= a - at <= 10 for a, _ in sentence.listed)


_COVERS_EN = re.compile(
    r"\s*(?:\([^()]*\)\s*)?(?:of (?:the|this) (?:year|month|week|quarter) )?(?:now |also "
    r"|so far |currently |already )*"
    r"(?:includes?|covers?|spans?|extends? to|are for|is for|run to|appl(?:y|ies) to)\s+"
    r"(?:now |also )?"
    r"(?:the |a |its |customers? in |buyers? in |clients? in |shipments? to |exports? to )*"
)
_ADDED_EN = re.compile(
    r"\s+(?:has |have |also |then |since |now )*(?:added|adds|gained|gains)\s+(?:the )?"
)
_OWNED_EN = re.compile(
    r"(?:'s|\b(?:its|their|our|the|the company's|the firm's))\s+(?:[a-z-]+\s+){0,3}$"
)
_COVERS_ZH = re.compile(
    r"证?(?:的)?(?:范围|目的地|地区|区域)?(?:已|现|目前|均|可|亦|也|仍|还|已经|主要|共)*"
    r"(?:涵盖|覆盖|包括|包含|涉及|囊括|适用于|扩(?:大)?至|延伸至|对应(?:的)?(?:数量|重量|总量))(?:了)?"
    r"(?:约|近|对|面向|输往|出口|到|至)*"
)


_AMOUNT_ZH = re.compile(
    r"\d|[一二三四五六七八九两]成|(?:绝?大多?数|绝?大部分|多数|主要|全部|所有|全体|过半|半数|重点|核心|目前)[^,，。;；]{0,8}?"
    r"(?:客户|订单|市场|产品|出口|外销|销量|业务|销售|品种|牌号)"
)


def states(sentence: Sentence, ground: Ground) -> list[Act]:
    """A licence described, not granted: "its licences include Brazil", 许可证涵盖巴西."""
    if not ground.exports or sentence.has("not", "not_yet", "if", "plan", "ask", "must"):
        return []
    text = sentence.normal.text
    if ground.paper and not sentence.chinese:
        for g in sentence.groups:
            m = _ADDED_EN.match(text, g.end)
            if m is not None and _listed_at(sentence, m.end()):
                hit = Hit(g.end, m.end(), frozenset(("get",)), m.group().strip())
                piece = sentence.piece(m.end())
                return [Act("get", hit, *sentence.pieces[piece], piece, carried="context")]
    for hit in sentence.within(sentence.start, sentence.end, *PAPER):
        m = (_COVERS_ZH if sentence.chinese else _COVERS_EN).match(text, hit.end)
        if m is None:
            continue
        named = any(g.end <= hit.start for g in sentence.groups)
        owned = named or (
            sentence.chinese or _OWNED_EN.search(text, sentence.start, hit.start) is not None
        )
        amount = _AMOUNT_ZH.match(text, m.end()) is not None
        if owned and (amount or _listed_at(sentence, m.end())):
            piece = sentence.piece(hit.start)
            return [Act("have", hit, *sentence.pieces[piece], piece, objects=[hit])]
    return []
