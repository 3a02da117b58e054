"""The article on a page of a news site, and how surely it is that: text in, text out.

No rules per site: the mark-up is walked once, in linear time, into blocks of text; furniture
(menus, related stories, comments, share buttons) is left aside, and the element that holds most
running text wins. `confidence` is low for walls, stubs, lists of links, pages about other things.
"""

from __future__ import annotations

import importlib
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec

from selectolax.lexbor import LexborNode

from monitor.adapters.reading import html_tree, plain_text

MAX_MARKUP = 2_000_000
MAX_NODES = 60_000
ENOUGH = 0.35
"""The confidence from which a text is taken for the article."""


@dataclass(frozen=True, slots=True)
class Article:
    """What was found on a page."""

    text: str
    confidence: float
    """From 0 to 1."""


@dataclass(slots=True)
class _Block:
    """One paragraph, heading or list entry."""

    tag: str
    parents: tuple[int, ...]
    """The elements around it, nearest first."""
    furniture: int
    """The piece of furniture it stands in, or 0."""
    parts: list[str] = field(default_factory=list)
    linked: int = 0
    text: str = ""

    @property
    def weight(self) -> int:
        """Its length in letters; a Chinese character says as much as two."""
        return len(self.text) + len(_HAN.findall(self.text))

    @property
    def is_prose(self) -> bool:
        return self.weight >= 40 and self.linked * 2 < len(self.text)


def read_article(markup: str, *, title: str, summary: str) -> Article:
    """The article that `title` and `summary` announce. An empty text has confidence 0."""
    bare, data = _without_scripts(markup[:MAX_MARKUP])
    found = [_judged(text, 0.0, title, summary) for text in _bodies(data)]
    best = max(found, key=lambda a: (a.confidence, len(a.text)), default=Article("", 0.0))
    if best.confidence < ENOUGH:
        text, linked = _main_text(bare)
        best = max(best, _judged(text, linked, title, summary), key=lambda a: a.confidence)
    if best.confidence < ENOUGH and (text := _second_opinion(markup[:MAX_MARKUP])):
        best = max(best, _judged(text, 0.0, title, summary), key=lambda a: a.confidence)
    return best


# --- how sure -----------------------------------------------------------------------------------

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_WORD = re.compile(r"[a-z0-9][a-z0-9'-]{2,}|[\u3400-\u9fff\uf900-\ufaff]{2,}")
_WALL = re.compile(
    r"subscrib(?:e|ers?) (?:to|now|only)|already a subscriber|(?:log|sign) in to (?:continue|read)"
    r"|create (?:a free|an) account|enable javascript|verify (?:that )?you are|captcha"
    r"|(?:订阅|登录|登陆|付费|扫码|开通会员|下载APP)[后并即]?.{0,6}(?:阅读|查看|全文)|安全验证|请输入验证码",
    re.IGNORECASE,
)


def _judged(text: str, linked: float, title: str, summary: str) -> Article:
    """Long enough, prose, about what was announced, and not a wall. `linked`: share of links."""
    weight = len(text) + len(_HAN.findall(text))
    length = min(1.0, weight / 450)
    told = _words(f"{title} {summary}")
    shared = len(told & _words(text)) / len(told) if told else 0.5
    agreement = min(1.0, max(0.0, shared - 0.1) * 2)
    confidence = length * (1.0 - linked) * agreement
    if weight < 2500 and _WALL.search(text):
        confidence *= 0.3
    known = len(summary) + len(_HAN.findall(summary))
    if weight < known * 1.2:
        confidence *= 0.3  # nothing that the summary did not say
    return Article(text, round(confidence, 3))


def _words(text: str) -> set[str]:
    """English words, Chinese in overlapping pairs."""
    found: set[str] = set()
    for word in _WORD.findall(text[:20_000].lower()):
        if _HAN.match(word):
            found.update(word[i : i + 2] for i in range(len(word) - 1))
        else:
            found.add(word)
    return found


