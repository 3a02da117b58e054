"""English stories that are taken back: who told them, and what is said against them afterwards.

"A newsletter listed A among firms with lapsed permits. A has not had any permit revoked." A story
is what somebody else than the firm tells (a report, a post, traders, an earlier version of the
text); it is taken back in the same breath ("... is false"), by one of the sentences that follow, or
because the text calls itself a correction.
"""

from __future__ import annotations

import re

from monitor.model import FAMILY
from monitor.rules.acts import GRANTS, Act
from monitor.rules.document import Document
from monitor.rules.match import Fact, Studied
from monitor.rules.sentence import Sentence

_STORY = (
    r"(?:reports?|stor(?:y|ies)|articles?|items?|(?:broker(?:'s|age)? |research |client )?notes?"
    r"|newsletters?|newspapers?|tabloids?|dail(?:y|ies)|magazines?|websites?|sites?|portals?"
    r"|pages?|posts?|postings?|threads?|tweets?|screenshots?|videos?|clips?|podcasts?|blogs?"
    r"|bloggers?|forums?|channels?|chats?|messages?|e-?mails?|headlines?|rumou?rs?|talk|gossip"
    r"|tales?|claims?|allegations?|assertions?|suggestions?|speculation|statements?|comments?"
    r"|media|press|outlets?|news|word|leaflets?|circulars?|users?|dispatch(?:es)?|captions?"
    r"|doctored [a-z]+|fake [a-z]+|forged [a-z]+|alleged [a-z]+|supposed [a-z]+)"
)
_TELLS = (
    r"(?:say|says|said|saying|claim(?:s|ed|ing)?|stat(?:e|es|ed|ing)|report(?:s|ed|ing)?"
    r"|alleg(?:e|es|ed|ing)|assert(?:s|ed|ing)?|suggest(?:s|ed|ing)?|writ(?:e|es|ing)|wrote"
    r"|tell(?:s|ing)?|told|describ(?:e|es|ed|ing)|list(?:s|ed|ing)?|nam(?:e|es|ed|ing)"
    r"|put(?:s|ting)?|post(?:s|ed|ing)?|spread(?:s|ing)?|insist(?:s|ed|ing)?|believ(?:e|es|ed)"
    r"|think(?:s|ing)?|thought|celebrat(?:e|es|ed|ing)|cheer(?:s|ed|ing)?|associat(?:e|es|ed|ing)"
    r"|announc(?:e|es|ed|ing)|show(?:s|ed|ing)?|repeat(?:s|ed|ing)?|circulat(?:e|es|ed|ing)"
    r"|portray(?:s|ed|ing)?|count(?:s|ed|ing)?|includ(?:e|es|ed|ing)|h[ae][sd]|swear(?:s)?"
    r"|report(?:s|ed)|ran|carr(?:y|ies|ied)|publish(?:es|ed)|convinced)"
)
_PEOPLE = (
    r"(?:people|somebody|someone|everybody|everyone|analysts?|brokers?|traders?|investors?|bulls"
    r"|bears|fans|posters?|commentators?|rivals?|market participants|the market|speculators"
    r"|forum members|the internet|some|many|others|twitter|x|weibo|telegram|reddit|stocktwits)"
)
_TOLD = re.compile(
    rf"\b{_STORY}\b(?! (?:to|with|from|by) (?:the )?(?:exchange|bourse|ministry))[^.;:]{{0,60}}?"
    rf"(?:\bthat\b|\bof\b|\babout\b|\b(?:whether|how)\b|\b{_TELLS}\b|[\"“])"
    rf"|\b{_PEOPLE}\b [^.;:]{{0,30}}?\b{_TELLS}\b"
)
_OWN_VOICE = re.compile(
    r"[;:]|,? (?:but|while|whereas|although|though|in fact|however)\b"
    r"|\band (?:said|says|told|confirm(?:s|ed)|add(?:s|ed)|the company|the firm|it)\b"
    r"|, (?:saying|adding|stating|noting|insisting|stressing|explaining|pointing out)\b"
)
"""Behind it the text, or the one who denies, speaks for itself."""
_WRONG = (
    r"(?:untrue|false|wrong|not (?:true|so|correct|right|accurate|the case)|incorrect"
    r"|inaccurate|premature|unfounded|baseless|groundless|fabricat\w+|fakes?|fake|forg(?:ed|ery"
    r"|eries)"
    r"|inventions?|invented|fiction\w*|nonsense|rubbish|mistaken|mistakes?|erroneous|misleading"
    r"|made[- ]up|bogus|doctored|hoax|in error|an error|mix-up|misunderstandings?|misread\w*"
    r"|misquot\w+|mistranslat\w+|without (?:any )?(?:foundation|basis|substance|merit)|guesswork"
    r"|pure speculation|lies?|news to (?:us|him|her|it|them|the company)|exaggerated|half[- ]true"
    r"|half[- ]right|imprecise|does not exist|did not happen|never happened|libel\w*|slander\w*)"
)
_IS_WRONG = re.compile(
    rf"\b(?:is|are|was|were|be|been|being|as|call(?:s|ed|ing)?|label(?:s|l?ed)?|prove[ds]?|proven"
    rf"|proving|turn(?:s|ed)? out(?: to be)?|brand(?:s|ed)?)\b(?: (?:it|this|that|them"
    rf"|the [a-z]+))?"
    rf"(?: (?:[a-z]+ly|all|quite|just|pure|plain|a|an|the|at best|nothing but|no more than|some"
    rf"|complete|total|malicious)\b){{0,3}} {_WRONG}\b"
    r"|\b(?:did|does|do|had|has) not (?:come|originate|stem) from\b"
    r"|\b(?:concern(?:s|ed)?|refer(?:s|red)? to|relate(?:s|d)? to|mean[ts]?|intended|belong(?:s"
    r"|ed)? to"
    r"|about|confus(?:es|ed)|mixed up|(?:is|are|was|were) about)\b[^.;]{0,30}"
    r"\b(?:another|different|other|namesake|similar(?:ly)?[- ](?:named|sounding|abbreviat\w+|name)"
    r"|similar (?:name|abbreviation)|unrelated)\b"
    r"|\b(?:come|came) (?:straight )?(?:out of thin air|from (?:a parallel|another) (?:universe"
    r"|world))"
    rf"|\bdoes not (?:hold (?:up|water)|stand up)\b"
)
_LABELLED = re.compile(rf"[^,.;:]{{0,40}}?(?:\bis |\bare |: |, |\b)[\"'“]?{_WRONG}\b")
"""News of a refusal "fake": a headline without a verb."""
_REJECTS = re.compile(
    r"\b(?:reject(?:s|ed|ing)?|den(?:y|ies|ied|ying)|dismiss(?:es|ed|ing)?|disput(?:e|es|ed|ing)"
    r"|refut(?:e|es|ed|ing)|rebut(?:s|ted|ting)?|contradict(?:s|ed|ing)?|contest(?:s|ed|ing)?"
    r"|quash(?:es|ed)?|scotch(?:es|ed)?|debunk(?:s|ed|ing)?|disown(?:s|ed)?|brush(?:es|ed) (?:off"
    r"|aside)|laugh(?:s|ed) (?:off|at)|shrug(?:s|ged) off|wave[ds]? (?:off|aside|away)"
    r"|pour(?:s|ed) (?:cold )?water on|knock(?:s|ed) down|sho(?:ots|t) down|hit(?:s)? (?:back|out)"
    r" at|t(?:akes|ook) issue with|complain(?:s|ed) (?:about|of)|distanc(?:es|ed) itself from"
    r"|warn(?:s|ed) (?:of|against|about)|s(?:ues|ued) over|correct(?:s|ed))"
    rf" (?:[a-z'-]+ ){{0,4}}?{_STORY}\b"
)
_LOST = (
    r"(?:suspen|fr[eo]+z|revo[ck]|cancel|pulled|pull\b|withdr|withdraw|lapse|expir|refus|reject"
    r"|denie|denial|annul|void|recall|halt|block|lost\b|taken (?:away|back)|tak(?:en|ing) away"
    r"|stripp"
    r"|invalidat|shorten|turned down|terminat|rescind|scrap|knocked back|happen|of the (?:kind"
    r"|sort))"
)
_NOT_LOST = re.compile(
    r"\b(?:nothing|nobody|no one|none of|not one|never"
    r"|no (?:such )?(?:[a-z]+ ){0,2}?(?:licen[sc]es?"
    r"|permits?|approvals?|applications?|papers?|document|authori[sz]ations?)|(?:has|have|had|was"
    r"|were|is|are|did|does|do)(?: not|n't)|not any)\b[^.;]{0,60}?"
    rf"\b{_LOST}"
    rf"|\bno such [a-z]+|\bno {_LOST}"
)
_STILL_GOOD = re.compile(
    r"\b(?:remain(?:s|ed)?|still|continue(?:s|d)?|stay(?:s|ed)?)\b[^.;]{0,24}\b(?:licensed|valid|in"
    r" force|in use|intact|in effect|usable|good|used|ship)|\b(?:is|are|all) (?:valid|intact"
    r"|in (?:use"
    r"|force|effect|order))\b|\b(?:executed|used|shipping|shipped|exporting) (?:as (?:usual|normal)"
    r"|normally)\b|\bexports? (?:is|are|continue|runs?|proceed)[a-z]* (?:as )?(?:normal|usual)"
    r"|\b(?:had been|has been|was|were|are being|is being) used (?:for|this|on|as|again|yesterday)"
)
_TAKEN_BACK = re.compile(
    r"\b(?:nothing of the (?:kind|sort)|no such (?:thing|[a-z]+)|not a word of (?:it|this|that)"
    r"|none of (?:this|that|it) is (?:true|so|correct)|(?:this|that|it) (?:is"
    r"|was) (?:all )?(?:not so"
    rf"|{_WRONG}))\b"
    rf"|\b(?:the|this|that|these|those|its|all|our|such) (?:[a-z-]+ ){{0,2}}?(?:{_STORY}|document"
    rf"|notice|letter|remark|sentence|reading|information|picture) [^.;]{{0,40}}?\b(?:is|are|was"
    rf"|were)"
    rf" (?:[a-z]+ly |all |quite |simply |just |pure |a |an ){{0,2}}{_WRONG}\b"
    r"|\b(?:regrets?|regretted|apologi[sz]es?|apologi[sz]ed|apology)\b[^.;]{0,30}\b(?:error"
    r"|mistake|oversight|confusion|slip|report|article|it)\b|\bwe (?:regret|apologi[sz]e)\b"
    r"|\bask(?:s|ed|ing) (?:[a-z]+ ){0,4}?(?:for|to (?:make|print|run|publish)) a (?:correction"
    r"|retraction)|\bdemand(?:s|ed|ing) a (?:correction|retraction)"
    r"|\b(?:concern|affect|refer to|relate to|belong to)(?:s|ed|red)? (?:only )?(?:another"
    r"|a different|a"
    r" namesake|an unrelated)\b"
    r"|\bit (?:had )?meant\b|\bshould (?:have )?(?:read|said|been)\b|\bmust read\b"
    r"|\bto be replaced by\b"
    r"|\bfile (?:this|that) (?:one )?under (?:fiction|nonsense|fantasy)\b|\bso:? no\b"
    r"|\b(?:verdict|rating|finding): (?:false|half|mostly false|untrue|wrong|misleading|not)"
    r"|\bknows? nothing (?:of|about) (?:it|this|that|any|such)\b"
)
_NEVER_ASKED = re.compile(
    r"\b(?:has|have|had|did|does|do|was|is)(?: not|n't| never)\b[^.;]{0,12}?\b(?:handl|undertak"
    r"|undergo"
    r"|gone through|deal|been involved|carr|start|beg[iu]n|file|lodge|seek|sought|ask|submit|appl"
    r"|engage|initiat|possess|own|among|part of)[^.;]{0,60}?\b(?:licen[sc]|permit|appl|approv"
    r"|procedure"
    r"|considered|one\b|any\b|such)"
    r"|\bno (?:file|request|application|licen[sc]e|permit)s? of ours\b"
)
_FAKED = re.compile(
    r"\b(?:fake|faked|forged|bogus|counterfeit|doctored|photoshopped|fabricated|invented|made-up"
    r"|spoof|satirical) (?:[a-z-]+ ){0,2}?(?:letters?|notices?|documents?|posts?|screenshots?"
    r"|statements?|announcements?|articles?|reports?|stor(?:y|ies)|filings?|circulars?|images?)\b"
)
_SAYS_THE_HEADLINE = re.compile(
    rf"[^.;]{{0,40}}[,.!]?[\"”'],? (?:says|said|reads?|ran|runs|claims?|claimed|goes|went|wrote"
    rf"|writes"
    rf"|screams|declares|according to) (?:the|a|an|one|some|its|their|our"
    rf"|this) (?:[a-z-]+ ){{0,2}}?{_STORY}"
)
_AS_WE_WROTE = re.compile(
    r"[^.;]{0,40}, as (?:(?:we|some|the|it|has|have|had|been|was|were|is|are|several|other|many"
    r"|local|online|wrongly|widely|earlier|originally|previously|media|reports?|press|articles?"
    r"|newspapers?|portals?|posts?|rumou?rs?|this|newsletter|outlets?) ){1,5}?(?:wrote|written"
    r"|reported"
    r"|said|stated|claimed|rumou?red|speculated|suggested|alleged|published|had it)\b"
)
_CORRECTION = re.compile(
    r"\W*(?:[a-z0-9 .,'&-]{0,48}: )?(?:a )?(?:correction|corrections|retraction|erratum|errata"
    r"|corrigendum|apology|corrected|amendment|fact[- ]check|correcting|clarification|we were wrong"
    r"|wrong (?:company|firm|name|[a-z]+)|not an? [a-z]+ after all)\b"
    rf"|[^.;]{{0,60}}\b(?:{_STORY} (?:is|was|are|were) {_WRONG}|denies|denied\?|that wasn't|that"
    r" weren't|sets? (?:the )?record straight|who said that)"
)
_IN_AN_EARLIER_ONE = re.compile(
    r"\b(?:we|i|our [a-z]+|(?:an?|the|our) (?:earlier|former|previous|first|original|yesterday's)"
    r" (?:version|edition|story|item|report|headline|translation|article)[^.;]{0,20}?)"
    r" (?:had |have )?(?:earlier |wrongly |also |mistakenly )?(?:said|wrote|written|reported|stated"
    r"|translated|listed|named|published|called|told|claimed|described|confused|had)\b"
    r"|\b(?:the|our) (?:sentence|word|words|phrase|passage|line|wording|term|statement|headline"
    r"|expression|entry)\b[^.;]{0,12}[\"“]"
)
_OF_A_DETAIL = re.compile(
    r"\b(?:not|rather than|instead of) (?:on |in |for |about |some |by )?(?:\d|(?:mon|tues|wednes"
    r"|thurs|fri"
    r"|satur|sun)day|january|february|march|april|may|june|july|august|september|october|november"
    r"|december|two|three|four|five|six|seven|eight|nine|ten|last|this week|tonnes|kilogram)"
    r"|\b(?:date|day|month|tonnage|amount|quantity|number|figure|name of the|spelling|percentage"
    r"|place"
    r"|country|city|destination)\b[^.;]{0,40}\b(?:was|were|is|are) (?:wrong|incorrect|misstated"
    r"|mistaken"
    r"|misspel\w+)"
)
"""Only how many, when or where was wrong."""
_NEAR = 3
"""Sentences behind a story within which it is taken back."""
_MORE = re.compile(
    r"\b(?:another|others?|further|second|third|additional|the rest|remaining|yet|so far|more)\b"
)


