"""A few words of the text that bear on identity: correction, reinstatement, a further licence.

The rules read facts; these words only tell how a fact relates to what was told before. Also the
sketch of a text, by which near-copies are recognised: evidence for a decision, never its judge.
"""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

_CORRECTION = re.compile(
    r"更正|勘误|有误|失实|\bcorrect(?:s|ed)\b|(?<!market )(?<!price )(?<!stock )\bcorrection\b"
    r"|erratum|retract|misstated|was wrong|in error"
)
_CONFIRMED = re.compile(r"证实|确认|承认|坦承|坦言|属实|confirm|acknowledg|admit|verif")
_BACK = re.compile(
    # 恢复 alone may be said of exports; here it is the licence that comes back.
    r"恢复(?:使用|生效|效力|有效)|(?:许可|证)[^,，。]{0,12}恢复|恢复[^,，。]{0,8}(?:许可|证)"
    r"|重新|解除|解冻|新证|换发|重启"
    r"|reinstat|restor|resum|\blift(?:s|ed)?\b|unfro|reactivat|\bagain\b|back in force|revived"
    r"|refil|resubmi|re-?appl|new (?:export )?(?:licen|permit)"
)
_ANOTHER = re.compile(
    r"又一|又[获取得收到新]|再一|再[获取得收到添次]|新取得|新获|另[一获取得]|第[二三四五六]"
    r"|(?:another|further|additional|second|third|more|new)(?: \w+)?"
    r" (?:licen|permit|batch|approv|lot)"
)
"""Searched in normalised text: lower case, simplified characters."""

SKETCH = 24
"""Hashes kept per text: enough to tell a copy from a relative, small enough for every story."""


def speaks_of_correction(text: str) -> bool:
    """Whether the text takes something back or puts it right."""
    return _CORRECTION.search(text) is not None


def speaks_of_confirmation(text: str) -> bool:
    """Whether the text says that somebody confirms."""
    return _CONFIRMED.search(text) is not None


def speaks_of_reinstatement(text: str) -> bool:
    """Whether the text says that a lost or refused licence is back, or asked for anew."""
    return _BACK.search(text) is not None


def speaks_of_another(text: str) -> bool:
    """Whether the text itself says that this licence is one more."""
    return _ANOTHER.search(text) is not None


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
