"""Is this paper an export licence, or one of another kind?"""

from __future__ import annotations

import re
from bisect import bisect_left

from monitor.rules.acts import Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.sentence import Sentence


def is_ours(sentence: Sentence, hit: Hit, act: Act, ground: Ground) -> bool:
    """Is this noun an export licence (or a request for one), given the words around it?"""
    text = sentence.normal.text
    if sentence.chinese and _NOT_THIS_ZH.search(
        text, max(sentence.start, hit.start - 8), hit.start
    ):
        return False
    if sentence.chinese and hit.text in _TICKETS and not sentence.has("paper", "general"):
        start = sentence.pieces[act.piece][0]
        if _INTO_ZH.search(text, start, hit.start):
            return False
    if sentence.chinese and "give" in hit.kinds and _TO_DO_ZH.match(text, hit.end):
        return False
    certificate = hit.text in ("证书", "证照", "证件") and not sentence.has("paper", "general")
    if certificate and not ground.paper and not any("许可" in h.text for h in sentence.hits):
        return False
    if (
        hit.text == "材料"
        and text[hit.start - 1 : hit.start] in "锗镓钨锑墨土磁钢铁性体金合属极子感"
    ):
        return False
    said = hit.text.startswith("certificate") and not sentence.has("paper", "general")
    if said and not ground.paper and not sentence.has("authority"):
        return False
    if "renew" in hit.kinds:
        return ground.exports or ground.paper
    if not sentence.chinese and for_something_else(sentence, hit):
        return False
    if "paper" in hit.kinds or "general" in hit.kinds:
        return not _another_kind(sentence, hit)
    if _another_kind(sentence, hit):
        return False
    piece = sentence.pieces[act.piece]
    if sentence.within(*piece, "other_paper"):
        return False
    exports = "export" in hit.text or "出口" in hit.text
    if exports and not hit.kinds.isdisjoint(("permit", "request")):
        return True
    if sentence.within(*piece, "other_matter") and not sentence.within(*piece, "paper", "export"):
        return False
    licence = (
        "licens" in hit.text or "permit" in hit.text or "许可" in hit.text or "批文" in hit.text
    )
    if (
        not licence
        and sentence.has("other_matter")
        and not sentence.has("paper", "export", "control")
    ):
        return False
    if "control" in hit.kinds:
        return True
    near = (
        sentence.goods
        or sentence.has("export", "control", "paper", "general")
        or any("request" in h.kinds and "出口" in h.text for h in sentence.hits)
        or (
            sentence.has("permit")
            and any(
                "permit" in h.kinds and h is not hit and ("licens" in h.text or "许可" in h.text)
                for h in sentence.hits
            )
        )
    )
    if sentence.chinese and not licence and sentence.within(*piece, "request"):
        return True
    if licence or "request" in hit.kinds:
        return near or ground.exports
    if "export" in hit.kinds:
        if sentence.within(*piece, "other_matter"):
            return False
        return ground.exports and not text[hit.end : hit.end + 4].lstrip().startswith("tax")
    if ground.named and _OWN.match(hit.text):
        return True
    return near or ground.paper or (ground.exports and sentence.has("authority"))


_OWN = re.compile(r"(?:its|their|our) (?:papers|paperwork|documents|stamps?)$")


_TO_DO_ZH = re.compile(
    r"(?:备案|设立|设厂|建设|建厂|投资|收购|并购|上市|发行|复产|开工|投产|扩建|扩产|扩能|立项|注册|成立|重组|增资|实施"
    r"|进入|参与|采购|进口|生产|经营|使用|临床|运营|复工|试产|改造|变更|更名|搬迁|落户|配股|回购|筹建|挂牌|新建)"
)
_TICKETS = frozenset(("通行证", "路条", "绿灯", "准入证", "资格证", "准字"))
_INTO_ZH = re.compile(
    r"(?:进入|打入|跻身|迈入|迈向|通往|走向|通向|开往|驶向|杀入|切入|叩开)[^,，。;；]{0,16}的[\"“「『]?$"
)
"""进入下一阶段的"通行证": a figure of speech, unless a licence is named beside it."""
_NOT_THIS_ZH = re.compile(r"(?<!是)(?:并非|不是|而非|而不是|无关)(?:任何|什么|一张|所谓的?|其)?$")


def _another_kind(sentence: Sentence, hit: Hit) -> bool:
    """Does a word right before it make it a licence of another kind (drug, mining, software)?"""
    text = sentence.normal.text
    if not sentence.has("other_matter"):
        return False
    for i in range(bisect_left(sentence.hits, (hit.start,)) - 1, -1, -1):
        other = sentence.hits[i]
        if hit.start - other.end > 6:
            return False
        if "other_matter" in other.kinds and not text[other.end : hit.start].strip(" -的"):
            return True
    return False


