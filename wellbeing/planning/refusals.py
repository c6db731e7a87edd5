"""Why something is not planned, or not yet."""

from dataclasses import dataclass

from wellbeing.people.models import User
from wellbeing.preparation import StillToDo
from wellbeing.protocol.load import Notice


class NotBegun(Exception):
    """The study is still being set up today, or on the day in question."""


class StudyPaused(Exception):
    """The study plans nothing today, or on the day in question."""


class InterviewsFinished(Exception):
    """The study's interviews are finished today, or will be by the day in question."""


class StudyClosed(Exception):
    """The study is closed today, or will be by the day in question."""


class AlreadyStarted(Exception):
    """Only what is still to come can be planned."""


class NumberTaken(Exception):
    """The study has an interview with this number already."""


class NotInTheTeam(Exception):
    """Somebody holds no role on that day that takes part in interviews."""

    def __init__(self, person: User) -> None:
        super().__init__("Not in the team on that day.")
        self.person = person


class Busy(Exception):
    """The plan of the study is being changed for longer than one can wait."""


class OnePersonTwice(Exception):
    """Interviewer and facilitator are the same person."""


class NoLongerPlanned(Exception):
    """It was logged or taken off the plan meanwhile."""


class NotPrepared(Exception):
    """Something that the protocol wants first is still to be noted. Logging is free."""

    def __init__(self, steps: list[StillToDo]) -> None:
        super().__init__("Something is still to be noted first.")
        self.steps = steps


@dataclass(frozen=True)
class Word:
    """One notice about one person."""

    person: User
    notice: Notice

    @property
    def sentence(self) -> str:
        return f"{self.person.name}: {self.notice.sentence}"


class LimitReached(Exception):
    """Planning stops here. `words` say at which limit, and for whom."""

    def __init__(self, words: list[Word]) -> None:
        super().__init__("A limit is reached.")
        self.words = words


class WorthKnowing(Exception):
    """There is something that the coordinator has not seen yet, and may go past.

    `question` is about how the interview is held; empty when there is none.
    """

    def __init__(self, words: list[Word], question: str) -> None:
        super().__init__("There is something to know first.")
        self.words = words
        self.question = question
