"""One document, read from top to bottom: what its sentences say together.

Who speaks (Q&A page, filing, news), where the question ends and the answer begins, where the text
ends and the furniture starts, what a later sentence adds to an earlier one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from monitor.model import Item
from monitor.rules.acts import KINDS, Ground
from monitor.rules.answers import complete, question_ground
from monitor.rules.automaton import Automaton
from monitor.rules.dialogue import LABEL, interview, speakers
from monitor.rules.field import Field, dates_in, quote_of, quoted, spans_listed
from monitor.rules.firms import strangers
from monitor.rules.frame import Frame
from monitor.rules.gate import RELEVANT
from monitor.rules.hearsay import hearsay
from monitor.rules.issuers import IssuerIndex
from monitor.rules.match import Fact, Studied, study
from monitor.rules.parts import asked, cut, parts_of
from monitor.rules.places import Places
from monitor.rules.reread import bare_papers, behind_names
from monitor.rules.sentence import Mention, Sentence, take_apart
from monitor.rules.subject import Discourse
from monitor.rules.vocabulary import Tag, Vocabulary
from monitor.text import normalise, sentences

_MOVES = (
    "get", "give", "arrive", "refuse", "suspend", "revoke", "expire", "renew", "reinstate",
    "wait", "may",
)  # fmt: skip
_ASKS = re.compile(
    r"(?:^|\n)\s*(?:\(?[\d一二三四五六七八九十]{1,3}[)、.:．]?\s*)?(?:q\s?\d{0,2}\s?[:.]"
    r"|question\s?\d{0,2}\s?[:.]|问题?\s?\d{0,2}\s?[::]|提问\s?[::]|投资者提?问(?=\s|\d|[::、]|请问|您好|你好|董秘|公司|$)|问\s?[::]"
    r"|(?:investor|analyst|reporter|interviewer|moderator|journalist|questioner|caller|shareholder"
    r"|operator)\s?\d?\s?:)"
)
_SPEAKING = frozenset(
    (*KINDS, "paper", "permit", "general", "request", "rumor", "untrue", "denies", "mistaken",
     "furniture")
) - {"have", "need"}  # fmt: skip
_LICENSING = frozenset(("paper", "permit", "general", "request", "got", "control", "unapproved"))
_THE_PAPER_ZH = re.compile(r"(?:[张份的办拿领有那这该]|出口)证(?![券监实明据])")
_FLASH_ZH = re.compile(
    r"\s*[(\[【《][^()\[\]【】《》]{0,20}(?:许可|出口证|批文)[^()\[\]【】《》]{0,12}[)\]】》]"
)
"""【磁材出口证进展】: a heading inside the text says what it is about."""
_HEADED = re.compile(r"\)?\s*[::]")
_ANSWERS = re.compile(
    r"(?:^|\n|\s)\s*(?:a\s?\d{0,2}\s?[:.]"
    r"|(?:reply|response|management|board secretary)\s?\d{0,2}\s?:|answer\s?\d{0,2}\s?[:.]"
    r"|[回作]?答复?\s?[::]|公司回复\s?[::]"
    r"|回复\s?[::]|公司回答\s?[::]|董秘回复\s?[::]|company\s?:)"
)


@dataclass(slots=True)
class Document:
    """An item on its way through the reader."""

    item: Item
    title: Field
    question: Field
    text: Field
    discourse: Discourse
    ground: Ground
    studied: list[Studied] = field(default_factory=list)
    titled: list[Studied] = field(default_factory=list)
    asked: list[Sentence] = field(default_factory=list)
    """Sentences that are somebody's question inside the text."""
    answering: dict[int, str] = field(default_factory=dict)
    """Firms that the labels of answers name, by the number of the sentence."""
    skipped: list[tuple[int, int]] = field(default_factory=list)
    """Spans of the text left out as page furniture."""

    @property
    def facts(self) -> list[Fact]:
        return [fact for s in self.studied for fact in s.facts]


@dataclass(frozen=True, slots=True)
class Tools:
    """What reading needs: the words, the firms, the places, the rules."""

    words: Automaton
    firms: IssuerIndex
    places: Places
    products: Vocabulary
    frames: Sequence[Frame]


