"""Acts that only repeat or describe another one: "obtained licences issued by the ministry"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from monitor.rules.acts import BEFALLS, GRANTS, Act
from monitor.rules.clause import modifies
from monitor.rules.governed import is_finite
from monitor.rules.sentence import Sentence

_EXPIRED_PAPER = re.compile(r"的|(?:出口)?许可|批文")
_OLD_ZH = frozenset(("旧证", "老证", "原证", "旧许可", "旧许可证", "原许可证", "原许可"))
_LETTERS = frozenset(
    (
        "决定书",
        "公函",
        "公文",
        "通知",
        "许可决定书",
        "文书",
        "letter",
        "ministry letter",
        "official letter",
    )
)


_WHICH_WERE = re.compile(r"\s+(?:that|which|who) (?:was|were|is|are|has|have|had)(?: been)?\s+")


def shadow(sentence: Sentence, acts: Sequence[Act]) -> None:
    """Acts that only repeat or describe another one of the same piece.

    "obtained licences issued by the ministry", 收到商务部核发的许可证, "has been granted approval".
    """
    text = sentence.normal.text
    for one, act in itertools.pairwise(acts):
        lead = text[max(act.left, sentence.pieces[act.piece][0]) : act.start].strip(" ,")
        if lead in ("", "or", "and", "and/or", "或", "或者"):
            act.words |= one.words & {"if", "must", "ask", "plan"}
            but = re.search(r"\bbut\b", text[one.end : act.start])
            if lead in ("", "or") and "not" in one.words and not sentence.chinese and not but:
                act.words |= one.words & {"not", "not_yet", "so_far"}
    for act in acts:
        if (
            sentence.chinese
            and act.kind in GRANTS | BEFALLS | {"refuse", "unapproved"}
            and modifies(sentence, act, acts)
        ):
            restored = act.kind in ("suspend", "revoke") and any(
                o.kind == "reinstate" and o.start > act.start and "not" not in o.words for o in acts
            )
            act.words.add("history" if restored else "shadow")
        old = act.kind in ("revoke", "expire") and all(o.text in _OLD_ZH for o in act.objects)
        if (
            old
            and act.objects
            and any(
                o.kind in GRANTS | {"renew"} and o.words.isdisjoint(("if", "plan", "not"))
                for o in acts
            )
        ):
            act.words.add("shadow")
        if act.kind in GRANTS and any(
            o.kind == "lacking"
            and (0 <= act.start - o.end <= 1 or _WHICH_WERE.fullmatch(text, o.end, act.start))
            for o in acts
        ):
            act.words.add("shadow")
        if (
            act.kind == "unapproved"
            and text.startswith("前", act.end)
            and any(o.kind in ("wait", "apply") and o is not act for o in acts)
        ):
            act.words.add("shadow")
        if (
            act.kind in ("got", "give")
            and _THAT.search(text, max(sentence.start, act.start - 24), act.start)
            and any(o.start < act.start and o.kind in GRANTS | BEFALLS | {"refuse"} for o in acts)
        ):
            act.words.add("shadow")
        if (
            act.kind == "arrive"
            and (act.hit.text.startswith("新") or act.hit.text.endswith("生效"))
            and any(
                o.start < act.start
                and o.kind in GRANTS | {"renew"}
                and o.words.isdisjoint(("not", "if", "plan", "ask"))
                for o in acts
            )
        ):
            act.words.add("shadow")  # 续期办妥，新证有效期至六月: the same paper
        if not sentence.chinese and _only_says_which(sentence, act, acts):
            act.words.add("shadow")
        if act.kind == "give" and not sentence.chinese and _is_participle(sentence, act, acts):
            act.words.add("shadow")
        if (
            act.kind == "arrive"
            and (act.carried or all(o.text in _LETTERS for o in act.objects))
            and any(
                o.start < act.start and o.kind in ("refuse", "unapproved", "revoke", "suspend")
                for o in acts
            )
        ):
            act.words.add("shadow")
        if (
            act.kind == "arrive"
            and _IN_FORCE.match(act.hit.text)
            and any(
                o.start < act.start and o.piece == act.piece and o.kind in (*BEFALLS, "refuse")
                for o in acts
            )
        ):
            act.words.add("shadow")
        for other in acts:
            if other is act or other.piece != act.piece or "shadow" in other.words:
                continue
            if (
                (act.kind == "renew" and other.kind in GRANTS and "renewal" in other.words)
                or (act.kind == "arrive" and act.carried and other.kind in ("refuse", "unapproved"))
                or (
                    act.kind in GRANTS | {"renew"}
                    and other.kind == "refuse"
                    and other.start < act.start
                    and re.fullmatch(r"\s*to\s*", text[other.end : act.start])
                )
                or (
                    act.kind == "exempt"
                    and other.kind in ("get", "give", "got", "apply")
                    and other.start < act.start
                    and "exempt" in act.hit.text
                )
            ):
                act.words.add("shadow")
            elif act.kind == "arrive" and other.kind == "valid" and other.start < act.start:
                other.words.add("shadow")
            elif act.kind in GRANTS and other.kind in GRANTS and act.start > other.start:
                joined = other.right > act.start or other.left == act.left
                if "plan" in other.words and is_finite(sentence, act):
                    continue  # "its request to be allowed to ship has been granted"
                if joined or text[act.end : act.end + 1] == "的":
                    act.words.add("shadow")
                    other.words |= act.words & {"general", "paper", "request"}
            elif (
                (
                    act.kind in GRANTS
                    and text[act.end : act.end + 1] == "的"
                    and other.start > act.end
                    and other.kind in GRANTS | {"renew", "suspend", "revoke", "expire"}
                )
                or (other.kind == "exempt" and other.start < act.start and other.right > act.start)
                or (
                    act.kind == "expire"
                    and _EXPIRED_PAPER.match(text, act.end)
                    and other.start > act.end
                )
            ) or (act.kind == "need" and _RELATIVE.search(text, max(0, act.start - 60), act.start)):
                act.words.add("shadow")
            elif act.kind == "apply" and other.kind not in ("apply", "prepare", "need"):
                if _is_request_noun(sentence, act) or _RELATIVE.search(
                    text, max(0, act.start - 60), act.start
                ):
                    act.words.add("shadow")
            elif (
                act.kind == "wait"
                and other.kind == "apply"
                and other.start < act.start
                and act.hit.text.startswith(("with ", "before ", "at "))
            ) or (
                (
                    act.kind in ("apply", "wait", "prepare")
                    and other.kind == act.kind
                    and act.start > other.start
                )
                or (
                    act.kind == "renew"
                    and other.kind in ("apply", "prepare")
                    and other.start < act.start
                )
                or (
                    act.kind == "wait"
                    and other.kind in ("refuse", "unapproved", "got", "give")
                    and other.start < act.start
                    and other.right > act.start
                )
                or (act.kind == "need" and other.kind == "exempt")
            ):
                act.words.add("shadow")


_IN_FORCE = re.compile(
    r"(?:took|takes|has taken|have taken) effect|bec[ao]mes? (?:effective|final)|(?:is|are)"
    r" (?:final|effective|live)|effective from"
)
_RELATIVE = re.compile(
    r"(?:applications?|requests?|licenses?|permits?|approvals?|filings?) (?:that |which )?(?:it"
    r"|they|the company|he|we) (?:has |had |have )?$"
)
_FINITE = re.compile(r"\b(?:was|were|been|is|are|has|have|had|be|being|gets?|got)\b[^,.;]{0,24}$")


def _is_participle(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """ "The licence issued last June was revoked", "its licence, granted in June, ...": history."""
    text = sentence.normal.text
    if not any(o.kind in BEFALLS and o.start > act.end and "not" not in o.words for o in acts):
        return False
    start = max(act.left, sentence.pieces[act.piece][0])
    if _FINITE.search(text, start, act.start) or sentence.within(start, act.start, "authority"):
        return False
    before = [o for o in act.objects if o.end <= act.start]
    return bool(before) or not text[start : act.start].strip()


_WHICH_ONE = re.compile(
    r"\s*(?:,?\s*(?:which|that) (?:was|were|had been|has been|have been) )?(?:already |just "
    r"|only |first )?"
    r"|\s*(?:that |which )?(?:it|they|the company|the firm) (?:was|were|had|has|(?:had|has"
    r"|have) been)\s+"
)


def _only_says_which(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """ "Took back a permit given in January": the participle only says which permit."""
    if act.kind not in ("give", "get", "arrive", "got"):
        return False
    text = sentence.normal.text
    return any(
        o.start < act.start
        and o.piece == act.piece
        and o.kind in (*BEFALLS, "wait", "apply", "refuse", "lacking")
        and any(
            o.end <= paper.start and _WHICH_ONE.fullmatch(text, paper.end, act.start)
            for paper in o.objects
        )
        for o in acts
        if o is not act
    )


_THAT = re.compile(r"\b(?:that|which) (?:now |also |will )?$")
_ASPECT = re.compile(
    r"(?:已|已经|正|正在|将|再次|重新|提出|继续|按规定|依法|积极|主动|先后|陆续|分别|均|也|再"
    r"|仍在|还在)$"
)


def _is_request_noun(sentence: Sentence, act: Act) -> bool:
    """申请 as what was refused, approved, sent back; not as what the firm does."""
    if "request" not in act.hit.kinds:
        return False
    text = sentence.normal.text
    return not _ASPECT.search(text[max(act.left, act.start - 4) : act.start])
