"""Rumours and their denials: what was only said, and by whom it was taken back."""

from __future__ import annotations

import re
from dataclasses import replace

from monitor.rules.automaton import Hit
from monitor.rules.document import Document
from monitor.rules.match import Fact
from monitor.rules.sentence import Sentence


def take_back(document: Document) -> None:
    """A rumour and its denial: the rumoured act gets certainty `denied`."""
    studied = document.studied + document.titled
    for i, s in enumerate(studied):
        if not s.facts:
            continue
        last = s.sentence.where == "title" or i + 1 >= len(document.studied)
        following = None if last else studied[i + 1].sentence
        extra: list[Fact] = []
        for fact in s.facts:
            if fact.status in ("not_received", "pending", "applied", "not_required", "policy"):
                continue
            if "valid" in fact.act.words:
                continue
            why = _denied_by(fact, s.sentence, following, document)
            if why is None:
                continue
            fact.certainty = "denied"
            fact.reasons.append(f"a rumour that is denied: {why}")
            if (
                fact.status in ("granted", "general_granted", "renewed")
                and fact.key
                and not why.startswith("mistaken")
            ) and not any(
                o.key == fact.key and o.status in ("not_received", "pending", "applied")
                for o in document.facts
            ):
                extra.append(_denial(fact))
        s.facts += extra


def _denied_by(
    fact: Fact, sentence: Sentence, following: Sentence | None, document: Document
) -> str | None:
    """The word that takes a rumoured act back, or None."""
    rumoured = [h for h in sentence.hits if "rumor" in h.kinds]
    text = sentence.normal.text
    if not sentence.chinese and (m := _NOT_TRUE_THAT.search(text, sentence.start, fact.act.start)):
        if not _OWN_WORD.search(text, m.end(), fact.act.start):
            return m.group()
    for h in sentence.hits:
        if not sentence.chinese and h.end <= fact.act.start:
            if _OWN_WORD.search(text, min(h.end + 2, fact.act.start), fact.act.start):
                continue
        if "denies" in h.kinds and (h.end <= fact.act.start or rumoured):
            return h.text
        if (
            "untrue" in h.kinds
            and rumoured
            and "media_says" not in h.kinds
            and not _unsaid(sentence, h)
        ):
            return h.text
        if "mistaken" in h.kinds and (rumoured or h.start > fact.act.end):
            return f"mistaken: {h.text}"
    filing = document.item.kind == "announcement"
    if rumoured:
        for other in document.studied + document.titled:
            if other.sentence.where == "text" and other.sentence.start <= sentence.start:
                continue
            for act in other.acts:
                if act.kind == fact.act.kind and "not" in act.words and not act.dropped:
                    return f"not {act.hit.text}"
    if rumoured and any(
        not h.kinds.isdisjoint(("denies", "untrue", "rumor") if filing else ("denies", "untrue"))
        and not _unsaid(t.sentence, h)
        for t in document.titled
        for h in t.sentence.hits
    ):
        return "the title"
    if (rumoured or (filing and sentence.has("media_says"))) and following is not None:
        later = (
            [following]
            if not filing
            else [x.sentence for x in document.studied if x.sentence.start > sentence.start]
        )
        for told in later:
            for h in told.hits:
                if not h.kinds.isdisjoint(("untrue", "denies")) and not _unsaid(told, h):
                    return h.text
                if "mistaken" in h.kinds:
                    return f"mistaken: {h.text}"
    return None


_NOT_TRUE_THAT = re.compile(
    r"\b(?:not true|untrue|false|wrong|incorrect|inaccurate|not the case|no truth in \w+)(?: to say)? that\b"
)
_OWN_WORD = re.compile(
    r"[;:]|[,.] (?:and )?(?:saying|adding|stating|noting|insisting|stressing|explaining|pointing out"
    r"|said|it said|but|in fact|rather|while|although)\b|\b(?:but|in fact|adding that|saying that)\b"
    r"| -{1,2} "
)
"""Behind it the one who denies tells what is so."""
_NOT = re.compile(
    r"(?:不是|并非|绝非|\bnot|\bno|\bnever)\W{0,2}(?:an? |the |愚人节的?|什么|一个)?$"
)


def _unsaid(sentence: Sentence, hit: Hit) -> bool:
    """Is the word of falsehood itself denied: 不是玩笑, "not untrue"?"""
    return (
        _NOT.search(sentence.normal.text, max(sentence.start, hit.start - 12), hit.start)
        is not None
    )


def _denial(fact: Fact) -> Fact:
    """The firm's own word against the rumour: it has no licence."""
    act = replace(fact.act, words=set(fact.act.words), reasons=[])
    denial = Fact(
        fact.frame, "not_received", fact.key, act, fact.sentence, fact.start, fact.end, fact.subject
    )
    denial.certainty = "confirmed"
    denial.reasons.append("the denial of the rumour")
    return denial
