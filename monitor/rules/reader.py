"""The rules as they read: all packs and the grammar, put together. Others come through `Rules`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from monitor.errors import RuleError
from monitor.model import Item, Match, Reading
from monitor.rules.custom import apply_custom
from monitor.rules.document import Document, Tools, all_dates, is_relevant, open_document, read
from monitor.rules.examples import FIRM, run_examples
from monitor.rules.explanation import Explanation, explanation_of
from monitor.rules.gate import Gate
from monitor.rules.match import Fact
from monitor.rules.places import load_places_and_products
from monitor.rules.second import MEANING, RULE_ID, Opinion, SecondReader, Weights, load_weights
from monitor.rules.unsure import unsure
from monitor.rules.weigh import weigh


class Reader:
    """What stands behind a `Rules`, loaded."""

    def __init__(self, gate: Gate, tools: Tools, second: SecondReader | None) -> None:
        """`second`: who is asked after the grammar; None: nobody, as for the packs' examples."""
        rules = gate.packs.rules
        self._gate = gate
        self._tools = tools
        self._second = second
        self._custom = [rule.frame for rule in rules if rule.in_sentences]
        self.counts: Mapping[str, int] = {
            "rules": len(rules),
            "packs": sum(bool(pack.rules) for pack in gate.packs.packs),
            "examples": sum(len(rule.examples) for rule in rules),
        }
        """Rules, packs and examples, for `monitor check`."""
        self.meanings: Mapping[str, str] = {
            RULE_ID: MEANING,
            **{rule.frame.id: rule.meaning for rule in rules},
        }
        """What each rule means, by its id."""

    def __call__(self, item: Item) -> Reading:
        """What `item` says about licences. Never raises, whatever the text."""
        if not self._gate.let_in([item])[0]:
            return Reading()
        return self._read(item)[1]

    def is_relevant(self, item: Item) -> bool:
        """Whether title or text speak of licences at all; costs next to nothing."""
        return is_relevant(open_document(item, self._tools))

    def explain(self, item: Item) -> Explanation:
        """How `item` is read, sentence by sentence."""
        document, reading, opinions = self._read(item)
        all_dates(document)
        return explanation_of(document, reading, opinions, self._tools)

    def grammar(self, item: Item) -> tuple[Document, list[Fact], tuple[str, str] | None]:
        """What the grammar alone makes of `item`: its notes, the facts that count, and (sentence,
        why) when a person should look."""
        document = open_document(item, self._tools)
        if not self._custom and not is_relevant(document):
            return document, [], None
        read(document, self._tools)
        if self._custom:
            apply_custom(document, self._custom)
        facts = weigh(document, self._tools)
        return document, facts, unsure(document, facts)

    def _read(self, item: Item) -> tuple[Document, Reading, tuple[Opinion, ...]]:
        document, facts, doubt = self.grammar(item)
        opinions: tuple[Opinion, ...] = ()
        if self._second is not None:
            unclear = doubt is not None
            review = self._second.review(document, facts, self._tools, unsure=unclear)
            facts, opinions = review.facts, review.opinions
            drawn = any(opinion.outcome == "draws" for opinion in opinions)
            doubt = review.doubt or (None if drawn else doubt)
        sentence, because = doubt or (None, None)
        reading = Reading(tuple(_match(fact) for fact in facts), sentence, because)
        return document, reading, opinions


def _match(fact: Fact) -> Match:
    normal = fact.sentence.normal
    text = normal.text
    start, end = fact.start, fact.end
    while start < end and text[start] in " ,;:、-*•\n":
        start += 1
    while end > start and text[end - 1] in " ,;:。.!、-\n":
        end -= 1
    a, b = normal.span(start, end)
    key = fact.key
    other = key is not None and key.startswith("other:")
    return Match(
        rule_id=fact.frame.id,
        pack_version=fact.frame.version,
        status=fact.status,
        issuer_id=None if other else key,
        firm_name=key[6:] if other and key else None,
        quote=normal.original[a:b],
        where="title" if fact.sentence.where == "title" else "text",
        start=a,
        destinations=tuple(fact.destinations),
        products=tuple(fact.products),
        extent=fact.extent,
        customers=tuple(fact.customers),
        attribution=fact.attribution,
        certainty=fact.certainty,
        event_date=fact.event_date,
        date_kind=fact.date_kind,
        novelty=fact.novelty,
        reasons=tuple(dict.fromkeys(fact.reasons)),
    )


def load_reader(gate: Gate, *, proven: bool = False, weights: Weights | None = None) -> Reader:
    """As `load_rules`, at once. `weights`: of the second reader, others than the shipped ones."""
    packs = gate.packs
    places, products = load_places_and_products(packs.vocabularies)
    frames = [rule.frame for rule in packs.rules if not rule.in_sentences]
    tools = Tools(gate.words, gate.firms, places, products, frames)
    problems = []
    if not proven:
        watching = replace(tools, firms=gate.index_of([FIRM]))
        problems = run_examples(packs.rules, Reader(gate, watching, None))
    if problems:
        raise RuleError(problems)
    own = {rule.frame.id for rule in packs.rules if rule.in_sentences}
    return Reader(gate, tools, SecondReader(weights or load_weights(), above=own))
