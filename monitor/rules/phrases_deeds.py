"""Turns by which an office says yes or no to the deed, not to a paper: a sale, a shipment."""

from __future__ import annotations

from monitor.rules.phrases import CONSENT, OFFICE, turn

_HOW = r"(?:(?:now|again|finally|at last|also|formally|since|meanwhile|provisionally|duly|then) )*"
_HAS = rf"(?:has |have |had |having )?{_HOW}"
_OF = (
    r"(?:(?!(?:to|and|but|that|which|who|if|when|not|no|any|about|was|were|is|are|for|in|from"
    r"|with|on|of|at|by) )"
    r"[a-z0-9.,'&-]+ ){0,6}?"
)
_DEED = (
    rf"{_OF}(?:shipments?|consignments?|cargo(?:es)?|deliver(?:y|ies)|exports?|exportation|sales?"
    r"|dispatch(?:es)?|containers?|crates?|pallets?)\b(?! (?:licen|permit|approv|clear|control|curb"
    r"|rule|tax|quota|of (?:assets|shares|stakes?|land|the (?:unit|plant|stake))))"
)
_PASSES = (
    r"(?:approve[ds]|cleare?(?:d|s)|authorize[ds]|okay(?:ed|s)|oks|ok'd|permit(?:s|ted)|greenlit"
    r"|license[ds]|pass(?:es|ed)|release[ds]|unblock(?:s|ed)|endorse[ds]|bless(?:es|ed)"
    r"|free[ds]|unfr[eo]ze[ns]?|(?:allow(?:s|ed)|lets?|wave[ds]|nod(?:s|ded))"
    r"(?: (?:out|through|past))?)"
)
_AGREES = (
    r"(?:consent(?:s|ed)|assent(?:s|ed)|agree[ds]|accede[ds]|sa(?:ys|id) yes|sign(?:s|ed) off"
    rf"|(?:give[ns]?|gave|grant(?:s|ed)|lent|lends) (?:its |their |the |a |an )*(?:[a-z]+ ){{0,2}}?"
    rf"{CONSENT})"
)
_THEM = r"(?:it|them|these|those|that|this|the (?:lot|deal|order|sale|transaction))\b"

DEEDS = (
    turn(
        "got",
        "shipment|consignment|cargo|deliver|export|sale|dispatch|container|crate|pallet",
        rf"\b{OFFICE} {_HAS}(?P<v>{_PASSES})(?= {_DEED})",
        about="deed",
    ),
    turn(
        "got",
        "consent|assent|agree|accede|yes|sign|give|gave|grant|lent|lend",
        rf"\b{OFFICE} {_HAS}(?P<v>{_AGREES}) (?:to|for|on) (?:{_DEED}|{_THEM})",
        about="deed",
    ),
    turn(
        "got",
        "gave|given|gives|grant",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:gave|given|gives|grant(?:s|ed)) (?:it|them|(?:the|its|this"
        rf"|that) {_DEED}) (?:its |their |the |a |an )*(?:[a-z]+ ){{0,2}}?{CONSENT})\b",
        about="deed",
    ),
    turn(
        "got",
        "allow|let|free",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:allow(?:s|ed)|lets?) (?:out|through))\b",
        about="deed",
    ),
    turn(
        "got",
        "object",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:no longer objects?|(?:dropped|withdrew|lifted|waived)"
        rf" (?:its|their|all|the) objections?) to {_DEED})",
        about="deed",
    ),
    turn(
        "got",
        "may |can ",
        r"\b(?P<v>(?:may|can) (?:now |again )?(?:go|leave|sail|move|proceed|be (?:shipped",
        rf"|exported)))(?: ahead| out)?,? {OFFICE} (?:has |have |had )?(?:told|said|informed|ruled",
        r"|decided|let)\b",
        about="deed",
    ),
    turn(
        "got",
        "with the|under the",
        rf"\b(?:with|under) the (?:full |express |written |formal |explicit )?{CONSENT} of ",
        OFFICE,
        about="deed",
    ),
    turn(
        "refuse",
        "withh|refuse|denie|declin",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:withh(?:eld|olds)|refuse[ds]|denie[ds]|declined) (?:its |their"
        rf" |any |the )?(?:[a-z]+ )?{CONSENT}) (?:to|for) {_DEED}",
        about="deed",
    ),
    turn(
        "refuse",
        "said no|says no|objected|objects|vetoe|blocked|blocks|barred|forbade|disallowed|stopped|"
        "prohibited|banned",
        rf"\b{OFFICE} {_HAS}(?P<v>(?:(?:said|says) no to|object(?:s|ed) to|vetoe[ds]|block(?:s|ed)"
        rf"|barred|forbade|disallowed|prohibited|banned)) {_DEED}",
        about="deed",
    ),
    turn(
        "apply",
        "asked|asks|petitioned|begged|urged",
        rf"\b(?:asked|asks|petitioned|begged|urged) {OFFICE} (?:to (?:consent|agree|assent|say yes"
        r"|sign off|allow|let|permit|approve|clear|license|authorize|release)"
        r"|for (?:leave|permission|consent))\b",
        about="deed",
    ),
)
