"""English turns of several words that tell an act and name no licence, or name it their own way.

"Free to ship to Spain", "got its first cargo past the licensing office", "joined the club of permit
holders": phrases_given.py and phrases_taken.py list them. They count only in a text about export
licences.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import ahocorasick_rs

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.phrases import CARGO, FREIGHT, WARES, Turn
from monitor.rules.phrases_brief import BRIEF
from monitor.rules.phrases_cases import CASES
from monitor.rules.phrases_consent import CONSENTED
from monitor.rules.phrases_deeds import DEEDS
from monitor.rules.phrases_ended import ENDED
from monitor.rules.phrases_given import GIVEN
from monitor.rules.phrases_goods import GOODS
from monitor.rules.phrases_lost import LOST
from monitor.rules.phrases_release import RELEASED
from monitor.rules.phrases_taken import TAKEN
from monitor.rules.phrases_told import TOLD
from monitor.rules.sentence import Sentence

TURNS = (
    *BRIEF,
    *CASES,
    *CONSENTED,
    *DEEDS,
    *ENDED,
    *GIVEN,
    *GOODS,
    *LOST,
    *RELEASED,
    *TAKEN,
    *TOLD,
)
_CARGO = re.compile(CARGO)
_WARES = re.compile(rf"\b{WARES}")
_TO_NOBODY = re.compile(r"\s+(?:[a-z]+ ){0,3}(?:neither|nobody|nowhere|nothing|none|only if|no)\b")
_BADLY = re.compile(
    r"\s+(?:in (?:vain|disappointment|refusal|rejection|tears)|with an? (?:no|ref))"
)
_NOT_AN_OFFICE = re.compile(
    r" (?:by (?:the |its |their |a )?(?:board|shareholders|customers?|buyers?|clients?|banks?|court"
    r"|[a-z]+ customs)|customs\b|for (?:sale|listing|use|trial)|as (?:a|the))"
)
_ITS_OWN = re.compile(r"licens|permit|export|commerce|ministry|mofcom|beijing|control")
_OTHER_DOOR = re.compile(r"\b(?:customs|antitrust|securities|stock exchange|food|drug)\b")
_NEEDS = re.compile(r"\b(?:need|needs|require|requires|lack|lacks|seek|seeking|wait|waiting)\b")


def turns(sentence: Sentence, ground: Ground) -> list[Act]:
    """The acts that a turn of several words tells, each with its ground."""
    if (
        sentence.chinese
        or not ground.exports
        or ground.elsewhere
        or not (
            ground.told
            or ground.paper
            or sentence.goods
            or sentence.has("paper", "permit", "control", "authority", "request", "got", "may")
        )
    ):
        return []
    text = sentence.normal.text
    out: list[Act] = []
    for turn in _cued(sentence.text):
        kind, about = turn.kind, turn.about
        for m in turn.pattern.finditer(text, sentence.start, sentence.end):
            a, b = m.span("v") if m.re.groups else m.span()
            if sentence.aside(a) or any(a < o.end and o.start < b for o in out):
                continue
            if about and not (
                _CHECKS[about](sentence, m.start(), b)
                or (about in ("license", "filed") and ground.paper)
            ):
                continue
            number = sentence.piece(a)
            start, end = sentence.pieces[number]
            whole = m.end() if about == "deed" else max(end, b)
            if _another_matter(sentence, start, whole, m.group()):
                continue
            hit = Hit(a, b, frozenset((kind, "turn")), text[a:b].strip())
            act = Act(kind, hit, start, max(end, b), number, carried="context")
            act.objects = sentence.within(a, b, *PAPER)
            if about == "deed":
                act.objects = act.objects or sentence.within(a, act.right, "export")[:1]
            act.words.add("paper")
            if kind == "got" and sentence.within(b, min(b + 40, act.right), "general"):
                act.words.add("general")  # "has conferred on it a general licence"
            out.append(act)
    return out


_BY_CUE: dict[str, list[int]] = {}
for _number, _turn in enumerate(TURNS):
    for _cue in _turn.cues:
        _BY_CUE.setdefault(_cue, []).append(_number)
_CUES = ahocorasick_rs.AhoCorasick(list(_BY_CUE))


def _cued(said: str) -> list[Turn]:
    """The turns of which a cue stands in the text, in their order."""
    found = set(_CUES.find_matches_as_strings(said, overlapping=True))
    return [TURNS[number] for number in sorted({n for cue in found for n in _BY_CUE[cue]})]


def _names_cargo(sentence: Sentence, a: int, b: int) -> bool:
    """Do goods, a cargo or an application stand between these offsets?"""
    return any(a <= x < b for x, _ in sentence.listed) or (
        _CARGO.search(sentence.normal.text, a, b) is not None
    )


def _goes_abroad(sentence: Sentence, a: int, b: int) -> bool:
    """ "Free to ship" says of goods under control where they go, or what they are."""
    if _TO_NOBODY.match(sentence.normal.text, b):
        return False
    return sentence.goods or sentence.has("customer", "authority", "paper", "permit")


def _is_exported(sentence: Sentence, a: int, b: int) -> bool:
    """Goods that an office lets go, not a delivery that a board approved."""
    own = any(x < a and a - y < 90 for x, y in sentence.listed) or sentence.goods
    own = own or _WARES.search(sentence.normal.text, max(sentence.start, a - 90), a) is not None
    return own and _NOT_AN_OFFICE.match(sentence.normal.text, b) is None


def _keeps_going(sentence: Sentence, a: int, b: int) -> bool:
    """Goods under way with a licence, in a sentence that stops or takes nothing."""
    return not sentence.has("suspend", "revoke", "expire", "refuse", "need", "earlier", "forecast")


def _is_member(sentence: Sentence, a: int, b: int) -> bool:
    """One of those who have a licence, not of those who need one."""
    return _NEEDS.search(sentence.normal.text, a, b) is None


def _names_paper(sentence: Sentence, a: int, b: int) -> bool:
    """Is a licence named before it?"""
    start, _ = sentence.pieces[sentence.piece(a)]
    return bool(sentence.within(start, a, *PAPER))


def _about_a_license(sentence: Sentence, a: int, b: int) -> bool:
    """Is a licence or an application named in the sentence?"""
    return sentence.has(*PAPER, "request")


def _was_filed(sentence: Sentence, a: int, b: int) -> bool:
    """What was filed is a request for a licence, or about exports."""
    return sentence.has(*PAPER, "request", "authority", "apply", "export", "control")


def _moves_a_license(sentence: Sentence, a: int, b: int) -> bool:
    """Does a licence or an application stand between these offsets?"""
    return bool(sentence.within(a, b, *PAPER, "request"))


def _is_a_case(sentence: Sentence, a: int, b: int) -> bool:
    """An application to an office, or one for goods or a firm that the sentence names."""
    named = sentence.goods or bool(sentence.abroad) or bool(sentence.groups)
    return named or sentence.has(*PAPER, "authority", "export")


def _in_a_text_of_licences(sentence: Sentence, a: int, b: int) -> bool:
    """Words that are said of other papers too: only beside an office, a firm or goods."""
    return sentence.goods or bool(sentence.groups) or sentence.has("authority", "control", "paper")


_TOLD_BY = (
    "get", "give", "got", "arrive", "hold", "have", "report", "wait", "apply", "need", "must",
    "refuse", "suspend", "revoke", "expire", "renew", "reinstate", "lacking", "not", "not_yet",
    "if", "plan", "forecast", "rumor", "exempt", "other_paper", "other_matter", "prepare", "hear",
)  # fmt: skip


def _stands_barely(sentence: Sentence, a: int, b: int) -> bool:
    """A consent that no verb moves, in a heading or a list: "A: nod from the ministry for B"."""
    start, end = sentence.pieces[sentence.piece(a)]
    around = [h for h in sentence.within(start, end, *_TOLD_BY) if h.end <= a or h.start >= b]
    return not around and not _WITHOUT.search(sentence.normal.text, start, a)


_WITHOUT = re.compile(
    r"\b(?:without|awaits?|awaiting|for|hopes?|wants?|no|seeks?|seeking|needs?|pending|until|if"
    r"|lacks?"
    r"|lacking|unless|requires?|subject to|despite|before|after) (?:an? |the |any )?(?:[a-z-]+ )*$"
)


def _of_our_licences(sentence: Sentence, a: int, b: int) -> bool:
    """A paper of this text, not a drug's nor one that is only asked for."""
    return sentence.goods or sentence.has("authority", "control", "export", "paper")


