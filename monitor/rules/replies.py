"""Answers of a few words: 已下, 批了一些, 还没呢, 很遗憾，还没有; "Some have", "Affirmative".

A clause that holds nothing but a pronoun, a time, a verb of getting and a quantity answers the
question; any other word in it makes it a statement of its own, read by the grammar.
"""

from __future__ import annotations

import re

from monitor.rules.sentence import Sentence

_TIME_ZH = (
    r"(?:[今昨前去上本这明][天日晚晨早周月年]?(?:[一二三四五六日天]|底|初|中|末)?|前[两几]天|月[初中底]|年[初中底]|上旬|中旬|下旬|近日|近期|日前|最近"
    r"|不久前|(?:于|在|就)"
    r"|[\d一二三四五六七八九十]+[月日号天](?:[份初底中]|上旬|中旬|下旬)?|上?半个?[月年]|季度|前后|左右|前|之前)"
)
_WHO_ZH = (
    r"(?:公司|我司|本公司|我们|贵司所问|您[所说的问]*|问及的?|该|此|这|那|上述|相关|有关|所需|所问|这个|那个|它|其"
    r"|出口|许可证?|证书|证件?|批文|批件|手续|文件|申请|两用物项|事项|事宜|部分|一部分|批次|大部分|绝大部分|多数|全部|全|都|均|皆|俱|各|每张|两[张个份者]"
    r"|几[张个份]"
    r"|客户|订单|方面|的|之)"
)
_ADV_ZH = (
    r"(?:已经?|业已|早已|早就|也|就|才|刚刚?|现|目前|现在|当前|截[至止]|顺利|陆续|先后|分批|相继|确实?|的确|是|终于|总算|正式|如期|如愿|及时|基本上?"
    r"|大致|差不多|又"
    r"|[,，、\s])"
)
_GOT_ZH = (
    r"(?:拿[到下齐]?|领[到取]?|收[到讫悉]|取得|获[批得准]|批[复准下]?|核[发准]|签发|下[来发达]?|发[下放]|办[理好妥结完成下齐]*|完成|到[手位了]?"
    r"|落[地定袋]"
    r"|通过|放行|齐[了备]?|过|续[上好到妥期办展签]|延[至到期展长]|展[至到期延]|恢复|解冻|补发)"
)
_ASPECT_ZH = r"(?:了|过|到|下来|出来|回来|完毕?|好|妥|成|到手|给?我们|给?公司|齐|结|完成)*"
_HOW_MANY_ZH = (
    r"(?:[,，]?(?:其中)?的?(?:一部分|部分|一些|一批|一点|少量|少数|多数|若干|几[张份批个单票笔]|[两一二三四五六七八九十\d]+[张份批个件单票笔]"
    r"|大半|一半|大部分|不少|数量不多|数量有限|全部|好几[张份批个单票笔]))?"
)
_TAIL_ZH = r"(?:的|了|啦|呢|哦|哈|呀|啊|~|～)*"
_HELLO_ZH = (
    r"(?:您好|你好|尊敬的[^,，!！。]{0,8}|投资者|谢谢|感谢[^,，。!！]{0,16}|[,，!！:：。\s])*"
)
_YES_ZH = re.compile(
    rf"{_HELLO_ZH}(?:是的?|对的?|嗯|没错|有的)?[,，\s]*(?:{_TIME_ZH}|{_WHO_ZH}"
    rf"|{_ADV_ZH})*?{_GOT_ZH}{_ASPECT_ZH}"
    rf"(?:{_TIME_ZH}|{_WHO_ZH})*?{_HOW_MANY_ZH}{_TAIL_ZH}"
)
_HAS_ZH = re.compile(
    rf"{_HELLO_ZH}(?:{_TIME_ZH}|{_WHO_ZH}|{_ADV_ZH})*?(?:都|均|也|确实?)?有了?(?:的|啊|呢)?"
    r"(?:[,，](?:而且|并且|且)?(?:还)?不[止只](?:一|两)[张份个本批])?"
)
_SORRY_ZH = r"(?:很?遗憾的?是?|可惜|抱歉|不好意思|暂时|坦率[地的]?说|实话说)"
_NO_ZH = re.compile(
    rf"{_HELLO_ZH}(?:{_SORRY_ZH}|{_TIME_ZH}|{_WHO_ZH}|[,，\s]|目前|现在|暂时|截[至止]?|到|为止|依然|仍然?|至今"
    rf"|一[张份个]|[两三]国|两[家边地]|[两三]者)*"
    rf"(?:也|都|均|皆)*(?:还没有?|还未|没有?|尚未|尚无|暂未|暂无|未有?|未能|并未|并没有?|一无所获|(?:还|仍|依旧)?[是为]零)"
    rf"(?:{_GOT_ZH}{_ASPECT_ZH}|动静|消息|进展|结果|下文|着落)?{_TAIL_ZH}"
    rf"(?:[,，](?:还|仍|正)?在(?:部里|办|等|审|排队|走流程|审批中?|路上))?"
)
_SOME = (
    r"(?:some|most|many|several|all|both|a few|half|two|three|four|five|six|the majority|part|more"
    r" than half|nearly all|almost all|each)"
)
_OF = r"(?: of (?:them|these|those|it|our customers|the customers|the orders))?"
_TIME_EN = (
    r"(?:,? (?:already|now|so far|to date|since|just|yesterday|today|recently|in hand|this (?:week"
    r"|month|year)|last (?:week|month|year|[a-z]+day)|(?:on|in|since|by) (?:[a-z]+|\d{1,2})"
    r"(?: \d{1,2})?))*"
)
_YES_EN = re.compile(
    rf"(?:hello|dear investors?|thank you[a-z ]*|yes|and|[,.! ])*(?:affirmative|approved|granted"
    rf"|settled"
    rf"|issued|secured|in place|in order|obtained|received|in hand|done|all done|confirmed"
    rf"|already|only partly|partly|in part"
    rf"|{_SOME}{_OF} (?:do|does|have|has|are|were|was|did)(?: been)?(?: received| granted| issued"
    rf"| approved| obtained| come| arrived)?"
    rf"|(?:we|they|it) (?:do|does|did|is|are|has|have)"
    rf"|(?:yes,? )?for (?:the )?{_SOME}{_OF}(?: [a-z]+){{0,2}},? (?:yes|we (?:do|have)(?: them)?)"
    rf"|(?:we|the company|the group) (?:have|has|hold|holds|got|received|obtained)(?: got)? {_SOME}"
    rf"{_OF}(?: licenses| permits)?|{_SOME}{_OF}){_TIME_EN}[.! ]*"
)
_NO_EN = re.compile(
    r"(?:hello|dear investors?|thank you[a-z ]*|[,.! ])*(?:(?:unfortunately|regrettably|sadly|sorry"
    r"|i(?:'m| am) afraid|we(?:'re| are) afraid|as of (?:today|now|this week)"
    r"|at (?:this|the) (?:point"
    r"|stage|time|moment)|at present|for now|to date|so far|currently|up to now)[, ]*)*"
    r"(?:no|not|not yet|none|(?:still|yet) (?:missing|not there)|not so far|not (?:at|for|as of"
    r"|to) (?:this |the )?(?:point|stage|time"
    r"|present|moment|now|today|date)|nothing (?:yet|so far|to report(?: yet)?)|there is nothing"
    r" (?:yet|new|to report)(?: yet)?)[., ]*(?:thank you[a-z ]*|thanks)?[.! ]*"
)
_EVADES = re.compile(
    r"\b(?:follow|comply|complies|compliance|attach|importance|attention to|in accordance with"
    r"|noted|aware of|strictly|always|asked (?:this|that|us)|keep an eye)\b"
    r"|高度关注|密切关注|一直关注|积极关注|重视|遵守|遵循|注意到|关注到|严格|合规经营|一贯|始终"
)


