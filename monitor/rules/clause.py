"""Chinese clauses that tell of an act without asserting it.

获批的前景, 出口许可的取得, 以取得许可为条件, 憧憬可获许可: the verb stands there, but only as the
matter of another word. And 获得许可的企业: a clause that says who is meant, not what happened.
Everything here looks at the words around one verb and answers with a reason, or None.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.rules.acts import GRANTS, PAPER, Act, Ground
from monitor.rules.sentence import Sentence
from monitor.rules.stages import on_the_way
from monitor.rules.supposed import supposed

_MATTER = (
    r"(?:风险|可能性?|前景|前途|先决条件|必要条件|条件|前提|难度|难易|不确定性?|预期|希望|愿望|期望|期待|概率|几率|胜算"
    r"|机会|信心|把握|目标|难题|压力|悬念|疑问|疑虑|担忧|忧虑|担心|憧憬|想象|猜测|猜想|揣测|遐想|假设|设想|意愿|意向"
    r"|打算|计划|门槛|渠道|途径|办法|资格条件|诉求|呼声|梦想|预判|判断|想法|底气|能力|必要性|紧迫性|话题|讨论"
    r"|(?:比例|占比|份额)(?!为|约|达|已|超|近|在)|(?:时间表?|时点|日期|时限)(?:$|[尚仍还不未难取无有存要待须需另由视看,，。;；]))"
)
_TO_THE_MATTER = re.compile(
    r"(?!的是)[^,，。;；:!！?？]{0,18}?的(?!许可|出口许可|批文|批件|那?张|证)[^,，。;；:的]{0,5}?"
    + _MATTER
)
_IS_THE_MATTER = re.compile(
    r"(?:出口|外销|供货)?(?:许可证?|批文)?(?:的)?(?:与否|(?:并)?不(?:等于|代表|意味)|前景|预期|概率|几率|难度|风险|机会|悬念|信心|希望|资格条件|可能性"
    r"|门槛|无望|有望|遥遥无期|在望"
    r"|(?:很|太|较|更|愈发|越来越|依旧|仍)?(?:难(?![得免道])|不易|困难|缓慢))"
)
_NOUN_OF = re.compile(r"(?:许可证?|批文|批件|证件|执照|准证|申请)的$")
_FACTIVE_NOUN = re.compile(
    r"[,，]?(?:也|亦|则|无疑|将)?(?:标志|意味|证明|说明|表明|显示|让|令|使|给|为[^,，。]{1,16}(?:扫清|打开|提供|奠定|创造|解除|带来)"
    r"|[,，。;；!！]|$|了)"
)
_STANCE = re.compile(
    r"(?:一事|一节|的?前景|的?可能|的?进度|的?进展|的?问题)?(?:[^,，。;；]{0,4}?)"
    r"(?:持|抱|感到|表示|充满|怀|保持|不抱|并无|没有|缺乏|颇|较|很|十分|相当|比较|更为?)?[^,，。;；]{0,3}"
    r"(?:乐观|悲观|信心|期待|期望|希望|谨慎|怀疑|担忧|疑虑|看法|把握|观望|好奇|关注|不安)"
)
_CONDITION = re.compile(
    r"[^,，。;；]{0,16}?为(?:[^,，。;；]{0,6})?(?:条件|前提|准|依据|先决|基础|门槛)"
)
_BEFORE_IT = re.compile(
    r"[^,，。;；:的]{0,12}?(?:之前|以前|(?<!目)(?<!此)(?<!日)(?<!当)(?<!提)(?<!年)(?<!月)(?<!天)(?<!周)(?<!先)前)"
    r"(?=$|[,，不无难暂仍须需公产货严先都也均就很只其各任我该所以])"
)
_MAY_ASK = re.compile(r"(?:申请|申办|(?<!许)可办理|可以办理|须办理|需办理)$")
_FEARED = re.compile(
    r"(?:憧憬|押注|押宝|寄望|冀望|冀|祈盼|期盼|盼望|幻想|梦想|博弈|炒作|下注|赌|看好|预估|预言|预料|料想"
    r"|担心|担忧|忧虑|忧心|恐怕|恐将|恐会|恐遭|恐被|恐|唯恐|惟恐|生怕|深怕|以免|避免|防止|免得|谨防|严防|提防|警惕"
    r"|面临|面对|威胁|扬言|警告|或被|或遭|或将|或会|或可|也许|大概|恐难|难免|说不定|没准)"
    r"(?:[^,，。;；]{0,16})$"
)
_SHALL = re.compile(
    r"(?:公司|我司|集团|我们|部门|[也都将均仍还])会(?:提前|及时|尽快|尽早|积极|按|依|适时|继续|安排|着手|主动|抓紧"
    r"|随后|再|去|向|陆续|逐步)[^,，。;；]{0,10}$"
)
_ENTITLED = re.compile(
    r"(?:可以|有权|(?<!许)(?<!认)可|得以)(?:依法|随时|视情况?|酌情|要求|对其|予以)?"
    r"(?:[^,，。;；]{1,5}(?:或者?|、|及|和|并))?$"
)
_HAPPENED = re.compile(
    r"(?:终于|总算|果然|已经?|刚刚?|昨[日天晚]|今[日天晨]|如愿|真的|应验|成真|竟)"
)


WENT_THROUGH = re.compile(r"(?:完成|走完|履行完)[^,，。;；未没将拟]{0,22}$")
"""完成了许可证的延期手续: a matter that is done is an act."""


def unasserted(sentence: Sentence, act: Act) -> str | None:
    """Why the act is only the matter of another word, or None where it is told."""
    if act.kind in ("exempt", "need", "wait", "lacking"):
        return None
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    ahead = text[act.end : end]
    behind = text[start : act.start]
    if act.kind in ("apply", "prepare"):
        return None
    if act.hit.text.startswith("到") and behind[-1:] in _REACHES:
        return "part of another verb"
    if act.kind != "unapproved" and said_never(behind, ahead):
        return "said never to have been so"
    if act.kind == "expire" and _BEFORE_ITS_END.match(ahead):
        return "before its end"
    if (_TAKEN_FOR.search(ahead) or _TAKEN_FOR.search(behind)) and "把" in behind + text[
        max(start - 1, 0) : start
    ]:
        return "one thing taken for another"
    if m := _IS_THE_MATTER.match(ahead):
        return f"only spoken of: {m.group()}"
    if m := _TO_THE_MATTER.match(ahead):
        return f"only spoken of: {m.group()[-8:]}"
    if act.kind in GRANTS and _IN_TROUBLE.match(ahead):
        return "only says which licence got into trouble"
    if act.kind in _LOSSES and _BY_RULE.search(behind) and not _DATED.search(text, start, end):
        return "a general rule, not an act"
    if act.kind in _LOSSES and _OF_THE_UNUSED.match(ahead):
        return "only says which ones"
    if why := supposed(sentence, act) or on_the_way(sentence, act):
        return why
    if act.kind == "got" and _ROLL.match(ahead) and _UNTOLD.search(behind):
        return "a list that nobody told"
    if act.kind in ("renew", "expire") and _AGREEMENT.search(behind):
        return "an agreement, no licence"
    if act.kind in _LOSSES and _ORDERS.match(ahead):
        return "an order, no licence"
    if act.kind in ("refuse", "unapproved") and _ON_PRINCIPLE.search(behind):
        return "a general rule, not an act"
    if act.kind in GRANTS and _RULE_OF_GOODS.match(ahead):
        return "a general rule, not an act"
    if not behind.strip(' "') and _WHICH_GOODS.match(ahead):
        return "only says which goods"
    done = act.kind == "renew" and WENT_THROUGH.search(behind)
    if _NOUN_OF.search(behind) and not done and not _FACTIVE_NOUN.match(ahead):
        return "a noun here: names a matter, tells no act"
    at = max(behind.rfind("对"), behind.rfind("对于"))
    if at >= 0 and act.kind in GRANTS and _STANCE.match(ahead):
        return "only what somebody thinks of it"
    return None


_REACHES = tuple("问提谈看听遇想达用说见受碰找做学买料轮直感")
_WHICH_GOODS = re.compile(
    r"[^,，。;；:]{0,8}?的(?:产品|货物?|订单|批次|型号|客户|品种|牌号)(?![^,，。;；]{0,8}(?:已|正|陆续|开始|恢复|可以|即将|将|今|昨|全部|都))"
)
_LOSSES = frozenset(("revoke", "expire", "suspend"))
_BY_RULE = re.compile(
    r"(?:按|依|按照|根据)(?:相关|有关|现行)?(?:规定|规则|要求|办法|条例)(?:将|会|即|应|自动|一律|予以)*$"
)
_ROLL = re.compile(
    r"的?(?:企业|公司|厂商|单位|者|客户|品种|产品)?(?:的)?(?:具体)?(?:名单|名录|名称|数量|总量|份额|比例|家数|明细|详情|细节)"
)
_UNTOLD = re.compile(
    r"(?:未|没有?|不|拒绝|并未|婉拒|不便|无法|不愿)(?:有)?(?:对外)?(?:公布|披露|透露|提供|公开|说明|列出|给出|发布|点名)[^,，。;；]{0,6}$"
)
_AGREEMENT = re.compile(
    r"(?:协议|合同|合约|契约|租约|任期|工期|聘期|债券|贷款|借款|授信|专利|商标|专利授权|质保|保修|账期|还款|承诺|锁定期|项目)(?:书)?(?:的)?"
    r"(?:再|又|均|已|将|拟|予以|获|提前|自动|顺利|双方|[昨今]日|[一二三四五六七八九十\d]+月底?|[年月]底)*$"
)
_ORDERS = re.compile(
    r"了?(?:向|对|与|同|和|跟|从)[^,，。;；]{1,20}?(?:订购|订货|采购|订单|合同|合作|购买|下单)(?![^,，。;；]{0,6}(?:许可|批文|证))"
)
_ON_PRINCIPLE = re.compile(
    r"(?:原则上?|一律|一概|通常|一般(?:都|均|会)?|按(?:照)?规定|依规|依法均?)(?:将|会|是|都|均|应|予以)*$"
)
_OF_THE_UNUSED = re.compile(
    r"(?:后|未|而未|仍未|没有?)[^,，。;；]{0,6}的(?:额度|数量|余量|部分|许可证?|批文|余额)"
)
_DATED = re.compile(r"已|昨|今[日天晨]|上[周月]|\d+[日月]|遭|被|了")
_RULE_OF_GOODS = re.compile(
    r"[^,，。;；]{0,14}?(?:许可证?|批文|证|批准)的?(?:货物|产品|物项|商品|订单|企业|单位|出口商|经营者|者)"
    r"[^,，。;；]{0,6}?(?:不得|不能|不可|不准|禁止|不予|一律|应当|必须)"
)
_IN_TROUBLE = re.compile(
    r"的[^,，。;；]{0,16}?(?:许可证?|批文|证)[^,，。;；]{0,6}?(?:出|遇到?|碰到|生|有|起)了?(?:状况|问题|变数|麻烦|岔子|意外|波折)"
)
_NEVER = re.compile(
    r"(?:从未|从来没有?|没有|并无|未曾|不存在|未|没)(?:有过|出现过?|发生过?|遇到过?|碰到过?|收到过?|听说过?|听闻过?|耳闻)?[^,，。;；]{0,10}$"
)
_AS_A_CASE = re.compile(
    r"[^,，。;；]{0,10}?(?:的?(?:情况|情形|现象|记录|先例|事情|案例|说法)|这回事|这件事|这码事|一事|的事)"
)


def said_never(behind: str, ahead: str) -> bool:
    """不存在因无证停产的情况: a case of which it is said that there was none."""
    return _NEVER.search(behind) is not None and _AS_A_CASE.match(ahead) is not None


_BEFORE_ITS_END = re.compile(r"(?:之|以|日|日之)?前(?!后)")
_TAKEN_FOR = re.compile(
    r"(?:当成|看成|当作|看作|视作|误[读认解作当]|错[认当]|混同|混为|等同|理解[为成]|说成|写成|传成)"
)
_RULED = re.compile(r"[一两二三四五六七八九十\d][件份项宗单笔](?:均|皆|都)?为$")
_OUT = re.compile(r"出口|外销|出境|出关|离境|输出|出货|发货")
_CUSTOMS = re.compile(r"报关|通关|离港|启运|起运|发运|装船")
_ANSWERED = re.compile(r"答[复覆]|批[复覆]|回[复覆]|决定|结论|意见")
_TO_SOMEBODY = re.compile(
    r"(?:公司|其|我司)?(?:继续|恢复|重新)?(?:再)?(?:向|对|给|往)[^,，。;；]{2,24}"
)
_MONEY = re.compile(r"投资|增资|注资|设立|贷款|借款|担保|采购|收购|发行|转让|提供服务")


def exports_itself(sentence: Sentence, act: Act, ground: Ground) -> bool:
    """不同意出口, 被允许出口: the verb holds its own matter, in talk of licensed exports."""
    if not sentence.chinese or act.kind not in ("refuse", "unapproved", "got", "give"):
        return False
    ruled = _RULED.search(sentence.normal.text, sentence.start, act.start)
    if ruled and ground.exports and sentence.has("export") and sentence.has("authority"):
        return True
    start, end = sentence.pieces[act.piece]
    said = act.hit.text
    out = _OUT.search(said) or (
        (_CUSTOMS.search(said) and sentence.has("authority", "paper", "request"))
        or (_ANSWERED.search(said) and sentence.has("export"))
    )
    if not ground.exports or not out:
        return False
    return not sentence.has("foreign_authority") and not sentence.within(
        start, end, "other_matter", "other_paper"
    )


def consents(sentence: Sentence, act: Act, ground: Ground) -> bool:
    """主管部门不同意甲向某厂供磁: an office decides on a firm's deed towards somebody."""
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    if (
        not (sentence.chinese and ground.exports)
        or act.kind not in ("give", "refuse", "unapproved")
        or not sentence.within(start, act.start, "authority")
    ):
        return False
    named = next((g.end for g in sentence.groups if 0 <= g.start - act.end <= 1), act.end)
    return (
        _TO_SOMEBODY.match(text, named, end) is not None
        and _MONEY.search(text, act.end, end) is None
        and not sentence.within(start, end, "other_paper")
        and not sentence.has("foreign_authority")
    )


