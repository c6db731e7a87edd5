"""The words for ways to meet and kinds of conversation."""

from django import template

register = template.Library()

MODE_WORDS = {"phone": "by phone", "video": "by video", "in_person": "in person"}


@register.filter
def mode_words(mode: str, place: str = "") -> str:
    """`by phone`, `in person, room 4`; a way that is not known is said as it is."""
    words = MODE_WORDS.get(mode, mode.replace("_", " "))
    return f"{words}, {place}" if place else words


@register.filter
def modes_words(modes: list[str]) -> str:
    """`by phone or by video`."""
    return " or ".join(mode_words(mode) for mode in modes)


@register.filter
def kind_words(kind: str) -> str:
    """`Short call` for `short_call`."""
    return kind.replace("_", " ").capitalize()