def reply(text: str) -> bool | None:
    """Yes (True) or no (False) where a whole sentence says nothing else, or None."""
    said = text.strip(" .。!！\"'")
    if not said or len(said) > (60 if said.isascii() else 44):
        return None
    if _NO_ZH.fullmatch(said) or _NO_EN.fullmatch(said):
        return False
    if _YES_ZH.fullmatch(said) or _HAS_ZH.fullmatch(said) or _YES_EN.fullmatch(said):
        return True
    return None


_COUNT_EN = (
    r"(?:(?:about|around|roughly|some|nearly|almost|over|more than|at least|just|exactly|well over"
    r"|a little over|just over|just under) )*"
    r"(?:\d{1,3}(?:\.\d)? ?(?:%|per ?cent)|\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|thirteen|fourteen|fifteen|twenty|a dozen|half|most|all|both|several"
    r"|(?:a|one|two|three|four|nine) (?:third|quarter|fifth|tenth)s?|(?:a|the) (?:large |vast "
    r"|great "
    r"|clear )?(?:majority|bulk|greater part|better part|lion's share)|every (?:single )?one|each)"
)
_OUT_OF_EN = (
    r"(?: (?:out )?of (?:(?:the|these|those|our|its|his|this year's) )*(?:them|it|these|those"
    r"|what we"
    r" (?:filed|asked for|submitted|requested)|\d{1,3}|one|two|three|four|five|six|seven|eight|nine"
    r"|ten|eleven|twelve|thirteen|fourteen|fifteen|twenty|applications|requests|files|total))?"
)
_PART_EN = re.compile(
    rf"[\s\"']*(?:(?:hello|dear investors?|so far|to date|yes|thank"
    rf" you[a-z ]*),?[,!. ]+)*{_COUNT_EN}"
    rf"(?P<of>{_OUT_OF_EN})(?: so far| to date| already| by now| in all)?"
    r"(?P<end> (?:have|has|were|was|are|did|do)(?: been)?(?: approved| granted| cleared| issued"
    r"| answered positively)?(?= ?[.,;!]| ?$)| ?[.,;!]| ?$)(?P<rest>.*)"
)
_ALSO_EN = re.compile(
    r"[\s\"']*(?:(?:hello|dear investors?|yes|indeed|thank you[a-z ]*),?[,!. ]+)*"
    r"(?:(?:and )?(?:so|as) (?:have|has|did|do|does|are|were|was) (?:we|it|the (?:company|group"
    r"|firm)"
    r"|our (?:company|unit|subsidiary))"
    r"|(?!neither|nor|none|nobody)[a-z][a-z0-9&.' -]{0,40}? (?:has|have|did|does|do|is|are|was"
    r"|were)"
    r" (?:(?:too|as well|likewise)(?: been)?|also(?: been)?)"
    r"|(?:we|it|the company) (?:is|are|belongs?) (?:among|one of|to) (?:them|those|these|that"
    r" group)"
    r"|(?:we|us) too|same here|likewise|ditto)(?= ?[.,;!]| ?$).*"
)
_HOW_EN = re.compile(
    r"[\s\"']*(?:(?:hello|dear investors?|yes|indeed),?[,!. ]+)*"
    r"(?:(?:they|it|all|both|these|those|we|every one|each|(?:two|three|four|five|six|\d+)(?: of"
    r" them)?)"
    r" (?:have|has|were|was|are|is|had)(?: all| both)?(?: been)?(?: answered| decided| settled"
    r"| closed)?,? (?:and |all )?)?(?:(?P<yes>favou?rably|positively|in (?:our|its|the company's)"
    r" favou?r|in the affirmative|with (?:approval|success|a yes|consent)|successfully)"
    r"|(?P<no>unfavou?rably|negatively|in the negative|with a (?:no|refusal|rejection)"
    r"|unsuccessfully))(?= ?[.,;!]| ?$)"
)