def goods_refused(sentence: Sentence, act: Act, start: int) -> bool:
    """碳化钨粉被打了回票，官方不准: goods stand for the application where an authority refuses."""
    return (
        act.kind == "refuse"
        and sentence.has("authority", "paper", "export", "request")
        and any(start <= a and b <= act.start for a, b in sentence.listed)
        and not sentence.has("other_matter", "other_paper")
    )


def meant(sentence: Sentence, act: Act) -> tuple[str, str] | None:
    """(`if` or `plan`, the words that make it so) where the act is feared, hoped for or set as a
    condition."""
    if act.kind in ("exempt", "need", "wait", "lacking", "apply", "prepare"):
        return None
    text = sentence.normal.text
    start, end = sentence.pieces[act.piece]
    behind, ahead = text[max(start, act.left) : act.start], text[act.end : end]
    if undecided(text[start : act.start], ahead) or _either(text, act, start):
        return "if", act.hit.text
    if act.kind == "renew" and _UNDER_WAY.search(text[start : act.start]):
        return "plan", "正在办理"
    if act.kind in GRANTS and _ENJOYS.search(behind) and "优先" in behind:
        return "plan", "优先"
    if "以" in behind and (m := _CONDITION.match(ahead)):
        return "if", m.group()[-6:]
    if act.kind in GRANTS and (m := _BEFORE_IT.match(ahead)):
        return "if", m.group()[-6:]
    ready = sentence.within(max(start, act.start - 8), act.start, "prepare")
    if ready and act.start - ready[-1].end <= 2:
        return "plan", ready[-1].text
    if act.kind in ("renew", "reinstate") and _MAY_ASK.search(behind):
        return "plan", "申请"
    if (m := _FEARED.search(text[start : act.start])) and not _HAPPENED.search(m.group()):
        return "plan", m.group()[:4]
    if act.kind in (*GRANTS, "renew") and _SHALL.search(behind):
        return "plan", "会"
    one, two = text[act.start - 1 : act.start], text[act.start - 2 : act.start]
    if act.kind in ("suspend", "revoke", "refuse") and _ENTITLED.search(behind):
        return "plan", behind[-4:]
    if act.kind in GRANTS and one == "可" and two not in ("许可", "认可", "获可", "宁可", "尚可"):
        return "plan", "可"
    if one == "要" and two not in ("主要", "需要", "必要", "重要", "只要", "首要", "将要", "不要"):
        return "plan", "要"
    return None


