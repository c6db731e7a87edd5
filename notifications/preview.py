"""How the words of a message read for somebody who does not exist."""

from dataclasses import dataclass

from notifications import rendering, samples, shipped, telling, texts, wording
from notifications.segments import GSM, GSM_DOUBLE, segments
from notifications.wording import PLACEHOLDER, Faces
from wellbeing.people.models import Contact

LEVELS = tuple((str(value), str(label)) for value, label in Contact.Discretion.choices)


@dataclass(frozen=True)
class Title:
    """One message in the list of all."""

    name: str
    what: str
    can_change: bool
    changed: bool


@dataclass(frozen=True)
class Preview:
    """The four faces of one message. `sms` is empty where no text goes out.

    `left_out`: what the reader lets others see did not fit into one text.
    """

    subject: str
    text: str
    html: str
    sms: str
    parts: int
    left_out: bool


def titles(edits: texts.Edits) -> list[Title]:
    """Every message, by what it is about."""
    found = [
        Title(name, what_of(name), name in shipped.EDITABLE, name in edits)
        for name in shipped.every_name()
    ]
    return sorted(found, key=lambda title: title.what)


def what_of(name: str) -> str:
    return telling.WHAT.get(name, "A message")


def of(name: str, edit: Faces, *, level: str) -> Preview:
    """The faces at one level of discretion, as the sender would make them."""
    context = samples.context_for(name, level=level)
    subject, text, html = rendering.mail_of(name, context, edit)
    sms = rendering.sms_of(name, context, edit) if shipped.has_text(name) else ""
    more = context["more"]
    left_out = bool(sms and more) and more in subject and more not in sms
    return Preview(subject, text, html, sms, segments(sms), left_out)


@dataclass(frozen=True)
class Count:
    """What a page needs to count the letters of a text while it is typed."""

    letters: int
    parts: int
    sender: str
    values: dict[str, str]
    alphabet: str = GSM
    double: str = GSM_DOUBLE


def count(name: str, sms: str) -> Count:
    """The letters of a text where day and place have the longest names."""
    context = samples.context_for(name, zone=samples.longest_zone())
    came = shipped.faces_of(name)
    values = {
        key: value.replace("\u00a0", " ")
        for key, value in wording.values_of(context, face="sms", shipped=came).items()
    }
    values.setdefault("first name", "")
    filled = PLACEHOLDER.sub(lambda m: values.get(m.group(1), m.group()), sms)
    said = f"{wording.SENDER}{filled}"
    return Count(len(said), segments(said), wording.SENDER, values)