_SHARE_EN = re.compile(
    r"%|cent\b|half|most|third|quarter|fifth|tenth|majority|bulk|part|share|every"
)


def counted(text: str) -> bool:
    """So many of so many: "Eleven of fourteen, the latest yesterday", "About half.", "The bulk"."""
    m = _PART_EN.match(text.strip())
    if m is None or not (m["of"].strip() or _SHARE_EN.search(text, 0, m.start("of"))):
        return False
    first = re.split(r"[.;]", m["rest"], maxsplit=1)[0]
    return _NOT_THESE.search(first) is None


def also(text: str) -> bool:
    """ "So have we", "the company has too": what others were said to have, it has as well."""
    return len(text) < 120 and _ALSO_EN.match(text.strip()) is not None


def how_decided(text: str) -> bool | None:
    """ "They have, and favourably": what came of the applications a question asks about."""
    m = _HOW_EN.match(text.strip())
    return None if m is None else m["yes"] is not None


def without_names(sentence: Sentence) -> str:
    """The sentence with 公司 for every firm it names: 乙公司有 answers like 公司有."""
    if not sentence.chinese or not sentence.groups:
        return sentence.text
    said, at = "", sentence.start
    for g in sentence.groups:
        said += sentence.normal.text[at : g.start] + "公司"
        at = g.end
    return said + sentence.normal.text[at : sentence.end]


