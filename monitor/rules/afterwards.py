"""What a later sentence says of a licence already told: another kind, somebody else's, whose.

English news likes to keep the point for the end: "X has a new permit. It is one for wheelchairs."
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from monitor.model import FAMILY
from monitor.rules.acts import GRANTS
from monitor.rules.document import Document
from monitor.rules.givers import NOT_OURS, state_gives
from monitor.rules.match import Fact, Studied
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Subject

_PAPER = (
    r"(?:licen[sc]es?|permits?|papers?|documents?|approvals?|certificates?|authorizations?|stamps?"
    r"|permissions?|clearances?|nod)"
)
_NO_EXPORT = re.compile(
    r"\b(?:no bearing on|nothing to do with|not (?:to do|related) (?:with|to)|unrelated to"
    r"|says nothing about|does not (?:cover|concern|touch|extend to|allow"
    r"|relate to) (?:the )?exports?"
    rf"|(?:is|was|are|were) not an? export {_PAPER}|(?:is|are|was) no export {_PAPER}"
    r"|not the (?:one|kind|sort|licen[sc]e|permit)(?:\s+\w+)? (?:that |which )?"
    r"(?:[a-z]+ )?(?:traders|investors|buyers|everyone|the market|people|we)\b"
    r"|not (?:to|for) exports?\b|rather than (?:to |for )?exports?\b"
    r"|(?:is|was) (?:a|an) [a-z]+ (?:licen[sc]e|permit) to (?:store|keep|run|operate|transport)"
    r"|of the kind that|of another kind|of a different kind|a different matter|another sort"
    r"|lets? (?:it|the (?:firm|company|group)) (?:dig|mine|build|sell (?:[a-z]+ )?(?:in|at home"
    r"|shares)|operate|drill"
    r"|produce|import|smelt|discharge|burn)"
    r"|under the basel convention|basel convention)\b"
)
_ISSUED_BY = re.compile(
    rf"\b(?:the|that|this) {_PAPER},? (?:was |were )?(?:issued|granted"
    rf"|given) by (?:the )?(?P<who>[a-z' -]{{3,40}})"
)
_OURS = re.compile(
    r"commerce|mofcom|beijing|china|authorit|ministry$|government|state council|customs"
)


def another_kind(document: Document) -> None:
    """Drop grants whose paper the same or one of the next two sentences calls another kind."""
    for studied in document.studied:
        kept = [f for f in studied.facts if not _called_another(f, document)]
        if len(kept) != len(studied.facts):
            for act in studied.acts:
                act.reasons.append("the text says it is a licence of another kind")
            studied.facts[:] = kept


def told_of_elsewhere(document: Document) -> None:
    """Drop what title and later sentences say of a paper that the text shows to be none of ours:
    another state's, or one of another kind."""
    abroad = [s for s in document.studied if _of_another_state(s)]
    other = [s for s in document.studied if any(a.dropped in NOT_OURS for a in s.acts)]
    if abroad:
        for studied in document.studied:
            if studied.sentence.index > abroad[0].sentence.index:
                studied.facts[:] = [f for f in studied.facts if f.act.carried != "context"]
    told = {(f.key, FAMILY[f.status]) for f in document.facts}
    for studied in document.titled:
        studied.facts[:] = [
            f
            for f in studied.facts
            if (f.key, FAMILY[f.status]) in told
            or not (abroad or (other and not any("paper" in o.kinds for o in f.act.objects)))
        ]


_MOVES_ZH = GRANTS | {"renew", "reinstate"}


def _of_another_state(studied: Studied) -> bool:
    if studied.sentence.chinese:
        return any("foreign" in a.words and a.kind in _MOVES_ZH for a in studied.acts)
    return any("foreign" in a.words for a in studied.acts) or (
        not studied.facts and state_gives(studied.sentence)
    )


def _called_another(fact: Fact, document: Document) -> bool:
    s = fact.sentence
    if fact.act.kind not in GRANTS | {"renew"}:
        return False
    text = s.normal.text
    if s.chinese:
        return _another_zh(fact, document)
    if _NO_EXPORT.search(text, fact.act.end, s.end):
        return True
    following = [
        o.sentence
        for o in document.studied
        if 0 < o.sentence.index - s.index <= 2 and o.sentence.where == s.where
    ]
    bare = fact.act.objects and not any("export" in o.text for o in fact.act.objects)
    if bare and not s.has("paper", "export") and any(_says_which(o) for o in following):
        return True
    return any(_says_so(o) for o in following)


_WHICH = re.compile(
    r"\b(?:which|what (?:kind|sort|for)|namely|to wit|in question|turn(?:s|ed) out|fine print"
    r"|footnote"
    r"|small print|they (?:are|were)|it (?:is|was)|read on|specifically)\b"
)


def _says_which(sentence: Sentence) -> bool:
    """ "Footnote 3 tells which: discharge permits": of another kind, and no export licence."""
    return (
        sentence.has("other_paper")
        and not sentence.has("paper", "general")
        and _WHICH.search(sentence.text) is not None
    )


