"""The facts beside an act: destinations, products, how much, whose orders, when."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from monitor.rules.acts import Act
from monitor.rules.dates import Dated
from monitor.rules.sentence import Sentence
from monitor.rules.vocabulary import Tag
from monitor.text import chinese_number

_WORD_NUMBER = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a dozen": 12, "dozen": 12,
}  # fmt: skip
_NUM_EN = (
    r"(?P<n>\d+(?:,\d{3})*(?:\.\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|eleven"
    r"|twelve|a dozen)"
)
_NUM_ZH = r"(?P<n>\d+(?:\.\d+)?|[一两二三四五六七八九十百千]{1,5})"
_PAPERS = (
    r"(?:export |import |new |more |further |additional |such |separate |individual |temporary "
    r"|dual-use |shipment |chinese |initial |rare[- ]earth |magnet |different |of the |of its "
    r"|of their )*(?:license|permit|approval|clearance|authorization|certificate)s?"
)
_ADJ = (
    r"(?:more |further |new |other |additional |european |japanese |german |korean |south korean "
    r"|u\.s\. |us |american |indian |overseas |foreign |big |large |major |key |asian "
    r"|[a-z]+ ){0,3}"
)
_MAKERS = (
    r"(?:[a-z]+ ){0,2}(?:magnets?|rare[- ]earths?|chinese|gallium|germanium|graphite|antimony"
    r"|tungsten|motors?)[ -](?:makers?|producers?|suppliers?)"
)
"""Those who sell: licensed, but nobody's customers."""
_AMOUNTS: tuple[tuple[re.Pattern[str], str, tuple[str, ...]], ...] = tuple(
    (re.compile(pattern), kind, tuple(needs.split("|")))
    for pattern, kind, needs in (
        (
            rf"(?:at least|no fewer than|no less than|not less than|a minimum of) {_NUM_EN}(?= |$"
            rf"|,|\.)(?! (?:chinese|magnet|companies|firms|suppliers|producers|makers|customers"
            rf"|clients|tons|tonnes|percent))",
            "at least",
            "least|fewer|less|minimum",
        ),
        (rf"至少(?:获得|获批|取得|拿到)?(?:了)?{_NUM_ZH}[张份个项]", "at least", "至少"),
        (rf"{_NUM_EN}\s?(?:metric )?(?:tonnes|tons|tonne|ton|heaps)\b", "tonnes", "ton|heaps"),
        (rf"{_NUM_ZH}\s?(?:公?吨)", "tonnes", "吨"),
        (rf"{_NUM_EN}\s?(?:kilograms?|kilogrammes?|kilos?|kg)\b", "kg", "kilo|kg"),
        (rf"{_NUM_ZH}\s?(?:公斤|千克|kg)", "kg", "公斤|千克|kg"),
        (
            rf"{_NUM_EN} (?:{_PAPERS})\b",
            "licences",
            "licens|permit|approval|clearance|authoriz|certificate",
        ),
        (
            rf"{_NUM_EN} (?:more |further |new |other |additional |of (?:its|their"
            rf"|the) (?:\w+ )?)?(?:applications?|requests?|filings?|submissions?)\b",
            "applications",
            "application|request|filing|submission",
        ),
        (
            rf"{_NUM_EN} (?!{_MAKERS}){_ADJ}(?:customers?|clients?|buyers?|makers?|contractors?"
            rf"|end[- ]users?|carmakers?|automakers?)\b",
            "customers",
            "customer|client|buyer|maker|contractor|user",
        ),
        (rf"{_NUM_ZH}家(?:[\u4e00-\u9fff]{{0,6}}?)(?:客户|买家|用户|车企|车厂)", "customers", "家"),
        (rf"(?:客户|买家)共?{_NUM_ZH}[家名]", "customers", "客户|买家"),
        (rf"{_NUM_ZH}[名个位](?:[\u4e00-\u9fff]{{0,4}}?)(?:客户|买家)", "customers", "客户|买家"),
        (
            rf"{_NUM_ZH}[张份个项](?!月|交易日|工作日|季度|百分点|国家|地区|产品|订单"
            rf"|客户)(?:(?:[\u4e00-\u9fff]{{0,12}}?)申请)",
            "applications",
            "申请",
        ),
        (rf"{_NUM_ZH}[张份](?!月)", "licences", "张|份"),
        (
            rf"{_NUM_ZH}[个项](?:[\u4e00-\u9fff]{{0,6}}?)(?:许可|批文|批件|证)",
            "licences",
            "许可|批文|批件|证",
        ),
        (rf"{_NUM_ZH}笔(?:[\u4e00-\u9fff]{{0,6}}?)(?:申请|订单)", "applications", "笔"),
        (r"首张|首份|第一张|首证|首个出口许可|首个许可", "1 licence", "首|第一张"),
        (
            r"\b(?:one|its first|another|single|earliest) (?:single )?(?:export |temporary "
            r"|dual-use |general |new |shipment |individual |germanium |magnet )*(?:license"
            r"|permit|authorization|clearance)\b",
            "1 licence",
            "licens|permit|authoriz|clearance",
        ),
        (r"\bthe permit (?:covering|for)\b", "1 licence", "the permit "),
        (rf"{_NUM_EN}\s?(?:%|percent|per cent)", "%", "%|percent|per cent"),
    )
)
"""How many of what, and the strings of which one must stand in a text for it."""
_HEDGES: tuple[tuple[str, str, str], ...] = (
    (
        "all",
        r"all of\b|all (?:its|their|the|our|required|pending|outstanding|relevant|necessary)\b"
        r"|every one\b|every (?:single )?(?:application|request|license|permit|customer)"
        r"|all (?:\w+ )?(?:applications|requests|licenses|permits|customers)\b",
        r"全部|所有|全数|悉数|均已获批|全都|一张不落|无一遗漏|全覆盖|无一例外",
    ),
    (
        "batch",
        r"batch(?:es)?\b|first (?:export )?(?:licenses|permits|approvals)\b"
        r"|initial (?:export )?(?:licenses|permits|approvals)|first permits\b",
        r"首批|一批(?!一证)|分批|第[二三四]批|又一批|新一批|再获一批|几批|两批|陆续下发"
        r"|陆续取得出口许可$|批次许可",
    ),
    (
        "most",
        r"(?:nearly|almost|virtually|practically) all\b|most\b|majority\b|greater part\b"
        r"|bulk of\b|large part\b|over (?:nine|eight|90|80)",
        r"大部分|大多数|绝大部分|绝大多数|多数|主要客户|主要[\u4e00-\u9fff]{0,4}客户|基本上?(?:都|已|覆盖)"
        r"|超过[六七八九]成|近[七八九]成|约[七八九]成|[七八九]成以上|九成|八成|过半",
    ),
    (
        "small_number",
        r"(?:small|tiny|limited|modest) (?:number|quantity|amount|batch)|handful|a few\b|few\b"
        r"|bare minimum",
        r"少量|个别|极少|零星|少数|寥寥|小部分|少许",
    ),
    (
        "some",
        r"some\b|part of\b|several\b|certain\b|multiple\b|portion\b|partial(?:ly)?\b|part\b"
        r"|a number of\b|a certain number",
        r"部分|若干|一定数量|一些|多家|多张|多份|几家|几张|数张|数份|有些",
    ),
)
"""Hedges in English and Chinese; of two at one place the one further up counts."""
_HEDGE = re.compile(
    rf"\b(?=[a-z])(?:{'|'.join(f'(?P<{kind}>{english})' for kind, english, _ in _HEDGES)})"
    rf"|(?=[一-鿿])(?:{'|'.join(f'(?P<{kind}_zh>{chinese})' for kind, _, chinese in _HEDGES)})"
)
_HEDGED = re.compile(
    "all|every|batch|first|initial|most|majority|part|bulk|over|number|quantity|amount|handful"
    "|few|minimum|some|several|certain|multiple|portion|全|所|悉|均|一|批|陆|部|多|主|基|成|半|少"
    "|个|零|寥|若|几|数|些"
)
"""What any hedge holds; most stretches hold none of it."""
_COUNTS = re.compile(
    r"[\d〇零一二两三四五六七八九十百千首]|\b(?=[otfsneida])(?:one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|dozen|its first|another|single|earliest|the permit)\b"
)
"""What any amount but a hedge holds; most stretches hold none of it."""


