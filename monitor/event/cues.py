"""A few words of the text that bear on identity: correction, reinstatement, a further licence.

The rules read facts; these words only tell how a fact relates to what was told before. Also the
sketch of a text, by which near-copies are recognised: evidence for a decision, never its judge.
"""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

_CORRECTION = re.compile(
    r"更正|勘误|勘誤|有误|有誤|报道失实|報道失實|correct(?:s|ed|ion)\b|erratum|retract|misstated"
    r"|was wrong|in error"
)
_CONFIRMED = re.compile(
    r"证实|證實|确认|確認|承认|承認|坦承|坦言|属实|屬實|confirm|acknowledg|admit|verif"
)
_BACK = re.compile(
    r"恢复|恢復|重新|解除|重启|重啟|解冻|解凍|新证|新證|换发|換發"
    r"|reinstat|restor|resum|\blift(?:s|ed)?\b|unfro|reactivat|\bagain\b|back in force|revived"
    r"|refil|resubmi|re-?appl|new (?:export )?(?:licen|permit)"
)
_ANOTHER = re.compile(
    r"又一|又[获獲取得收到新]|再一|再[获獲取得收到添次]|新取得|新[获獲]|另[一获獲取得]|第[二三四五六]"
    r"|(?:another|further|additional|second|third|more|new)(?: \w+)?"
    r" (?:licen|permit|batch|approv|lot)"
)

SKETCH = 24
"""Hashes kept per text: enough to tell a copy from a relative, small enough for every story."""


def speaks_of_correction(text: str) -> bool:
    """Whether the text takes something back or puts it right."""
    return _CORRECTION.search(text.lower()) is not None


def speaks_of_confirmation(text: str) -> bool:
    """Whether the text says that somebody confirms."""
    return _CONFIRMED.search(text.lower()) is not None


def speaks_of_reinstatement(text: str) -> bool:
    """Whether the text says that a lost or refused licence is back, or asked for anew."""
    return _BACK.search(text.lower()) is not None


def speaks_of_another(text: str) -> bool:
    """Whether the text itself says that this licence is one more."""
    return _ANOTHER.search(text.lower()) is not None


def sketch(text: str) -> list[int]:
    """The smallest hashes of the text's shingles, sorted; digits and punctuation left out."""
    plain = unicodedata.normalize("NFKC", text[:2000]).casefold()
    words = re.findall(r"[a-z]+|[^\W\d_a-z]", plain)
    shingles = {" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))}
    return sorted(crc32(shingle.encode()) for shingle in shingles if shingle)[:SKETCH]


def likeness(one: list[int], other: list[int]) -> float:
    """Estimated share of shingles in common, 0 to 1."""
    smallest = set(sorted(set(one) | set(other))[:SKETCH])
    if not smallest:
        return 0.0
    return len(smallest & set(one) & set(other)) / len(smallest)
