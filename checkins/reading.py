"""An answer made ready to be read by one person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from checkins import answers
from checkins.models import Answer
from wellbeing.lib import words
from wellbeing.people.models import User
from wellbeing.vault import sealing


@dataclass(frozen=True)
class Shown:
    """`lines` are questions with answers; None when it could not be opened."""

    answer: Answer
    readers: Sequence[User] = ()
    lines: list[tuple[str, str]] | None = field(default=None, repr=False)

    @property
    def day(self) -> str:
        return _day_words(self.answer.record.created_on)

    @property
    def last_day(self) -> str:
        return _day_words(self.answer.record.retention_until)

    @property
    def reader_names(self) -> list[str]:
        return [reader.name for reader in self.readers]


def shown(answer: Answer, *, reader: User, readers: Sequence[User] = ()) -> Shown:
    """The answer, opened for this reader. Raises sealing.NotForYou.

    One that does not verify says so on its page instead of breaking it.
    """
    try:
        lines = answers.read(answer=answer, reader=reader)
    except sealing.Tampered:
        lines = None
    return Shown(answer, readers, lines)


def _day_words(day: date) -> str:
    return words.date_words(day, year=True)
