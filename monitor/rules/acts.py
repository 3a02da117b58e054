"""Acts: the verbs of a sentence that may move a licence, each with the reach of its words.

An act is grounded when the paper it moves stands in its reach (or is carried over from what was
said before). A verb without such a paper is no act: "received orders", "approved a dividend".
"""

from __future__ import annotations

from dataclasses import dataclass, field

from monitor.rules.automaton import Hit

KINDS = (
    "refuse",
    "unapproved",
    "withdraw",
    "reinstate",
    "suspend",
    "revoke",
    "expire",
    "renew",
    "lacking",
    "exempt",
    "may",
    "got",
    "get",
    "give",
    "arrive",
    "valid",
    "hold",
    "have",
    "prepare",
    "apply",
    "wait",
    "need",
    "report",
    "hear",
)
GRANTS = frozenset(("got", "get", "give", "arrive", "hold", "have", "valid", "report", "may"))
BEFALLS = frozenset(("suspend", "revoke", "expire", "renew", "reinstate"))
"""What can become of a licence once it is there."""
BENT = ("not", "not_yet", "if", "plan", "must", "ask")
"""Words that keep a list or a left-out verb from telling what was done."""
PAPER = ("paper", "permit", "general")


@dataclass(slots=True)
class Act:
    """A verb that may move a licence."""

    kind: str
    hit: Hit
    left: int
    """The reach of its words in the sentence: from here ..."""
    right: int
    """... to here."""
    piece: int
    objects: list[Hit] = field(default_factory=list)
    carried: str = ""
    """Where the paper comes from when it is not in reach: `sentence` or `context`."""
    words: set[str] = field(default_factory=set)
    """What the frame of this act holds; rules are matched against it."""
    reasons: list[str] = field(default_factory=list)
    dropped: str = ""
    """Why it is no act after all."""
    start: int = field(init=False)
    """Where its hit stands; asked for more often than anything else."""
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.start, self.end = self.hit.start, self.hit.end


@dataclass(slots=True)
class Ground:
    """What the document says about its subject before a sentence is read."""

    exports: bool = False
    """It is about exports of controlled goods."""
    refusable: bool = False
    """The question asked whether it was granted or refused, so that "no" is a refusal."""
    elsewhere: bool = False
    """It names licences of another kind only, so that an act without a paper is not ours."""
    told: bool = False
    """It speaks of licences somewhere, be it further down."""
    named: bool = False
    """It calls export licences by their name somewhere, so that "its papers" are such."""
    paper: bool = False
    """A licence was spoken of just before (or in the question), so that it may be left out."""