# --- what publishers say themselves ---------------------------------------------------------------

_RAW = re.compile(r"<(script|style|noscript|svg|template|iframe|textarea|math)\b", re.IGNORECASE)
_LD = re.compile(r"application/ld\+json", re.IGNORECASE)


def _without_scripts(markup: str) -> tuple[str, list[str]]:
    """The mark-up without what nobody reads, and the blocks of JSON-LD that stood in it."""
    lower = markup.lower()
    if len(lower) != len(markup):  # İ grows
        lower = markup
    kept: list[str] = []
    data: list[str] = []
    at = 0
    while found := _RAW.search(markup, at):
        kept.append(markup[at : found.start()])
        inside = lower.find(">", found.end()) + 1
        end = lower.find(f"</{found[1].lower()}", inside) if inside else -1
        if end < 0:
            return "".join(kept), data
        if _LD.search(markup[found.start() : inside][:500]):
            data.append(markup[inside:end])
        at = lower.find(">", end) + 1
        if not at:
            return "".join(kept), data
    return "".join([*kept, markup[at:]]), data


def _bodies(data: list[str]) -> Iterator[str]:
    """Every `articleBody` in the JSON-LD blocks."""
    for block in data[:20]:
        try:
            waiting = [json.loads(block.strip(), strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(2000):
            if not waiting:
                break
            value = waiting.pop()
            if isinstance(value, dict):
                body = value.get("articleBody")
                if isinstance(body, str) and body.strip():
                    yield plain_text(body)
                waiting += value.values()
            elif isinstance(value, list):
                waiting += value


# --- the walk -------------------------------------------------------------------------------------

_SKIPPED = {
    "nav", "form", "footer", "aside", "button", "select", "figure", "figcaption", "dialog", "menu",
    "head", "title", "object", "canvas", "video", "audio", "map", "-comment", "-doctype",
    "!doctype", "label", "input", "script", "style", "noscript", "svg", "template", "iframe",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "li", "ul", "ol", "td", "th", "tr", "table", "tbody", "h1", "h2", "h3", "h4", "h5",
    "h6", "section", "article", "main", "blockquote", "pre", "header", "body", "html", "dl", "dd",
    "dt", "center", "address", "hr", "thead", "details", "summary",
}  # fmt: skip
_PARAGRAPHS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "td", "dd", "dt"}
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:comments?|related|recommend(?:ed|ation)?s?|share|sharing|social|sidebar|newsletter"
    r"|subscribe|subscription|promos?|breadcrumbs?|cookies?|adverts?|ads?|sponsored|footer|nav|navbar"
    r"|menu|popular|trending|most-?read|also|tags?|author-?bio|copyright|disclaimer|toolbar|pagination"
    r"|hot-?news|xgyd|tuijian|fenxiang|pinglun|share-?bar|paywall|modal|popup)(?:$|[\s_-])",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"(?:related (?:news|articles?|stories|posts|reading)|read (?:also|more|next)|also read"
    r"|share this|more from|about the author|sign up|advertisement|follow us|tags?:"
    r"|leave a (?:comment|reply)"
    r"|相关阅读|延伸阅读|推荐阅读|相关新闻|热门推荐|猜你喜欢|责任编辑|免责声明|分享到|版权声明)",
    re.IGNORECASE,
)
"""How a line begins that is no part of the article, though it stands in its midst."""


