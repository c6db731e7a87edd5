"""Public holidays by the name of their calendar: GB-ENG, or IE for a whole country."""

from collections.abc import Iterator
from datetime import date
from functools import cache

import holidays
from holidays.registry import COUNTRIES

# Countries whose parts keep different days and are named one by one on the page.
PARTS = {
    "GB": {
        "ENG": "England",
        "NIR": "Northern Ireland",
        "SCT": "Scotland",
        "WLS": "Wales",
    }
}
SMALL_WORDS = {"and", "of", "the"}


def between(calendar: str, first: date, last: date) -> frozenset[date]:
    """The holidays of a calendar in these years at least; none for no calendar."""
    if not calendar:
        return frozenset()
    years = range(first.year, last.year + 1)
    return frozenset().union(*(_of_year(calendar, year) for year in years))


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """Every calendar with its name in English, in order of the name."""
    return tuple(sorted(_named(), key=lambda choice: choice[1]))


def _named() -> Iterator[tuple[str, str]]:
    for country, (_, code, *_) in COUNTRIES.items():
        if code in PARTS:
            yield from ((f"{code}-{key}", name) for key, name in PARTS[code].items())
        else:
            words = country.split("_")
            yield code, " ".join(w if w in SMALL_WORDS else w.title() for w in words)


@cache
def _of_year(calendar: str, year: int) -> frozenset[date]:
    country, _, part = calendar.partition("-")
    return frozenset(
        holidays.country_holidays(country, subdiv=part or None, years=year)
    )
