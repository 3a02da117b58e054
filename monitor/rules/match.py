"""From the acts of a sentence to facts: frames against rules, subjects, slots.

A `Fact` is a match in the making, still bound to its sentence; `story` weighs the facts of one
document against each other.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from monitor.model import Attribution, Certainty, Novelty, Status
from monitor.rules.acts import GRANTS, Act, Ground
from monitor.rules.clause import modifies
from monitor.rules.crowd import abroad_office, on_the_roll, state_acts
from monitor.rules.facts import reach
from monitor.rules.gaps import approval_of, bare, headline, left_out, nominal, states
from monitor.rules.papers import of_another_state
from monitor.rules.readings import acts_of
from monitor.rules.scope import bend
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse, Subject
from monitor.rules.verdicts import verdicts
from monitor.rules.who import subject_of, update


@dataclass(frozen=True, slots=True)
class Frame:
    """A rule about frames: words that must be there, words that must not."""

    id: str
    version: int
    status: Status
    all: tuple[frozenset[str], ...]
    none: frozenset[str]
    language: str

    def fits(self, words: set[str]) -> bool:
        return all(not words.isdisjoint(any_of) for any_of in self.all) and words.isdisjoint(
            self.none
        )

    def failing(self, words: set[str]) -> str:
        """The first condition that does not hold, in words."""
        for any_of in self.all:
            if words.isdisjoint(any_of):
                return f"needs {' or '.join(sorted(any_of))}"
        return f"excluded by {', '.join(sorted(words & self.none))}"


@dataclass(slots=True)
class Fact:
    """One licence fact about one firm (or about nobody named)."""

    frame: Frame
    status: Status
    key: str | None
    act: Act
    sentence: Sentence
    start: int
    end: int
    subject: Subject
    destinations: list[str] = field(default_factory=list)
    products: list[str] = field(default_factory=list)
    customers: list[str] = field(default_factory=list)
    extent: str = "unspecified"
    attribution: Attribution = "media"
    certainty: Certainty = "reported"
    novelty: Novelty = "new"
    event_date: str | None = None
    date_kind: Literal["event", "statement"] | None = None
    reasons: list[str] = field(default_factory=list)
    borrowed: bool = False
    """The products come from elsewhere in the document, not from this sentence."""


@dataclass(slots=True)
class Studied:
    """A sentence with its acts, their subjects and the facts drawn."""

    sentence: Sentence
    acts: list[Act]
    subjects: list[Subject | None]
    facts: list[Fact]


def study(
    sentence: Sentence, ground: Ground, discourse: Discourse, frames: Sequence[Frame]
) -> Studied:
    """Everything one sentence says about licences. Updates `discourse`."""
    acts = acts_of(sentence, ground)
    if not any(not a.dropped for a in acts):
        acts += on_the_roll(sentence)
    if not any(not a.dropped for a in acts):
        acts += headline(sentence, ground) or nominal(sentence, ground) or states(sentence, ground)
        acts += [] if any(not a.dropped for a in acts) else approval_of(sentence, ground)
        acts += left_out(sentence, acts)
        acts.sort(key=lambda a: a.start)
    else:
        acts += left_out(sentence, acts)
    acts += bare(sentence, acts, ground)
    acts += verdicts(sentence, acts, ground, answering=discourse.talk)
    acts.sort(key=lambda a: a.start)
    live = [a for a in acts if not a.dropped]
    for act in live:
        act.words |= {act.kind}
        for hit in act.objects:
            if not hit.kinds.isdisjoint(("paper", "permit")) or "license" in hit.text:
                act.words.add("paper")
            if "general" in hit.kinds:
                act.words |= {"general", "paper"}
            for kind in ("request", "export"):
                if kind in hit.kinds:
                    act.words.add(kind)
        if act.carried and not act.objects:
            act.words.add("paper")
        if act.kind in GRANTS | {"wait"} and _renewal(sentence, act):
            act.words.add("renewal")
        bend(sentence, act)
    _shadow(sentence, live)
    subjects: dict[int, Subject] = {}
    before: Subject | None = None
    facts: list[Fact] = []
    for act in live:
        if "shadow" in act.words:
            continue
        subject = subject_of(sentence, act, live, discourse, before)
        subjects[id(act)] = subject
        if subject.how != "authority":
            before = subject
        if subject.keys:
            act.words.add("firm")
        elif subject.how == "authority":
            act.words.add("authority")
        elif subject.how == "crowd":
            act.words.add("crowd")
        if _gives_itself(sentence, act, subject):
            act.reasons.append("gives something itself")
            continue
        if _foreign(sentence, act) or (sentence.chinese and _goes_on_abroad(sentence, act, live)):
            act.reasons.append("another state's authority")
            act.words.add("foreign")
            continue
        if (
            act.kind == "revoke"
            and subject.keys
            and act.hit.text in _OWN_WILL
            and not sentence.within(sentence.start, act.start, "authority")
        ) and not re.search(
            r"\b(?:was|were|been|being|is|are)\s+(?:\w+\s+)?$",
            sentence.normal.text[max(0, act.start - 16) : act.start],
        ):
            act.words.discard("paper")
            act.words.add("request")
        facts += _facts(sentence, act, live, subject, frames)
    if not sentence.chinese:
        share_out(sentence, facts)
    update(
        sentence,
        discourse,
        [
            s
            for s in subjects.values()
            if s.how in ("named", "anaphor", "carried", "owner", "focus")
        ],
    )
    return Studied(sentence, acts, [subjects.get(id(a)) for a in acts], facts)


_RESPECTIVELY = re.compile(r"\brespectively\b|\bin that order\b")


def share_out(sentence: Sentence, facts: list[Fact]) -> None:
    """ "A and B were approved and refused respectively": to each firm its own verdict."""
    if not _RESPECTIVELY.search(sentence.text):
        return
    acts = list({id(f.act): f.act for f in facts}.values())
    keys = [tuple(f.key for f in facts if f.act is a) for a in acts]
    if len(acts) < 2 or len(set(keys)) != 1 or len(keys[0]) != len(acts):
        return
    facts[:] = [f for f in facts if f.key == keys[0][acts.index(f.act)]]


_OWN_WILL = frozenset(("withdrew", "withdraw", "withdraws", "撤回", "取消了"))


def _renewal(sentence: Sentence, act: Act) -> bool:
    """Is what was obtained a renewal (续期批件, "renewals for Germany through")?"""
    return bool(sentence.within(act.left, act.right, "renew")) and "renew" not in act.hit.kinds


_ACTIVE = frozenset(
    (
        "give",
        "gives",
        "gave",
        "giving",
        "issue",
        "issues",
        "issuing",
        "grants",
        "granting",
        "awards",
        "awarding",
        "provide",
        "provides",
        "offer",
        "offers",
        "offering",
        "approves",
        "approving",
        "let",
        "lets",
        "endorses",
        "releases",
        "releasing",
    )
)


def _gives_itself(sentence: Sentence, act: Act, subject: Subject) -> bool:
    """ "The company gave some": who gives is no receiver, unless an authority was named before."""
    return (
        act.kind == "give"
        and act.hit.text in _ACTIVE
        and bool(subject.keys)
        and not any(act.end <= g.start < act.right for g in sentence.groups)
        and not sentence.within(act.end, act.right, "it", "they")
        and not sentence.within(sentence.start, act.start, "authority")
    )


def _goes_on_abroad(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """美国批准出售软件，许可已签发: the clause behind another state's act, with nobody new in it."""
    start, _end = sentence.pieces[act.piece]
    return any("foreign" in o.words and o.piece == act.piece - 1 for o in acts) and not (
        any(start <= g.start < act.start for g in sentence.groups)
        or sentence.within(start, act.start, "authority", "it")
    )


