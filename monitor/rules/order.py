"""Chinese words that pick firms out of a list by their place: 前者, 前两家, 后者, 其余两家.

甲、乙和丙一同递件，前两家的证到了，丙的还在审: what is said of the first two is not said of all.
"""

from __future__ import annotations

import re

from monitor.rules.acts import Act
from monitor.rules.sentence import Sentence
from monitor.rules.subject import Discourse, Subject

_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_WHO = r"(?:家|者|位|间|个|方|户)"
_PICKED = re.compile(
    rf"(?P<first>前者|(?:排在|列在)?(?:最前|第一|头一){_WHO})"
    rf"|(?P<last>后者|(?:排在|列在)?(?:最后一|末一|末尾一|最末){_WHO})"
    rf"|(?P<front>[前头])(?P<n>[两二三四五]){_WHO}"
    rf"|(?P<back>[后末])(?P<m>[两二三四五]){_WHO}"
    rf"|(?:其余|其他|其它|另外|剩下|剩余|余下|另|剩)的?(?P<rest>[一两二三四五])?{_WHO}"
)


def by_order(sentence: Sentence, act: Act, discourse: Discourse) -> Subject | None:
    """The firms that the nearest such word before the act picks out, or None."""
    if not sentence.chinese:
        return None
    text = sentence.normal.text
    start = sentence.pieces[act.piece][0]
    near = max((g.end for g in sentence.groups if start <= g.start < act.start), default=start)
    words = list(_PICKED.finditer(text, near, act.start))
    if not words:
        return None
    said = words[-1]
    keys = _listed(sentence, said.start(), discourse)
    if len(keys) < 2:
        return None
    picked = _pick(said, keys, sentence)
    return Subject(picked, "anaphor", said.group()) if picked else None


def _listed(sentence: Sentence, at: int, discourse: Discourse) -> tuple[str, ...]:
    """The list in which the word counts: the first one of the sentence, else what was spoken of."""
    before = [g for g in sentence.groups if g.end <= at]
    lists = [g.keys for g in before if len(g.keys) > 1]
    if lists:
        return lists[0]
    if before:
        return tuple(dict.fromkeys(k for g in before for k in g.keys))
    return discourse.listed


def _pick(said: re.Match[str], keys: tuple[str, ...], sentence: Sentence) -> tuple[str, ...]:
    if said["first"]:
        return keys[-2:][:1] if said["first"] == "前者" else keys[:1]
    if said["last"]:
        return keys[-1:]
    if said["front"]:
        return keys[: _NUMBERS[said["n"]]]
    if said["back"]:
        return keys[-_NUMBERS[said["m"]] :]
    told = {
        k for g in sentence.groups if g.end <= said.start() and len(g.keys) == 1 for k in g.keys
    }
    rest = tuple(k for k in keys if k not in told)
    count = _NUMBERS.get(said["rest"] or "", len(rest))
    return rest if told and len(rest) == count else ()
