"""Whom anybody can call. The list is `help_lines.yaml`; the rules for it are here."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import yaml

NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
TRUSTED_FOR = timedelta(days=120)
LIST = Path(__file__).with_name("help_lines.yaml")


@dataclass(frozen=True)
class HelpLine:
    """One place to turn to, as it stands in the list."""

    name: str
    description: str
    hours: str
    checked_on: date
    checked_by: str
    phone: str = ""
    text: str = ""
    shown: str = ""
    emergency: bool = False
    nations: list[str] = field(default_factory=lambda: list(NATIONS))

    def stale(self, day: date) -> bool:
        """Nobody has looked at the entry for longer than it may be trusted."""
        return day - self.checked_on > TRUSTED_FOR


@cache
def every_line() -> tuple[HelpLine, ...]:
    return tuple(HelpLine(**entry) for entry in yaml.safe_load(LIST.read_text()))


def not_checked_since(day: date) -> date | None:
    """When the entry that was not checked for longest was checked, if that is too long
    ago to be trusted; None while every entry can be."""
    stale = [line.checked_on for line in every_line() if line.stale(day)]
    return min(stale, default=None)


def lines_for(*, nation: str, day: date) -> list[HelpLine]:
    """The lines of one nation that can be trusted, and the emergency ones always."""
    return [
        line
        for line in every_line()
        if nation in line.nations and (line.emergency or not line.stale(day))
    ]