def _decides(sentence: Sentence, a: int, b: int) -> bool:
    """A decision of the office, received or told of, that lets goods go."""
    return sentence.has("authority", "get", "give", "arrive") and sentence.has("export", "control")


def _was_asked(sentence: Sentence, a: int, b: int) -> bool:
    """An office that turns something down, where goods, a firm or an application are the matter."""
    named = sentence.goods or bool(sentence.groups)
    return named or sentence.has(*PAPER, "request", "export", "control", "it")


def _told_of_a_license(sentence: Sentence, a: int, b: int) -> bool:
    """An answer of an office, or to an application."""
    return sentence.has(*PAPER, "request", "authority", "apply")


def _by_word_of_an_office(sentence: Sentence, a: int, b: int) -> bool:
    """It is an office that said so."""
    return bool(sentence.within(sentence.start, b, "authority"))


def _by_an_office(sentence: Sentence, a: int, b: int) -> bool:
    start, _ = sentence.pieces[sentence.piece(a)]
    return bool(sentence.within(start, a, "authority"))


def _names_a_firm(sentence: Sentence, a: int, b: int) -> bool:
    return any(0 <= g.start - b <= 1 for g in sentence.groups)


def _is_with_a_firm(sentence: Sentence, a: int, b: int) -> bool:
    return _names_paper(sentence, a, b) and _names_a_firm(sentence, a, b)


