"""Destinations in a text: place words that really say where goods go.

The words live in `packs/places.yaml`. Here is what a list cannot say: one-character names in
compounds (对日, 美欧客户), governments and currencies with a place name in them, datelines,
exchanges; and which product word is the goods and which only what they go into.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path

from monitor.rules.vocabulary import Hit, Tag, Vocabulary, Word, load_vocabularies
from monitor.text import Normal

_BEFORE = (
    r"(?:对|输|销往|销|赴|发往|往|向|运往|供|获|含|包括|涵盖|覆盖|涉及|涉|至|到|及|和|与|、|,"
    r"|[(:“\"])"
)
_AFTER = (
    r"(?:出口|出货|供货|供应|销售|发货|客|许可|证|市场|企|系|车企|车厂|车商|厂|商|方客户|方向"
    r"|订单|等|、|及|和|与|的|两|三|四|地区|区域|买家|业务|磁|稀土|石墨|锗|镓|锑|负极|电池|电机"
    r"|公司|采购|用户|[,。;)\s]|$)"
)
_FOLLOWS = re.compile(_AFTER)
_LEADS = re.compile(_BEFORE + "$")
_ALONE = re.compile(r"(?:车企|车厂|企|资企业|系客户|客户|厂商|商|电池厂|电机厂|方客户)")
_LEADS_IN = "对的和与及向为给家有至供"
_GOVERN = re.compile(r"(?:(?<![反应面相绝一])[对向]|输|赴|销往|发往|运往|销|供|涉)$")
_OTHER_WORD = re.compile(
    r"日[常后前益均程志内起元期葵]|法[律规院定人治案则务式]|意[见向外义图愿识思]|加[强快工大征速盟密入之上价班元]"
    r"|英[语才寸镑雄里]|印[刷发象章证]|越[来是权发]|台[账风式阶州]|荷载|捷径|墨水|澳门|德[育行才]|奥运|波[动段及长形]"
    r"|以[上下及往后前为来内外此便免至致]|泰[山来达]|美[元股观术容好化联誉]|欧[元姆]|韩元|菲薄|俄顷|蒙[受蔽]|缅怀|丹[田青]"
)
"""What a one-character name begins when it is none (对日常, 对法律)."""
_DATELINE = re.compile(
    r"(?m:^)\s*\(?(?:reuters|ap|bloomberg|afp|xinhua)?\)?\s*"
    r"(?P<place>[a-z][a-z .,/']{2,48}?)"
    r"(?P<day>,? (?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.? \d{1,2}(?:,? 20\d\d)?)?"
    r"(?P<agency> \([^()\n]{2,40}\)|,? (?:reuters|ap|afp|bloomberg|xinhua))? ?(?:-{1,2}|:) "
)
_DATELINE_ZH = re.compile(
    r"(?:^|\n)\s*\(?(?P<place>[一-鿿]{2,12})"
    r"(?:(?:\d{1,2}月)?\d{1,2}日(?:电|讯)|(?:电|讯)(?=[\s:：,，)】]))"
)
_TALKS = re.compile(
    r"^(?:,? ?(?:this|last|earlier this|next) (?:week|month)|,? between | on (?:june|july|may) \d"
    r"|举行|会谈|磋商|框架|会议|谈判|的会谈|达成)"
)
_LISTED = re.compile(
    r"(?:listed|shares|stock|stocks|trading|traded|closed|line|rose|fell|surged|climbed|lost|gained)"
    r"(?: [\d.%]+| by| to| in| on| at)* (?:in|on|at) (?:the )?$"
)


class Places(Vocabulary):
    """The vocabulary of destinations, with an eye for the company its words keep."""

    @cached_property
    def _brief(self) -> dict[str, str]:
        return {w: word.code for w, word in self.words.items() if word.kind == "brief"}

    @cached_property
    def _runs(self) -> re.Pattern[str]:
        letter = f"[{''.join(map(re.escape, self._brief))}]"
        return re.compile(
            rf"{letter}(?:(?:、?{letter}){{1,5}}|(?={_AFTER})|(?<=[对向输赴销供涉往].))"
        )

    @cached_property
    def _no_follower(self) -> re.Pattern[str]:
        english = "|".join(re.escape(w) for w in self.followed_by.get("en", ()))
        chinese = "|".join(re.escape(w) for w in self.followed_by.get("zh", ()))
        return re.compile(
            rf"(?:'s)?[\s-]+(?:{english or '(?!)'})\b|-?(?:联邦)?(?:{chinese or '(?!)'})"
        )

    @cached_property
    def _no_leader(self) -> tuple[str, ...]:
        english = tuple(f"{w} " for w in self.preceded_by.get("en", ()) if not w.endswith("-"))
        dashed = tuple(w for w in self.preceded_by.get("en", ()) if w.endswith("-"))
        return (*english, *dashed, *self.preceded_by.get("zh", ()))

    def tags(self, normal: Normal, hits: Iterable[Hit] | None = None) -> list[Tag]:
        """Destinations in order of place: named ones, then those of compounds, none overlapping."""
        return self.places_and_states(normal, hits)[0]

    def places_and_states(
        self, normal: Normal, hits: Iterable[Hit] | None = None
    ) -> tuple[list[Tag], list[Tag]]:
        """The destinations, and every state, people or town named, be it the place of an office."""
        text = normal.text
        found = self._longest(normal, hits)
        words = [Tag(a, b, word.code, word.kind) for a, b, word in found if word.kind != "not"]
        states = [t for t in words if t.kind in ("name", "city", "seat")]
        tags = [t for t in words if t.kind != "seat"]
        if tags:
            if lines := datelines(normal):
                tags = [t for t in tags if not any(a <= t.start < b for a, b in lines)]
            tags = [t for t in tags if not self._is_no_destination(text, t)]
            tags = _without_owners(text, tags)
        if self._brief and not text.isascii() and (compounds := self._compounds(text, found)):
            tags = sorted([*tags, *compounds], key=lambda t: t.start)
        return tags, states

    def _is_no_destination(self, text: str, tag: Tag) -> bool:
        if tag.kind in ("customer", "regional"):
            return False
        before = text[max(0, tag.start - 40) : tag.start]
        after = text[tag.end : tag.end + 40]
        if self._no_follower.match(after) or before.endswith(self._no_leader):
            return True
        return tag.kind == "city" and bool(_TALKS.match(after) or _LISTED.search(before))

    def _compounds(self, text: str, found: Iterable[tuple[int, int, Word]]) -> list[Tag]:
        """One-character names that stand in a compound: 对美, 日韩客户, 输美欧."""
        runs = list(self._runs.finditer(text))
        if not runs:
            return []
        taken = {i for start, end, _ in found for i in range(start, end)}
        out: list[Tag] = []
        for run in runs:
            start, end = run.span()
            if (
                taken.isdisjoint(range(start, end))
                and not self._no_follower.match(text, end)
                and _is_compound(text, start, end)
            ):
                out += [
                    Tag(i, i + 1, self._brief[text[i]], "brief")
                    for i in range(start, end)
                    if text[i] != "、"
                ]
        return out


_WORKS = "plant|factory|site|works|unit|arm|operations?|facility|subsidiary"
_OWNED = re.compile(
    rf"(?:'s)?(?:,? (?:the |its |a )?(?:new |main |local )?(?P<works>{_WORKS}),?)?"
    r"(?: (?:in|at|near|outside|of))?(?: the)? ?|(?:公司|集团)?(?:的|在|位于|设在|设于)?"
)
_WORKS_OF = re.compile(
    rf"(?:ese|ish|ian|an)? (?:[a-z-]+ ){{0,2}}(?:{_WORKS}|plants|lines?)"
    r" (?:of|owned by|run by) (?:the )?"
)
_WORKS_BEHIND = re.compile(
    rf"(?:ese|ish|ian|an)?,? ?(?:{_WORKS})"
    r"|(?:的)?(?:新)?(?:工厂|厂|分公司|子公司|公司|基地|车间|分厂)"
)


_FOREIGN_OWNER = re.compile(
    r"[^,，。;；、]{0,8}?(?:商|公司|企业|集团|巨头|车企|车厂|厂家|厂)(?:的|设)?(?:在|位于|设于|设在)"
)
_ON_THE_WAY = re.compile(r"(?:从|经|经由|取道|途经|借道|自)$")
_CHANGES_SHIP = re.compile(
    r"(?:港|机场|口岸|保税区)?的?(?:转运|中转|转口|转船|换船|过境|分拨|周转)"
)


def _towns_end(text: str, tags: Sequence[Tag], at: int) -> int:
    """Where the last of the places that stand close behind one another ends: 匈牙利德布勒森."""
    while at + 1 < len(tags) and tags[at + 1].start == tags[at].end:
        at += 1
    return tags[at].end


def _without_owners(text: str, tags: Sequence[Tag]) -> list[Tag]:
    """A plant gives the country it stands in, not its owner's: 博世匈牙利工厂."""
    out: list[Tag] = []
    for i, tag in enumerate(tags):
        following = tags[i + 1] if i + 1 < len(tags) else None
        if (
            following is not None
            and tag.kind in ("customer", "regional")
            and following.kind in ("name", "city")
            and (gap := _OWNED.fullmatch(text, tag.end, following.start))
            and (gap["works"] or _WORKS_BEHIND.match(text, _towns_end(text, tags, i + 1)))
        ):
            continue
        if following is not None and (
            _FOREIGN_OWNER.fullmatch(text, tag.end, following.start)
            and _WORKS_BEHIND.match(text, _towns_end(text, tags, i + 1))
        ):
            continue  # 一家德国零部件商在墨西哥普埃布拉的工厂
        if _ON_THE_WAY.search(text[max(0, tag.start - 8) : tag.start]) and (
            _CHANGES_SHIP.match(text, tag.end)
        ):
            continue
        before = tags[i - 1] if i else None
        if (
            before is not None
            and tag.kind in ("customer", "regional")
            and before.kind in ("name", "city")
            and _WORKS_OF.fullmatch(text, before.end, tag.start)
        ):
            continue  # "the Prague plant of Volkswagen"
        out.append(tag)
    return out