_ALTERNATIVES_BEHIND = re.compile(r"(?:还是|抑或|或者?|与|和)(?:说)?$")
_ALTERNATIVES_AHEAD = re.compile(
    r"(?:了)?(?:还是|抑或|或者?|与)(?:不|没|未|否|被?(?:拒|退|驳|打回))|(?:不|没)(?:批|准|给|发|过|通过|获批|成)|与否|也好"
)
_WHETHER = re.compile(r"(?:无论|不论|不管|任凭)(?!如何|怎样|怎么)")
_FAR_FROM = re.compile(r"(?:离|距离?)(?:真正|正式|最终|顺利)?$")
_STILL_FAR = re.compile(
    r"[^,，。;；]{0,14}?[,，]?(?:只|仅|就|还|尚|仍)?(?:剩|差|有|需|隔|欠|远|近|不远|很远|遥|一步)"
)


_EITHER = re.compile(
    r"(?:批|准|放行?|发|给|行|过|通过|获批|同意|成)(?:准|了)?(?:还是|抑或|或者?|与|和|跟|、)(?:是|说)?$"
)
_ONE_DAY = re.compile(r"一(?:天|日|刻|时|年)(?:都|也)?$")
_THEN_NOT = re.compile(
    r"[^。;；,，]{0,12}[\"”』」]?[,，]?[^,，。;；]{0,14}?(?:就|便|谁也|谁都|哪里?|怎么|只能|只好|一天|一日|也|都)"
    r"[^,，。;；]{0,6}?(?:不|没|无|别|得|等|停|动)"
)


