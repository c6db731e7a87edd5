"""Planning an interview, inside what the team agreed.

The numbers are the team's own and stand in its protocol. A pace is told and may be
passed; at a limit planning stops, for everybody; `wellbeing.past_limits` is the one way
beyond it. Logging is another matter: what has happened always gets in. Counts only what
was done and planned in the study, never what anybody asked for or answered.
"""

from wellbeing.planning.choices import INTERVIEWS, can_be_planned, kinds_of, modes_of
from wellbeing.planning.pace import Coming, coming
from wellbeing.planning.plans import (
    Wanted,
    at_limit,
    move,
    one_plan_at_a_time,
    plan_interview,
    planned_words,
    put,
    refuse,
    take_off,
)
from wellbeing.planning.refusals import (
    AlreadyStarted,
    Busy,
    InterviewsFinished,
    LimitReached,
    NoLongerPlanned,
    NotBegun,
    NotInTheTeam,
    NotPrepared,
    NumberTaken,
    OnePersonTwice,
    StudyClosed,
    StudyPaused,
    Word,
    WorthKnowing,
)
from wellbeing.planning.room import notices, other_days, people_with_room

__all__ = [
    "INTERVIEWS",
    "AlreadyStarted",
    "Busy",
    "Coming",
    "InterviewsFinished",
    "LimitReached",
    "NoLongerPlanned",
    "NotBegun",
    "NotInTheTeam",
    "NotPrepared",
    "NumberTaken",
    "OnePersonTwice",
    "StudyClosed",
    "StudyPaused",
    "Wanted",
    "Word",
    "WorthKnowing",
    "at_limit",
    "can_be_planned",
    "coming",
    "kinds_of",
    "modes_of",
    "move",
    "notices",
    "one_plan_at_a_time",
    "other_days",
    "people_with_room",
    "plan_interview",
    "planned_words",
    "put",
    "refuse",
    "take_off",
]
