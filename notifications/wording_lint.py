"""What is wrong with words that a team wrote for a message, in clear sentences.

Nothing is saved while one of these holds. The domain hands in what only it knows: names
of studies, roles and kinds.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from notifications import rendering, samples, shipped
from notifications.reading_age import longest_sentence, reading_age
from notifications.segments import letters_outside, segments
from notifications.wording import LINK, PLACEHOLDER, Face, Faces, Shipped
from wellbeing.lib import words
from wellbeing.lib.kind_words import never_said, unkind_words

LONGEST: dict[Face, int] = {"subject": 200, "words": 3000, "sms": 480}
LONGEST_SUBJECT = 78
OLDEST_READER = 11
_CODE = re.compile(r"\{[%#{]|[%#}]\}|<[^>]*>?")
_OWN_LINK = re.compile(
    r"\S*://\S*|\bwww\.\S+|\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}(?:/\S*)?\b",
    re.IGNORECASE,
)
_CODE_OR_NUMBER = re.compile(
    r"\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]+\b|\d{3,}", re.IGNORECASE
)
_NEAR = re.compile(r"\b(today|tomorrow|yesterday)\b", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]")
_EITHER = {"time": {"time", "date"}}


@dataclass(frozen=True)
class Finding:
    """One sentence, and the face beside which it stands."""

    face: Face
    sentence: str


@dataclass(frozen=True)
class Unsaid:
    """Words for no message at all, and those for no subject and no text."""

    anywhere: Collection[str] = ()
    on_a_lock_screen: Collection[str] = ()


def problems(name: str, faces: Faces, *, unsaid: Unsaid) -> list[Finding]:
    """All that keeps these words from being used. An empty face is always fine."""
    came = shipped.faces_of(name)
    found: list[Finding] = []
    texts: tuple[tuple[Face, str], ...] = (
        ("subject", faces.subject),
        ("words", faces.words),
        ("sms", faces.sms),
    )
    for face, text in texts:
        if text:
            said = _of_face(name, face, text, came, unsaid)
            found += [Finding(face, sentence) for sentence in said]
    return found


def allowed(face: Face, came: Shipped) -> list[str]:
    """The names in braces that this face of this message may hold."""
    there = _names(f"{came.subject} {came.words} {came.sms}")
    names = ["time", "date"] if there & {"time", "date"} else []
    names += [name for name in ("until", "old time") if name in there]
    names.append("first name")
    has_link = "link" in _names(getattr(came, face))
    return [*names, "link"] if has_link else names


def _names(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _of_face(
    name: str, face: Face, text: str, came: Shipped, unsaid: Unsaid
) -> list[str]:
    if len(text) > LONGEST[face]:
        return [f"This is {len(text)} letters long. At most {LONGEST[face]} fit."]
    if code := list(_not_plain(text)):
        return code
    unknown = list(_wrong_names(text, allowed(face, came)))
    return [
        *unknown,
        *_missing(face, text, came),
        *_leads_elsewhere(text),
        *_said_badly(text),
        *_gives_away(face, text, unsaid),
        # Words that cannot be made have no length.
        *([] if unknown else _too_long_or_hard(name, face, text)),
    ]


def _not_plain(text: str) -> Iterator[str]:
    if found := _CODE.search(text):
        yield f"Only plain words: take out “{found.group()}”."
    elif "<" in text or ">" in text:
        yield "Only plain words: take out “<” and “>”."
    if _CONTROL.search(text):
        yield "There is a letter in here that cannot be seen. Please type it again."


def _wrong_names(text: str, names: list[str]) -> Iterator[str]:
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        yield "There is a { or a } without its partner."
    fine = words.list_words([f"{{{name}}}" for name in names])
    for name in dict.fromkeys(PLACEHOLDER.findall(text)):
        if name not in names:
            yield f"“{{{name}}}” cannot stand here. What can: {fine}."


def _missing(face: Face, text: str, came: Shipped) -> Iterator[str]:
    """What the reader would not know, or could not do, without it."""
    have, there = _names(text), _names(getattr(came, face))
    if "link" in there and "link" not in have:
        yield "Please keep {link}: without it nobody can answer or change anything."
    if text.count(LINK) > 1:
        yield "Please use {link} once only."
    if face != "words":
        return
    lines = (line.strip().rstrip(".") for line in text.splitlines())
    if any(LINK in line and not line.endswith(LINK) for line in lines):
        yield (
            "Please put {link} at the end of a line: the words before it become a "
            "button."
        )
    for name in ("time", "until"):
        if name in there and not have & _EITHER.get(name, {name}):
            yield f"Please keep {{{name}}}: the reader needs to know it."


def _leads_elsewhere(text: str) -> Iterator[str]:
    plain = PLACEHOLDER.sub(" ", text)
    if found := _OWN_LINK.search(plain):
        yield f"Only {{link}} may lead anywhere: take out “{found.group()}”."
    elif found := _CODE_OR_NUMBER.search(plain):
        yield (
            f"“{found.group()}” looks like a code or a number. No message holds one."
        )


def _said_badly(text: str) -> Iterator[str]:
    told = [unkind.word.lower() for unkind in unkind_words(text)]
    yield from (unkind.sentence for unkind in unkind_words(text))
    for word in never_said(text):
        if word.lower() not in told:
            yield f"“{word}” is better not said."
    if "!" in text:
        yield "Please use no exclamation mark: it shouts."
    if near := _NEAR.search(text):
        yield f"“{near.group()}” may be wrong when it is read. Better: {{date}}."


def _gives_away(face: Face, text: str, unsaid: Unsaid) -> Iterator[str]:
    """Words that tell others what somebody is part of."""
    for word in _found(text, unsaid.anywhere):
        yield f"“{word}” tells others what this is about. Please leave it out."
    if face == "words":
        return
    for word in _found(text, unsaid.on_a_lock_screen):
        yield f"“{word}” would show on a lock screen. Please leave it out here."


def _found(text: str, unsaid: Collection[str]) -> list[str]:
    """The words of the list that stand in the text, whatever they end in."""
    ours = [re.escape(word) for word in sorted(unsaid, key=len, reverse=True) if word]
    if not ours:
        return []
    found = re.finditer(rf"\b(?:{'|'.join(ours)})\w*", text, re.IGNORECASE)
    return list(dict.fromkeys(one.group() for one in found))


def _too_long_or_hard(name: str, face: Face, text: str) -> Iterator[str]:
    if face == "sms":
        yield from _too_long_text(name, text)
    elif face == "subject":
        longest = _longest(name, face, text)
        if len(longest) > LONGEST_SUBJECT:
            over = len(longest) - LONGEST_SUBJECT
            yield (
                f"This subject can be {len(longest)} letters long and is then cut off. "
                f"Please shorten it by {over}."
            )
    plain = PLACEHOLDER.sub("it", text)
    age = reading_age(plain)
    if age is not None and age > OLDEST_READER:
        yield (
            f"This reads like a text for age {age}. Please aim for {OLDEST_READER}: "
            f"shorter words, or two sentences for “{longest_sentence(plain)[:60]}”."
        )


def _too_long_text(name: str, text: str) -> Iterator[str]:
    if outside := letters_outside(" ".join(text.split())):
        yield (
            f"“{outside[:10]}” would make every text cost twice. "
            "Please use plain letters and straight quotes."
        )
        return
    longest = _longest(name, "sms", text)
    if segments(longest) > 1:
        yield (
            f"With the longest day and place this is {len(longest)} letters, and 160 "
            f"fit in one text. Please shorten it by {len(longest) - 160}."
        )


def _longest(name: str, face: Face, text: str) -> str:
    """The face as it comes out where day and place have the longest names."""
    context = samples.context_for(name, zone=samples.longest_zone())
    if face == "sms":
        return rendering.sms_of(name, context, Faces(sms=text))
    return rendering.mail_of(name, context, Faces(subject=text))[0]