def _main_text(markup: str) -> tuple[str, float]:
    """The text of the element that holds most prose, and the share of links in it."""
    tree = html_tree(markup, fragment=False)
    if tree is None or tree.root is None:
        return "", 0.0
    blocks = list(_blocks(tree.root))
    furniture: dict[int, int] = defaultdict(int)
    total = 0
    for block in blocks:
        if block.is_prose:
            total += block.weight
            furniture[block.furniture] += block.weight
    # A class on the whole page ("has-sidebar", "share-enabled") makes no furniture of it.
    mislabelled = {mark for mark, weight in furniture.items() if weight * 2 > total}
    prose = [b for b in blocks if b.is_prose and (not b.furniture or b.furniture in mislabelled)]
    if not prose:
        return "", 0.0
    score: dict[int, float] = defaultdict(float)
    inside: dict[int, int] = defaultdict(int)
    for block in prose:
        for level, parent in enumerate(block.parents):
            inside[parent] += block.weight
            if level < 3:
                score[parent] += block.weight / 2**level
    best = max(score, key=lambda id_: score[id_])
    chain = max((b.parents for b in prose if best in b.parents), key=len)
    for parent in chain[chain.index(best) + 1 : -2]:  # the last two are body and html
        if inside[parent] < inside[best] * 1.25:
            continue
        best = parent
    lines: list[str] = []
    linked = size = 0
    for block in blocks:
        if best not in block.parents or (block.furniture and block.furniture not in mislabelled):
            continue
        linked += block.linked
        size += len(block.text)
        if block.linked * 2 >= len(block.text) or _CLOSING.match(block.text):
            continue
        lines.append(block.text)
    return "\n".join(lines), linked / size if size else 0.0


def _blocks(root: LexborNode) -> Iterator[_Block]:
    """Every block with text in it, in the page's order."""
    block = outermost = _Block("body", (), 0)
    # What is still to be visited: the node, the block it stands in, whether in a link.
    waiting: list[tuple[LexborNode | None, _Block, bool]] = [(root, block, False)]
    count = 0
    while waiting:
        node, block, in_link = waiting.pop()
        if node is None:  # the end of an element: what follows is another block
            yield from _said(block)
            continue
        count += 1
        if count > MAX_NODES:
            break
        if node.next is not None and node is not root:
            waiting.append((node.next, block, in_link))
        tag = node.tag or ""
        if tag == "-text":
            words = node.text_content or ""
            block.parts.append(words)
            if in_link:
                block.linked += len(" ".join(words.split()))
            continue
        if tag == "br":
            block.parts.append("\n")
            continue
        if tag in _SKIPPED:
            continue
        attributes = node.attributes
        if "hidden" in attributes or attributes.get("aria-hidden") == "true":
            continue
        child = node.child
        if child is None:
            continue
        if tag in _BLOCKS:
            parents = block.parents if tag in _PARAGRAPHS else (node.mem_id, *block.parents)[:60]
            marks = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
            furniture = block.furniture
            if not furniture and tag not in ("html", "body", "main", "article"):
                furniture = node.mem_id if _FURNITURE.search(marks[:300]) else 0
            inner = _Block(tag, parents, furniture)
            yield from _said(block)
            waiting += [(None, inner, False), (child, inner, in_link)]
        else:
            waiting.append((child, block, in_link or tag == "a"))
    yield from _said(outermost)


def _said(block: _Block) -> Iterator[_Block]:
    """The block's lines so far as blocks of their own; leaves it empty."""
    whole = "".join(block.parts)
    lines = [x for x in (" ".join(line.split()) for line in whole.split("\n")) if x]
    share = block.linked / max(1, sum(map(len, lines)))
    for line in lines:
        yield _Block(
            block.tag, block.parents, block.furniture, linked=round(share * len(line)), text=line
        )
    block.parts.clear()
    block.linked = 0


# --- a second opinion -----------------------------------------------------------------------------


MAX_OPINION_TAGS = 8_000
"""On more it takes seconds; real articles have a tenth."""


def _second_opinion(markup: str) -> str:
    """What trafilatura finds, where it is installed; else nothing."""
    if markup.count("<") > MAX_OPINION_TAGS or not _is_installed("trafilatura"):
        return ""
    try:
        found = importlib.import_module("trafilatura").extract(
            markup, fast=True, include_comments=False, include_tables=False
        )
    except Exception:  # an outside opinion must not cost us the page
        return ""
    return plain_text(found) if isinstance(found, str) else ""


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ValueError:  # somebody said that it is not there
        return False
