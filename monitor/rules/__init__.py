"""MEAN: rules that read licence facts out of items. `load_rules` builds a `Rules`; call it.

The packs in `packs/` hold vocabulary and rules as data; the modules beside this one hold the
grammar of English and Chinese. Pure: no network, clock, database.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.config import Issuer
from monitor.model import Item, Match, Reading
from monitor.rules.automaton import Automaton
from monitor.rules.document import Document, Tools, is_relevant, open_document, read
from monitor.rules.explanation import Explanation, explanation_of
from monitor.rules.issuers import IssuerIndex
from monitor.rules.match import Fact, Frame
from monitor.rules.places import load_places_and_products
from monitor.rules.weigh import weigh
from monitor.yamlfile import read_yaml

PACKS = Path(__file__).with_name("packs")


class Rules:
    """Every rule, ready to read items. Safe to share; holds no state between items."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def __call__(self, item: Item) -> Reading:
        return self._read(item)[1]

    def explain(self, item: Item) -> Explanation:
        """How `item` is read, sentence by sentence."""
        return explanation_of(*self._read(item), self._tools)

    def _read(self, item: Item) -> tuple[Document, Reading]:
        document = open_document(item, self._tools)
        if not is_relevant(document):
            return document, Reading()
        read(document, self._tools)
        facts = weigh(document, self._tools)
        return document, Reading(tuple(_match(f, document) for f in facts))


def _match(fact: Fact, document: Document) -> Match:
    sentence = fact.sentence
    normal = sentence.normal
    start, end = fact.start, fact.end
    text = normal.text
    while start < end and text[start] in " ,;:，；：、-":
        start += 1
    while end > start and text[end - 1] in " ,;:。.!，；：、-\n":
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
        where="title" if sentence.where == "title" else "text",
        start=a,
        destinations=tuple(fact.destinations),
        products=tuple(fact.products),
        extent=fact.extent,
        customers=tuple(fact.customers),
        attribution=fact.attribution,
        certainty=fact.certainty,
        event_date=fact.event_date,
        date_kind="event" if fact.date_kind == "event" else "statement" if fact.date_kind else None,
        novelty=fact.novelty,
        reasons=tuple(dict.fromkeys(fact.reasons)),
    )


def load_rules(issuers: Sequence[Issuer], dirs: Sequence[Path] = ()) -> Rules:
    """Read every pack. Raises RuleError with every problem, each with file and line."""
    lists: list[tuple[str, list[str]]] = []
    frames: list[Frame] = []
    for name in ("words.en", "words.zh", "export_license.en", "export_license.zh"):
        pack = read_yaml(PACKS / f"{name}.yaml").value
        for kind, terms in (pack.get("terms") or {}).items():
            lists.append((kind, terms))
        for rule in pack.get("rules") or ():
            frames.append(
                Frame(rule["id"], pack["version"], rule["status"],
                      tuple(frozenset(a.split("|")) for a in rule["all"]),
                      frozenset(rule.get("none") or ()), pack["language"])  # fmt: skip
            )
    places, products = load_places_and_products(
        [PACKS / "places.yaml", PACKS / "products.yaml"]
    )
    return Rules(Tools(Automaton(lists), IssuerIndex(issuers), places, products, frames))
