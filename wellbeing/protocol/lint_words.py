"""Words in a protocol that make a duty of an offer, or that judge. Pure."""

import re
from collections.abc import Iterator

from wellbeing.protocol import vocabulary
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.finding import Finding
from wellbeing.protocol.lines import said

_DUTY = re.compile(
    r"\b(mandatory|compulsory|obligatory|required|must|have to|has to)\b", re.IGNORECASE
)
# Words that judge, label or frighten, and what to say instead (domain 4.5).
_AVOID = {
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


def words_to_avoid(document: Protocol) -> Iterator[Finding]:
    for path, value in vocabulary.leaves(document):
        if not isinstance(value, str) or not vocabulary.is_prose(path):
            continue
        if duty := _DUTY.search(value):
            sentence = f'"{duty.group()}" makes a duty of an offer. Better: choice.'
            yield Finding("must", said(path), sentence)
        for pattern, better in _AVOID.items():
            if found := re.search(rf"\b({pattern})\b", value, re.IGNORECASE):
                sentence = f'"{found.group()}" is better not said. Better: {better}.'
                yield Finding("should", said(path), sentence)