_THIS_ZH = (
    r"(?:该|此|这|所获|上述|所谓的?|其)(?:张|份|项|纸|一)?(?:出口)?"
    r"(?:许可证?|证件?|批文|批件|文件|执照)"
)
_NO_EXPORT_ZH = re.compile(
    _THIS_ZH + r"[^。;；]{0,24}?(?:与(?:产品)?出口(?:业务)?无关|无关出口|不涉及?出口"
    r"|并?[非不]是?出口(?:许可|用途|管制)|不能用于出口)"
)
_OTHER_ZH = re.compile(
    _THIS_ZH + r"(?:实际上?|其实|实则|实|只|仅|乃|原来)*(?:属于?|系|是|为|指)(?:的是)?"
    r"(?P<what>[^,，。;；]{2,24})"
)
_IN_FACT_ZH = re.compile(
    r"(?:说|指|讲|提到)的(?:其实|实际上?|只|仅|乃|都|均)?是|(?:才|方)(?:知道?|发现|看清|明白|晓得)[^,，。;；]{0,6}(?:是|为|系)"
    r"|(?:原来|其实|实际上?|实则|不过|无非)(?:只|仅)?(?:是|为|系)|实为|实系|实属"
)
_NOT_OF_EXPORTS = re.compile(
    r"(?:与|跟|和)(?:公司)?(?:的)?(?:稀土|磁材|产品)?出口(?:许可证?|管制|业务|资质|审批)?(?:事项|一事)?"
    r"(?:没有|毫无|并无|不存在|没什么|无)(?:任何|直接|必然)?(?:关系|关联|关|涉|干)"
)
_GIVEN_ZH = re.compile(r"(?:核发|颁发|签发|发放|发出|出具|批出|授予)")


def _another_zh(fact: Fact, document: Document) -> bool:
    """该证属排污许可，与出口无关; 该证为越南工贸部核发."""
    s = fact.sentence
    near = [
        o.sentence
        for o in document.studied
        if 0 <= o.sentence.index - s.index <= 2 and o.sentence.where == s.where
    ]
    for told in near:
        text = told.normal.text
        start = fact.act.end if told is s else told.start
        if _NO_EXPORT_ZH.search(text, start, told.end):
            return True
        if told is s and _NOT_OF_EXPORTS.search(text, start, told.end):
            return True
        fact_is = _IN_FACT_ZH.search(text, start, told.end)
        if fact_is is not None and not told.within(start, fact_is.start(), "other_paper"):
            end = next((b for a, b in told.pieces if a <= fact_is.start() < b), told.end)
            if told.within(fact_is.end(), end, "other_paper") and not told.within(
                fact_is.end(), end, "paper"
            ):
                return True
        m = _OTHER_ZH.search(text, start, told.end)
        if m is None:
            continue
        a, b = m.span("what")
        if told.within(a, b, "other_paper", "foreign_authority"):
            return True
        if _GIVEN_ZH.search(m["what"]) and any(x >= a - 2 and y <= b for x, y in told.abroad):
            return True
    return False


def _says_so(sentence: Sentence) -> bool:
    text = sentence.text
    if not re.match(
        rf"[\s\"'“]*(?:(?:but |and |yet )?(?:it|that|this|the|those|these)\b|{_PAPER})", text
    ):
        return False
    m = _ISSUED_BY.search(text)
    return _NO_EXPORT.search(text) is not None or (
        m is not None and _OURS.search(m["who"].strip()) is None
    )


_THEY_ARE = re.compile(
    r"[\s\"'“]*(?:they|these|those|the (?:two|three|four|recipients?|winners?|companies|company"
    r"|firms?"
    r"|lucky ones?|licensees?|exporters?|applicants?|names?)(?: (?:concerned|involved"
    r"|in question))?|it)"
    r" (?:are|were|is|was|include|includes|included|should have (?:been|read|named))"
    r" (?:in fact |actually |instead |rather |reportedly "
    r"|understood to be )?(?:the )?(?:[a-z-]+ ){0,2}"
)


_NO_MORE_ZH = re.compile(
    r"(?:这|等|两|三)?[两三四]?(?:家|股份)?(?:企业|公司)?(?:[,，。;；(!]|$|\n)"
)
_THEY_ARE_ZH = re.compile(
    r"[\s\"]*(?:(?:据悉|经查|经核实|据了解|知情人士[称说]|记者(?:获悉|了解到)|据报道|消息称)[,，:]?)?"
    r"(?:(?:这|该|上述|那|(?:获|拿|被|遭)[^,，。;；]{1,6}的)(?:一|[两二三四五六七八九]|几)?家?"
    r"(?:企业|公司|厂|磁企|供应商|厂商|磁材厂)?|[两三四五]家(?:企业|公司)?|它们?|他们|两者)"
    r"(?:分别|就|正|即|均|依次)?(?:是|为|系|即|指|叫)(?:[^,，。;；是]{1,8}的)?"
    r"|[\s\"]*分别(?:是|为)"
)