def open_document(item: Item, tools: Tools) -> Document:
    """Normalise the fields of an item and find every word in them."""
    fields = []
    for name, text in (
        ("title", item.title),
        ("question", item.question or ""),
        ("text", item.text),
    ):
        normal = normalise(text)
        hits = tools.words.hits(normal.text) if normal.text else []
        fields.append(Field(name, normal, bare_papers(normal.text, hits)))
    title, question, text_field = fields
    talk = item.issuer_id is not None and item.kind in ("ir_qa", "announcement")
    return Document(
        item, title, question, text_field, Discourse(owner=item.issuer_id, talk=talk), Ground()
    )


def is_relevant(document: Document) -> bool:
    """Does it speak of licences at all? Everything else is only done if it does."""
    question = document.question
    return any(
        f.has(*RELEVANT)
        or (f.has("give", "may", "lacking") and f.has("authority") and f.has("export"))
        or (f.has("refuse", "suspend", "revoke") and f.has("authority", "export", "control"))
        or (f.has(*_MOVES) and f.has("control", "export", "apply", "authority"))
        or (f.has("decision") and f.has("authority") and f.has("control", "export"))
        for f in (document.title, document.text)
    ) or (
        bool(document.text.normal.text.strip())
        and (
            question.has(*RELEVANT)
            or _names_papers(question, question.whole)
            or _THE_PAPER_ZH.search(question.normal.text) is not None
        )
    )


def _names_papers(f: Field, span: tuple[int, int]) -> bool:
    """Does a licence stand in this stretch, be it only inside 许可进度 or "licensing regime"?"""
    text = f.normal.text[slice(*span)]
    has = f.within(*span)
    return "许可" in text or "licens" in text or not has.isdisjoint(("paper", "permit", "general"))


_OF_A_PLANT_ZH = re.compile(
    r"(?:新?工厂|新厂|厂房|基地|园区|产线|项目|仓库|矿山)的?(?:开业|开工|开办|运营|建设|各[项种]|相关)?的?(?:许可证?|批文|证照|执照)"
    r"(?![^,，。?？]{0,10}(?:出口|外销|出境))"
)


_SUBSIDIARY = re.compile(
    r"(?<!母)(?:(?:全资|控股|附属|下属|子|孙)(?:子|孙)?公司|旗下)(?:之一)?(?:的|、|,|:)?[\"(]?$"
)
"""附属公司某某新材料: told of the firm that owns it."""
_TO_EXPORT = re.compile("export|出口|许可")
_GOT_TO_EXPORT = re.compile(r"出口[^,，。;；?？]{0,8}(?:拿到|批了|批下|办下|下来|获批|放行|到手)")
"""三个品种出口都拿到了吗: it asks for licences without the word."""


def _asks_for_papers(f: Field, discourse: Discourse, span: tuple[int, int]) -> bool:
    """Does this stretch of a question ask about licences?"""
    if _OF_A_PLANT_ZH.search(f.normal.text, *span):
        return False
    if not f.within(*span).isdisjoint(("other_paper", "other_matter")) and f.within(
        *span
    ).isdisjoint(("paper", "general", "export", "control", "request")):
        return False
    if _names_papers(f, span):
        return True
    if _GOT_TO_EXPORT.search(f.normal.text, *span):
        return True
    if any(_names_papers(f, (p.inner, p.end)) for p in f.parts):
        return False  # another of its questions is the one about licences
    text, has = f.normal.text[slice(*span)], f.within(*span)
    asked = not has.isdisjoint(("got", "request"))
    if discourse.talk and (asked or _THE_PAPER_ZH.search(text)):
        return True
    return asked and not has.isdisjoint(("export", "control"))


_AND_THERE = re.compile(
    r"\W*(?:那么?|至于|而|还有)?[^,，。;；]{1,16}?(?:呢|怎么样|怎样|如何|又如何)\W*"
    r"|\W*(?:and )?(?:what|how) about [^,.;]{2,40}\W*"
)


def _goes_on_from(f: Field, span: tuple[int, int]) -> tuple[int, int]:
    """The numbered question whose verb this one leans on: 1、对美的许可拿到没？2、欧洲呢？"""
    number = next((i for i, p in enumerate(f.parts) if (p.inner, p.end) == span), 0)
    while number and (
        _AND_THERE.fullmatch(f.normal.text, *span)
        and any(span[0] <= t.start < span[1] for t in (*f.places, *f.products))
    ):
        number -= 1
        span = (f.parts[number].inner, f.parts[number].end)
    return span