_OTHER_GIVER = re.compile(
    r"\s+(?:granted |issued |given )?(?:from|by|of)\s+(?:the |a |an |its |their |his |local "
    r"|two |some )*(?:\w+ ){0,2}?"
    r"(?:shareholders?|stockholders?|board|directors|investors|lenders|creditors|courts?|judge"
    r"|parliament"
    r"|antitrust|competition|securities|environment\w*|health|drug|food|aviation|maritime|police"
    r"|municipal\w*|city|county|village|mayor|zoning|planning|fire|water|local authorities"
    r"|stock exchange|exchange|bourse|regulator for|central bank|bank|banks|auditors?"
    r"|customers?|buyers?|clients?|carmakers?|automakers?|landlord|notified body|patent office"
    r"|tariffs?|dut(?:y|ies)|tax(?:es)?|lev(?:y|ies)|sanctions|export-import bank|insurer|union"
    r"|workers|tesla|bmw|volkswagen|toyota|apple)\b"
)
"""Whose approval it is where no export licence is meant."""
_EXPORTING = (
    r"(?:re-?)?export|ship|sell|supply|deliver|send|dispatch|serve|trade|move|release|load|"
    r"go|leave|proceed|resume|restart|continue|start|begin|recommence|carry|forward|transfer|"
    r"have|renew|extend|prolong|provide|furnish|fulfil|fulfill|complete|clear|fly|truck|sail|take|bring|get|let|allow|reach"
)
_TO_DO = re.compile(
    r"(?:\s+(?:by|from)\s+[a-z' ]{2,40}?)?\s+to\s+(?:again |directly |once more |now |legally "
    r"|temporarily )*(?P<v>[a-z-]+)\b"
)
_NO_GOODS = (
    r"smelters?|plants?|mines?|mining|furnaces?|factor(?:y|ies)|production|operations?|output"
    r"|trading"
    r"|shares?|stocks?|stakes?|bonds?|merger|acquisition|takeover|listing|placement|buyback|ipo"
    r"|offering"
    r"|trials?|tests?|construction|building|expansion|venture|investment|quarry|restructuring"
    r"|budget"
    r"|drugs?|vaccines?|wheelchairs?|software|equipment|machinery|deal|plan|scheme|project|office"
    r"|warehouse|port|pipeline|recycler|subsidiary|branch|loan|dividend|patents?|trademarks?"
    r"|imports?"
    r"|certificates?|status|subsid(?:y|ies)|exemption|visas?|land|site|unit|storage|transport"
    r"|disposal"
    r"|discharge|exploration|extraction|drilling|processing line|facility|facilities|line|capacity"
)
_ABOUT_OTHER = re.compile(
    r"\s+(?!on (?:hold|ice|pause|file|time|its way|[a-z]+day|\d|the same day)\b)"
    r"(?:for|covering|over|on|of|to (?:re)?(?:start|open|sume|begin|launch|continue))\s+"
    rf"(?:[a-z0-9'&-]+\s+){{0,4}}?(?:{_NO_GOODS})\b"
)
_TO_USE = re.compile(
    rf"\s+(?:to|under|on|for|covering)\s+(?!(?:which|{_EXPORTING})\b)(?:[a-z0-9'&-]+\s+){{0,5}}?"
    r"(?:patents?|designs?|technolog(?:y|ies)|know-how|trademarks?|brands?|software|recipes?"
    r"|copyrights?|inventions?|the name|intellectual property|source code)\b"
)
"""What is used, not shipped: "a licence to 38 patents"."""
_ABROAD = re.compile(r"\s+covering\b")
_DELIVERIES = re.compile(r"\s+(?:[a-z]+\s+){0,2}(?:deliver|shipment|export|sale)")
_ORDINARY = re.compile(
    r"\s+to\s+(?:the |a |an |its |our |their |his |all |some |two |three |four |five |six |seven "
    r"|eight |nine |ten |eleven |twelve |several |certain "
    r"|year|mid-|late |early |next |exports?\b|exportation\b|shipments?\b|sales?\b|deliver(?:y"
    r"|ies)\b"
    r"|january|february|march|april|june|july|august|september|october|november|december"
    r"|many |most |more |both |each |other |one |any |customers|clients|buyers|countries|markets"
    r"|europe"
    r"|overseas|suppliers|producers|companies|firms|exporters|makers|carmakers|traders|date|follow"
    r"|come|expire|be\b|\d)"
)
_BUYER = re.compile(
    r"[ -](?:house|customer|client|buyer|maker|builder|supplier|operator|firm|company|group|owner)"
)
_GOODS = re.compile(r"magnet|rare|gallium|germanium|graphit|antimon|tungst|rotor|motor|wafer|anode")
_GOODS_NEAR = re.compile(
    r"\b(?:export|ship|deliver|customer|client|buyer|order|consign|cargo|overseas)"
)
_OTHER_BEFORE = re.compile(
    r"\b(?:supplier|vendor|customer|product|quality|type|design|internal|board|shareholder|court"
    r"|zoning"
    r"|safety|technical|environmental|antitrust|competition|tariff|visa|tax|listing|bond|loan"
    r"|funding|investment|merger|parliamentary|land|construction|planning|budget|radiation"
    r"|explosives"
    r"|business|operating|production|smelting|mining|exploration|drug|clinical|marketing|patent"
    r"|technology|software|trademark|brand|franchise|import|re-import|transit|landing|flight|work"
    r"|ppap|iatf|ce|fda|ul)[ -]$"
)
_MATTERS = (
    r"(?:building|contractors?|engineering|epc|exploitation|mineral|county|municipal|city|haulage"
    r"|toll|installers?|real estate|drones?|energy|electric(?:al|ity)?|power|generat(?:ion|or"
    r"|ing)|grid|connection|solar"
    r"|gas|boiler"
    r"|heating|water|sewage|noise|fire|road|traffic|driv(?:ing|er)|truck|taxi|vehicle|school"
    r"|liquor|alcohol|wine|beer|tobacco|catering|restaurant|food|hotel|hospitality|canteen|retail"
    r"|residenc[ey]|settlement|stay|labou?r|employment|parking|demolition|excavation|waste"
    r"|recycling"
    r"|scrap|disposal|emissions?|pollut(?:ion|ant)|carbon|ecolog(?:y|ical)|forest(?:ry)?|logging"
    r"|hunting|fish(?:ing|ery)|farm(?:ing)?|pilot|flying|helicopter|boat|harbou?r|port|radio"
    r"|telecom|internet|broadcast(?:ing)?|publish(?:ing)?|film|music|gaming|gambling|casino|lottery"
    r"|banking|insurance|securities|brokerage|broker|fund|asset[- ]management|leasing|payments?"
    r"|crypto|money|lending|trust|custody|pharma(?:cy|ceutical)|medic(?:al|ine)|hospital|nursing"
    r"|teaching|security|weapons?|firearms?|blasting|storage|warehous(?:e|ing)|land[- ]use|property"
    r"|occupan(?:cy|t)|dwelling|tenan(?:cy|t)|space|launch|satellite|spectrum|survey(?:ing)?"
    r"|operat(?:or|ing|ion)|merchant|dealer|agen(?:cy|t)|club|hospitality|entertainment|tourism"
    r"|travel|entry|exit-entry|health|sanitary|hygiene|veterinary|seed|crop"
    r"|archaeolog(?:y|ical)|heritage|filming|street|crane|pressure[- ]vessel"
    r"|chemicals?|solvent|laser|x-ray|isotope|reactor|nuclear|irrigation|dam|quarry(?:ing)?)"
)
_MATTER_BEFORE = re.compile(
    rf"\b{_MATTERS}(?:'s?|-[a-z]+(?:'s?)?)?[ -](?:(?:and|or|&) [a-z-]+ )?$"
    rf"|\b{_MATTERS}(?:(?:,| and| or) [a-z-]+)+[ -]$"
)
_STANDS_FOR_GOODS = re.compile(
    r"(?:magnet|rare|earth|gallium|germanium|graphite|antimony|tungsten|export|shipment|dual|rotor"
    r"|motor|ministry|mofcom|beijing|chinese|sale|delivery|wafer|substrate|anode|oxide|alloy)[a-z]*"
    r"(?: [a-z-]+)?[ -]$"
)
_OF_STAY = re.compile(
    r"\s+(?:of|for) (?:stay|residence|abode|work|entry|land|noise|water|parking|occupancy"
    r"|demolition|[a-z]+ engineers|(?:its |the |a |their |an? )*(?:[a-z]+ ){0,2}?"
    r"(?:park|roof|hotel|canteen"
    r"|school|road|bridge|farm|dormitory|garage|clinic|restaurant|boiler|crane|headquarters))\b"
)


