"""The time that the log form shows before anything is saved."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sessions.models import Booking, Supporter
from wellbeing import facts, support
from wellbeing.models import Activity, Offer, ProtocolVersion, Study
from wellbeing.pencilling import Wish
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.rules import OfferRule
from wellbeing.protocol.whens import After


@dataclass(frozen=True)
class Proposal:
    """`choice`: a time that could be pencilled, kept until `kept_until`. `waiting`: a
    time that the person has already. Both empty: no time inside the promise."""

    offered: bool
    term: str = ""
    choice: support.Choice | None = None
    kept_until: datetime | None = None
    waiting: Booking | None = None

    @property
    def slot(self) -> str:
        """What the form sends back, so that what was seen is what is kept."""
        if self.choice is None:
            return ""
        public_id = self.choice.supporter.person.public_id
        return f"{public_id} {self.choice.slot.start.isoformat()} {self.choice.mode}"


def after_interview(
    *,
    study: Study,
    person: User,
    role: str,
    at: datetime,
    kind: str = Activity.Kind.INTERVIEW,
) -> Proposal:
    """What the protocol would pencil for this person for an interview ended at `at`."""
    version = ProtocolVersion.objects.in_force(study, at)
    site = facts.site(study=study, person=person) if version else ""
    document = facts.document_at(version, site) if version else None
    found = _rule(document, kind, role) if document else None
    if document is None or found is None:
        return Proposal(offered=False)
    rule = found
    term = document.kind_words(rule.kinds[0])
    if waiting := _waiting(study, person, rule, at):
        return Proposal(offered=True, term=term, waiting=waiting)
    if rule.pencil is None:
        return Proposal(offered=True, term=term)
    choice = support.proposal(
        circle=support.circle_of(study=study, person=person, at=at),
        person=person,
        document=document,
        kind=rule.pencil.kind,
        kept=rule.pencil.kept_until,
        since=at,
        until=lengths.after(at, rule.window, document.calendar),
        at=at,
    )
    if choice is None:
        return Proposal(offered=True, term=term)
    kept = support.kept_until(
        choice.slot.start, rule.pencil.kept_until, document.calendar, at
    )
    return Proposal(offered=True, term=term, choice=choice, kept_until=kept)


def read_wish(text: str) -> Wish | None:
    """The supporter, start and mode that a form sent back; nonsense is no wish."""
    try:
        person, start, mode = text.split(" ")
        moment = datetime.fromisoformat(start)
        supporter = Supporter.objects.get(person__public_id=UUID(person))
    except (ValueError, Supporter.DoesNotExist):
        return None
    return Wish(supporter.pk, moment, mode) if moment.tzinfo else None


def _rule(document: Protocol, kind: str, role: str) -> OfferRule | None:
    for rule in document.offers.values():
        after = rule.when.after if isinstance(rule.when, After) else ""
        if after == kind and role in rule.for_:
            return rule
    return None


def _waiting(
    study: Study, person: User, rule: OfferRule, at: datetime
) -> Booking | None:
    """The time of an earlier offer for such a talk, which a new one would join."""
    kind = rule.pencil.kind if rule.pencil else rule.kinds[0]
    held = (
        Booking.objects.holding(at)
        .filter(offers__study=study, offers__person=person, kind=kind)
        .filter(starts_at__gt=at, offers__in=_standing_offers(person))
        .select_related("supporter__person")
        .order_by("starts_at")
    )
    return held.first()


def _standing_offers(person: User) -> "list[int]":
    rows = Offer.objects.for_person(person).filter(
        withdrawn_at__isnull=True, declined_at__isnull=True, lapsed_at__isnull=True
    )
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:20])