def read(document: Document, tools: Tools) -> None:
    """Study every sentence; the facts end up in `document.studied`."""
    item = document.item
    for f in (document.title, document.question, document.text):
        _find(f, item, tools)
    if item.kind == "ir_qa":
        _number(document.question, document.text)
    discourse, ground = document.discourse, document.ground
    known = [m for f in (document.title, document.text) for m in f.mentions if m.issuer_id]
    discourse.whole = tuple(dict.fromkeys(m.key for m in known))
    ground.exports = any(
        f.has("paper", "control") or (f.has("export") and bool(known or item.issuer_id))
        for f in (document.title, document.question, document.text)
    ) or (
        bool(known or item.issuer_id)
        and not any(f.has("other_paper", "other_matter") for f in (document.title, document.text))
    )
    told = (document.title, document.text)
    ground.elsewhere = any(f.has("other_paper") for f in told) and not any(
        f.has("paper", "general", "export") for f in told
    )
    question = document.question
    asked_paper = asked_at_all = _asks_for_papers(question, discourse, question.whole)
    ground.told = any(
        f.has("paper", "permit", "general", "exempt")
        for f in (document.title, document.question, document.text)
    )
    ground.named = any(f.has("paper", "general") for f in told)
    title_paper = document.title.has("paper", "permit", "general", "got")
    title_keys = tuple(dict.fromkeys(m.key for m in document.title.mentions if m.issuer_id))
    if len(title_keys) == 1:
        discourse.focus = discourse.topic = title_keys
    elif item.issuer_id is not None:
        discourse.focus = (item.issuer_id,)
    ground.paper = title_paper or asked_paper
    ground.refusable = document.question.has("refuse") and document.question.has("got", "give")
    heard = 0
    text_ = document.text.normal.text
    asking, answered = False, None
    for index, (start, end) in enumerate(document.text.spans):
        part = asked(question.parts, document.text.parts, start)
        if part is not None and part != answered:
            carrier = _goes_on_from(question, part)
            asked_paper = asked_at_all and _asks_for_papers(question, discourse, carrier)
            answered, ground.paper, heard = part, asked_paper, 0
        if item.kind != "ir_qa" and not asking and _is_silent(document.text, start, end):
            discourse.quiet += 1
            heard -= 1
            ground.paper = heard > 0 or asked_paper
            document.studied.append(_unstudied(document.text, start, end, index))
            continue
        sentence = _sentence(document.text, start, end, index)
        if _is_furniture(document, sentence):
            document.skipped.append((start, len(document.text.normal.text)))
            break
        was_asking, asking = asking, _asking(sentence, asking, item)
        if was_asking and not asking and (label := LABEL.match(text_, start, end)):
            if named := speakers(document.text, start, label.end()):
                discourse.focus, document.answering[index] = named, named[0]
            start = label.end()
            sentence = _sentence(document.text, start, end, index)
        if asking:
            document.asked.append(sentence)
            asked_here = (
                sentence.has("paper", "permit", "general", "export") or "许可" in sentence.text
            )
            ground.paper = asked_here or (ground.paper and heard > 0)
            heard = 3 if asked_here else heard
            continue
        _describe(sentence, document, tools)
        if not ground.paper and quote_of(document.text, index):
            ground.paper = True
        if speaker := quoted(document.text, index):
            discourse.focus = speaker
        if _FLASH_ZH.match(sentence.text):
            ground.paper = True
        if title_paper and sentence.groups and _HEADED.match(text_, sentence.groups[0].end):
            ground.paper = True
        document.studied.append(studied := study(sentence, ground, discourse, tools.frames))
        if part is not None and not asked_paper and not sentence.has("paper", "export", "control"):
            studied.facts.clear()  # it answers a question about something else
        speaks = sentence.has("paper", "permit", "general", "got") or bool(studied.facts)
        speaks = speaks or any(a.objects and not a.dropped for a in studied.acts)
        speaks = speaks or any(
            "request" in h.kinds and _TO_EXPORT.search(h.text) for h in sentence.hits
        )
        if speaks and not studied.facts and not sentence.chinese:
            speaks = sentence.has("paper", "general") or not sentence.has("other_paper")
        heard = 3 if speaks else heard - 1
        ground.paper = speaks or heard > 0 or asked_paper
    _study_title(document, tools)
    if item.kind == "ir_qa" and item.question:
        _complete(document, _study_question(document, tools), tools)
    elif document.asked and ground.exports and not ground.elsewhere:
        whole = discourse.whole[0] if len(discourse.whole) == 1 else None
        owner = item.issuer_id or (title_keys[0] if len(title_keys) == 1 else whole)
        interview(document.asked, document.studied, owner, document.answering, tools.frames)


