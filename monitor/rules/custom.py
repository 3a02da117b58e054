"""An operator's own rules: words that must stand together in one sentence with a watched firm.

They know no grammar but that questions prove nothing. Where one of them speaks about a firm, its
word counts for that sentence and the grammar's does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.rules.acts import Act
from monitor.rules.automaton import Hit
from monitor.rules.document import Document
from monitor.rules.frame import Frame
from monitor.rules.match import Fact, Studied
from monitor.rules.scope import is_question
from monitor.rules.subject import Subject


def apply_custom(document: Document, frames: Sequence[Frame]) -> None:
    """Add the facts of the operator's rules to the sentences of a document."""
    for studied in document.studied:
        sentence = studied.sentence
        if is_question(sentence):
            continue
        words = {kind for hit in sentence.hits for kind in hit.kinds}
        fired = [f for f in frames if f.fits(words)]
        if not fired:
            continue
        keys = list(
            dict.fromkeys(
                m.key for g in sentence.groups for m in g.mentions if m.issuer_id is not None
            )
        )
        if not keys and document.discourse.talk and document.discourse.owner:
            keys = [document.discourse.owner]
        if not keys:
            continue
        studied.facts = [f for f in studied.facts if f.key not in keys]
        for frame in fired[:1]:
            _fire(studied, frame, keys)


def _fire(studied: Studied, frame: Frame, keys: Sequence[str]) -> None:
    sentence = studied.sentence
    wanted = {name for any_of in frame.all for name in any_of}
    hit = next((h for h in sentence.hits if not h.kinds.isdisjoint(wanted)), None)
    if hit is None:
        hit = Hit(sentence.start, sentence.end, frozenset(wanted), sentence.text)
    piece = sentence.piece(hit.start)
    act = Act("custom", hit, sentence.start, sentence.end, piece, words={"firm", *hit.kinds})
    subject = Subject(tuple(keys), "named", "an operator's rule")
    studied.acts.append(act)
    studied.subjects.append(subject)
    for key in keys:
        fact = Fact(frame, frame.status, key, act, sentence, sentence.start, sentence.end, subject)
        fact.reasons.append("an operator's rule")
        studied.facts.append(fact)