def amount(text: str, kind: str, *, numbers_only: bool = False) -> str | None:
    """How much a stretch of text speaks of: `3 licences`, `18 tonnes`, `some` ..., or None.

    The first number wins; a hedge counts only where there is none.
    """
    best: tuple[int, str] | None = None
    for pattern, what, needs in _AMOUNTS if _COUNTS.search(text) else ():
        for word in needs:  # asked too often for a generator
            if word in text:
                break
        else:
            continue
        m = pattern.search(text)
        if m is None or (best is not None and best[0] <= m.start()):
            continue
        said = _counted(m, what, text, kind)
        if said is not None:
            best = (m.start(), said)
    if best is not None:
        return best[1]
    if numbers_only:
        return None
    hedge = _HEDGE.search(text) if _HEDGED.search(text) else None
    return hedge.lastgroup.removesuffix("_zh") if hedge and hedge.lastgroup else None


def _counted(m: re.Match[str], what: str, text: str, kind: str) -> str | None:
    if what == "1 licence":
        return "1 application" if kind in ("refuse", "unapproved") else what
    n = _number(m["n"])
    if n is None or (what == "%" and not _OF_REQUESTS.search(text)):
        return None
    if what == "at least":
        return f"at least {n} licence" + ("" if n == "1" else "s")
    if what == "applications" and kind in ("got", "give", "get", "arrive"):
        what = "licences"
    if what in ("tonnes", "kg", "%"):
        return f"{n} {what}"
    return f"{n} {what[:-1] if n == '1' else what}"