_TO_ISSUE = re.compile(
    r"\s+(?:of|for)\s+(?:its |the |an? )?(?:applications?|requests?|plans?"
    r"|proposals?)\s+to\s+(?P<v>[a-z-]+)"
)
_OFFICE_BEFORE = re.compile(
    r"\b(?:securities|regulatory commission|bourse|sasac|csrc|nmpa|fda|antitrust|cfius"
    r"|environment\w*|resources|health|drug|transport|tax"
    r"|industry|land"
    r"|water|planning|stock exchange|exchange|court|board|shareholders?)(?:'s?)? $"
)


def for_something_else(sentence: Sentence, hit: Hit) -> bool:
    """Do the words around a paper say that it allows no export, or that no such office gave it?

    "Approval from shareholders", "permission to restart its smelter", "a licence for radiation
    equipment", "supplier approval", "approval from the Indonesian government".
    """
    text = sentence.normal.text
    end = sentence.end
    if _OTHER_BEFORE.search(text, max(sentence.start, hit.start - 24), hit.start):
        return True
    if _of_a_matter(sentence, hit):
        return True
    if _OF_STAY.match(text, hit.end, end):
        return True
    if _OTHER_GIVER.match(text, hit.end, end):
        return True
    if _OFFICE_BEFORE.search(text, max(sentence.start, hit.start - 32), hit.start):
        return True
    m = _TO_ISSUE.match(text, hit.end, end)
    if m and not re.fullmatch(_EXPORTING, m["v"]):
        return True
    clear = "export" in hit.text or "ship" in hit.text
    m = _TO_DO.match(text, hit.end, end)
    if m and m["v"] == "make" and _DELIVERIES.match(text, m.end()):
        m = None
    if m and not clear and not _ORDINARY.match(text, hit.end, end):
        named = any(g.start <= m.start("v") < g.end for g in sentence.groups) or any(
            a <= m.start("v") < b for a, b in sentence.listed
        )
        if not named and not re.fullmatch(_EXPORTING, m["v"]):
            return True
    m = None if clear else _TO_USE.match(text, hit.end, end)
    if m and not any(g.start < m.end() <= g.end for g in sentence.groups):
        return True
    m = _ABOUT_OTHER.match(text, hit.end, end)
    if m is None or clear or _GOODS_NEAR.search(m.group()) or _BUYER.match(text, m.end()):
        return False
    if _ABROAD.match(m.group()) and any(m.start() <= a < m.end() for a, _ in sentence.abroad):
        return False  # "covering a Slovak gearbox plant": whom it lets buy
    return all(_GOODS.search(text[a:b]) for a, b in sentence.listed if m.start() <= a < m.end())


