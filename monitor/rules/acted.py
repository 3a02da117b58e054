"""Chinese: an office acts and nobody is named beside its verb. Whose application was it?

公司对日出口的申请，主管部门已予核准; 甲：子公司的镝，商务部已准; 商务部上周在该合同的申请表上签章:
what was acted on is something particular, so it is the firm's that the text speaks of. Applications
in general (一批合规申请) are nobody's: `ministry.py`.
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.candidates import Candidate, is_excluded
from monitor.rules.sentence import Group, Sentence
from monitor.rules.subject import Discourse, Subject

_ACTS = frozenset(
    ("give", "got", "arrive", "renew", "refuse", "unapproved", "suspend", "revoke", "reinstate")
)
_GENERAL = re.compile(
    r"一批(?!货)|若干|一定数量|相当数量|不少|大批|多[家份]|合规的?(?:[^,，。;；]{0,6}?)(?:申请|出口|贸易|需求|许可)|符合(?:规定|要求|条件|相关)|达标"
    r"|依法|一律|凡是?|只要|民用(?:用途|需求|贸易)|(?<!合资)(?<!本)(?<!该)(?:企业|厂商|业者|出口商)(?!版)|[一两二三四五六七八九十几多数\d]+家|共(?:办结|批准|受理|转报|核发)"
    r"|发言人|例行|公告\d{4}年|清单|名单|管制措施|政策|如果|假如|倘若|一旦|是否|能否|会不会"
)
_N = r"[一两二三四五六七八九十百\d]+(?:[.,]\d+)?"
_THIS_FIRM = re.compile(r"(?:这|该|本|那)(?:一)?家?[^,，。;；的]{0,4}(?:企业|公司|厂商|厂家)")
_PARTICULAR = re.compile(
    r"(?:该|这|那|此|上述|前述|本次|此次|首|头|另|下)(?:一)?(?:几|两|三)?(?:批|笔|份|单|票|个|张|项|款|种|合同|订单|申请|宗|件|客户)"
    rf"|{_N}(?:份|票|单|笔|张|宗|件|吨|公斤|千克|克|个(?:客户|型号|品种|合同)|只|套|台|片|万[只套台片件支])"
    r"|公司|我[司们]|本集团|子公司|名下|一案|一事|的申请|(?:出口|许可)申请"
)
_OURS = re.compile(
    r"(?<!母)(?<!外贸)(?<!贸易)(?<!物流)公司(?!债)|我司|我们|本集团|(?<!母)子公司|附属公司|(?<!尤)(?<!与)(?<!极)其(?!中|他|它|余|次|实)"
)
_OF_THE_PAPER = re.compile(r"的(?!$|\W|[话呢啊吧哦])")
""" "主管部门签发的证件为据": behind such a verb stands what it describes."""
_OTHERS = re.compile(
    r"(?:供应商|供货商|供方|上游|对手|同行|同业|货代|代理商|经销商|参股公司|合资方)(?!是|为)"
)


def acted_for(sentence: Sentence, act: Act, discourse: Discourse) -> Subject | None:
    """Whose matter it was that the office acted on, or None where it is nobody's in particular."""
    if not sentence.chinese or act.kind not in _ACTS:
        return None
    text = sentence.normal.text
    end = sentence.pieces[act.piece][1]
    said = _THIS_FIRM.sub("", text[sentence.start : end])
    if _OF_THE_PAPER.match(text, act.end, end) or _GENERAL.search(said):
        return None
    if not {"if", "plan", "ask", "must"}.isdisjoint(act.words):
        return None
    topic = _topic(sentence, act)
    if topic is not None:
        return topic
    particular = act.carried == "context" and discourse.talk
    particular = (
        particular
        or bool(sentence.listed)
        or _PARTICULAR.search(text, sentence.start, end) is not None
    )
    if not particular or sentence.groups or _OTHERS.search(text, sentence.start, act.start):
        return None
    if discourse.talk and discourse.owner:
        return Subject((discourse.owner,), "owner", "what the office acted on, in its answer")
    if _OURS.search(text, sentence.start, act.start) and len(discourse.focus) == 1:
        return Subject(discourse.focus, "anaphor", "公司")
    one = discourse.focus or discourse.topic
    if len(one) == 1 and discourse.quiet <= 1:
        return Subject(one, "focus", "the firm spoken of before")
    return None


def _topic(sentence: Sentence, act: Act) -> Subject | None:
    """The firm that opens the sentence: 甲的铟锭对韩出口，主管部门已核准; 甲：..., 商务部已准."""
    text = sentence.normal.text
    ahead: list[Group] = [
        g
        for g in sentence.groups
        if g.end <= act.start and not is_excluded(sentence, Candidate(g.start, g.end, "firm", g))
    ]
    keys = {key for g in sentence.groups for key in g.keys}
    if len(ahead) != len(sentence.groups) or len(keys) != 1:
        return None
    g = ahead[0]
    listed = any(g.end <= a and b <= sentence.end for a, b in sentence.listed)
    if ";" in text[g.end : act.start]:
        return None
    if not listed and not _PARTICULAR.search(text, g.end, sentence.pieces[act.piece][1]):
        return None
    if _OTHERS.search(text, g.end, act.start):
        return None
    return Subject(g.keys, "named", text[g.start : g.end])