_OF_REQUESTS = re.compile(
    r"(?:%|percent|per cent) of (?:the |its |their |all )*(?:applications|requests|licens|permits"
    r"|filings)|(?:applications|requests|granted|approved).{0,30}%|(?:申请|获批|许可|批准"
    r"|获准).{0,20}%|%.{0,12}(?:申请|许可|获批)"
)


def _number(text: str) -> str | None:
    plain = text.replace(",", "")
    if plain[:1].isdigit():
        return plain
    value = _WORD_NUMBER.get(plain)
    if value is None:
        value = chinese_number(plain)
    return None if value is None else str(value)


def inside(tags: Iterable[Tag], start: int, end: int) -> list[Tag]:
    """The tags between two offsets."""
    return [t for t in tags if t.start >= start and t.end <= end]


def reach(sentence: Sentence, act: Act, acts: Sequence[Act]) -> tuple[int, int]:
    """The stretch of the sentence that tells of this act alone.

    Pieces without an act belong to the act before them; those that open the sentence to the first.
    """
    kept = [
        a
        for a in acts
        if not a.dropped
        and "shadow" not in a.words
        and (a.kind != "hear" or "not" in a.words or a is act)
    ]
    before = [a for a in kept if a.start < act.start]
    after = [a for a in kept if a.start > act.start]
    start = act.left if before else sentence.start
    if before and before[-1].piece == act.piece and before[-1].right > act.left:
        start = min(before[-1].right, max(act.left, before[-1].end))
    end = sentence.end
    text = sentence.normal.text
    if not sentence.chinese:
        stop = text.find(";", act.end, end)
        end = stop if stop >= 0 else end
        opened = text.rfind(";", start, act.start)
        start = opened + 1 if opened >= 0 else start
    if after:
        following = after[0]
        end = following.left if following.left > act.end else following.start
        if following.piece == act.piece and following.left <= act.start:
            end = min(act.right, following.start) if act.right > act.end else following.start
        elif sentence.chinese:
            end = _opening(sentence, act, following) or end
    if sentence.chinese:
        end = rivals_piece(sentence, act, end) or end
    if not before and sentence.chinese:
        opened = text.rfind(";", start, act.start) + 1
        if opened and any(opened <= a and b <= end for a, b in sentence.listed):
            start = opened
    if before and sentence.chinese:
        start = min(start, _opening(sentence, before[-1], act) or start)
    return min(start, act.start), max(end, act.end)