def _of_a_matter(sentence: Sentence, hit: Hit) -> bool:
    """ "A pilot licence", "the hotel's permit"; not "Example Carbon, newly licensed", a name."""
    text = sentence.normal.text
    ahead = text[max(sentence.start, hit.start - 40) : hit.start]
    m = _MATTER_BEFORE.search(ahead)
    if m is None or _STANDS_FOR_GOODS.search(ahead):
        return False
    at = hit.start - len(ahead) + m.start()
    return not any(g.start <= at < g.end for g in sentence.groups)


_NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "the two",
        "the three",
        "the four",
        "the pair",
        "the first",
        "the second",
        "the third",
        "the fourth",
        "the fifth",
        "the last",
    ]
)
_PRONOMINAL = re.compile(
    r"\s*(?:more |others? |that |which |of (?:them|these|those|its|the) ?|for |so far|still"
    r"|(?:were|was|are|is"
    r"|have|has|had|came|come|got|went|arrived|remain|approved|granted|cleared|refused|rejected"
    r"|landed)\b|[,.;:]|$)"
)


_PRONOUNS = frozenset(("it", "they", "them"))
_PASSIVE = re.compile(
    r"\s*(?:has|have|had|was|were|is|are|been|being|now|also|all|both|since|not|yet|\s)+$"
)


def stands_alone(text: str, hit: Hit, act: Act) -> bool:
    """ "Three were approved": the number stands for papers; in "three weeks" it does not."""
    if hit.text in _PRONOUNS:
        if hit.start >= act.end:
            return not text[act.end : hit.start].strip()
        between = text[hit.end : act.start]
        told = between + " " + act.hit.text.partition(" ")[0]
        return bool(_PASSIVE.fullmatch(between)) and bool(
            re.search(r"\b(?:been|was|were|is|are|being)\b", told)
        )
    if hit.text not in _NUMBERS:
        return True
    if text[hit.start - 1 : hit.start] == "-":
        return False
    return _PRONOMINAL.match(text, hit.end) is not None
