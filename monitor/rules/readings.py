"""Which verbs of a sentence may move a licence, and how each of them is meant here.

`acts_of` finds them, gives each its reach, and asks `grounding` whether there is a paper to move.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from monitor.rules.acts import GRANTS, KINDS, PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.clause import WENT_THROUGH, unasserted
from monitor.rules.english import settle
from monitor.rules.governed import infinitive, named
from monitor.rules.grounding import find_paper
from monitor.rules.negation import ungiven
from monitor.rules.sentence import Sentence
from monitor.rules.spoken import no_act, waived
from monitor.rules.stages import sent_back
from monitor.rules.turns import replace, turns

_CUT = re.compile(
    r"(?<!not )(?<!has )(?<!have )(?<!had )\byet\b(?! to\b)"
    r"|\b(?:and|but|while|whereas|although|though|because|since|so|which|who|as|after|before"
    r"|when|adding"
    r"|whose|if|once|unless|until|though|however|nor|or)\b|[,，;；、]|并且|(?<![合一])并(?![未没无不非])|而且|而|但是|但|且"
    r"|同时|以及|不过|然而|及(?!时)"
)
_DETERMINED = re.compile(
    r"\s*(?:(?:[a-z]+'s|a|an|the|its|their|all|some|any|several|many|most|enough|more|both|new"
    r"|two|three|four|five"
    r"|six|seven|eight|nine|ten|\d+|at|least|valid|initial|first|further|additional|temporary"
    r"|formal|of|part"
    r"|necessary|required|relevant|needed|own|no|any|chinese|official|individual|general|one|only"
    r"|limited|number|small|handful|fresh|extra|latest|second|third|additional|similar|separate"
    r"|respective|current|coveted|long-awaited|commerce|european|american|japanese|korean|precious"
    r"|such|multiple|half|dozen|a few|few|final|full|provisional|specific|requisite|proper"
    r"|government)\s+){0,6}$"
)
_QUANTITY_ZH = re.compile(
    r"(?:[一两二三四五六七八九十\d]{1,3}[张份个项批件票单笔]|部分|少量|若干|一定数量的?|相应的?|相关的?"
    r"|的|所需的?|正式|有效)*的?$"
)


MOST_ACTS = 16
"""Verbs looked at in one sentence. No writer needs more; a hostile page could offer hundreds."""


@lru_cache(maxsize=1024)
def _first_kind(kinds: frozenset[str]) -> str | None:
    return next((k for k in KINDS if k in kinds), None)


def acts_of(sentence: Sentence, ground: Ground) -> list[Act]:
    """The acts of a sentence in order, ungrounded ones marked `dropped`."""
    acts: list[Act] = []
    for hit in sentence.hits:
        kind = _first_kind(hit.kinds)
        if kind is None or sentence.aside(hit.start):
            continue
        piece = sentence.piece(hit.start)
        start, end = sentence.pieces[piece]
        acts.append(Act(kind, hit, start, end, piece))
        if len(acts) == MOST_ACTS:
            break
    acts = [a for a in acts if not _is_noun(sentence, a, acts)]
    acts = replace(acts, turns(sentence, ground))
    _reach(sentence, acts)
    kept: list[Act] = []
    for act in acts:
        if act.carried:  # a turn, which brings its ground along
            infinitive(sentence, act)
            named(sentence, act)
            kept.append(act)
            continue
        _choose(sentence, act, acts)
        _describing(sentence, act)
        if sentence.chinese and not act.dropped:
            act.dropped = unasserted(sentence, act) or ""
        if waived(sentence, act):
            act.kind, act.objects = "got", [act.hit]
            act.words.add("paper")
        elif _once_for_all(sentence, act):
            act.kind, act.objects = "got", [act.hit]
            act.words |= {"general", "paper"}
        elif not act.dropped:
            find_paper(sentence, act, ground, kept)
        kept.append(act)
    return kept


_MOVED_ZH = GRANTS | {"suspend", "revoke", "expire", "refuse", "renew", "reinstate"}


def _is_noun(sentence: Sentence, act: Act, acts: list[Act]) -> bool:
    """批准 after 获得, 许可 after 等待: the paper, not another act. `have` before a participle."""
    text = sentence.normal.text
    if act.kind == "report":
        following = next((h for h in sentence.within(act.end, act.right, *PAPER)), None)
        return (
            following is None
            or not _DETERMINED.fullmatch(text[act.end : following.start])
            or any(o is not act and o.piece == act.piece and o.kind != "wait" for o in acts)
        )
    if act.kind == "have":
        after = text[act.end : act.end + 60]
        following = next(
            (h for h in sentence.within(act.end, act.right, "paper", "permit", "general")), None
        )
        if following is None:
            return True
        between = text[act.end : following.start]
        if act.hit.text.startswith("适用") and "general" not in following.kinds:
            return True
        if sentence.chinese and not act.hit.text.isascii():
            return not _QUANTITY_ZH.fullmatch(between) or any(
                o is not act and o.piece == act.piece and o.kind in _MOVED_ZH for o in acts
            )
        passive = any(
            o.start > following.end
            and o.piece == act.piece
            and o.kind not in ("wait", "apply")
            and not o.hit.text.endswith(("ing", "ing to"))
            and not _CUT.search(text, following.end, o.start)
            for o in acts
        )
        return (
            passive
            or not _DETERMINED.fullmatch(between)
            or after.lstrip().startswith(("been", "yet"))
        )
    if act.kind == "hold" and act.hit.text in ("已有", "都有", "均有"):
        paper = next(iter(sentence.within(act.end, sentence.pieces[act.piece][1], *PAPER)), None)
        if paper and any(act.end <= o.start < paper.start and o.kind in GRANTS for o in acts):
            return True
    if not {"give", "permit"} <= act.hit.kinds:
        return False
    before = text[max(act.left, act.start - 16) : act.start]
    previous = next(
        (o for o in reversed(acts) if o.start < act.start and o.piece == act.piece), None
    )
    if previous is not None and previous.kind in ("get", "hold", "have", "wait", "got"):
        between = text[previous.end : act.start]
        if len(between) <= 14 and not sentence.within(previous.end, act.start, *PAPER):
            return True
    return bool(re.search(r"(?:等待|静候|未经|(?<!已)经|凭|须经|需经|待|等|的)$", before))


def _reach(sentence: Sentence, acts: list[Act]) -> None:
    """Two acts of one piece share it: each reaches to the conjunction between them."""
    text = sentence.normal.text
    for one, other in pairwise(acts):
        if one.piece != other.piece:
            continue
        cuts = list(_CUT.finditer(text, one.end, other.start))
        if cuts:
            one.right = min(one.right, cuts[-1].start())
            other.left = max(other.left, cuts[-1].end())
        else:
            one.words.add("joined")
            other.words.add("joins")


_NOMINAL_OBJECT_ZH = re.compile(
    r"(?![^,，。;；]{0,16}(?:情况|消息|传闻|报道|说法)(?:均|确|为|是)*(?:属实|确实存在|是真的|真实))[^,，。;；]{0,12}?(?:许可证?|批文|批复|批准|许可函)的(?:具体)?(?:时间|时点|可能|难度|前景"
    r"|信心|进度|情况|节奏|条件|过程|周期|前提|概率|预期|难易|具体|门槛|不确定)"
)
_AT_THE_END = frozenset(
    (
        "through",
        "is in",
        "are in",
        "is there",
        "are there",
        "is out",
        "are out",
        "is done",
        "are done",
        "is here",
        "are here",
        "is down",
        "are down",
    )
)
_TERM = re.compile(
    r"\b(?:validity|term|period|licenses?|permits?|authorizations?|permissions?|approvals?"
    r"|clearances?|consents?|papers|certificates?|documents?|exemptions?)\b"
)
_EACH_TIME = re.compile(
    r".{0,4}(?:逐[票单笔批次件]|一[票单批]一|每[票单笔批次])"
    r"|.{0,60}\b(?:(?:for|of) (?:each|every) (?:single )?(?:order|shipment|consignment|cargo"
    r"|delivery|batch|sale|time)|each time|every time|consignment[- ]by[- ]consignment"
    r"|shipment[- ]by[- ]shipment"
    r"|order[- ]by[- ]order|per shipment)"
)


def _once_for_all(sentence: Sentence, act: Act) -> bool:
    """毋须逐票申请, "without going back for each order": a licence for many shipments."""
    text = sentence.normal.text
    return (
        act.kind == "exempt"
        and _EACH_TIME.match(text, act.end, sentence.end) is not None
        and sentence.has("general", "permit", "paper", "authority", "got")
    )


_RESULT_ZH = re.compile(
    r"(?:[一两二三四五六七八九十\d][件份项宗单笔]|结果|结论|决定|答复|批复)(?:均|皆|都)?为$"
)
_NOT_ABOUT = frozenset(
    ("关于", "已于", "终于", "早于", "将于", "基于", "由于", "成为", "作为", "列为", "升为", "变为")
)
_LIFTED = re.compile(r"(?:解除|取消|撤销|终止|结束|撤除)了?(?:对|关于)?[^,，。;；]{0,24}的$")
_DECLARED = re.compile(r"(?:被|遭|予以)[^,，。;；]{0,8}?$|(?:宣告|宣布|认定|裁定)[^,，。;；]{0,4}$")
_RESTRAINT = re.compile(
    r"了?(?:对|关于|针对)?[^,，。;；]{0,20}?(?:许可证?|批文|证|额度)的?(?:使用)?(?:限制|冻结|禁令|锁定|禁用)"
)
_IT_FRONTED = re.compile(r"\s*(?:并|遂|已|决定|随即)*[将把](?:其|它|该证|这张|该许可)")
_TAKES_BACK = re.compile(r"[^,，。;；]{0,6}(?:申请|材料|报件|单子)")


def _said_from(sentence: Sentence, act: Act) -> int:
    """Where the clause of the act begins; one that opens with 将其 goes on with the one before."""
    start, end = sentence.pieces[act.piece]
    if act.piece and _IT_FRONTED.match(sentence.normal.text, start, end):
        return sentence.pieces[act.piece - 1][0]
    return start


def _goes_on(sentence: Sentence, act: Act) -> bool:
    """ "The permits are in Beijing", but not "the permits are in for A"."""
    text = sentence.normal.text
    m = re.match(r"\s+for\s+", text[act.end : act.right])
    if m and any(0 <= g.start - act.end - m.end() <= 1 for g in sentence.groups):
        return False
    return bool(text[act.end : act.right].strip(" ;.,"))


def _choose(sentence: Sentence, act: Act, acts: list[Act]) -> None:
    """Words with two readings: `land` is getting with a paper behind, arriving with one before."""
    kinds = act.hit.kinds
    if act.kind == "get" and "arrive" in kinds and not sentence.within(act.end, act.right, *PAPER):
        act.kind = "arrive"
    text = sentence.normal.text
    if act.hit.text in ("ended", "ends", "end", "dead", "died") and not (
        _TERM.search(text, act.left, act.start)
    ):
        act.dropped = "nothing that ends"
    if sentence.chinese and act.kind in ("get", "got", "give"):
        if (
            text[act.start - 1 : act.start] in ("对", "为", "于")
            and not _RESULT_ZH.search(text, sentence.start, act.start)
            and text[act.start - 2 : act.start] not in _NOT_ABOUT
            and not act.hit.text.startswith(("持证", "有证", "凭"))
        ):
            act.words.add("plan")
            act.reasons.append("only spoken of, not done")
        elif _NOMINAL_OBJECT_ZH.match(text, act.end):
            act.dropped = "names a matter, tells no act"
    if not sentence.chinese:
        infinitive(sentence, act)
    if (
        act.kind == "refuse"
        and act.hit.text.startswith(("block", "bar"))
        and (
            sentence.within(act.left, act.start, *PAPER)
            or "until further notice" in text[act.end : act.right]
        )
    ):
        act.kind = "suspend"
    if act.hit.text == "pending" and re.match(
        r"\s+(?:a|an|the|further|probe|inquiry|investigation|audit|checks?|talks|its|completion"
        r"|verification|review|more)\b",
        text[act.end : act.end + 16],
    ):
        act.dropped = "a preposition here"
    if not sentence.chinese:
        settle(sentence, act, acts)
    if act.kind == "refuse" and act.hit.text.startswith("den"):
        said = sentence.within(act.end, act.right, "rumor", *PAPER, "request")
        if said and "rumor" in said[0].kinds:
            act.dropped = "a denial of a report, not a refusal"
            sentence.hits.append(Hit(act.start, act.end, frozenset(("denies",)), act.hit.text))
            sentence.hits.sort()
    if (
        act.kind == "withdraw"
        and "申请" not in act.hit.text
        and not _TAKES_BACK.match(text, act.end, act.right)
        and sentence.within(_said_from(sentence, act), act.start, "authority")
    ):
        act.kind = "revoke"
    if sentence.chinese and act.kind in ("withdraw", "revoke") and _RESTRAINT.match(text, act.end):
        act.kind = "reinstate"
    if sentence.chinese and act.kind == "expire" and _DECLARED.search(text, act.left, act.start):
        act.kind = "revoke"
    if sentence.chinese and sent_back(sentence, act):
        act.kind = "wait"
    if ungiven(sentence, act):
        act.kind = "unapproved"
    if act.kind == "suspend" and _LIFTED.search(text, act.left, act.start):
        act.kind = "reinstate"
    if act.kind == "suspend" and any(
        o.kind == "apply" and 0 <= o.start - act.end <= 2 for o in acts
    ):
        act.dropped = "an activity is stopped, no licence"
    if act.kind == "apply" and any(
        o.kind == "suspend" and 0 <= act.start - o.end <= 2 for o in acts
    ):
        act.dropped = "is stopped"
    if act.hit.text in _AT_THE_END and _goes_on(sentence, act):
        act.dropped = "a preposition here"
    if sentence.chinese and not act.dropped:
        act.dropped = no_act(sentence, act, acts)
    if act.kind == "apply" and "申请" in act.hit.text:
        before = text[act.start - 1 : act.start]
        if text[act.start - 2 : act.start] in ("所提", "所递", "所交", "所报", "所呈", "所提出"):
            before = "的"
        if before != "的" and re.match(
            r"(?:过程|阶段|流程)?(?:之)?中", text[act.end : act.end + 5]
        ):
            act.kind = "wait"
        elif before == "的" or re.match(r"(?:之?中|里|内)", text[act.end : act.end + 2]):
            act.dropped = "a noun here: what was filed"
    if (
        act.kind == "give"
        and act.hit.text.endswith("通过")
        and any(o.start > act.start and o.piece == act.piece for o in acts)
    ):
        act.dropped = "means by way of"


_NOMINAL_ZH = re.compile(
    r"(?:情况|进展|进度|工作|事项|流程|时间|周期|条件|难度|结果|与否|问题|方面|事宜|节奏|速度"
    r"|效率|制度|政策|标准|程序|要求|率|权限|手续|为准|意见|预期|前景|可能)"
)
_OVER = re.compile(
    r"\b(?:end(?:s|ed|ing)?|break(?:s|ing)?|broke|over|after|follow(?:s|ed|ing)|despite|from)\s+"
    r"(?:an?|the|its|this|that|their|months of|weeks of)\s+(?:[a-z0-9-]+\s+){0,3}$"
    r"|(?:结束|终结|告别|经历)了?[^,。;]{0,10}的$"
)
_GENERIC_EN = re.compile(r"\b(?:are|is)\s+(?:\w+ly\s+|only\s+|often\s+|normally\s+)?$")
_RESULT_CAME = re.compile(
    r"(?:结果|结论|下文|定论|消息|回音|动静|答[复覆]|回[复覆])(?:已经?|也|终于?|总算|刚刚?|都|均|昨[日天]|今[日天]|上?周[一二三四五六日])*$"
)
_BUSINESS_ZH = re.compile(
    r"(?:供货|供应|交付|出货|发货|生产|经营|业务|销售|订单|业绩|排产|合作|交期|运营|收入|出口)(?:均|都|也|暂|并|亦|仍|一直|基本)*$"
)
_STUCK_ZH = re.compile(r"积压|压|躺|卡|悬|吊|拖|滞|耗")
_GOODS_ZH = re.compile(r"[货柜箱柜仓港库]|订单|磁[体钢材铁]|产品|转子|电机")
_SO_MANY = re.compile(
    r"(?:^|[;:,\s]\s*)(?:(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|most|some|all|both|several|half|the (?:rest|others?|first|second|two|three|four"
    r"|remaining [a-z]+))"
    r"(?: of (?:them|these|those|the [a-z]+))?) (?:is|are)\s+(?:now |already |all |both )?$"
)
_ADJECTIVE = re.compile(
    r"\s+(?:export |license |licensing |permit )*(?:applications?|requests?|filings?|submissions?"
    r"|licenses?|permits?|approvals?|cases)\b"
)


def _describing(sentence: Sentence, act: Act) -> None:
    """Verbs that tell no act: 许可取得情况, "pending requests", "licences are issued per order"."""
    text = sentence.normal.text
    if (
        act.kind == "lacking"
        and act.hit.text.endswith(("没", "没有", "未", "未有"))
        and re.match(
            r"[^收拿获有批到取得下办发给放过准见来，,。；;、！!\s\"]", text[act.end : act.end + 1]
        )
    ):
        act.dropped = "says of something else that there was none"
    elif act.kind in ("arrive", "get") and _RESULT_CAME.search(text, act.left, act.start):
        act.dropped = "a result, and not yet what it says"
    elif act.kind == "valid" and _BUSINESS_ZH.search(text, act.left, act.start):
        act.dropped = "goes on with something else"
    elif (
        act.kind == "wait"
        and _STUCK_ZH.match(act.hit.text)
        and not sentence.within(act.left, act.right, *PAPER, "request")
        and _GOODS_ZH.search(text, *sentence.pieces[act.piece])
    ):
        act.dropped = "goods that lie somewhere, no application"
    elif act.kind == "suspend" and _OVER.search(text, max(act.left, act.start - 48), act.start):
        act.dropped = "a stop that is over"
    elif act.kind == "wait" and any(
        re.search(r"\b(?:any|each|every)\s+(?:[a-z]+\s+)?$", text[max(0, h.start - 20) : h.start])
        for h in sentence.within(act.left, act.start, "request", "permit")
    ):
        act.dropped = "a general rule, not an act"
    elif (
        (m := _NOMINAL_ZH.match(text, act.end))
        and not re.match(
            r"(?:已|均|全部|都|业已|现已)?(?:办|完|获|经|齐)", text[m.end() : m.end() + 5]
        )
        and act.kind not in ("exempt", "wait")
        and not (act.kind == "renew" and WENT_THROUGH.search(text, act.left, act.start))
    ):
        act.dropped = "names a matter, tells no act"
    elif (
        act.kind == "apply"
        and re.match(r"的[^,，。;；的]{0,10}(?:申请|材料|订单|请求)", text[act.end : act.end + 18])
        and text[act.end : act.end + 1] == "的"
    ):
        act.dropped = "only says which applications"
    elif act.hit.text in ("pending", "outstanding", "delayed") and _ADJECTIVE.match(text, act.end):
        act.dropped = "an adjective here"
    elif (
        act.kind in ("give", "refuse")
        and act.hit.text.isascii()
        and _GENERIC_EN.search(text, max(act.left, act.start - 24), act.start)
        and not sentence.within(act.left, act.start, "so_far", "not_yet")
        and not text.startswith(" now", act.end)
        and not _SO_MANY.search(text[sentence.pieces[act.piece][0] : act.start])
    ):
        act.dropped = "a general rule, not an act"