_TOPIC_ZH = re.compile(
    r"[\s\"]*(?:(?:而|但|惟|至于|另外?|其中|则)*(?:对(?!应)于?|关于|就|针对|至于|谈到|说到|论及|向|往|供)[^,，。;；]{1,16}"
    r"|(?!(?:分别|均|都|也|全)*(?:对应|涉及|涵盖|覆盖|面向|发往|销往|输往|供应?给?|主要|去向|买家|买方|收货|货主|包括|为|是))"
    r"[^,，。;；]{1,12}?(?:方面|那边|这边|一边|客户|市场|部分|那[张份单笔家批]|的[单订]|业务|订单|用户|买家))[\s\"]*"
)


_RIVALS = re.compile(
    r"[\s\"]*(?:而|但|相比之下)?(?:其|它的?|公司的?)?(?:主要)?(?:竞争对手|竞争者|老?对手|同行|同业|友商|其他(?:企业|厂商|公司|厂家)|别的(?:厂|公司))"
)


def rivals_piece(sentence: Sentence, act: Act, end: int) -> int | None:
    """Where a later piece begins to tell of rivals: their places and times are not the act's."""
    for start, _ in sentence.pieces[act.piece + 1 :]:
        if start < end and _RIVALS.match(sentence.normal.text, start):
            return start
    return None


def _opening(sentence: Sentence, act: Act, following: Act) -> int | None:
    """Where what belongs to `following` begins before its own piece: behind a semicolon, or with a
    piece that only names its topic (日本方面，尚无定论). None if it begins nowhere earlier."""
    text = sentence.normal.text
    if following.piece <= act.piece:
        return None
    stop = text.find(";", act.end - 1, following.start)
    if stop >= 0:
        return stop + 1
    at = None
    for number in range(following.piece - 1, act.piece, -1):
        start, end = sentence.pieces[number]
        if _TOPIC_ZH.fullmatch(text, start, end) is None:
            break
        at = start
    return at


def _farness(sentence: Sentence, d: Dated, act: Act) -> tuple[bool, int]:
    """How far a date is from an act; one in another piece is farther than any in its own."""
    return sentence.piece(d.start) != act.piece, abs(d.start - act.start)


def when(
    sentence: Sentence,
    act: Act,
    start: int,
    end: int,
    dates: Sequence[Dated],
    acts: Sequence[Act] = (),
) -> tuple[str | None, Literal["event", "statement"] | None]:
    """The date of the act, or else of its telling: (ISO date, `event` or `statement`)."""
    text = sentence.normal.text
    busy = {sentence.pieces[a.piece] for a in acts if a is not act and not a.dropped}
    told: Dated | None = None
    done: Dated | None = None
    for d in dates:
        if d.start < sentence.start or d.end > sentence.end:
            continue
        if _is_validity(text, d) or _COMPARED.search(text[max(0, d.start - 24) : d.start]):
            continue
        if sentence.chinese and (
            _RULES_SINCE.match(text, d.end, sentence.end) or _EVER_SINCE.match(text, d.end)
        ):
            continue
        owner = _opened_by(sentence, d, acts)
        if owner is not None and owner is not act:
            continue
        where = sentence.pieces[sentence.piece(d.start)]
        if not sentence.chinese and where in busy and where != sentence.pieces[act.piece]:
            continue
        if _is_telling(sentence, d, act) and not _HEARD_BACK.match(text, d.end, sentence.end):
            piece = sentence.pieces[sentence.piece(d.start)]
            if start <= d.start < end or piece not in busy:
                told = told or d
        elif owner is act or (start <= d.start and d.end <= end):
            done = (
                done
                if done is not None and _farness(sentence, done, act) <= _farness(sentence, d, act)
                else d
            )
    if done is not None:
        return done.iso, "event"
    if told is not None:
        return told.iso, "statement"
    return None, None


_COMPARED = re.compile(
    r"(?:\b(?:as|than|like|versus|vs\.?|unchanged (?:from|since)|compared (?:with|to))\s(?:of )?"
    r"|[较比同])$"
)
_RULES_SINCE = re.compile(
    r"的?(?:商务部|国家)?(?:[^,，。;；]{0,8}?)(?:公告|新规|管制|政策|新政|通知|清单|措施)[^,，。;；获批拿]{0,6}?"
    r"(?:之?后|以来)(?=[,，]|公司|我)"
)
"""1月6日公告发布后: the day of the rules, not of what happened under them."""
_EVER_SINCE = re.compile(r"(?:底|末|初|份|中旬|上旬|下旬)?(?:以来|至今|迄今|到现在|到目前)")
"""年初以来递了三次，均未获同意: any day up to now."""
_HEARD_BACK = re.compile(
    r"(?:公司|我司|其)?(?:已经?)?(?:收到|接到|接获|获)[^,，。;；]{0,14}(?:答复|回复|批复|通知)"
)
"""上月收到商务部答复: what it hears from the office is the act, not its telling."""
_ONLY_DATE = re.compile(
    r"(?:\s|于|在|至|到|的|同年|[,，]|\b(?:in|on|and|then|by|early|late|mid)\b)*"
)
_WHEN = re.compile(r",\s*when\b")