def _is_compound(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 12]
    if (
        before.endswith("中")
        or before[-1:].isdigit()
        or (before[-1:].isascii() and before[-1:].isalpha())
    ):
        return False  # 中美: relations, not a destination; 6日: a date
    day = before[-1:] in "今昨明当近次同翌每工作节生往即一二三四五六七八九十"
    if text[start] == "日" and day and _GOVERN.search(before) is None:
        return False
    if after.startswith(("元", "股", "媒")) or (after[:1] == "企" and "在华" in after):
        return False
    governed = _GOVERN.search(before) is not None
    if text[start] == "以" and (not governed or before.endswith("向")):
        return False
    if end - start > 1:
        return _FOLLOWS.match(after) is not None or _LEADS.search(before) is not None or governed
    if governed:
        return _OTHER_WORD.match(text, start) is None
    # Alone and ungoverned, only where the next word makes it a country: 美企, 日资企业.
    return _ALONE.match(after) is not None and (
        start == 0 or not "一" <= text[start - 1] <= "鿿" or text[start - 1] in _LEADS_IN
    )


def datelines(normal: Normal) -> list[tuple[int, int]]:
    """Spans of "BEIJING/WASHINGTON, June 6 (Reuters) -" and 首尔6月7日电, where no goods go."""
    text = normal.text
    out: list[tuple[int, int]] = []
    if "电" in text or "讯" in text:
        out += [m.span("place") for m in _DATELINE_ZH.finditer(text)]
    for m in _DATELINE.finditer(text) if "- " in text or ": " in text else ():
        start, end = m.span("place")
        if (
            m["day"]
            or m["agency"]
            or (normal.quote(start, end).isupper() and text.count(" ", start, end) < 3)
        ):
            out.append((start, end))
    return out