def named_later(document: Document) -> None:
    """ "Two more exporters were licensed. They are A and B", "... It was B": the names follow."""
    for before, after in pairwise(document.studied):
        s = after.sentence
        if after.facts or not before.facts:
            continue
        if s.chinese and not (s.groups and any(f.key is None for f in before.facts)):
            continue
        if not s.groups:
            if _CORRECTS.search(before.sentence.text) and _IT_WAS.match(s.quote):
                before.facts.clear()
            continue
        m = (_THEY_ARE_ZH if s.chinese else _THEY_ARE).match(s.normal.text, s.start)
        if m is None or not 0 <= s.groups[0].start - m.end() <= 1:
            continue
        if s.within(s.start, s.end, "not", "not_yet", "if", "ask"):
            continue
        if s.chinese and not _NO_MORE_ZH.match(s.normal.text, s.groups[0].end):
            continue
        corrected = before.sentence.has("untrue", "mistaken", "denies")
        crowd = [f for f in before.facts if f.key is None]
        if s.chinese:
            crowd, corrected = [f for f in crowd if f.status != "policy"], False
        for fact in crowd or (before.facts[:1] if corrected else []):
            keys = [k for k in s.groups[0].keys if k != fact.key]
            before.facts += [
                replace(
                    fact,
                    key=key,
                    sentence=s if corrected else fact.sentence,
                    start=s.start if corrected else fact.start,
                    end=s.end if corrected else fact.end,
                    subject=Subject((key,), "named", "the name that follows"),
                    reasons=[*fact.reasons, "named in the next sentence"],
                    act=replace(fact.act, words=set(fact.act.words), reasons=[]),
                )
                for key in keys
            ]
            if fact in crowd and keys:
                before.facts.remove(fact)


_CORRECTS = re.compile(
    r"\b(?:correct(?:ion|s|ed|ing)|an? earlier (?:version|report|story|item|headline|dispatch)"
    r"|wrongly|mistakenly|erroneously|misidentified|misnamed)\b"
)
_IT_WAS = re.compile(
    r"\W*(?:It|That|The (?:firm|company|recipient|licensee|name))"
    r" (?:was|is|should have (?:been|read|said)) (?:in fact |actually )?[A-Z]"
)


_SUPPLIERS_OWN = re.compile(
    r"\b(?:our|the company's|its) (?:[a-z-]+ ){0,3}suppliers?(?:'s?"
    r"|s')? (?:[a-z-]+ ){0,2}(?:applications?|licen[sc]es?|permits?|filings?)"
    r"|\b(?:applied for|filed|obtained|held|handled|arranged|taken care of|made) by (?:our|the"
    r"|its) (?:[a-z-]+ ){0,3}suppliers?"
    r"|\b(?:our|the|its) (?:[a-z-]+ ){0,3}suppliers? (?:has|have|had|holds?|applied|obtained"
    r"|received|got|applies|takes? care|is responsible)\b"
    r"|\b(?:(?:is|are) (?:with|held by)|rests? with|lies? with|belongs? to|is|are) (?:our|the|its)"
    r" (?:[a-z-]+ ){0,3}(?:suppliers?|vendors?), not (?:us\b|ours|the company|[a-z])"
    r"|\baccording to (?:the|our|its|that) (?:[a-z-]+ ){0,2}(?:suppliers?|vendors?)\b"
)
_GRANTED = ("granted", "general_granted", "renewed")
_ASKS_SUPPLIER = re.compile(
    r"\b(?:(?:your|the company's|its|[a-z-]+'s) (?:[a-z-]+ ){0,3}"
    r"(?:suppliers?|vendors?|magnet sources?)"
    r"|the (?:[a-z-]+ ){0,2}(?:suppliers?|vendors?) (?:of|to|for|at) your(?: [a-z-]+){1,3}?)"
    r"(?: (?P<names>(?!has|have|had|obtain|receiv|get|got|been|win|hold|apply|appli|already|now)"
    r"[^?.;,]{2,60}?))? (?:(?:already|now|finally|been|also|both|all|ever) )*"
    r"(?:obtain|receiv|get|got|been|win|won|hold|secur|have|has|apply|appli|grant)[^?.;]*\?"
)
"""A question about the papers of those who deliver to the firm that is asked."""


def suppliers_own(document: Document) -> None:
    """An answer that says the supplier applied: the licences told of are not the speaker's."""
    if not document.discourse.talk:
        return
    question = document.question
    asked = _ASKS_SUPPLIER.search(question.normal.text)
    if asked is None and not _SUPPLIERS_OWN.search(document.text.normal.text):
        return
    named = (
        []
        if asked is None
        else [
            m.key for m in question.mentions if asked.start("names") <= m.start < asked.end("names")
        ]
    )
    for studied in document.studied:
        for fact in list(studied.facts):
            own = fact.key == document.discourse.owner and fact.subject.how != "named"
            ours = re.search(r"\b(?:we|our own|ourselves|ours)\b", fact.sentence.text)
            kinds = GRANTS | {"answer"} if asked else GRANTS
            if own and fact.act.kind in kinds and fact.status in _GRANTED and not ours:
                fact.key = named[0] if named else None
                fact.reasons.append("the supplier's own licence")
                studied.facts += [replace(fact, key=k) for k in named[1:]]
