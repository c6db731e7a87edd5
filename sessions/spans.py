"""Sums with spans of time. Pure: instants in, instants out."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start` up to, and not including, `end`. Both are aware."""

    start: datetime
    end: datetime


def padded(span: Span, by: timedelta) -> Span:
    return Span(span.start - by, span.end + by)


def cut(span: Span, to: Span) -> Span | None:
    """The part of a span that lies inside another, if there is any."""
    start, end = max(span.start, to.start), min(span.end, to.end)
    return Span(start, end) if start < end else None


def merged(spans: Iterable[Span]) -> list[Span]:
    """Overlapping and touching spans as one, in order."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def minus(spans: list[Span], blocked: list[Span]) -> list[Span]:
    """What is left of merged spans without other merged ones. Touching is not
    overlapping. Walks both once, since a year of somebody's calendar may be blocked.
    """
    left, first = [], 0
    for span in spans:
        start = span.start
        while first < len(blocked) and blocked[first].end <= start:
            first += 1
        place = first
        while place < len(blocked) and blocked[place].start < span.end:
            if blocked[place].start > start:
                left.append(Span(start, blocked[place].start))
            start = max(start, blocked[place].end)
            place += 1
        if start < span.end:
            left.append(Span(start, span.end))
    return left


def overlap(spans: list[Span], others: list[Span]) -> list[Span]:
    found = (cut(span, other) for span in spans for other in others)
    return [span for span in found if span]


class Hours:
    """Merged spans, asked many times whether one of them holds all of another."""

    __slots__ = ("ends", "starts")

    def __init__(self, spans: Iterable[Span]) -> None:
        found = list(spans)
        self.starts = [span.start for span in found]
        self.ends = [span.end for span in found]

    def hold(self, start: datetime, end: datetime) -> bool:
        place = bisect_right(self.starts, start) - 1
        return place >= 0 and end <= self.ends[place]