_USED_IN = re.compile(
    r"(?:\bfor|\bin|\binto|\bof)(?: (?!licens|permit)[a-z-]+){0,3} ?$|(?:用于|应用于|适用于)$"
)
_MAKER_OF = re.compile(r"\b(?:makers?|builders?|manufacturers?|producers?) of(?: [a-z-]+){0,2} $")
_FOR_IT = re.compile(r"(?:所用|专用|用|里的|中的)?(?:的)?(?:稀土|永磁|磁)")
_INSIDE = re.compile(
    r"(?:\bcontain|\bcontains|\bcontaining|\bwith|\busing|内含|含有|含|带有|带)(?: the)? ?$"
)


class Products(Vocabulary):
    """The vocabulary of products, that tells the goods from what they go into or hold."""

    def tags(self, normal: Normal, hits: Iterable[Hit] | None = None) -> list[Tag]:
        """Products in order of place; "magnets for electric motors" is a licence for magnets."""
        text = normal.text
        found = super().tags(normal, hits)
        out: list[Tag] = []
        for i, tag in enumerate(found):
            before = text[max(0, tag.start - 24) : tag.start]
            near_before = i > 0 and tag.start - found[i - 1].end <= 24
            following = found[i + 1] if i + 1 < len(found) else None
            if (
                tag.code == "magnets"
                and following is not None
                and following.start == tag.end
                and following.code in ("motors", "motor_rotors")
            ):
                continue  # 稀土永磁电机: what stands first only says of which kind
            if tag.code == "motors":
                magnets_first = near_before and found[i - 1].code in ("magnets", "smco_magnets")
                for_them = magnets_first and _USED_IN.search(before)
                if for_them or _MAKER_OF.search(before) or _FOR_IT.match(text, tag.end):
                    continue
            near = near_before or text.startswith("的", tag.end)
            if tag.code == "magnets" and near and _INSIDE.search(before):
                continue
            out.append(tag)
        return out


def load_places_and_products(files: Iterable[Path]) -> tuple[Places, Vocabulary]:
    """The destinations and the products told of in `files` (raises RuleError)."""
    found = load_vocabularies(files, {"places": Places, "products": Products})
    places, products = found.get("places"), found.get("products")
    return (
        places if isinstance(places, Places) else Places("places"),
        products or Vocabulary("products"),
    )