def refuted(fact: Fact, document: Document) -> str | None:
    """What takes back the story that tells this act; None where nobody does, or it is no story."""
    s = fact.sentence
    if s.chinese or FAMILY[fact.status] not in ("grant", "loss") or "valid" in fact.act.words:
        return None
    text, act = s.normal.text, fact.act
    behind = _sentences_behind(s, document)
    if act.kind == "answer":
        return _said_later(fact, behind)
    if correct := _corrected(fact, document, behind):
        return correct
    m = _REJECTS.search(text, s.start, act.start)
    if m and not _OWN_VOICE.search(text, m.end(), act.start):
        return m.group()
    unsaid = "not" in act.words or " not " in act.hit.text
    if fact.status == "denied" and unsaid and _AS_WE_WROTE.match(text, act.end, s.end):
        return "mistaken: not so, as was told"
    if m := _FAKED.search(text, s.start, act.start):
        return None if _OWN_VOICE.search(text, m.end(), act.start) else m.group()
    told = _TOLD.search(text, s.start, act.end)
    if told is None and _SAYS_THE_HEADLINE.match(text, act.end, s.end):
        return _said_later(fact, behind)
    if told is None or _OWN_VOICE.search(text, told.end(), act.start):
        return None
    wrong = _IS_WRONG.search(text, max(act.start, told.end()), s.end)
    wrong = wrong or _LABELLED.match(text, act.end, s.end)
    if wrong is not None and "," not in text[told.end() : wrong.start()].replace(", a", ""):
        return wrong.group()
    if s.where == "text" and _CORRECTION.match(document.title.normal.text):
        return "the title"
    return _said_later(fact, behind)