def _opened_by(sentence: Sentence, d: Dated, acts: Sequence[Act]) -> Act | None:
    """The act whose piece a piece of nothing but this date opens: "12月，乙公司获得 ...", or that
    tells what was then: "in February, when the licence was prolonged"."""
    number = sentence.piece(d.start)
    text = sentence.normal.text
    if not sentence.chinese and _WHEN.match(text, d.end):
        return next((a for a in acts if a.piece == number + 1 and not a.dropped), None)
    if number == 0:
        return None
    start, end = sentence.pieces[number]
    if not _ONLY_DATE.fullmatch(text[start : d.start] + text[d.end : end]):
        return None
    if not sentence.chinese and text[start - 1 : start] != ";":
        return None
    return next((a for a in acts if a.piece == number + 1 and not a.dropped), None)


_TELL_EN = (
    r"(?:said|says|told|announced|disclosed|confirmed|reported|stated|acknowledged|replied|wrote"
    r"|added|filing|answer|statement)"
)
_TELL_ZH = r"(?:表示|称|回应|公告|披露|透露|答复|回复|说|宣布|公布|电|讯|指出|消息|获悉|援引|报道)"
_TOLD_BEFORE = re.compile(rf"\b{_TELL_EN}\b[^.;:]{{0,64}}$")
_TOLD_AFTER = re.compile(
    rf"\s*,?\s*(?:it |he |she |they |(?:the|its) (?:[a-z]+ )?(?:company|firm|group|maker|producer"
    rf"|manufacturer) )?(?:had |has |have )?(?:also |already |first )?{_TELL_EN}\b"
)
_TOLD_AFTER_ZH = re.compile(rf"[^，。;；]{{0,16}}?{_TELL_ZH}")
_CLAUSE_WORD = re.compile(
    r"\b(?:that|it|they|licenses?|permits?|approvals?|applications?|the company)\b"
    r"|(?<!\bon )(?<!\bin )(?<!\bto )(?<!\bby )(?<!\bvia )(?<!\bthrough )\bits\b|许可|获"
    r"|取得|批"
)
_VALID = re.compile(
    r"(?:有效期|效期|valid|until|till|expires? (?:on|in)|through|至|due|原定|(?:prolonged"
    r"|extended|renewed|good)(?: \w+){0,2} (?:to|for|by)|延至|延长至|延续到|续到"
    r"|at least)[^,，]{0,8}$"
)
_AS_OF = re.compile(r"(?:截至|截止|as of|as at|by)\s*(?:本?报告期末?|the end of)?\s*$")


def _is_validity(text: str, d: Dated) -> bool:
    before = text[max(0, d.start - 12) : d.start]
    return bool(_VALID.search(before) or _AS_OF.search(before))


def _is_telling(sentence: Sentence, d: Dated, act: Act) -> bool:
    """Does the date belong to "said" rather than to the act?"""
    text = sentence.normal.text
    before = text[max(sentence.start, d.start - 80) : d.start]
    behind = text[d.end : min(sentence.end, d.end + 40)]
    m = _TOLD_BEFORE.search(before)
    if m and re.search(r"\b(?:was|were|been|being)\s+(?:[a-z]+ly\s+)?$", before[: m.start()]):
        m = None
    if m and not _CLAUSE_WORD.search(before, m.start() + 4):
        return True
    if act.kind == "report":
        return True
    m = _TOLD_AFTER.match(behind)
    if m:
        return True
    if sentence.chinese:
        m = _TOLD_AFTER_ZH.match(behind)
        if m and d.end + m.end() <= act.start and not _CLAUSE_WORD.search(m.group()):
            return True
    return False
