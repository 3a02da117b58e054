"""Classes of English words, and what a turn put together from them is.

The turns themselves: phrases_given.py and phrases_taken.py; `turns.py` reads with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

OFFICE = (
    r"(?:(?:the |china's |chinese |beijing's )*(?:commerce (?:ministry|department)|ministry"
    r"(?: of commerce)?|mofcom|beijing|authorit(?:y|ies)|licensing (?:office|authority|desk)"
    r"|regulators?|officials|government|department|bureau|state|china))"
)
DET = (
    r"(?:(?:the|its|their|our|his|all|any|an?|both|every|this|that|export|shipping|dual-use|general"
    r"|individual|first|second|third|new|fresh|own|five|four|three|two|six|of|valid|long-awaited"
    r"|coveted|chinese|official|several|more|another|rare[- ]earth|magnet|necessary|required|some"
    r"|\d+) )*"
)
LICENSE = (
    r"(?:licenses?|permits?|authorizations?|approvals?|clearances?|permissions?|paperwork"
    r"|export papers|export documents|export certificates?|green lights?|go-aheads?)"
)
PAPER = rf"{DET}(?:{LICENSE}|papers|certificates?)"
BAG = (
    rf"{DET}{LICENSE}\b(?! (?:applications?|requests?|rules?|system|regime|scheme|process|office"
    r"|form|holders?))"
)
HOW = r"(?:(?:now|again|finally|at last|once again|once more|newly|formally|officially|also) )*"
SHIP = (
    r"(?:(?:again|now|legally|directly|once more|once again) )*(?:ship|export|sell|supply|deliver"
    r"|send|dispatch|load|fly|serve|feed|resume (?:shipments?|exports?|deliver(?:y|ies)|sales"
    r"|shipping|exporting|loading|supplies)|restart (?:shipments?|exports?|deliveries|sales)"
    r"|start (?:shipping|exporting|shipments|exports|deliveries))\b(?! (?:licen|permit\b|approv"
    r"|clear|author|control|curb|rule|paper|document|appl|quota|order|market))"
)
WAY = (
    r"(?:(?:the|china's|chinese|beijing's|its|those|these|new|tightened|strict|april|export|trade"
    r"|licensing|commerce|rare[- ]earth|provincial|dual-use) )*(?:controls|curbs|restrictions"
    r"|licensing(?: (?:office|desk|regime|system|process|procedure|rules|hurdle|queue))?|regime"
    r"|ministry|mofcom|regulators?|examiners|censors|gatekeepers|reviewers|vetting|scrutiny"
    r"|(?:license|export|licensing|permit) (?:reviews?|checks?|hurdles?|barriers?|rules|office"
    r"|control|wall|gate))"
)
CARGO = (
    r"\b(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|orders?"
    r"|exports|loads?|crates?|pallets?|containers?|tonnes?|tons?|kg|kilos?|kilograms?"
    r"|applications?|requests?|filings?|paperwork|files?)\b"
)
FREIGHT = (
    r"(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|lots?|batch(?:es)?|tonnes?|tons"
    r"|kg|kilos?|kilograms?|crates?|pallets?|containers?|exports|sales|orders)"
)
DONE = (
    r"(?:approved|authorized|cleared|okayed|permitted|licensed|passed|released|freed|unblocked"
    r"|signed off|waved through|nodded through|let (?:go|out|through)|given leave|blessed|endorsed"
    r"|greenlit|green-lit|rubber-stamped|given (?:the|a) (?:nod|go-ahead|all-clear|green light))"
)
WARES = (
    r"(?:magnets?|rotors?|motors?|wafers?|substrates?|powders?|targets?|blanks?|lenses|optics"
    r"|(?:di|tri)?oxides?|alloys?|ingots?|metal|gallium|germanium|antimony|graphite|tungsten"
    r"|carbide|scandium|yttrium|terbium|dysprosium|lutetium|samarium|gadolinium|indium|bismuth"
    r"|molybdenum|rare earths?|components?|actuators?|drives?|parts|blocks|crystals?|anodes?"
    r"|electrodes|solder|chips|contracts?|orders?|export program(?:me)?s?|program(?:me)?s?)\b"
)
NUMBER = (
    r"(?:(?:at least|about|more than|over|up to|as many as) )?(?:one|two|three|four|five|six|seven"
    r"|eight|nine|ten|eleven|twelve|a dozen|several|\d+)"
)
HOLDERS = (
    r"(?:(?:export[- ])?(?:permit|license)[- ]?(?:holders?|bearers?|owners?|holding)"
    r"|(?:holders|bearers|owners) of (?:an? )?(?:[a-z-]+ ){0,2}?(?:licenses?|permits?|approvals?)"
    r"|(?:licensed|authorized|approved|permitted|cleared) (?:[a-z-]+ ){0,2}?(?:exporters|sellers"
    r"|suppliers|shippers|producers|makers|firms|companies)"
    r"|(?:[a-z-]+ ){0,3}?(?:firms|companies|exporters|producers|makers|suppliers|names|groups"
    r"|those|ones|manufacturers|sellers) "
    r"(?:with|holding|(?:that|which|who) (?:hold|have|got|received|obtained|won)|having"
    r"|in possession of|given|granted|issued|awarded) "
    r"(?:(?:an?|the|their|valid|such) )*(?:[a-z-]+ ){0,2}?(?:export )?"
    r"(?:licenses?|permits?|approvals?|papers"
    r"|clearances?)"
    r"|(?:[a-z-]+ ){0,3}?(?:firms|companies|exporters|producers|makers|suppliers|manufacturers)"
    r" (?:licensed|cleared|authorized|allowed|permitted|approved)(?: so far| to| for)?)"
)
REQUEST = r"(?:applications?|requests?|bids?|filings?|submissions?|petitions?|papers|files?|cases?)"
CONSENT = (
    r"(?:consent|blessing|approval|permission|leave|agreement|assent|okay|nod|go-ahead|clearance"
    r"|authorization|sign-off|say-so)"
)
NO = r"(?:no|refusal|rejection|rebuff|snub|thumbs[- ]down|veto)"


@dataclass(frozen=True)
class Turn:
    """A turn of several words that tells an act."""

    kind: str
    """What the act is: a list of words.en.yaml."""
    cues: tuple[str, ...]
    """One of these letters stands in every sentence of this turn: looked for first."""
    written: str
    """The turn; the group `v`, where there is one, is the verb that words before it bend."""
    about: str = ""
    """What must be about: goods (`cargo`, `exported`), goods or a place (`abroad`), a licence
    before it (`paper`) or anywhere near (`license`), an office before it (`office`), a firm right
    behind it (`firm`), no bad end (`well`)."""

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when a cue first stands in a text: for all turns that takes a third of a second,
        which every start would wait for."""
        return re.compile(self.written)


def turn(kind: str, cues: str, *parts: str, about: str = "") -> Turn:
    """A turn; `cues` and the parts of its pattern are put together here."""
    return Turn(kind, tuple(cues.split("|")), "".join(parts), about)
