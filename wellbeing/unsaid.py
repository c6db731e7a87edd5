"""What no message says, since a lock screen would tell others who is part of what."""

import re
from datetime import datetime

from notifications.wording import Faces
from notifications.wording_lint import Unsaid
from sessions.models import Supporter
from wellbeing import facts
from wellbeing.models import Activity, ProtocolVersion, Role, Study

# The beginnings of words that say what the conversations and the work are about.
SUBJECT_MATTER = (
    "counsel",
    "debrief",
    "distress",
    "immediately",
    "interview",
    "psycholog",
    "supervis",
    "therap",
    "trauma",
    "urgent",
)
_TOKEN = re.compile(r"[\w-]{3,}")


def unsaid_in(faces: Faces, *, studies: list[Study], at: datetime) -> Unsaid:
    """Names of studies and codes nowhere; roles, kinds and titles on no lock screen.

    Codes are looked up in the editor's own `studies`, so that nobody can try out those
    of others.
    """
    names = Study.objects.values_list("name", flat=True)
    titles = Supporter.objects.values_list("title", flat=True).distinct()
    return Unsaid(
        anywhere={*SUBJECT_MATTER, *names, *_codes(faces, studies)},
        on_a_lock_screen={*map(str, Role.labels), *titles, *_kinds(studies, at)},
    )


def _codes(faces: Faces, studies: list[Study]) -> list[str]:
    typed = _TOKEN.findall(f"{faces.subject} {faces.words} {faces.sms}")
    rows = Activity.objects.filter(study__in=studies, code__in=typed)
    return list(rows.values_list("code", flat=True).distinct())


def _kinds(studies: list[Study], at: datetime) -> set[str]:
    """What the teams call the things that can be booked."""
    rows = ProtocolVersion.objects.filter(study__in=studies, active_from__lte=at)
    latest = {row.study_id: row for row in rows.order_by("active_from", "number")}
    documents = [facts.document_of(row) for row in latest.values()]
    return {
        document.kind_words(kind) for document in documents for kind in document.kinds
    }
