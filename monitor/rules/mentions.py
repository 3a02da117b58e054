"""A licence that a firm is told to have, in words no list foresees.

"Monday brought A its second export licence", "A: licence count 14". Where a sentence names one firm
and one particular export licence, and not a word in it bends, doubts, delays or takes away, the
licence is there. Generic talk ("export licences matter") names no particular one.
"""

from __future__ import annotations

import re

from monitor.rules.acts import PAPER, Act, Ground
from monitor.rules.automaton import Hit
from monitor.rules.governed import MATTERS
from monitor.rules.papers import is_ours
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse

_BENDING = (
    "not", "not_yet", "if", "plan", "ask", "wait", "apply", "prepare", "need", "must", "refuse",
    "suspend", "revoke", "expire", "lacking", "exempt", "rumor", "forecast", "other_paper",
    "other_matter", "untrue", "denies", "foreign_authority", "hear", "unlike", "earlier", "request",
    "mistaken", "withdraw", "valid", "renew", "reinstate", "analyst",
)  # fmt: skip
_CLOUDS = re.compile(
    r"\b(?:seek|sought|appl[iy]|fil(?:e|ed|es|ing)\b|submi|sent|hop(?:e|es|ing)\b|expect|await|wait"
    r"|pending|queu|process|review|examin|request|ask|want|wish|plan|aim|tr(?:y|ied|ies)\b|need"
    r"|requir|must|should|will\b|would|could|may\b|might|can\b|cannot|unless|whether|until|promis"
    r"|pledg|urg|press|lobb|likely|soon|prepar|draft|worr|fear|look|talk|discuss|debat|question"
    r"|issue\b|issues\b|matter|rules?\b|regime|system|scheme|policy|form\b|struck|called|scrap|gone"
    r"|withdr|los[et]|losing|loss|end(?:s|ed|ing)?\b|last day|over\b|blow\b|bad\b|bin"
    r"|slam|kill|dead"
    r"|die[ds]?\b|stop|halt|block|bar(?:s|red)?\b|ban(?:s|ned)?\b|den[iy]|refus|reject|freez|froz"
    r"|suspen|revok|cancel|void|expir|laps|r[au]n out|pull|strip|tak(?:e|es|en|ing)\b|took|seiz"
    r"|surrender|return|penal|punish|fine[ds]?\b|sanction|violat|breach|prob|investig|inspec|audit"
    r"|against|despite|fail|miss|short|worse|trouble|problem|setback|cost|worth|g[ai]ve up|gives up"
    r"|giving up|forfeit|drop|cut|crash|collaps|doubt|danger|threat|warn|hand(?:ed|s)? (?:in|back)"
    r"|without|lack|fak|forg|false|spared|routine|play|compar|unlike|rival|compet|only\b|than\b"
    r"|importan|depend|hing|subject|becau|photo|picture|cop(?:y|ies)|custom|delay|backlog|slow|hold"
    r"|held|stuck|stall|risk|concern|uncertain|unclear|sign of|chance|prospect|possib"
    r"|remain|elusive|away\b"
    r"|procedure|explain|describ|teach|learn|show|used to\b)"
)
_PARTICULAR = re.compile(
    r"\b(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[a-z]+teen|twenty"
    r"|dozen|\d+|several|first|second|third|fourth|fifth|new|fresh|another|more|further|latest"
    r"|last) "
    r"(?:(?:of|new|fresh|more|first|second|third|outstanding|coveted|long-awaited|chinese|official"
    r"|precious|one-off|temporary) ){0,3}$"
)
_DOES_TO_IT = re.compile(
    r"\s+(?:(?:has|have|had|also|now|again) )*"
    r"(?!(?:an?|the|its|their|one|two|three|four|five|six|seven|eight|nine|ten|\d+) )[a-z]+"
    r"(?: (?:up|out|off|down|in|over|away|with|for))?"
    r" (?:[a-z0-9-]+ ){0,4}"
)
"""A verb no list holds, and the licence is what it is done to: nobody knows what it means."""
_FOR = re.compile(r" (?:for|to|covering) ")
_WORTH = re.compile(
    r"(?:licenses?|permits?|approvals?|authorizations?|clearances?|green light|nod)$"
    r"|(?:license|permit|clearance|approval|permission) to "
)
_COUNT = re.compile(r" (?:count|tally|total|number)?:? ?(?:now |at |is |stands at )*\d")
_TOPIC = re.compile(
    r"\b(?:on|about|over|regarding|concerning|of|into) (?:the |its |an? |export )*$"
    rf"|\b{MATTERS} (?:for|to) (?:the |its |an? |export )*(?:[a-z-]+ )?$"
)


def mentioned(sentence: Sentence, ground: Ground, discourse: Discourse) -> list[Act]:
    """The licence of the one firm of a sentence that says nothing else of it."""
    if (
        sentence.chinese
        or sentence.where == "title"
        or not ground.exports
        or ground.elsewhere
        or not _of_one_firm(sentence, discourse)
        or not sentence.has(*PAPER)
        or sentence.has(*_BENDING)
        or _CLOUDS.search(sentence.text)
        or sentence.text.rstrip().endswith("?")
    ):
        return []
    text = sentence.normal.text
    for hit in sentence.within(sentence.start, sentence.end, *PAPER):
        if not _WORTH.search(hit.text) or not _is_particular(sentence, hit):
            continue
        piece = sentence.piece(hit.start)
        probe = Act("hold", hit, *sentence.pieces[piece], piece)
        if not is_ours(sentence, hit, probe, ground):
            continue
        word = Hit(hit.start, hit.end, frozenset(("hold",)), text[hit.start : hit.end])
        act = Act("hold", word, sentence.start, sentence.end, piece, objects=[hit])
        act.reasons.append("a particular licence of this firm, and nothing that bends it")
        return [act]
    return []


def _of_one_firm(sentence: Sentence, discourse: Discourse) -> bool:
    """It names one firm, or goes on about the one of the sentence before."""
    if sentence.groups:
        return len(sentence.groups) == 1 and len(sentence.groups[0].keys) == 1
    return len(discourse.focus) == 1 and discourse.quiet == 0 and ":" in sentence.text


def _is_particular(sentence: Sentence, hit: Hit) -> bool:
    """This licence or so many of them, not licences as such."""
    text = sentence.normal.text
    before = text[max(sentence.start, hit.start - 48) : hit.start]
    if _TOPIC.search(before):
        return False
    if any(_DOES_TO_IT.fullmatch(text, g.end, hit.start) for g in sentence.groups):
        return False
    return bool(
        _PARTICULAR.search(before)
        or _COUNT.match(text, hit.end)
        or (_FOR.match(text, hit.end) and (":" in sentence.text or "general" in hit.kinds))
    )
