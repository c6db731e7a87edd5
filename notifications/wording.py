"""Words that a team wrote for a message, and how they become mail and text.

They are plain text with a few names in braces. Nothing in them is ever run: a name
gives a value or the words are not used, and every letter is escaped in a mail's HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from wellbeing.lib import links, words

Face = Literal["subject", "words", "sms"]

# Who writes; every text of ours starts with it.
SENDER = "Alongside: "
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
LINK = "{link}"
LONGEST_BUTTON = 48
_PAGE = "Open the page"
# With the comma that addresses somebody, so that nothing is left hanging.
_NAME_FIRST = re.compile(r"(^|[.?:\n]\s*)\{first name\}[,:]?\s*(\w?)")
_NAME_LATER = re.compile(r",?\s*\{first name\}")


@dataclass(frozen=True)
class Faces:
    """The words of one message. A face that is empty says what came with Alongside."""

    subject: str = ""
    words: str = ""
    sms: str = ""

    def __bool__(self) -> bool:
        return bool(self.subject or self.words or self.sms)


@dataclass(frozen=True)
class Shipped(Faces):
    """What came with Alongside. `says_more` and `signed` hold for edited words too."""

    says_more: bool = False
    signed: bool = False


def values_of(
    context: Mapping[str, Any], *, face: Face, shipped: Shipped
) -> dict[str, str]:
    """What each name in braces stands for, in one face of one message."""
    link = context["short_link" if face == "sms" else "link"]
    found = {"link": signed(link) if shipped.signed else link}
    if context["person"] and (face == "words" or context["named"]):
        found["first name"] = context["person"].first_name
    until = "until" if "until_at" in context else "open_until"
    for name, field in (("until", until), ("old time", "was_starts")):
        if f"{field}_at" in context:
            found[name] = _when(context, field, face)
    if "starts_at" in context:
        found["date"] = context["starts_day"]
        more = context["more"] if shipped.says_more else ""
        found["time"] = f"{_when(context, 'starts', face)}{more}"
    return found


def _when(context: Mapping[str, Any], field: str, face: Face) -> str:
    """`Tuesday 15 September, 10pm, London time`; a mail says until when, too."""
    start, zone = context[f"{field}_at"], context["zone"]
    said = words.clock_words(start, zone)
    if face == "words" and field == "starts" and "ends_at" in context:
        said = words.span_words(start, context["ends_at"], zone)
    place = "" if face == "subject" else f", {words.zone_words(zone)}"
    return f"{context[f'{field}_day']}, {said}{place}"


def signed(link: str) -> str:
    """The address with the signature of its path, which opens it without signing in."""
    path = link[link.find("/", link.find("//") + 2 if "//" in link else 0) :]
    return f"{link}{links.signature_of(path)}/"


def fill(text: str, values: Mapping[str, str]) -> str:
    """The words with values in them. Raises KeyError for a name that has none."""
    if "first name" not in values:
        text = _without_name(text)
    return PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


def _without_name(text: str) -> str:
    text = _NAME_FIRST.sub(lambda m: m.group(1) + m.group(2).upper(), text)
    return _NAME_LATER.sub("", text)


def as_html(text: str, values: Mapping[str, str]) -> SafeString:
    """Paragraphs, with a button where a line ends in the link."""
    paragraphs = re.split(r"\n\s*\n", text.strip())
    return format_html_join("\n", "{}", ((_block(p, values),) for p in paragraphs))


def _block(paragraph: str, values: Mapping[str, str]) -> SafeString:
    """One paragraph; a line with the link stands by itself, as something to press."""
    found, plain = [], []
    for line in (line.strip() for line in paragraph.splitlines()):
        if LINK not in line:
            plain.append(line)
            continue
        if plain:
            found.append(_paragraph(plain, values))
        found.append(_button(line, values))
        plain = []
    if plain:
        found.append(_paragraph(plain, values))
    return format_html_join("\n", "{}", ((one,) for one in found))


def _paragraph(lines: list[str], values: Mapping[str, str]) -> SafeString:
    shown = format_html_join(
        SafeString("<br>"), "{}", ((_marked(line, values),) for line in lines)
    )
    return format_html("<p>{}</p>", shown)


def _marked(line: str, values: Mapping[str, str]) -> SafeString:
    """The line with its time in bold."""
    parts = re.split(r"(\{time\})", line)
    strong = format_html("<b>{}</b>", values.get("time", ""))
    return format_html_join(
        "",
        "{}",
        (
            (strong if part == "{time}" else conditional_escape(fill(part, values)),)
            for part in parts
        ),
    )


def _button(line: str, values: Mapping[str, str]) -> SafeString:
    """The last sentence before the link is what the button says, if it is short."""
    before, _, after = line.partition(LINK)
    *lead, last = re.split(r"(?<=[.?])\s+", before.strip())
    caption = fill(last, values).rstrip(" :,.")
    if not caption or len(caption) > LONGEST_BUTTON:
        lead.append(f"{last.rstrip(' :,.')}." if caption else "")
        caption = _PAGE
    said = " ".join(part for part in (*lead, after.strip(" .")) if part)
    button = format_html(
        '<p><a class="go" href="{}">{}</a></p>', values["link"], caption
    )
    return format_html("{}\n{}", _paragraph([said], values), button) if said else button
