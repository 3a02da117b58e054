"""Whose licence an act is about: subjects, "it" and 公司, lists, and firms nobody names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acted import acted_for
from monitor.rules.acts import Act
from monitor.rules.behind import SAYS, cleft, fronted, in_a_relative, speaker_behind
from monitor.rules.behind import among as named_beside
from monitor.rules.candidates import (
    DOES,
    ITS,
    Candidate,
    beside_firm,
    candidates,
    is_adjective,
    is_excluded,
    listed_with,
    supplier_before,
)
from monitor.rules.crowd import (
    its_people,
    named_among,
    not_the_subject,
    relative,
    rivals_of,
    supplier_says,
)
from monitor.rules.holders import has_what_it_gave
from monitor.rules.order import by_order
from monitor.rules.roles import its_kin, names_its_kin, somebody_else
from monitor.rules.sentence import Sentence
from monitor.rules.speech import (
    after_colon,
    cataphor,
    given_to,
    office_said,
    one_of_two,
    singles_out,
    teller_of,
)
from monitor.rules.staff import all_of_them, its_staff, its_works, named_behind, under_heading
from monitor.rules.subject import OBLIQUE, Discourse, Subject

AUTHORITY_ACTS = frozenset(
    (
        "give",
        "got",
        "refuse",
        "unapproved",
        "suspend",
        "revoke",
        "renew",
        "reinstate",
        "wait",
        "arrive",
        "exempt",
    )
)
_FALLS_TO = frozenset(
    (
        "花落",
        "落入",
        "落到",
        "归",
        "归了",
        "归属",
        "发给",
        "颁给",
        "批给",
        "发到",
        "核给",
        "归于",
        "颁予",
    )
)
"""首张许可花落甲: the receiver stands right behind."""
_THIS = ("这", "该", "此", "述")
"""这部分公司已拿到: "this part the company has", in an answer."""
_OWN_PLANT = re.compile(
    r"(?:公司|我司|集团)(?:的)?(?:控股|下属|旗下|所属|全资|自有|位于|在)的?[^,，。;；]{0,10}$"
)
_RECEIVING = frozenset(
    ("give", "got", "refuse", "suspend", "revoke", "renew", "reinstate", "arrive", "unapproved",
     "wait", "apply")
)  # fmt: skip
_FAR_EN = re.compile(
    r"\b(?:for|to|of|by|from|with|at(?! least)|against|via|concerning|regarding|involving)\s+"
    r"(?:(?!after |while |because |since |when |and |but |as |that )[a-z0-9.'-]+\s+){0,5}$"
)
_CLEFT_ACTS = ("got", "give", "arrive", "renew", "refuse", "suspend", "revoke", "expire", "wait")
_ORDERS = frozenset(("order", "orders"))
_LIES_BEFORE = re.compile(
    r"\b(?:had|has|have|were|lying|lay|put|placed|brought|laid|pending)\b[^,;]{0,30}?"
    r" before (?:the )?$"
)
"""The four filings it had before the ministry: the office only has them."""
_PREDICATE = re.compile(
    r"\b(?:is|was|are|were|became|become|becomes|as|being|remains?)\s+(?:also\s+|now\s+)?(?:the"
    r"|one of|among|a|an)\s+(?:[a-z'-]+\s+){0,4}$"
)
_OBLIQUE_ZH = re.compile(
    r"(?:对|向|与|给|为|由|据|除|除了|继|较|像|替|针对|就|比|把|将|让|使|告诉|关于)$"
)
_BOUGHT = re.compile(r"(?:方面)?(?:订|购|采|买|进货|下单|下的?单|拿货|要货|要的?货|追加)")
_PASSIVE_ZH = re.compile(
    r"(?:接|接到|接获|按|应|获|被|遭|经|获得|得到|收到|取得|已获|等待|待|获国家)"
    r"(?:国家|北京|中国|中方|内地|大陆|陆方|有关|相关|商务部)?$"
)
_LAID_BEFORE = re.compile(r"\bbefore (?:the )?(?:[a-z]+ )?$")
"""What a firm has before an office: the firm is spoken of."""
_GIVEN = re.compile(
    r"[^,;]{0,8}?(?:[颁核签制下]发|发放|批准|批复|出具|授予|给予)[了过]?的"
    r"|(?:的|\"?准\"?字|正式|书面|出口|两用物项|方面)*(?:许可|批文|批件|批复|证|文件|通知)"
)


def subject_of(
    sentence: Sentence, act: Act, acts: Sequence[Act], discourse: Discourse, before: Subject | None
) -> Subject:
    """Whose licence `act` is about. `before`: the subject of the act before it in the sentence."""
    for g in sentence.groups:
        falls = act.hit.text in _FALLS_TO and g.start == act.end
        if falls or (act.start <= g.start and g.end <= act.end):
            return Subject(g.keys, "named", sentence.normal.text[g.start : g.end])
    if below := under_heading(sentence, act):
        return below
    if (other := somebody_else(sentence, act)) is not None:
        return other
    piece = sentence.pieces[act.piece]
    left = max(act.left, piece[0])
    if sentence.chinese and (clause := relative(sentence, act)):
        keys, crowd = clause
        if not crowd:
            return Subject(keys, "named", "the clause before its name")
        right = _to_the_right(sentence, act, discourse, False)
        if right is not None and right.how == "named":
            return right
        keys = named_among(sentence, act.end)
        return Subject(keys, "named", "one of them") if keys else Subject((), "crowd", "a clause")
    if picked := by_order(sentence, act, discourse):
        return picked
    found = _search(sentence, act, left, act.start, discourse, own_piece=True)
    agent = found if found is not None and found.how == "authority" else None
    if found is not None and agent is None:
        if found.how == "crowd" and sentence.chinese:
            keys = named_among(sentence, act.end)
            among = Subject(keys, "named", "one of them") if keys else named_beside(sentence, act)
            return among or named_behind(sentence, act) or found
        if found.how == "crowd":
            return (
                after_colon(sentence, act, acts)
                or in_a_relative(sentence, act, plainly=True)
                or found
            )
        return found
    right = _to_the_right(sentence, act, discourse, agent is not None)
    if right is not None:
        return right
    if whose := in_a_relative(sentence, act):
        return whose
    if sentence.chinese and supplier_says(sentence, act.start):
        return Subject((), "crowd", "the supplier")
    if agent is not None:
        among = (
            after_colon(sentence, act, acts)
            or named_beside(sentence, act)
            or _meant(sentence, act, discourse, before)
            or acted_for(sentence, act, discourse)
        )
        return among or agent
    if before is not None and not _group_between(sentence, acts, act):
        return Subject(before.keys, before.how if before.how == "crowd" else "carried", before.said)
    for hit in sentence.within(sentence.start, left, "crowd"):
        if sentence.normal.text[hit.start - 1 : hit.start] == "由":
            return Subject((), "crowd", hit.text)
    found = _search(sentence, act, sentence.start, left, discourse, own_piece=False)
    if found is not None and found.how != "authority":
        return found
    trailing = (
        speaker_behind(sentence, act) or named_beside(sentence, act) or fronted(sentence, act)
    )
    if trailing is not None:
        return trailing
    answers = discourse.talk and discourse.owner and act.kind == "wait"
    if found is not None and not answers:
        return (sentence.chinese and acted_for(sentence, act, discourse)) or found
    if discourse.talk and discourse.owner:
        return Subject((discourse.owner,), "owner", "the firm that speaks here")
    listed = after_colon(sentence, act, acts) or cataphor(sentence, act)
    if listed is not None:
        return listed
    if discourse.focus and discourse.quiet <= 2:
        return Subject(discourse.focus, "focus", "the firm spoken of before")
    return its_staff(sentence, act, discourse) or Subject((), "nobody")


def _search(
    sentence: Sentence, act: Act, start: int, end: int, discourse: Discourse, *, own_piece: bool
) -> Subject | None:
    """The nearest candidate left of the act that can be its subject."""
    text = sentence.normal.text
    fallback: Subject | None = None
    for c in reversed(candidates(sentence, start, end)):
        before = text[max(sentence.start, c.start - 48) : c.start]
        oblique = bool(OBLIQUE.search(before) or _OBLIQUE_ZH.search(before))
        if c.kind == "firm":
            assert c.group is not None
            if is_excluded(sentence, c):
                continue
            if rivals_of(sentence, c.end):
                return Subject((), "crowd", "a rival")
            subject = Subject(c.group.keys, "named", text[c.start : c.end])
            if oblique and not (sentence.chinese and _BOUGHT.match(text, c.end)):
                fallback = fallback or subject
                continue
            return subject
        if c.text == "it" and oblique:
            continue
        if c.text in ("its", "their", "our") and its_kin(sentence, act, c.start, c.end):
            return Subject((), "crowd", "its kin")
        if c.kind == "it" and c.text in ITS and supplier_before(sentence, c):
            return Subject((), "crowd", "the supplier")
        if (
            c.text in ("it", "they")
            and act.kind in AUTHORITY_ACTS
            and office_said(sentence, c.start)
        ):
            return fallback or Subject((), "authority", "the office that speaks")
        if c.text == "it" and "let" in act.words:
            continue
        if c.kind in ("it", "they", "latter"):
            resolved = _resolve(sentence, c, discourse)
            if resolved is not None:
                return resolved
            continue
        if c.kind == "customer":
            if c.text in _ORDERS and (sentence.groups or discourse.focus):
                continue  # an order that passes does so under its supplier's licence
            if (
                not oblique
                and not _FAR_EN.search(before)
                and DOES.fullmatch(text, c.end, act.start)
            ):
                return Subject((), "crowd", c.text)
            continue
        if c.kind == "crowd":
            if not own_piece and (sentence.groups or discourse.talk):
                continue
            if oblique or _FAR_EN.search(before) or beside_firm(sentence, c):
                continue
            if _PREDICATE.search(before):
                continue
            if discourse.talk and discourse.owner and sentence.chinese:
                if c.text == "部分公司" and before[-1:] in _THIS:
                    return Subject((discourse.owner,), "owner", "公司")
                if _OWN_PLANT.search(before):
                    return Subject((discourse.owner,), "owner", "its plant")
            if (listed := listed_with(sentence, c)) is not None:
                return listed
            if sentence.chinese and not_the_subject(sentence, c.start, c.end, start):
                continue
            if sentence.chinese and (works := its_works(sentence, c.start, discourse)):
                return works
            if sentence.chinese and (them := all_of_them(sentence, c.end, discourse)):
                return them
            if discourse.focus and its_people(sentence, c.start, c.end):
                return Subject(discourse.focus[:1], "anaphor", c.text)
            if sentence.chinese and text[max(start, c.start - 1) : c.start] == "由":
                return Subject((), "crowd", c.text)
            return fallback or Subject((), "crowd", c.text)
        if c.kind == "authority":
            if act.kind not in AUTHORITY_ACTS or oblique or is_adjective(sentence, c):
                continue
            if _LIES_BEFORE.search(before):
                continue
            if c.text == "海关" and act.kind in ("got", "give") and act.objects != [act.hit]:
                continue  # customs let goods pass under a licence, they give none
            if act.kind == "exempt" and before.endswith(("入", "到", "至", "在", "从", "自", "回")):
                continue
            if act.kind == "arrive" and _GIVEN.match(text, c.end, act.start):
                continue
            if _PASSIVE_ZH.search(before) or _LAID_BEFORE.search(before):
                continue
            waits = sentence.chinese and act.kind == "wait" and own_piece
            if waits and any(start <= g.start and g.end <= c.start for g in sentence.groups):
                continue
            return fallback or Subject((), "authority", c.text)
    return fallback


def _resolve(sentence: Sentence, c: Candidate, discourse: Discourse) -> Subject | None:
    """What "it", "they", 公司 stand for."""
    spoken_of = discourse.talk or discourse.seen or discourse.focus or discourse.topic
    if c.text in ("we", "our") and not spoken_of and names_its_kin(sentence, c.end):
        return Subject((), "crowd", "who speaks here, before any firm is named")
    earlier = [
        g
        for g in sentence.groups
        if g.end <= c.start and not is_excluded(sentence, Candidate(g.start, g.end, "firm", g))
    ]
    at = c.end if c.text.startswith("the ") else c.start
    if said := one_of_two(sentence, at):
        return said
    if c.kind == "latter" and (earlier or discourse.focus):
        keys = earlier[-1].keys if earlier else discourse.focus
        return Subject(keys[-1:], "anaphor", c.text)
    if c.kind == "they":
        if c.text in ("their", "they", "both", "each") and earlier:
            return Subject(earlier[-1].keys, "anaphor", c.text)
        if discourse.quiet > 5 and not earlier:
            return None
        if len(discourse.focus) > 1 and not earlier:
            return Subject(discourse.focus, "anaphor", c.text)
        if earlier:
            several = tuple(dict.fromkeys(k for g in earlier for k in g.keys))
            return Subject(several, "anaphor", c.text)
        if len(discourse.seen) > 1 and c.text not in ("their", "they", "each", "他们", "它们"):
            return Subject(tuple(discourse.seen[-2:]), "anaphor", c.text)
        return Subject(discourse.focus, "anaphor", c.text) if discourse.focus else None
    if (
        discourse.talk
        and discourse.owner
        and not (earlier and c.text in ("its", "it", "其", "该公司"))
    ):
        return Subject((discourse.owner,), "owner", c.text)
    if earlier and c.text in ("the former", "前者"):
        return Subject(earlier[-2 if len(earlier) > 1 else -1].keys[:1], "anaphor", c.text)
    if earlier:
        own = [
            g
            for g in earlier
            if not OBLIQUE.search(sentence.normal.text[max(sentence.start, g.start - 24) : g.start])
        ]
        return Subject((own or earlier)[-1].keys, "anaphor", c.text)
    if c.text in ("the former", "前者") and discourse.focus:
        return Subject(discourse.focus[:1], "anaphor", c.text)
    if discourse.focus and discourse.quiet <= 5:
        return Subject(discourse.focus[:1], "anaphor", c.text)
    if discourse.topic and c.text.startswith("the "):
        return Subject(discourse.topic, "anaphor", f"{c.text} (the firm of the title)")
    only_compared = sentence.groups and all(
        is_excluded(sentence, Candidate(g.start, g.end, "firm", g)) for g in sentence.groups
    )
    if len(discourse.whole) == 1 and not only_compared:
        return Subject(discourse.whole, "anaphor", f"{c.text} (the one firm this text names)")
    return None


_THEN_DOES = re.compile(r"\b(?:before|after|while|once|until|unless|because|although|though) $")
_FOR_WHOM = re.compile(r"\s+(?:for|at|in the case of|from)\s+(?:the |rival |its rival )?")


def _to_the_right(
    sentence: Sentence, act: Act, discourse: Discourse, agent: bool
) -> Subject | None:
    """Receivers behind the verb: "granted X a licence", "issued to X", 批准X."""
    if act.kind in (*_CLEFT_ACTS, "get") and sentence.chinese and (it := cleft(sentence, act)):
        return it
    text = sentence.normal.text
    if act.kind == "lacking" and (m := _FOR_WHOM.match(text, act.end)):
        for g in sentence.groups:
            if 0 <= g.start - m.end() <= 1:
                return Subject(g.keys, "named", text[g.start : g.end])
    if act.kind not in _RECEIVING:
        return None
    if sentence.chinese and agent and act.hit.text.endswith("其"):  # 准许其出口
        return _resolve(sentence, Candidate(act.end - 1, act.end, "it", None, "其"), discourse)
    for g in sentence.groups:
        if g.start < act.end or g.start >= act.right:
            continue
        if SAYS.match(text, g.end) and text[act.end : g.start].strip():
            continue
        if act.kind == "apply" and not re.search(r"\bby\s+$", text[act.end : g.start]):
            continue
        if act.kind == "wait" and not agent:
            continue
        if is_excluded(sentence, Candidate(g.start, g.end, "firm", g)):
            continue
        if not sentence.chinese and _THEN_DOES.search(text, act.end, g.start):
            continue
        if rivals_of(sentence, g.end):
            return Subject((), "crowd", "a rival")
        return Subject(g.keys, "named", text[g.start : g.end])
    for hit in sentence.within(act.end, act.right, "it", "they", "crowd"):
        if sentence.chinese and text.startswith("的", act.end):
            continue  # 商务部同意的数量够越南工厂用四个月
        beside = sentence.chinese and hit.start - act.end <= 2 and "it" in hit.kinds
        if not agent and not beside and not given_to(sentence, act, hit.start):
            continue
        if "crowd" in hit.kinds and "it" not in hit.kinds:
            return named_beside(sentence, act) or Subject((), "crowd", hit.text)
        resolved = _resolve(
            sentence,
            Candidate(hit.start, hit.end, "they" if "they" in hit.kinds else "it", None, hit.text),
            discourse,
        )
        if resolved is not None:
            return resolved
    return None


def _group_between(sentence: Sentence, acts: Sequence[Act], act: Act) -> bool:
    """Is another firm named between the act before and this one?"""
    earlier = [a.end for a in acts if a.start < act.start and not a.dropped]
    start = max(earlier, default=sentence.start)
    return any(start <= g.start and g.end <= act.start for g in sentence.groups)


_MARKET = re.compile(
    r"\b(?:shares?(?! (?:an?|only|little|nothing|no) )|stocks?(?! exchange)|surged|rallied"
    r"|soared|traded|index"
    r"|(?:rose|fell|gained|climbed|jumped|dropped|slid) (?:by |as much as |nearly |almost )?\d)"
    r"|股价|涨|跌|板块|收盘|大盘"
)


def _meant(
    sentence: Sentence, act: Act, discourse: Discourse, before: Subject | None
) -> Subject | None:
    """Whose paper the authority moved, when the verb itself does not say.

    What was spoken of before in the sentence; the one firm it names, if that firm's exports are the
    matter; the speaker of an answer.
    """
    if act.carried == "sentence" and before is not None and before.keys:
        return Subject(before.keys, "carried", before.said)
    if (holder := has_what_it_gave(sentence, act, discourse)) is not None:
        return holder
    groups = [
        g
        for g in sentence.groups
        if not is_excluded(sentence, Candidate(g.start, g.end, "firm", g))
    ]
    if groups and len(sentence.groups) > 1 and (teller := teller_of(sentence, act, groups)):
        return teller
    if len(groups) == 1 and not _MARKET.search(sentence.text):
        g = groups[0]
        piece = sentence.pieces[sentence.piece(g.start)]
        for_it = re.search(r"\b(?:for|to)\s+$", sentence.normal.text[max(0, g.start - 6) : g.start])
        if (
            act.carried == "sentence"
            or for_it
            or (act.carried and g.keys == discourse.focus)
            or sentence.within(*piece, "export", "request", "paper", "permit")
            or (sentence.chinese and sentence.goods and SAYS.match(sentence.normal.text, g.end))
            or any(piece[0] <= a < piece[1] for a, _ in sentence.listed)
        ):
            return Subject(g.keys, "named", sentence.normal.text[g.start : g.end])
    definite = any(
        re.search(
            r"(?:\b(?:the|this|that|our|its)\s+(?:[a-z]+\s+)?|该|此|这|上述|本次|此次"
            r"|公司的?)(?:笔|份|项|次)?$",
            sentence.normal.text[max(0, o.start - 16) : o.start],
        )
        for o in act.objects
    )
    if not sentence.chinese and not sentence.groups and len(discourse.focus) == 1:
        alone = discourse.whole == discourse.focus
        singled = definite or (alone and singles_out(sentence, act))
        if singled and discourse.quiet <= (8 if alone else 0):
            return Subject(discourse.focus, "focus", "the firm spoken of just before")
    if (
        discourse.talk
        and discourse.owner
        and (
            act.carried == "context"
            or act.kind in ("wait", "refuse", "unapproved", "suspend", "revoke")
            or definite
        )
    ):
        return Subject((discourse.owner,), "owner", "the firm that speaks here")
    return None
