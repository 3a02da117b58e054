"""Notices: what was received is the word of a loss, no paper: 接到暂停执行许可证的通知."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import Act
from monitor.rules.sentence import Sentence

LOSSES = frozenset(("refuse", "suspend", "revoke", "expire", "unapproved"))
_RECEIVES = re.compile(r"(?:接到|收到|接获|收悉|获悉|获|签收|收讫|拿到|接)了?")
_ONLY_WORD = re.compile(r"(?:接获|接到|收到|获)(?:了)?(?:有关|相关|书面|口头|正式)?通知")


def notice_of(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """Is a loss what this verb brought: 收到撤销许可决定书, 三张被冻结，已接获通知?"""
    if not sentence.chinese or act.kind not in ("get", "arrive"):
        return False
    if _ONLY_WORD.fullmatch(act.hit.text):
        ends = sentence.normal.text[act.end : act.end + 1] in ("", ",", ":")
        return any(o.kind in LOSSES and (o.start < act.start or ends) for o in acts)
    return _RECEIVES.fullmatch(act.hit.text) is not None and any(
        o.kind in LOSSES
        and o.piece == act.piece
        and 0 <= o.start - act.end <= 24
        and "的许可" not in sentence.normal.text[o.end : o.end + 8]
        for o in acts
    )


def unheard(sentence: Sentence, acts: Sequence[Act]) -> None:
    """未接到撤回、收回许可的通知: nothing of what the notice would have told has happened."""
    for act in acts:
        if act.dropped != NOTICE:
            continue
        no = sentence.within(max(act.left, act.start - 6), act.start, "not", "not_yet")
        if not no or act.start - no[-1].end > 2:
            continue
        for other in acts:
            if other.piece == act.piece and other.kind in LOSSES and other.start > act.start:
                other.words |= {"not"}


NOTICE = "what was received is the word of a loss"