def _sentences_behind(s: Sentence, document: Document) -> list[Studied]:
    if s.where == "title":
        return document.studied[:_NEAR]
    return [x for x in document.studied if 0 < x.sentence.index - s.index <= _NEAR]


def _corrected(fact: Fact, document: Document, behind: list[Studied]) -> str | None:
    """ "Correction: we wrote that A had been refused a licence": the text takes itself back."""
    s = fact.sentence
    earlier = _IN_AN_EARLIER_ONE.search(s.normal.text, s.start, fact.act.start)
    if earlier is None or _stands(fact, behind) or _OF_A_DETAIL.search(_rest(s, behind)):
        return None
    title = document.title.normal.text
    if _CORRECTION.match(title) or _CORRECTION.match(s.text):
        return "mistaken: a correction"
    for studied in behind:
        if m := _TAKEN_BACK.search(studied.sentence.text):
            return f"mistaken: {m.group()}"
    m = _TAKEN_BACK.search(s.normal.text, fact.act.end, s.end)
    return f"mistaken: {m.group()}" if m else None


def _stands(fact: Fact, behind: list[Studied]) -> bool:
    """Is the same told again, as true: only a detail was corrected?"""
    return any(
        a.kind == fact.act.kind and not a.dropped and "not" not in a.words
        for x in behind
        for a in x.acts
    )


def _rest(s: Sentence, behind: list[Studied]) -> str:
    return " ".join([s.text, *(x.sentence.text for x in behind)])


def _said_later(fact: Fact, behind: list[Studied]) -> str | None:
    """The sentence that takes back what was told before it."""
    loss = FAMILY[fact.status] == "loss"
    for studied in behind:
        text = studied.sentence.text
        if not loss and _MORE.search(text):
            continue
        if m := _TAKEN_BACK.search(text):
            return m.group()
        if loss and (m := _NOT_LOST.search(text) or _STILL_GOOD.search(text)):
            return m.group()
        if not loss and (m := _NEVER_ASKED.search(text)):
            return m.group()
        for act in studied.acts:
            if "not" in act.words and not act.dropped and _alike(act, fact.act):
                return f"not {act.hit.text}"
    return None


_TAKEN = frozenset(("suspend", "revoke", "refuse", "expire", "unapproved"))


def _alike(one: Act, other: Act) -> bool:
    """Would the one, denied, take back the other?"""
    if other.kind in GRANTS:
        return one.kind in GRANTS | {"apply"}
    return one.kind in _TAKEN and other.kind in _TAKEN