def _foreign(sentence: Sentence, act: Act) -> bool:
    """Does another state's authority act here, not China's?"""
    if act.kind != "exempt" and sentence.chinese:
        if abroad_office(sentence, act) or state_acts(sentence, act):
            return True
    if act.kind != "exempt" and not sentence.chinese and of_another_state(sentence, act):
        return True
    if act.kind == "exempt" or not sentence.has("foreign_authority"):
        return False
    _start, end = sentence.pieces[act.piece]
    nearest = sentence.within(sentence.start, act.start, "foreign_authority", "authority")
    if nearest and sentence.piece(nearest[-1].start) == act.piece:
        return "foreign_authority" in nearest[-1].kinds
    behind = sentence.within(act.end, end, "foreign_authority", "authority")
    if behind:
        return "foreign_authority" in behind[0].kinds
    return bool(nearest) and all("foreign_authority" in h.kinds for h in nearest)


def _facts(
    sentence: Sentence, act: Act, acts: Sequence[Act], subject: Subject, frames: Sequence[Frame]
) -> list[Fact]:
    language = "zh" if sentence.chinese else "en"
    for frame in frames:
        if frame.language == language and frame.fits(act.words):
            break
    else:
        act.reasons.append("no rule fits: " + ", ".join(sorted(act.words)))
        return []
    status = frame.status
    start, end = reach(sentence, act, acts)
    certainty: Certainty = "reported"
    if "plan" in act.words or act.kind == "prepare":
        certainty = "expected"
    keys: Sequence[str | None] = subject.keys or (None,)
    return [
        Fact(frame, status, key, act, sentence, start, end, subject, certainty=certainty,
             reasons=list(act.reasons))
        for key in keys
    ]  # fmt: skip


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


