"""Interviews and calls inside a text: who asks, who answers, and answers that lean on questions.

"Analyst: On permits, anything new? Management: Yes, two more, both for Japan."
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.answers import complete, question_ground
from monitor.rules.field import Field
from monitor.rules.frame import Frame
from monitor.rules.match import Studied, study
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse

LABEL = re.compile(r"[\s\"'“*•-]*(?P<who>[^:.?!\n]{1,60}):\s+")
"""The name or the office of a speaker, at the head of what is said."""
MOST = 4
"""Sentences of an answer that may lean on the question."""


def speakers(f: Field, start: int, end: int) -> tuple[str, ...]:
    """The firms a speaker's label names: "A's chairman: We do"."""
    return tuple(dict.fromkeys(m.key for m in f.mentions if start <= m.start < end))


def interview(
    asked: Sequence[Sentence],
    studied: Sequence[Studied],
    owner: str | None,
    named: dict[int, str],
    frames: Sequence[Frame],
) -> None:
    """Add what the answers to the questions of a text say.

    `owner`: the firm that answers where its label names none; `named`: the one a label names, by
    the number of the sentence.
    """
    runs: list[list[Sentence]] = []
    for one in asked:
        if runs and one.index == runs[-1][-1].index + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    for number, run in enumerate(runs):
        papers = any(q.has("paper", "permit", "general", "request") for q in run)
        if not papers or any(q.has("other_paper") for q in run):
            continue
        last = run[-1].index
        stop = min([r[0].index for r in runs[number + 1 :]] + [last + MOST + 1])
        here = [s for s in studied if last < s.sentence.index < stop]
        who = next((named[s.sentence.index] for s in here if s.sentence.index in named), owner)
        if who is None:
            continue
        put = [study(q, question_ground(), Discourse(owner=who, talk=True), frames) for q in run]
        complete(here, put, Discourse(owner=who, talk=True), frames)
