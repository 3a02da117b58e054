"""Verbs left out: "A got two licences, B three", 乙三张, 丙亦然; 甲新批的三张许可证."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import BENT, GRANTS, PAPER, Act
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Group, Sentence

MOST = 400
"""Pairs of firms and acts looked at in one sentence; more is no sentence anybody wrote."""
_TOLD = GRANTS | {"renew", "refuse", "suspend", "revoke", "expire", "reinstate"}
_COUNT_EN = re.compile(
    r"\s*,?\s*(?:another )?(?:one|two|three|four|five|six|seven|eight|nine|ten|none|zero"
    r"|nil|\d{1,3})\s*(?=[,.;]|$|and\b)"
)
_ITS_EN = re.compile(
    r"\s*(?:'s|'|s)?,?\s*(?:too|as well|likewise|(?:also )?(?:on|in|last|this|a|the) (?:[a-z]+ )?"
    r"(?:[a-z]*day|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|week|month|later|before|after)(?: (?:later|before|after))?|yesterday)\s*(?=[,.;]|$)"
)
_FOLLOWED_EN = re.compile(
    r" (?:followed(?: suit)?|came (?:next|second|third)|was next|was second|did likewise)"
    r"(?= (?:on|in|last|this|a|the|two|three) |\s*[.,;]|$)"
)
_TOO_EN = re.compile(r"\s*,?\s*(?:too|as well|likewise|ditto)\s*(?=[,.;]|$)")
_AND_SO_MANY_TO = re.compile(
    r"(?:[,;]|\band\b)\s*(?:an? (?:further|additional|extra) |another |the (?:other|remaining) )?"
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|some|several|others"
    r"|the (?:rest|others?|second|third|last))?(?: more| others?| further)?(?: of them)? ?"
    r"(?:went |were given |were issued )?(?:to|for) (?:the |its )?$"
)
"""What was given to the one firm, and so many "to" the next."""
_SO_EN = re.compile(r"\b(?:so|as) (?:has|have|had|did|was|were) $")
_COUNT_ZH = re.compile(
    r"(?:一家|自己|独家)?(?:则|亦|也|另|就)?(?:拿到|拿下|分得|包揽|独占|占去?了?|获得?|取得|有|得)?(?:其中的?|了)?"
    r"(?:[一两二三四五六七八九十百\d]{1,4}[张份件票单笔批]|一半|大半|过半|[一二三四五六七八九]成)(?=[,，、。;；!！]|$)"
)
_ALSO_ZH = re.compile(
    r"的?(?:周[一二三四五六日]|昨[日天]|次日|隔日|上周|本周|其后|随后|\d+日)?(?:亦然|也然|同样如此|亦如此|也是如此|也一样|也续了|也批了|也到了|也下来了)(?=[,，、。;；!！]|$)"
)
_OPENED_EN = re.compile(r"(?:[,;]|\b(?:and|while|whereas|then))\s*$")
_OPENED_ZH = re.compile(r"(?:[,，、;；:]|而|及|和|与|其中|当中|包括|里)\s*$")
_COUNTED = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|\d+|an?|its first)\b"
    r"|[一两二三四五六七八九十\d][张份件票单笔批]"
)


def in_a_list(sentence: Sentence, acts: Sequence[Act]) -> list[Act]:
    """The acts of firms that a list tells of without repeating what was done."""
    live = [a for a in acts if not a.dropped]
    if len(live) * len(sentence.groups) > MOST:
        return []
    out: list[Act] = []
    for group in sentence.groups:
        known = live + out
        before = [a for a in known if a.end <= group.start and a.kind in _TOLD]
        if not before:
            continue
        piece = sentence.piece(group.end - 1)
        if any(a.piece == piece and a.start >= group.end and a in live for a in known):
            continue
        last = max(before, key=lambda a: a.start)
        end = _ends(sentence, group, last)
        if end is None or sentence.within(last.left, last.right, *BENT) or "not" in last.words:
            continue
        last.right = min(last.right, group.start)
        text = sentence.normal.text
        hit = Hit(group.end, end, last.hit.kinds, text[group.end : end].strip())
        act = Act(last.kind, hit, group.start, end, piece, list(last.objects), "sentence")
        act.reasons.append("as told of the firm before it")
        if hit.text.strip(" ,") in ("0", "zero", "none", "nil"):
            act.words |= {"not", "not_yet"}
        out.append(act)
    return out


def _ends(sentence: Sentence, group: Group, last: Act) -> int | None:
    """Where the elliptic member of the list ends, or None if it is none."""
    text = sentence.normal.text
    if sentence.chinese:
        opened = _OPENED_ZH.search(text, max(sentence.start, group.start - 4), group.start)
        m = _ALSO_ZH.match(text, group.end)
        if m is None and _COUNTED.search(text, last.left, group.start):
            m = _COUNT_ZH.match(text, group.end)
        return m.end() if m and opened else None
    if last.kind not in GRANTS and _SO_EN.search(
        text, max(sentence.start, group.start - 16), group.start
    ):
        return group.end
    if (
        last.kind in ("give", "got", "arrive")
        and last.hit.kinds & {"give", "arrive", "turn"}
        and _AND_SO_MANY_TO.search(text, max(last.end, group.start - 60), group.start)
    ):
        return group.end
    if not _OPENED_EN.search(text, max(sentence.start, group.start - 12), group.start):
        return None
    m = _TOO_EN.match(text, group.end) if last.kind != "hold" else None
    m = m or _FOLLOWED_EN.match(text, group.end)
    if m is None and last.objects and _COUNTED.search(text, last.left, group.start):
        m = _COUNT_EN.match(text, group.end)
    if m is None and (
        text[group.end : group.end + 1] == "'" or text[group.end - 2 : group.end] in ("'s", "s'")
    ):
        m = _ITS_EN.match(text, group.end)
    return m.end() if m else None


_NEWLY_ZH = re.compile(
    r"(?:新|刚刚?|最新|最近|本周|近期|近日)(?:获?批|核发|签发|拿|领|办|下)(?:下来|到|复|出)?的?(?:这|那)?"
    r"[一两二三四五六七八九十\d]{1,3}[张份本个](?:[^,，。;；]{0,4})"
)


def newly_given(sentence: Sentence) -> list[Act]:
    """甲新批的三张许可证，都去往智利: papers that are called new are told as given."""
    if not sentence.chinese or sentence.has(*BENT, "other_paper"):
        return []
    for m in _NEWLY_ZH.finditer(sentence.normal.text, sentence.start, sentence.end):
        piece = sentence.piece(m.start())
        papers = sentence.within(m.start() + 2, sentence.pieces[piece][1], *PAPER)
        if papers:
            hit = Hit(m.start(), m.end(), frozenset(("get",)), m.group())
            return [Act("get", hit, *sentence.pieces[piece], piece, papers[:1])]
    return []