def _either(text: str, act: Act, start: int) -> bool:
    """批与不批, 准不准; 部里一天不点头，货一天不动; 不批，货就走不了: a refusal nobody told of."""
    said = act.hit.text
    if act.kind not in ("refuse", "unapproved") or not said.startswith(("不", "没", "未", "否")):
        return False
    behind = text[start : act.start]
    if _EITHER.search(behind) or _ONE_DAY.search(behind) or (behind and behind[-1] == said[1:]):
        return True
    return said in _REFUSES_NOW and _THEN_NOT.match(text, act.end) is not None


_REFUSES_NOW = frozenset(
    ("不批", "不批准", "不点头", "不放行", "不同意", "不许可", "不放", "不准", "不发证", "不给批")
)
_WOULD_HAVE = re.compile(
    r"(?:就|早|本|原|本来|原本|照说|按说)(?:就)?(?:该|应该?|当|会|能|可以?)(?:已经?|早|能|下|被|都|全|顺利)*$"
)
_AS_IF = re.compile(r"(?:按|按照|照|依|以)(?:着)?[^,，。;；]{0,12}$")
_ASSUMED = re.compile(
    r"(?:来|去)?(?:做|排|安排|准备|测算|估算|推算|假设|备货|备料|打算|计划|考虑|规划|预算)"
)
_UNDER_WAY = re.compile(
    r"(?:正在?|着手|抓紧|尽快|积极|仍在|还在)[^,，。;；]{0,10}?(?:办理|申[请办]|进行|推进|准备|走)[^,，。;；]{0,3}$"
)
_ENJOYS = re.compile(r"(?:可享|享受|享有|可获|予以|给予)(?:优先|快速|便捷|绿色)?$")


