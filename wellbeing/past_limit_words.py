"""At which limits a wished plan would stop, in the words that people are asked."""

import re
from dataclasses import dataclass
from datetime import datetime

from wellbeing import planning
from wellbeing.models import PastLimit
from wellbeing.people.models import User

MARK = re.compile(
    r"([\d.]+)( minutes| days)? (on that day|in that week|in \d+ days|in a row)"
    r"( were marked)?\. The limit is (\d+)"
)


class NoLimit(Exception):
    """No limit stops it any more: it can be planned as usual."""


@dataclass(frozen=True)
class Words:
    """At which limits it would stop: in words, for each person at one."""

    interviewer: User
    of_interviewer: str
    facilitator: User | None
    of_facilitator: str

    @property
    def people(self) -> list[User]:
        found = [self.interviewer]
        if self.facilitator and self.of_facilitator:
            found.append(self.facilitator)
        return found

    def covered_by(self, row: PastLimit) -> bool:
        """Whether what was asked goes at least as far, for both of them."""
        return _covers(row.limit_words, self.of_interviewer) and _covers(
            row.facilitator_words, self.of_facilitator
        )


def words_of(wanted: planning.Wanted, at: datetime) -> Words:
    """The limits that stop it, for each in at most 200 characters. Raises NoLimit."""
    words = planning.at_limit(wanted, at=at)
    if not words:
        raise NoLimit
    return Words(
        wanted.interviewer,
        fitting([w.notice.sentence for w in words if w.person == wanted.interviewer]),
        wanted.facilitator,
        fitting([w.notice.sentence for w in words if w.person == wanted.facilitator]),
    )


def fitting(sentences: list[str]) -> str:
    """The sentences in the 200 characters that the row has for them."""
    said = " ".join(sentences)
    return (said if len(said) <= 200 else said.replace("This would be ", ""))[:200]


def _covers(agreed: str, now: str) -> bool:
    """Whether what was asked goes at least as far, limit by limit, as it would now."""
    known, wanted = _measures(agreed), _measures(now)
    if not now:
        return True
    return bool(wanted) and all(
        count <= known.get(limit, 0) for limit, count in wanted.items()
    )


def _measures(words: str) -> dict[tuple[str, ...], float]:
    """How far past which limit: `number 4 in 7 days. The limit is 3` is 4."""
    return {
        (unit, where, marked, limit): float(count)
        for count, unit, where, marked, limit in MARK.findall(words)
    }