def _is_bidden(sentence: Sentence, a: int, b: int) -> bool:
    """ "Was told it may ship" says what, where to, or who said so."""
    named = sentence.goods or bool(sentence.abroad)
    return named or sentence.has("customer", "authority", "paper", "permit")


def _of_controlled_goods(sentence: Sentence, a: int, b: int) -> bool:
    """A deed of trade in goods under control, or one of a firm that the sentence names."""
    return sentence.goods or bool(sentence.groups) or sentence.has("control", "paper", "permit")


_FREIGHT = re.compile(rf"\b(?:{FREIGHT}|tranches?|loads?|deals?)\b")
_SALE = re.compile(
    r"\b(?:orders?|sales?|shipments?|exports?|deal|contracts?|consignments?|cargo)\b"
)
_IF = re.compile(
    r"\b(?:if|once|unless|whether|until|without|no|none|nothing|neither|(?:under|by|with) which)\b"
)


def _said_of(sentence: Sentence, a: int) -> tuple[int, int]:
    """Where the subject of a verb at this offset may stand: its clause, a short one with the
    clause before it."""
    number = sentence.piece(a)
    start = sentence.pieces[number][0]
    while number and (a - start < 24 or _ASIDE.match(sentence.normal.text, start)):
        number -= 1
        start = sentence.pieces[number][0]
    return start, a


_ASIDE = re.compile(r"\s*(?:which|who|that|whose)\b")


def _names_goods(sentence: Sentence, a: int, b: int) -> bool:
    """Are goods, or a load of them, what the verb is said of?"""
    start, end = _said_of(sentence, a)
    text = sentence.normal.text
    if _IF.search(text, start, end):
        return False
    own = any(start <= x < end for x, _ in sentence.listed)
    return own or _FREIGHT.search(text, start, end) is not None


_HEAD = re.compile(
    r"\)?(?:\s*[:,-]{1,2})?\s+(?:has |have |had |was |were |been |is |are |also |now )*"
)


def _is_headed(sentence: Sentence, a: int, b: int) -> bool:
    """A verdict right behind a name, for a place or a customer: "A: turned down for Israel"."""
    text = sentence.normal.text
    named = any(_HEAD.fullmatch(text, g.end, a) for g in sentence.groups)
    whom = any(0 <= x - b <= 40 for x, _ in sentence.abroad) or _BUYERS.search(text, b, b + 60)
    return named and bool(whom) and not sentence.has("other_matter", "forecast", "ask")


def _had_wanted(sentence: Sentence, a: int, b: int) -> bool:
    """It has what it asked an office for, not what it needs for a furnace."""
    asked = sentence.has("authority", "request", *PAPER) or bool(sentence.abroad)
    return asked and not sentence.has("other_matter", "not", "not_yet")


def _names_a_sale(sentence: Sentence, a: int, b: int) -> bool:
    """Is it a sale, or goods, that an office stopped?"""
    start, end = _said_of(sentence, a)
    return (
        _names_goods(sentence, a, b) or _SALE.search(sentence.normal.text, start, end) is not None
    )


def _names_a_place(sentence: Sentence, a: int, b: int) -> bool:
    """Is another country what the verb is said of?"""
    return any(0 <= a - y <= 24 for _, y in sentence.abroad)


def _leaves(sentence: Sentence, a: int, b: int) -> bool:
    """Goods that may go abroad because somebody said so, not for want of a rule."""
    if sentence.has("need", "must", "exempt", "other_matter", "forecast"):
        return False
    text = sentence.normal.text
    now = _NOW.search(text, a, sentence.end)
    said = sentence.has("authority", "decision") or _TOLD_SO.search(text, sentence.start, a)
    abroad = any(x >= a for x, _ in sentence.abroad)
    return bool(now or (abroad and said)) and _names_goods(sentence, b, b)


