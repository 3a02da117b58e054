"""What is contained in what: regions, products, extents, customers.

The ledger learns something only where the new fact is not contained in what it knows: Germany after
Europe is nothing new, Europe after Germany is. Codes are those of `docs/vocabulary.md`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache

from monitor.regions import places_overlap

BROADER: dict[str, str] = {
    "smco_magnets": "magnets",
    "magnets": "rare_earths",
    "heavy_re": "magnets",  # what is controlled in a magnet; the press names either
    "gaas_substrates": "gallium",
    "germanium_substrates": "germanium",
    "ge_optics": "germanium",
    "antimony_oxide": "antimony",
    "anode_material": "graphite",
}
"""Product -> the wider word the press uses for it."""


def places_meet(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether the two may speak of one licence: some place in common, or one side names none."""
    ours, theirs = set(one), set(other)
    if not ours or not theirs:
        return True
    return any(places_overlap(a, b) for a in ours for b in theirs)


def product_known(known: Collection[str], product: str) -> bool:
    """Whether `product` is known, directly, under a wider word or as the wider word of one.

    A wider word after a narrower one is loose wording ("graphite" for anode material), unlike a
    wider region. Samarium-cobalt is the exception: who says "magnets" means neodymium.
    """
    if product == "smco_magnets":
        return product in known
    return any(product in _upwards(other) or other in _upwards(product) for other in known)


def _upwards(product: str) -> list[str]:
    chain = [product]
    while chain[-1] in BROADER:
        chain.append(BROADER[chain[-1]])
    return chain


# --- extent -------------------------------------------------------------------------------------

PARTIAL, MOST, ALL = 1, 2, 3
_LEVEL = {"all": ALL, "most": MOST, "some": PARTIAL, "small_number": PARTIAL, "batch": PARTIAL}
_LEVEL_NAME = {PARTIAL: "some", MOST: "most", ALL: "all"}
MOVE = 25
"""Percentages below this beside a licence are share moves, not shares of licences."""
_COUNTED = {"licence", "license", "customer", "application", "permit"}
_NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(%|[a-z]+)")


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is licensed. `level` 0 = not told; tonnes and validity are details, not extent."""

    level: int = 0
    count: float = 0.0
    unit: str = ""

    @property
    def name(self) -> str:
        if self.unit:
            return (
                f"{self.count:g} {self.unit}"
                if self.unit == "%"
                else f"{self.count:g} {self.unit}s"
            )
        return _LEVEL_NAME.get(self.level, "unspecified")


def extent_of(text: str) -> Extent:
    """Read `most`, `at least 2 licences`, `60 %`; what is neither has level 0."""
    word = text.strip().lower()
    if word in _LEVEL:
        return Extent(_LEVEL[word])
    found = _NUMBER.search(word)
    if not found:
        return Extent()
    count = float(found[1].replace(",", ""))
    if found[2] == "%" and count < MOVE:
        return Extent()
    if found[2] == "%":
        level = ALL if count >= 100 else MOST if count > 50 else PARTIAL
        return Extent(level, count, "%")
    unit = found[2].removesuffix("s")
    if unit not in _COUNTED:
        return Extent()
    return Extent(0, count, "licence" if unit in ("license", "permit") else unit)


# --- customers ----------------------------------------------------------------------------------

_ALIASES = (
    ("volkswagen", "vw", "大众", "福斯"),
    ("bmw", "宝马"),
    ("mercedes", "mercedes-benz", "daimler", "奔驰", "梅赛德斯", "戴姆勒"),
    ("tesla", "特斯拉"),
    ("stellantis", "斯特兰蒂斯"),
    ("ford", "福特"),
    ("general motors", "gm", "通用汽车"),
    ("toyota", "丰田"),
    ("honda", "本田"),
    ("nissan", "日产"),
    ("suzuki", "铃木"),
    ("hyundai", "现代汽车", "现代"),
    ("kia", "起亚"),
    ("renault", "雷诺"),
    ("volvo", "沃尔沃"),
    ("bosch", "博世"),
    ("continental", "大陆集团", "马牌"),
    ("zf", "采埃孚"),
    ("valeo", "法雷奥"),
    ("magna", "麦格纳"),
    ("siemens", "西门子"),
    ("schaeffler", "舍弗勒"),
    ("nidec", "尼得科", "日本电产"),
    ("denso", "电装"),
    ("vestas", "维斯塔斯"),
    ("ge", "general electric", "通用电气"),
    ("samsung", "三星"),
    ("lg", "lg化学"),
    ("panasonic", "松下"),
    ("apple", "苹果"),
    ("umicore", "优美科"),
    ("yazaki", "矢崎"),
)
_CANON = {name: group[0] for group in _ALIASES for name in group}
_GROUPS = {group[0]: group for group in _ALIASES}
_FORM = re.compile(
    r"\b(?:ag|se|inc|corp|corporation|co|ltd|limited|plc|gmbh|group|motors?|automotive|company)\b\.?"
    r"|集团|公司|股份|有限|汽车|供应链"
)


@lru_cache(maxsize=4096)
def customer_key(name: str) -> str:
    """One spelling per buyer: case, script, legal form and the commonest translations folded."""
    from monitor.text import normalise  # takes a moment, and most visits bring no match

    plain = normalise(name).text.strip()
    if plain in _CANON:
        return _CANON[plain]
    bare = re.sub(r"[\s.,'’&()·-]+", " ", _FORM.sub(" ", plain)).strip()
    return _CANON.get(bare, bare or plain)


def customer_known(known: Iterable[str], name: str) -> bool:
    """Whether the buyer is known, also under its short or its full name."""
    key = customer_key(name)
    return any(_same_buyer(key, other) for other in map(customer_key, known))


@lru_cache(maxsize=16384)
def _same_buyer(one: str, other: str) -> bool:
    if one == other:
        return True
    return any(
        _within(short, long)
        for a, long in ((one, other), (other, one))
        for short in (a, *_GROUPS.get(a, ()))
    )


def _within(short: str, long: str) -> bool:
    if len(short) < 2:
        return False
    if short.isascii():
        return re.search(rf"(?<![a-z0-9]){re.escape(short)}(?![a-z0-9])", long) is not None
    return short in long