def undecided(behind: str, ahead: str) -> bool:
    """批还是不批, 无论获批与否, 离拿到许可只差一步, 本该获批: what is open, told as such."""
    if _WOULD_HAVE.search(behind) or (_AS_IF.search(behind) and _ASSUMED.match(ahead)):
        return True
    if _ALTERNATIVES_AHEAD.match(ahead) or (
        _ALTERNATIVES_BEHIND.search(behind) and _WHETHER.search(behind)
    ):
        return True
    return _FAR_FROM.search(behind) is not None and _STILL_FAR.match(ahead) is not None


_DIRECT = re.compile(
    r"[^的了过对向往给为供]{0,6}的(?:[那这几该首]|[一两三四五六七八九十\d]+[张份])|的"
)
_SAYS_WHICH = re.compile(
    r"(?:件|书)?(?:目前|均|都|也|只|仅|共|全部)*(?:仅?限|限于|涵盖|覆盖|包括|包含|对应|适用|用于|供|只有|为|系|涉及)"
)
_FILING = frozenset(("apply", "prepare", "wait", "need", "exempt", "lacking"))


def modifies(sentence: Sentence, act: Act, acts: Sequence[Act]) -> bool:
    """Does the act only say which licence another act of the piece moved?

    收回了发给甲的许可, 被暂停两周的许可证恢复使用: the clause before 的 is history.
    """
    text = sentence.normal.text
    _start, end = sentence.pieces[act.piece]
    for paper in sentence.within(act.end, end, *PAPER):
        gap = text[act.end : paper.start]
        if gap.startswith(("的是", "的为", "的系")):
            return False
        if _SAYS_WHICH.match(text, paper.end):
            return False
        if "的" not in gap or len(gap) > 30 or len(gap) - gap.rindex("的") > 12:
            continue
        topic = end - paper.end <= 1 and _DIRECT.match(gap) is not None
        if topic and any(o.piece == act.piece + 1 and o.kind not in _FILING for o in acts):
            following = next(o for o in acts if o.piece == act.piece + 1)
            at = sentence.pieces[following.piece][0]
            if not sentence.within(at, following.start, *PAPER):
                return not any(o.piece == act.piece and o.end <= act.start for o in acts)
        for other in acts:
            if other is act or other.piece != act.piece:
                continue
            if other.end <= act.start and paper in other.objects:
                return not sentence.within(other.end, act.start, *PAPER)
            if other.start >= paper.end and paper in other.objects:
                done = act.hit.text.endswith(("了", "过")) or gap.startswith(("了", "过"))
                return not done
        return False
    return False
