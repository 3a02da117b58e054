"""Words that only their neighbours make words: behind a firm's name, and the bare 证.

The longest term wins where two overlap; in 北方稀土许可证 that would be 稀土许可证, half of it in
the name. And 证 alone is a licence in 证下来了 or 没拿到证, but not in 保证 or 证券.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from monitor.rules.automaton import Automaton, Hit
from monitor.rules.sentence import Mention

_BARE = re.compile(
    r"证(?:(?<=[的张份领拿办发有到无没那这该把将一两二三四五六七八九十]证)|(?<=^证)|(?<=[\s,，。;；:!！?？\"]证))"
    r"(?=$|[\s,，。;；:!！?？\")]|[还都也已尚总终全刚仍未没下批到拿办领发是呢吗了啦来给在一两三几多最虽恢停被遭失作续延展吊撤收换补冻解过签核转走快什有怎何能可])"
)
_PERMIT = frozenset(("permit",))


def bare_papers(text: str, hits: list[Hit]) -> list[Hit]:
    """`hits` with every 证 that stands alone."""
    if "证" not in text:
        return hits
    more = [
        Hit(m.start(), m.end(), _PERMIT, "证")
        for m in _BARE.finditer(text)
        if not _inside(hits, m.start())
    ]
    return sorted([*hits, *more]) if more else hits


def _inside(hits: Sequence[Hit], at: int) -> bool:
    k = bisect_left(hits, (at + 1,)) - 1
    return k >= 0 and hits[k].end > at


def behind_names(
    text: str, hits: list[Hit], mentions: Sequence[Mention], words: Automaton
) -> list[Hit]:
    """`hits`, those that stand half inside a firm's name read again outside it."""
    out: list[Hit] = []
    changed = False
    k = 0
    for hit in hits:
        while k < len(mentions) and mentions[k].end <= hit.start:
            k += 1
        if k == len(mentions) or hit.end <= mentions[k].start:
            out.append(hit)
            continue
        name = mentions[k]
        changed = True
        for start, end in ((hit.start, name.start), (name.end, hit.end)):
            if start < end:
                out += [
                    Hit(h.start + start, h.end + start, h.kinds, h.text)
                    for h in words.hits(text[start:end])
                ]
    return sorted(out) if changed else hits
