"""What a question only heard, and the firm denies: 听说公司拿到许可证? 该信息不准确.

The firm's own word is one fact, the rumour another one with certainty `denied`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.model import FAMILY, Status
from monitor.rules.answers import answer_fact
from monitor.rules.frame import Frame
from monitor.rules.match import Fact, Studied
from monitor.rules.subject import Discourse

_HEARD = re.compile(
    r"听说|据说|传闻|网传|据传|有传|传言|谣|消息称|报道称|报道说|说是|真的假的|是真的|真假|属实|是不是真|是不是又|这回事|可靠吗"
    r"|属不属实|确有此事|股吧|群里|网上|朋友圈|有人说|都说|媒体说|新闻说|外界"
)
_SUPPOSED: dict[str, Status] = {
    "get": "granted",
    "got": "granted",
    "give": "granted",
    "arrive": "granted",
    "refuse": "denied",
    "suspend": "suspended",
    "revoke": "revoked",
}
_BACK_ZH = re.compile(r"打回来?了?|退了?回来?了?|被?否了?|毙了|被?停了|又停")
_UNSAID = re.compile(
    r"(?:不存在|并非|并没有|没有|并未|并无|未曾|不是|绝非|从未)(?:任何|所谓)?(?:许可证?|批文|申请)?(?:的)?(?:被|遭|出现|发生)?"
    r"(?:否|叫停|暂停|中止|停|撤|吊销|注销|驳|打回|退|收回|冻结|拒|毙)"
)
_WRONG = ("untrue", "denies", "mistaken")


def hearsay(
    studied: Sequence[Studied],
    question: Sequence[Studied],
    discourse: Discourse,
    frames: Sequence[Frame],
) -> None:
    """Add the rumour that an answer denies, and drop what it seemed to grant beside that."""
    if discourse.owner is None or not any(
        q.sentence.chinese and _HEARD.search(q.sentence.text) for q in question
    ):
        return
    status = _supposed(question)
    if status is None:
        return
    for s in [x for x in studied if len(x.sentence.text) > 5][:3]:
        sentence = s.sentence
        m = _UNSAID.search(sentence.text) if FAMILY[status] == "loss" else None
        hit = next((h for h in sentence.hits if not h.kinds.isdisjoint(_WRONG)), None)
        if m is None and hit is None:
            continue
        start, end = sentence.pieces[sentence.piece(hit.start)] if hit else sentence.pieces[0]
        told = [f for f in s.facts if f.certainty != "denied"]
        if any(f.status == status and f.act.carried != "context" for f in told):
            return  # the firm tells of one after all
        s.facts[:] = [f for f in s.facts if f.status != status or f.certainty == "denied"]
        if any(f.status == status for x in studied for f in x.facts):
            return
        _add(s, answer_fact(sentence, start, end, status, discourse, frames), "denied")
        known = {f.status for x in studied for f in x.facts if f.certainty != "denied"}
        if status == "granted" and known.isdisjoint(("not_received", "pending", "applied")):
            fact = answer_fact(sentence, start, end, "not_received", discourse, frames)
            _add(s, fact, "reported")
        return


def _add(s: Studied, fact: Fact | None, certainty: str) -> None:
    if fact is None:
        return
    if certainty == "denied":
        fact.certainty = "denied"
    fact.reasons.append("what the question heard, denied")
    s.facts.append(fact)


def _supposed(question: Sequence[Studied]) -> Status | None:
    """The status the question heard of: its last act that grants, refuses or takes."""
    acts = [a for q in question for a in q.acts if not a.dropped and a.kind in _SUPPOSED]
    kinds = [_SUPPOSED[a.kind] for a in acts if a.words.isdisjoint(("not", "not_yet"))]
    if kinds:
        return next((k for k in kinds if FAMILY[k] == "loss"), kinds[-1])
    text = "".join(q.sentence.text for q in question)
    if not re.search(r"许可|申请|批文|出口证", text) or not (m := _BACK_ZH.search(text)):
        return None
    return "suspended" if "停" in m.group() else "denied"