def _complete(document: Document, question: Sequence[Studied], tools: Tools) -> None:
    """Add what short answers say, each to the question it takes up."""
    parts = document.text.parts
    for part in parts:
        span = asked(document.question.parts, parts, part.inner)
        here = [s for s in document.studied if part.inner <= s.sentence.start < part.end]
        span = span and _goes_on_from(document.question, span)
        put = [q for q in question if span is None or span[0] <= q.sentence.start < span[1]]
        complete(here, put, document.discourse, tools.frames)
        hearsay(here, put, document.discourse, tools.frames)
    if not parts:
        complete(document.studied, question, document.discourse, tools.frames)
        hearsay(document.studied, question, document.discourse, tools.frames)


def _number(question: Field, answer: Field) -> None:
    """Take a question and its answer apart by their numbers, where both have some."""
    asked_in, told_in = parts_of(question.normal.text), parts_of(answer.normal.text)
    if len(asked_in) > 1 and told_in:
        for f, parts in ((question, asked_in), (answer, told_in)):
            f.parts = parts
            f.spans = cut(f.spans, parts)


def _find(f: Field, item: Item, tools: Tools) -> None:
    """Firms, places, products and dates of a field."""
    text = f.normal.text
    if not text.strip():
        return
    f.spans = sentences(f.normal)
    starts = [a for a, _ in f.spans]
    places, states = tools.places.places_and_states(f.normal)
    for m in tools.firms.mentions(f.normal, subject=item.issuer_id):
        if any(t.start < m.start < t.end for t in places):
            continue  # 巴西磁材: half of a place's name is no firm's
        k = max(bisect_left(starts, m.start + 1) - 1, 0)
        if (
            m.sure
            or tools.firms.supported(text, m, *f.spans[k])
            or _beside_licence(f, f.spans[k])
            or _HEADED.match(text, m.end)
        ):
            f.mentions.append(Mention(m.start, m.end, m.issuer_id, m.name))
    taken = [(m.start, m.end) for m in f.mentions]
    others = strangers(f.normal, f.spans, taken)
    if others := [m for m in others if not _SUBSIDIARY.search(text, max(0, m.start - 12), m.start)]:
        f.mentions = sorted([*f.mentions, *others], key=lambda m: m.start)
    f.mention_starts = [m.start for m in f.mentions]
    f.hits = behind_names(text, f.hits, f.mentions, tools.words)
    f.places, f.states = _outside(f.mentions, places), _outside(f.mentions, states)
    f.products = _outside(f.mentions, tools.products.tags(f.normal))


def all_dates(document: Document) -> None:
    """Find the dates of every sentence that was studied (for `explain`)."""
    for studied in (*document.studied, *document.titled):
        s = studied.sentence
        dates_in(
            document.title if s.where == "title" else document.text, document.item, s.start, s.end
        )


def _beside_licence(f: Field, span: tuple[int, int]) -> bool:
    """Does a word of licensing stand in the sentence of an ambiguous name?"""
    return not f.within(*span).isdisjoint(_LICENSING)


def _outside(mentions: Sequence[Mention], tags: Sequence[Tag]) -> list[Tag]:
    """The tags that are no part of a firm's name (磁材 in 正海磁材)."""
    if not mentions:
        return list(tags)
    starts = [m.start for m in mentions]
    out = []
    for t in tags:
        k = bisect_left(starts, t.end) - 1
        if k < 0 or mentions[k].end <= t.start:
            out.append(t)
    return out