def _shadow(sentence: Sentence, acts: Sequence[Act]) -> None:
    """Acts that only repeat or describe another one of the same piece.

    "obtained licences issued by the ministry", 收到商务部核发的许可证, "has been granted approval".
    """
    text = sentence.normal.text
    for one, act in itertools.pairwise(acts):
        lead = text[max(act.left, sentence.pieces[act.piece][0]) : act.start].strip(" ,")
        if lead in ("", "or", "and", "and/or", "或", "或者"):
            act.words |= one.words & {"if", "must", "ask", "plan"}
            if lead in ("", "or") and "not" in one.words and not sentence.chinese:
                act.words |= one.words & {"not", "not_yet", "so_far"}
    for act in acts:
        if (
            sentence.chinese
            and act.kind in GRANTS | _LATER | {"refuse", "unapproved"}
            and modifies(sentence, act, acts)
        ):
            act.words.add("shadow")
        if act.kind in ("revoke", "expire") and all(o.text in _OLD_ZH for o in act.objects):
            if act.objects and any(o.kind in GRANTS | {"renew"} for o in acts):
                act.words.add("shadow")
        if act.kind in GRANTS and any(
            o.kind == "lacking" and 0 <= act.start - o.end <= 1 for o in acts
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
            and any(o.start < act.start and o.kind in GRANTS | _LATER | {"refuse"} for o in acts)
        ):
            act.words.add("shadow")
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
                if joined or text[act.end : act.end + 1] == "的":
                    act.words.add("shadow")
                    other.words |= act.words & {"general", "paper", "request"}
            elif (
                (
                    (
                        act.kind in GRANTS
                        and text[act.end : act.end + 1] == "的"
                        and other.start > act.end
                        and other.kind in GRANTS | {"renew", "suspend", "revoke", "expire"}
                    )
                    or (
                        other.kind == "exempt"
                        and other.start < act.start
                        and other.right > act.start
                    )
                    or (
                        act.kind == "expire"
                        and _EXPIRED_PAPER.match(text, act.end)
                        and other.start > act.end
                    )
                )
                or act.kind == "need"
                and _RELATIVE.search(text, max(0, act.start - 60), act.start)
            ):
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


_RELATIVE = re.compile(
    r"(?:applications?|requests?|licenses?|permits?|approvals?|filings?) (?:that |which )?(?:it"
    r"|they|the company|he|we) (?:has |had |have )?$"
)
_LATER = frozenset(("suspend", "revoke", "expire", "renew", "reinstate"))
_FINITE = re.compile(r"\b(?:was|were|been|is|are|has|have|had|be|being|gets?|got)\b[^,.;]{0,24}$")


def _is_participle(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """ "The licence issued last June was revoked", "its licence, granted in June, ...": history."""
    text = sentence.normal.text
    if not any(o.kind in _LATER and o.start > act.end and "not" not in o.words for o in acts):
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
        and o.kind in (*_LATER, "wait", "apply", "refuse", "lacking")
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