def evades(text: str) -> bool:
    """ "Yes, we follow the rules strictly": a yes to something that was not asked."""
    return _EVADES.search(text) is not None


_EACH_PLACE = re.compile(
    r"(?:[\s,，、和与及\"]|分别|依次|为|是|给|对|其中|各|有|发往|客户|市场|的|[一两二三四五六七八九十\d]+[张份本单票笔批]|共"
    r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|and|is|are|for|to|another|the|of|them"
    r"|licenses?|permits?|covering|customers?|in|bound)\b|\d)*"
)
_A_NUMBER = re.compile(
    r"[一两二三四五六七八九十\d]+[张份本单票笔批]|\b(?:one|two|three|four|five|six|seven|\d+)\b"
)


def shared_out(sentence: Sentence, start: int) -> bool:
    """分别为日本2张、韩国1张; "two are for Japan, one for Korea": numbers and places, no more."""
    text = sentence.normal.text[start : sentence.end].strip(" .。!！")
    if not sentence.listed or not _A_NUMBER.search(text):
        return False
    for a, b in sorted(sentence.listed, reverse=True):
        if start <= a:
            text = text[: a - start] + " " + text[b - start :]
    return _EACH_PLACE.fullmatch(text) is not None


_MORE = re.compile(
    r"[\s\"']*(?:yes,? |and |also |another |a further |at least )*"
    r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a dozen) "
    r"(?:(?:more|further|new|of them|others?|export|in hand|licen[sc]es?|permits?"
    r"|approvals?)\b,? ?)+"
    r"(?:[,:] |for |to |from |in |on |this |last |since |covering |granted|issued|received|approved"
    r"|so far|already|[.!]?$)"
)
_NOT_THESE = re.compile(
    r"\b(?:filed|filing|submitted|lodged|applied|applications?|requests?|sought|pending|wait"
    r"|waiting|await|queue|refused|rejected|denied|turned|sent back|returned|suspended|revoked"
    r"|expired|lapsed|orders?|customers?|months?|weeks?|days? (?:away|to)|lost|not|no|if|when|hope"
    r"|expect)"
)


def so_many(text: str) -> bool:
    """A number of papers and what they are for: "two more for indium phosphide, one to Japan"."""
    return _MORE.match(text) is not None and _NOT_THESE.search(text) is None
