"""From the acts of a sentence to facts: frames against rules, subjects, slots.

A `Fact` is a match in the making, still bound to its sentence; `story` weighs the facts of one
document against each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from monitor.model import Attribution, Certainty, Novelty, Status
from monitor.rules.acts import GRANTS, Act, Ground
from monitor.rules.counted import counted
from monitor.rules.crowd import abroad_office, on_the_roll, state_acts
from monitor.rules.facts import reach
from monitor.rules.frame import Frame
from monitor.rules.gaps import approval_of, bare, headline, left_out, nominal, states
from monitor.rules.givers import follows_from_it, given_elsewhere
from monitor.rules.held import held
from monitor.rules.listed import in_a_list, newly_given
from monitor.rules.mentions import mentioned
from monitor.rules.ministry import of_nobody
from monitor.rules.notices import unheard
from monitor.rules.pairs import one_of_them, pair, said_once
from monitor.rules.prose import bent, untold
from monitor.rules.readings import acts_of
from monitor.rules.scope import bend
from monitor.rules.sentence import Sentence
from monitor.rules.shadow import shadow
from monitor.rules.shares import came_out, left_over, rated
from monitor.rules.shown import quoted_answer, shown
from monitor.rules.subject import Discourse, Subject, update
from monitor.rules.unsaid import unsaid
from monitor.rules.unwatched import holders, receivers
from monitor.rules.verdicts import verdicts
from monitor.rules.who import subject_of


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

    def days_old(self, published_at: datetime | None) -> int | None:
        """Days from the act, in a month from its 28th, to the publication; None: not told."""
        if self.event_date is None or published_at is None:
            return None
        day = self.event_date if len(self.event_date) == 10 else self.event_date + "-28"
        try:
            return (published_at.date() - date.fromisoformat(day)).days
        except ValueError:
            return None


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
    if _nothing(acts):
        acts += on_the_roll(sentence) or newly_given(sentence)
    if _nothing(acts):
        acts += headline(sentence, ground) or nominal(sentence, ground) or states(sentence, ground)
        acts += approval_of(sentence, ground) if _nothing(acts) else []
        acts += left_out(sentence, acts)
        acts.sort(key=lambda a: a.start)
    else:
        acts += left_out(sentence, acts)
    acts += rated(sentence, acts, ground, answering=discourse.talk)
    acts += came_out(sentence, acts, answering=discourse.talk)
    acts += counted(sentence, acts, ground, answering=discourse.talk)
    acts += held(sentence, acts, ground)
    acts += shown(sentence, acts, ground, answering=discourse.talk)
    acts += quoted_answer(sentence, acts)
    acts += in_a_list(sentence, acts)
    acts += said_once(sentence, acts)
    acts += bare(sentence, acts, ground)
    acts += verdicts(sentence, acts, ground, answering=discourse.talk)
    if _nothing(acts):
        acts += mentioned(sentence, ground, discourse)
    acts.sort(key=lambda a: a.start)
    for act in acts:
        act.dropped = act.dropped or untold(sentence, act) or unsaid(sentence, act, acts)
    live = [a for a in acts if not a.dropped]
    for act in live:
        if left_over(sentence, act, live):
            act.kind = "wait"
        act.words |= {act.kind}
        for hit in act.objects:
            if not hit.kinds.isdisjoint(("paper", "permit")) or "license" in hit.text:
                act.words.add("paper")
            if "general" in hit.kinds:
                act.words |= {"general", "paper"}
            for kind in ("request", "export"):
                if kind in hit.kinds:
                    act.words.add(kind)
        if act.kind == "got" and _FOR_ALL.search(act.hit.text):
            act.words.add("general")
        if act.carried and not act.objects:
            act.words.add("paper")
        if act.kind in GRANTS | {"wait"} and _renewal(sentence, act):
            act.words.add("renewal")
        bend(sentence, act)
        bent(sentence, act)
    unheard(sentence, acts)
    shadow(sentence, live)
    pair(sentence, live)
    subjects: dict[int, Subject] = {}
    before: Subject | None = None
    facts: list[Fact] = []
    for act in live:
        if "shadow" in act.words:
            continue
        subject = subject_of(sentence, act, live, discourse, before)
        unnamed = subject.how in ("nobody", "focus") or (
            subject.how == "carried" and not subject.keys
        )
        if unnamed and (names := holders(sentence, act)):
            subject = Subject(tuple(f"other:{n}" for n in names), "named", ", ".join(names))
        if subject.how in ("authority", "carried") and (names := receivers(sentence, act)):
            subject = Subject(tuple(f"other:{n}" for n in names), "named", ", ".join(names))
        if (office := of_nobody(sentence, act, subject)) is not None:
            subject = office
            act.words.add("give")
        which = subject if not one_of_them(sentence, act, subject.keys) else None
        subjects[id(act)] = subject
        if subject.how != "authority":
            before = subject
        subject = which or Subject((), "crowd", "one of them")
        if subject.keys:
            act.words.add("firm")
        elif subject.how == "authority":
            act.words.add("authority")
        elif subject.how == "crowd":
            act.words.add("crowd")
        if _gives_itself(sentence, act, subject):
            act.reasons.append("gives something itself")
            continue
        if (
            _foreign(sentence, act)
            or (sentence.chinese and _goes_on_abroad(sentence, act, acts))
            or follows_from_it(sentence, act, acts)
        ):
            act.reasons.append("another state's authority")
            act.words.add("foreign")
            continue
        if (
            act.kind == "revoke"
            and subject.keys
            and (act.hit.text in _OWN_WILL or _takes_request(act))
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


_FOR_ALL = re.compile(r"general|通用|按年|年度|一年一|总括|一揽子")


def _nothing(acts: Sequence[Act]) -> bool:
    """Does none of them count?"""
    for act in acts:  # noqa: SIM110 (asked for too often for a generator)
        if not act.dropped:
            return False
    return True


_RESPECTIVELY = re.compile(r"\brespectively\b|\bin that order\b")


def share_out(sentence: Sentence, facts: list[Fact]) -> None:
    """ "A and B were approved and refused respectively": to each firm its own verdict."""
    if len(facts) < 2 or not _RESPECTIVELY.search(sentence.text):
        return
    acts = list({id(f.act): f.act for f in facts}.values())
    keys = [tuple(f.key for f in facts if f.act is a) for a in acts]
    if len(acts) < 2 or len(set(keys)) != 1 or len(keys[0]) != len(acts):
        return
    facts[:] = [f for f in facts if f.key == keys[0][acts.index(f.act)]]


def _takes_request(act: Act) -> bool:
    """ "Has withdrawn its application for a licence": the paper is only what was applied for."""
    behind = [o for o in act.objects if o.start >= act.end]
    return bool(behind) and "request" in behind[0].kinds and "paper" not in behind[0].kinds


_OWN_WILL = frozenset(("withdrew", "withdraw", "withdraws", "撤回", "取消了"))


def _renewal(sentence: Sentence, act: Act) -> bool:
    """Is what was obtained a renewal (续期批件, "renewals for Germany through")?"""
    if "renew" in act.hit.kinds:
        return False
    new = sentence.chinese and any(o.text == "新证" for o in act.objects) and sentence.has("renew")
    return new or bool(sentence.within(act.left, act.right, "renew"))


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


_PASSES_ON = re.compile(r"(?:hand|pass|send|sent|turn|deliver)[a-z]* (?:over|on|in|out|to)")
_HAS_DONE = re.compile(r"\b(?:has|have|had) (?:[a-z]+ )?$")


def _gives_itself(sentence: Sentence, act: Act, subject: Subject) -> bool:
    """ "The company gave some": who gives is no receiver, unless an authority was named before."""
    passes = act.kind == "give" and _PASSES_ON.fullmatch(act.hit.text)
    if passes and subject.how == "named":
        start = sentence.pieces[act.piece][0]
        if _HAS_DONE.search(sentence.normal.text[start : act.start]) and not sentence.chinese:
            return True
    return (
        act.kind == "give"
        and act.hit.text in _ACTIVE
        and bool(subject.keys)
        and not any(act.end <= g.start < act.right for g in sentence.groups)
        and not sentence.within(act.end, act.right, "it", "they")
        and not sentence.within(sentence.start, act.start, "authority")
    )


def _goes_on_abroad(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """美国批准出售软件，许可已签发: behind another state's act, with nobody new in it."""
    start, _end = sentence.pieces[act.piece]
    beyond = any(
        o.piece in (act.piece - 1, act.piece)
        and o.start < act.start
        and ("foreign" in o.words or (o.dropped and state_acts(sentence, o)))
        for o in acts
    )
    return beyond and not (
        any(start <= g.start < act.start for g in sentence.groups)
        or sentence.within(start, act.start, "authority", "it")
    )


def _foreign(sentence: Sentence, act: Act) -> bool:
    """Does another state's authority act here, not China's?"""
    if (
        act.kind != "exempt"
        and sentence.chinese
        and (abroad_office(sentence, act) or state_acts(sentence, act))
    ):
        return True
    if given_elsewhere(sentence, act):
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
