"""What the protocol says about work that is given, at the place where it is done."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from wellbeing import facts
from wellbeing.models import Pause, ProtocolVersion, Study
from wellbeing.people.models import User
from wellbeing.protocol.agreements import Assignments
from wellbeing.protocol.document import Protocol
from wellbeing.queue.refusals import NotAsked, OnHold


@dataclass(frozen=True)
class Terms:
    """The document in force and its part about work that is given."""

    version: ProtocolVersion
    document: Protocol
    given: Assignments

    @property
    def kinds(self) -> list[str]:
        """The kinds of work that are given and that people do in this study."""
        parts = {str(kind) for kind in self.document.activities}
        return [kind for kind in self.given.of if kind in parts]

    def at(self, site: str) -> Protocol:
        return facts.document_at(self.version, site)


def terms_of(study: Study, at: datetime) -> Terms:
    """One query. Raises NotAsked when the protocol in force gives no work."""
    version = ProtocolVersion.objects.in_force(study, at)
    document = facts.document_of(version) if version else None
    if version is None or document is None or document.assignments is None:
        raise NotAsked
    return Terms(version, document, document.assignments)


def gives_work(study: Study, at: datetime) -> bool:
    try:
        terms_of(study, at)
    except NotAsked:
        return False
    return True


def pauses_on(study: Study, at: datetime) -> QuerySet[Pause]:
    return Pause.objects.on(at.date()).filter(study=study)


def is_paused(study: Study, at: datetime) -> bool:
    """Whether the whole study is paused today, or closed."""
    return study.closed(at.date()) or pauses_on(study, at).filter(site="").exists()


def is_paused_for(study: Study, person: User, at: datetime) -> bool:
    """Whether the queue is on hold where this person works."""
    if study.closed(at.date()):
        return True
    paused = list(pauses_on(study, at).values_list("site", flat=True))
    if not paused or "" in paused:
        return bool(paused)
    return facts.site(study=study, person=person) in paused


def refuse_if_paused(study: Study, person: User, at: datetime) -> None:
    if is_paused_for(study, person, at):
        raise OnHold