_TOLD_SO = re.compile(
    r"\b(?:told|informed|notified|advised|rang|phoned|called|heard|learn(?:ed|t))\b"
)


def _sends(sentence: Sentence, a: int, b: int) -> bool:
    """A firm that may send abroad or to a customer, and not for want of a rule."""
    if sentence.has("need", "must", "exempt", "other_matter", "forecast", "plan", "general"):
        return False
    text = sentence.normal.text
    if _IF.search(text, sentence.start, a):
        return False
    abroad = any(x >= b for x, _ in sentence.abroad)
    somebody = sentence.groups or sentence.within(sentence.start, a, "it", "they")
    return (abroad or sentence.has("customer")) and bool(somebody)


def _of_named_goods(sentence: Sentence, a: int, b: int) -> bool:
    """An office acts on goods, and the sentence says whose."""
    named = bool(sentence.groups) or sentence.has("it", "they")
    if any(g.start < b <= g.end for g in sentence.groups):
        return False  # "magnets" is the end of a firm's name
    return named and _NOT_AN_OFFICE.match(sentence.normal.text, b) is None


def _is_decided(sentence: Sentence, a: int, b: int) -> bool:
    """An office, a licence or exports are spoken of, and it is no condition or wish."""
    return (
        sentence.has("authority", "paper", "permit", "control", "export")
        and not sentence.has("if", "forecast", "rumor")
        and _NOBODY.search(sentence.text) is None
    )


_NOBODY = re.compile(r"\b(?:no one|nobody|none|nothing|never|contrary to|let alone)\b")


def _names_cargoes(sentence: Sentence, a: int, b: int) -> bool:
    """A load for somewhere, goods for somebody: "two US-bound cargoes approved"."""
    start, end = _said_of(sentence, a)
    text = sentence.normal.text
    if _IF.search(text, start, end) or sentence.has("other_matter", "must", "forecast"):
        return False
    load = _FREIGHT.search(text, start, end) or _BUYERS.search(text, start, end)
    own = any(start <= x < end for x, _ in sentence.listed)
    return (bool(load) or own) and not sentence.within(start, end, *PAPER, "request")


_BUYERS = re.compile(r"\b(?:customers?|clients?|buyers?|destinations?|orders?|contracts?)\b")
_NOW = re.compile(
    r"\b(?:now|again|once more|since|as (?:of|from)|from (?:today|monday|tuesday|wednesday|thursday"
    r"|friday|this|the \d)|today)\b"
)


def _ends_well(sentence: Sentence, a: int, b: int) -> bool:
    return _BADLY.match(sentence.normal.text, b) is None


_CHECKS: dict[str, Callable[[Sentence, int, int], bool]] = {
    "cargo": _names_cargo,
    "abroad": _goes_abroad,
    "exported": _is_exported,
    "kept": _keeps_going,
    "holders": _is_member,
    "paper": _names_paper,
    "license": _about_a_license,
    "moved": _moves_a_license,
    "filed": _was_filed,
    "told": _told_of_a_license,
    "byword": _by_word_of_an_office,
    "office": _by_an_office,
    "firm": _names_a_firm,
    "well": _ends_well,
    "holder": _is_with_a_firm,
    "bidden": _is_bidden,
    "asked": _was_asked,
    "barely": _stands_barely,
    "cased": _is_a_case,
    "decides": _decides,
    "licensed": _of_our_licences,
    "ordered": _in_a_text_of_licences,
    "deed": _of_controlled_goods,
    "freight": _names_goods,
    "sale": _names_a_sale,
    "destination": _names_a_place,
    "leaving": _leaves,
    "headed": _is_headed,
    "wanted": _had_wanted,
    "goods": _of_named_goods,
    "decided": _is_decided,
    "sending": _sends,
    "cargoes": _names_cargoes,
}


def _another_matter(sentence: Sentence, start: int, end: int, said: str) -> bool:
    """Is it about a licence of another kind, or about goods that need none?"""
    if sentence.within(start, end, "other_paper") or _OTHER_DOOR.search(said):
        return True
    if sentence.within(start, end, "other_matter") and not _ITS_OWN.search(said):
        return True
    free = sentence.within(sentence.start, sentence.end, "exempt")
    return any(not h.text.startswith("free to") for h in free)


def replace(acts: Sequence[Act], told: Sequence[Act]) -> list[Act]:
    """`acts` with those told by a turn, and without the single words inside one."""
    if not told:
        return list(acts)
    kept = [a for a in acts if not any(t.start < a.end and a.start < t.end for t in told)]
    return sorted([*kept, *told], key=lambda a: a.start)
