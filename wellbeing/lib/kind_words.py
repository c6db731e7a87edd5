"""Words that judge, label, frighten or make a duty of an offer. Pure.

One list for the pages, for the protocols of teams and for the words of messages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DUTY = re.compile(
    r"\b(mandatory|compulsory|obligatory|required|must|have to|has to)\b", re.IGNORECASE
)
# What to say instead stands beside each (domain 4.5).
AVOID = {
    r"personality disorder|patients?|sufferers?|vulnerable": "colleague; person",
    r"resilien\w+|coping score|stability": "how it is going; what would help",
    r"(non-?)?complian\w+|adheren\w+|overdue": "not this time; offer still open",
    r"no-?shows?|failed to attend|fail(ed|ure)|refus\w+|disengaged|missed": (
        "did not happen; declined"
    ),
    r"caseload|tickets?|triage\w*|severity|risk": "request; who is holding it; when",
    r"discharged?|episode": "the offer stays open",
    r"trigger\w*|victims?": "content note; what came up",
    r"attention-seeking|frequent user": "nothing; nobody is labelled",
    r"alerts?|red flags?|burnout|red/amber/green": "nothing; say what was asked for",
}
# Said about a person, each of these judges or frightens. No page of ours holds one.
NEVER = (
    "overdue",
    "missed",
    "refused",
    "compliant",
    "compliance",
    "triage",
    "resilient",
    "resilience",
    "no-show",
    "high risk",
    "burnout",
    "oops",
    "please justify",
)
_NEVER = re.compile(rf"\b({'|'.join(map(re.escape, NEVER))})\b", re.IGNORECASE)


@dataclass(frozen=True)
class Unkind:
    """A word that was found, and why it is better not said."""

    word: str
    sentence: str
    duty: bool = False


def unkind_words(text: str) -> Iterator[Unkind]:
    """The first duty in a text, then one word for each reason to avoid one."""
    if duty := DUTY.search(text):
        sentence = f'"{duty.group()}" makes a duty of an offer. Better: choice.'
        yield Unkind(duty.group(), sentence, duty=True)
    for pattern, better in AVOID.items():
        if found := re.search(rf"\b({pattern})\b", text, re.IGNORECASE):
            sentence = f'"{found.group()}" is better not said. Better: {better}.'
            yield Unkind(found.group(), sentence)


def never_said(text: str) -> list[str]:
    """The words of the text that no page may hold."""
    return [found.group() for found in _NEVER.finditer(text)]
