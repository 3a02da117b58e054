"""Firms that are not on the watchlist: names that look like a firm's, to the left of a verb.

Only used to say who else was granted or refused a licence ("not watched", in the digest); so a
name is found when it has a firm's form, and nothing is guessed from context.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.text import Normal


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm outside the watchlist, as the text names it."""

    start: int
    end: int
    """Offsets in the normalised text."""
    name: str
    """As the original has it."""
    legal: bool
    """It has the legal tail of a firm (Corp, 有限公司); else it is only a capitalised name."""


_LEGAL = (
    r"(?:Co(?:mpany|rp(?:oration)?)?|Ltd|Limited|Inc(?:orporated)?|PLC|plc|AG|SE|SA|S\.A|NV|N\.V|GmbH"
    r"|KK|K\.K|LLC|Group|Holdings?|Industries|Motors?|Electric|Electronics|Materials?|Metals?"
    r"|Chemicals?|Semiconductors?|Technolog(?:y|ies)|Magnets?|Magnetics|Systems|Automotive|Steel"
    r"|Mining|Resources|Energy|Minerals|Oxide|Alloys|Powertrain|Components|Enterprises|International)"
)
_RUN = re.compile(
    r"\b[A-Z][A-Za-z0-9&.'’-]*(?:[ -](?:(?:of|and|&|de|van)[ -])?[A-Z][A-Za-z0-9&.'’-]*){0,6}"
)
_TAILED = re.compile(rf"(?:^|[ -]){_LEGAL}\.?$")
_NO_FIRM = frozenset(
    re.findall(
        r"\S+",
        """
        the a an it its in on at for from with by as if when while after before since
        until and but or so china chinese beijing shanghai shenzhen hong kong london
        geneva brussels washington tokyo delhi reuters bloomberg xinhua afp caixin nikkei
        mofcom commerce ministry customs europe european asia american america japan
        japanese korea korean india indian germany german france french britain british
        vietnam thailand southeast north south east west united states union january
        february march april may june july august september october november december
        monday tuesday wednesday thursday friday saturday sunday shares stocks highlights
        sources source officials official analysts applications application licences
        licenses licence license permits permit rare earth ndfeb q ceo cfo president
        secretary minister spokesman spokeswoman dear hello yes no investor investors
        question answer none not one two three four five some several most many other
        others another both each all few his her their our we they he she this that these
        those exports export magnet magnets suppliers supplier vendors first second last
        read more related
        """,
    )
)
_HAN_FIRM = re.compile(
    r"(?<![一-鿿A-Za-z])(?:[一-鿿A-Za-z]{2,12}?)"
    r"(?:股份有限公司|有限责任公司|有限公司|集团公司|集团|股份|科技|电子|汽车|重工|稀土|新材|矿业|公司)"
)
_NO_HAN_FIRM = re.compile(
    r"^(?:上市|子|母|总|分|该|本|贵|多家|各|某|一家|两家|三家|四家|数家|外资|相关|有关|境外|国内|海外|控股|参股|全资|下属|"
    r"所属|部分|其他|这些|欧洲|美国|日本|印度|韩国|德国|我们|公司|企业|商务部|证券|新能源|稀土|中重稀土|磁材|永磁|高新|"
    r"信息|电动|燃油|中国稀土|有色|为|对|与|和|向|据|在)"
)


def firms(
    normal: Normal, start: int, end: int, taken: Iterable[tuple[int, int]] = ()
) -> list[Firm]:
    """Firm-like names in `normal.text[start:end]` that overlap none of `taken`, in order.

    Places and other known names belong into `taken` where they are no firms.
    """
    first, last = normal.span(start, end)
    original = normal.original
    spans = list(taken)
    out: list[Firm] = []
    for m in _RUN.finditer(original, first, last):
        name = m.group().rstrip(".-'’")
        for possessive in ("'s", "’s"):
            name = name.removesuffix(possessive)
        words = name.split()
        cut = 0
        while cut < len(words) and words[cut].lower().strip(".'’") in _NO_FIRM:
            cut += 1
        words = words[cut:]
        while words and words[-1].lower() in _NO_FIRM:
            words.pop()
        if not words or (len(words) == 1 and (len(words[0]) < 3 or not words[0][0].isalpha())):
            continue
        kept = " ".join(words)
        at = original.find(kept, m.start())
        if at >= 0:
            _put(out, normal, at, kept, bool(_TAILED.search(kept)), spans)
    for m in _HAN_FIRM.finditer(original, first, last):
        if not _NO_HAN_FIRM.match(m.group()):
            _put(out, normal, m.start(), m.group(), True, spans)
    return sorted(out, key=lambda f: f.start)


def _put(
    out: list[Firm],
    normal: Normal,
    at: int,
    name: str,
    legal: bool,
    taken: list[tuple[int, int]],
) -> None:
    span = range(len(normal.text))
    start = bisect_left(span, at, key=normal.start)
    end = bisect_left(span, at + len(name), key=normal.start)
    if start < end and not any(a < end and start < b for a, b in taken):
        out.append(Firm(start, end, name, legal))
        taken.append((start, end))
