"""The time words as template tags, built in for every template.

Each reads the zone and the instant from the context (`zone`, `at`), which pages
and messages both provide, so that no template can name a time without a zone.
"""

from datetime import date, datetime, time
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from wellbeing.lib import words

register = template.Library()


@register.simple_tag(takes_context=True)
def day_of(context: dict[str, Any], moment: datetime) -> str:
    return words.day_words(moment, context["zone"], context["at"])


@register.simple_tag(takes_context=True)
def clock_of(context: dict[str, Any], moment: datetime) -> str:
    return words.clock_words(moment, context["zone"])


@register.simple_tag(takes_context=True)
def moment_of(context: dict[str, Any], moment: datetime) -> str:
    return words.moment_words(moment, context["zone"], context["at"])


@register.simple_tag(takes_context=True)
def span_of(context: dict[str, Any], start: datetime, end: datetime) -> str:
    return words.span_words(start, end, context["zone"])


@register.simple_tag(takes_context=True)
def zone_name(context: dict[str, Any]) -> str:
    return words.zone_words(context["zone"])


@register.simple_tag(takes_context=True)
def day_time_tag(context: dict[str, Any], moment: datetime) -> SafeString:
    """The day in words inside a `<time>` element."""
    shown = words.day_words(moment, context["zone"], context["at"])
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), shown)


@register.filter
def wall_words(wall: time) -> str:
    return words.wall_words(wall)


@register.filter
def date_words(day: date) -> str:
    """A calendar day that is no instant, such as the day by which work is done."""
    return words.date_words(day)


@register.filter
def length_words(minutes: int) -> str:
    return words.length_words(minutes)


@register.filter
def and_words(things: list[str]) -> str:
    return words.list_words(things)