def _sentence(f: Field, start: int, end: int, index: int) -> Sentence:
    hits, mentions = f.hits_in(start, end), f.mentions_in(start, end)
    listed = spans_listed(f, start, end)
    sentence = take_apart(f.normal, start, end, hits, mentions, listed, index=index, where=f.name)
    first, last = bisect_left(f.places, (start,)), bisect_left(f.places, (end,))
    sentence.abroad = [(t.start, t.end) for t in f.places[first:last] if t.code != "CN"]
    sentence.states = [
        (t.start, t.end) for t in f.states[bisect_left(f.states, (start,)) :] if t.end <= end
    ]
    return sentence


def _is_silent(f: Field, start: int, end: int) -> bool:
    """No firm, no licence word, no verb that might move one, no heading: nothing to study."""
    hits = f.hits
    for i in range(bisect_left(hits, (start,)), len(hits)):
        hit = hits[i]
        if hit.start >= end:
            break
        if not hit.kinds.isdisjoint(_SPEAKING):
            return False
    k = bisect_left(f.mention_starts, start)
    if k < len(f.mention_starts) and f.mention_starts[k] < end:
        return False
    return _ASKS.match(f.normal.text[start : start + 24]) is None


def _unstudied(f: Field, start: int, end: int, index: int) -> Studied:
    sentence = Sentence(f.normal, start, end, [], [], [(start, end)], index=index, where=f.name)
    return Studied(sentence, [], [], [])


def _describe(sentence: Sentence, document: Document, tools: Tools) -> None:
    """Definite descriptions by place: "the Ganzhou-based maker" is a mention, too."""
    among = [*document.discourse.seen, *document.discourse.whole]
    if not among:
        return
    text = sentence.normal.text
    found = tools.firms.descriptions(text[sentence.start : sentence.end], set(among))
    if not found:
        return
    mentions = [m for g in sentence.groups for m in g.mentions]
    for d in found:
        start, end = d.start + sentence.start, d.end + sentence.start
        if not any(m.start < end and start < m.end for m in mentions):
            mentions.append(Mention(start, end, d.issuer_id, d.name))
    mentions.sort(key=lambda m: m.start)
    listed = spans_listed(document.text, sentence.start, sentence.end)
    again = take_apart(
        sentence.normal,
        sentence.start,
        sentence.end,
        sentence.hits,
        mentions,
        listed,
        index=sentence.index,
        where=sentence.where,
    )
    sentence.groups, sentence.hits, sentence.pieces = again.groups, again.hits, again.pieces


def _is_furniture(document: Document, sentence: Sentence) -> bool:
    """A heading behind which nothing belongs to the text any more."""
    first = next((h for h in sentence.hits if "furniture" in h.kinds), None)
    if first is None or first.start - sentence.start > 6:
        return False
    length = sentence.end - sentence.start
    if length > 60 and first.start != sentence.start:
        return False
    return bool(document.studied) and (length < 90 or first.text.endswith(":"))


def _asking(sentence: Sentence, asking: bool, item: Item) -> bool:
    """Is this sentence part of a question somebody put (in a record, a Q&A page)?"""
    text = sentence.text
    if _ASKS.match(text) and not _ANSWERS.search(text[2:]):
        return True
    if _ANSWERS.match(text) or (asking and _ANSWERS.search(text)):
        return False
    goes_on = item.kind != "news" or text.rstrip(" \"'").endswith("?")
    return asking and goes_on and sentence.index < 10_000


def _study_question(document: Document, tools: Tools) -> list[Studied]:
    """The question, read only to know what a short answer answers."""
    f = document.question
    discourse = Discourse(owner=document.item.issuer_id, whole=document.discourse.whole, talk=True)
    return [
        study(_sentence(f, start, end, i), question_ground(), discourse, tools.frames)
        for i, (start, end) in enumerate(f.spans)
    ]


def _study_title(document: Document, tools: Tools) -> None:
    """The title is evidence only where the text is silent; it is read with the same grammar."""
    f = document.title
    ground = Ground(document.ground.exports)
    discourse = Discourse(owner=None, whole=document.discourse.whole)
    for index, (start, end) in enumerate(f.spans):
        sentence = _sentence(f, start, end, index)
        document.titled.append(study(sentence, ground, discourse, tools.frames))
