"""English verbs beside a licence that move none: words of saying, other papers, forgeries.

"She recalled", "he allowed", an exclusion from duties, a licence for charts, "obtained by
submitting forged papers", goods already cleared that may still sail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import GRANTS, Act
from monitor.rules.sentence import Sentence

_SAYING = re.compile(r"(?:recall|allow|grant|conced|permit|volunteer|acknowledg|confirm)[a-z]*$")
_SPEAKER = re.compile(
    r"\b(?:he|she|i|you|one|they|we|(?:the |its |a |an )?(?:[a-z-]+ )?(?:manager|director|secretary"
    r"|spokes(?:man|woman|person)|official|diplomat|analyst|trader|executive|chairman|chairwoman"
    r"|president|lawyer|broker|banker|engineer|consultant|insider|foreman)s?"
    r"(?: of [a-z' -]{3,40}| at [a-z' -]{3,40})?) (?:also |readily |later |then |freely )?$"
)
_NO_OBJECT = re.compile(
    r"\s*(?:$|[.,;:!\"”]|that\b|how\b|when\b|with a\b|in an interview|on (?:[a-z]+day|the call)"
    r"[.,;])"
)
_FREED = re.compile(
    r"\b(?:exemption|exclusion|waiver|relief|dispensation|carve-out|exempted|excluded|spared|freed)"
    r"s? (?:from|of|for|on) [^.;]{0,40}?\b(?:dut(?:y|ies)|tariffs?|lev(?:y|ies)|tax(?:es)?|vat"
    r"|section 301|import quotas?)\b"
    r"|\b(?:tariff|duty|tax|section 301) (?:exemption|exclusion|waiver|relief)s?\b"
)
_MEDIA = re.compile(
    r" (?:for|to|of|on|covering) (?:(?:our|its|their|the|his|her|[a-z]+'s?|these|this|any|some) )*"
    r"(?:[a-z'-]+ ){0,5}?(?:charts?|data|software|photo(?:graph)?s?|fonts?|images?|articles?"
    r"|newsletters?|databases?|terminals?|archives?|pictures?|maps?|logos?|subscriptions?|code"
    r"|apps?|designs?|drawings|software)\b(?! (?:cent|storage|carrier))"
)
_FORGED = re.compile(
    r"(?:[^.;]|no\. ?|\.\d){0,60}?\b(?:by|with|through|using|on the (?:basis|strength) of"
    r"|thanks to)\b[^.;]{0,30}?"
    r"\b(?:forg(?:ed|ing|ery)|false|fake[ds]?|fraud|fraudulent|falsified|bogus|doctored|bribes?"
    r"|bribery|deceit|deception|concealing|misstat)"
)
_BY_FORGERY = re.compile(
    r"\b(?:fraudulently|illegally|unlawfully|improperly|dishonestly|deceitfully) $"
)
_FAKED = re.compile(
    r"\b(?:fake|faked|forged|bogus|counterfeit|doctored) (?:[a-z-]+ ){0,2}?(?:letters?|notices?"
    r"|documents?|posts?|screenshots?|statements?|certificates?|licenses?|permits?)\b[^.;]{0,40}$"
)
_SIDE = re.compile(
    r"\s+by (?:the |its |their )?(?:(?:[a-z]+(?:ian|ese|ish|ean|nch|tch)|german|thai|swiss|foreign"
    r"|us|u\.s\.|eu|local|home|buyer's|importing) )"
    r"(?:side|government|ministr(?:y|ies)|authorit(?:y|ies)|embassy|chamber|officials|state)"
)
_SENT_ON = re.compile(
    r"\s+(?:by [a-z ]{3,40} )?and (?:lodged|submitted|forwarded|filed|passed on|handed in|sent)\b"
)
_ENDORSES = re.compile(r"(?:endors|stamp|certif|sign|counter-?sign|approv|clear|vett)[a-z]*$")
_ON_ITS_WAY = re.compile(
    r"[\s\"'“]*(?:(?:the|any|all|those|these|only|but|however),? )*(?:[a-z]+ )?"
    r"(?:goods|cargo(?:es)?|shipments?|consignments?|orders?|deliver(?:y|ies)|containers?"
    r"|batch(?:es)?|lots?) "
    r"(?:(?:that|which) )?(?:(?:have|has|had|are|were|is|was) )?(?:already |previously |earlier )?"
    r"(?:been )?(?:already )?(?:cleared|approved|licensed|authorized|permitted|released|passed"
    r"|loaded|granted [a-z ]{3,20})\b[^.;]{0,50}?"
    r"\b(?:will|may|can|would|could|shall|should|must|are to|is to|are not|is not|remain)\b"
)
_BEFORE_END = re.compile(
    r"\b(?:ahead of|before|prior to|in advance of) (?:(?:its|their|the|it|they|that|his) )?"
    r"(?:(?:[a-z-]+ ){0,2})?$"
)
_UNTIL_MENDED = re.compile(
    r"\s+(?:[a-z]+ )?(?:rectif|correct|clari|compli|resol|settle|remed|improve|complet|outcome)"
)
_ONE_EXTENDED = re.compile(r"\s*(?:one|it|theirs)?,? (?:(?:which|that) was )?(?:since )?"
                           r"(?:extended|renewed|prolonged|reissued|widened)\b")  # fmt: skip


def unsaid(sentence: Sentence, act: Act, acts: Sequence[Act]) -> str:
    """Why this verb moves no licence of ours; empty if it may move one."""
    if sentence.chinese:
        return ""
    text = sentence.normal.text
    word = act.hit.text
    before = text[max(sentence.start, act.start - 72) : act.start]
    if (
        act.kind in GRANTS | {"revoke"}
        and _SAYING.match(word)
        and _NO_OBJECT.match(text[act.end : sentence.end])
        and _SPEAKER.search(before)
    ):
        return "somebody says so"
    if act.kind in GRANTS and _SAYING.match(word) and text.startswith(" that ", act.end):
        return "somebody says so"
    if act.kind == "expire" and _BEFORE_END.search(before):
        renewed = any(o.kind == "renew" and not o.dropped for o in acts)
        if renewed or (word.startswith("expir") and word.endswith(("y", "ion"))):
            return "before its end"
    if word == "pending" and _UNTIL_MENDED.match(text, act.end):
        return "a preposition here"
    if act.kind not in GRANTS | {"renew"}:
        return ""
    end = sentence.pieces[act.piece][1]
    start = sentence.start if not sentence.has("paper") else max(sentence.start, act.start - 48)
    if _FREED.search(text, start, end):
        return "an exemption from duties"
    if any(_MEDIA.match(text, o.end) and "export" not in o.text for o in act.objects):
        return "a licence to use something"
    if _FAKED.search(before):
        return "only a forged letter says so"
    if _BY_FORGERY.search(before) or _FORGED.match(text, act.end):
        return "obtained by fraud: what follows tells what became of it"
    if (_ENDORSES.match(word) and _SIDE.match(text, act.end)) or (
        word.startswith(("endors", "stamp", "certif", "vett")) and _SENT_ON.match(text, act.end)
    ):
        return "endorsed on its way to the office"
    if _ON_ITS_WAY.match(sentence.text) and not sentence.groups:
        return "says what becomes of goods under way"
    if word.startswith(("widened", "broadened", "expanded", "been ")) and any(
        o.kind == "renew" and o.piece == act.piece and not o.dropped for o in acts
    ):
        return "widened when it was prolonged"
    if act.kind in ("have", "hold", "get") and _ONE_EXTENDED.match(text, act.end):
        return "what became of the licence follows"
    return ""
