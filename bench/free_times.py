"""The free times of one supporter over four weeks, half of which are taken."""

from datetime import timedelta

from django.db import connection

from bench import peer, timing
from bench.scale import Scale
from bench.table import Row
from bench.timing import Statement
from bench.town import Town, town
from sessions import availability, slots
from sessions.models import Supporter
from sessions.slots import Slot, Span

LENGTH = timedelta(minutes=50)
TIMES_THE_PEER = 100


def measure(scale: Scale) -> list[Row]:
    """Through the database, and the pure kernel alone."""
    place = town(scale)
    supporter = place.supporters[0]
    window = Span(place.at, place.at + timedelta(days=28))

    def ask() -> list[Slot]:
        return availability.free_times_of(
            supporter=supporter, length=LENGTH, window=window, at=place.at
        )

    with timing.listening() as heard:
        found = ask()
    whole = timing.cpu_ms(ask, times=scale.times)
    floor = timing.cpu_ms(lambda: _bare(heard), times=scale.times)
    through = Row(
        f"free times of 28 days, half full ({len(found)} found)",
        f"{len(heard)} queries, {whole:.1f} ms CPU",
        f"{floor:.1f} ms: the same queries, raw",
        whole / floor,
        "<= 5 queries, <= 10 ms CPU",
        len(heard) <= 5 and whole <= 10,
    )
    return [through, _kernel(place, supporter, window, scale.times)]


def _kernel(place: Town, supporter: Supporter, window: Span, times: int) -> Row:
    rules = availability.rules_for(
        supporters=[supporter.pk], window=window, at=place.at
    )[supporter.pk]
    took = timing.cpu_ms(
        lambda: slots.free_times(rules, length=LENGTH, window=window, at=place.at),
        times=times,
    )
    what, ours = "the same, pure kernel", f"{took:.2f} ms CPU, {1000 / took:.0f}/s"
    target = f">= {TIMES_THE_PEER} times its rate"
    other = peer.measured()
    if other is None:
        return Row(what, ours, f"{peer.PACKAGE}: could not be installed", None, target)
    return Row(
        what,
        ours,
        f"{other.ms:.0f} ms CPU, {other.queries} queries: {peer.PACKAGE}",
        other.ms / took,
        target,
        other.ms / took >= TIMES_THE_PEER,
    )


def _bare(statements: list[Statement]) -> None:
    with connection.cursor() as cursor:
        for sql, params in statements:
            cursor.execute(sql, params)
            cursor.fetchall()
