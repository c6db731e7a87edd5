"""Who has agreed to a draft, who is awaited, and the day when it starts.

Nothing here is a button of force: `activate` finds out by itself, under the lock of the
draft, whether everybody has signed this very text and nobody objects.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wellbeing import facts, studies
from wellbeing.drafts import rights
from wellbeing.drafts.comments import open_objections
from wellbeing.drafts.rights import TextMoved
from wellbeing.drafts.texts import digest_of, document_of, newest_version
from wellbeing.models import (
    Draft,
    Membership,
    ProtocolVersion,
    Signature,
    Study,
)
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.agreed_aloud import signing_words
from wellbeing.protocol.document import Protocol

FURTHEST = timedelta(days=366)


class NotAsked(Exception):
    """No protocol asks for a signature of this constituency."""


class AlreadySigned(Exception):
    """The person has signed this draft, for another constituency."""


class StillAwaited(Exception):
    """Signatures are missing."""


class ObjectionOpen(Exception):
    """Somebody objects, and is not content yet."""


class NotThatDay(Exception):
    """A version cannot start then. `earliest` and `latest` bound the days that can."""

    def __init__(self, earliest: date, latest: date) -> None:
        super().__init__(f"between {earliest} and {latest}")
        self.earliest, self.latest = earliest, latest


@dataclass(frozen=True)
class Line:
    """One constituency: how many sign for it, who did, and who else could."""

    role: str
    needed: int
    signed: tuple[Signature, ...] = ()
    others: tuple[User, ...] = field(default=())

    @property
    def name(self) -> str:
        return signing_words(self.role)

    @property
    def missing(self) -> int:
        return max(0, self.needed - len(self.signed))


def need(documents: Iterable[Protocol]) -> dict[str, int]:
    """How many each constituency gives: of several documents, whichever asks more."""
    most: dict[str, int] = {}
    for document in documents:
        for role, count in document.signoff.need.items():
            most[role] = max(count, most.get(role, 0))
    return most


def need_of(draft: Draft, versions: Iterable[ProtocolVersion]) -> dict[str, int]:
    """What the draft itself, the version in force and any that is dated to start ask.

    A draft that asks for less than what is agreed now would let a few people take the
    rest of the team's say away. `versions` are the study's from `not_past` on.
    """
    agreed = [facts.document_of(version) for version in versions]
    return need([document_of(draft.text), *agreed])


def not_past(
    versions: Iterable[ProtocolVersion], at: datetime
) -> list[ProtocolVersion]:
    """Of one study's versions, the one in force and those that start later."""
    rows = sorted(versions, key=lambda one: (one.active_from, one.number))
    begun = [one for one in rows if one.active_from <= at]
    return begun[-1:] + rows[len(begun) :]


def ledger(
    needed: dict[str, int],
    signatures: Iterable[Signature],
    members: Iterable[Membership],
) -> list[Line]:
    """A line for each constituency. Signatures and members come with their people."""
    signed, rows = list(signatures), list(members)
    done = {one.person_id for one in signed}
    return [
        Line(
            role,
            count,
            tuple(one for one in signed if one.constituency == role),
            tuple(
                row.person
                for row in rows
                if row.role == role and row.person_id not in done
            ),
        )
        for role, count in needed.items()
    ]


def sign(
    *, draft: Draft, by: User, constituency: str, seen: str, at: datetime
) -> Signature:
    """One person's own signature under the text with the digest `seen`.

    Signing the same twice is once. Raises NotYours when the person does not hold the
    role today, NotAsked, AlreadySigned, TextMoved, NotInReview, DraftOver, StudyClosed.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at)
        rights.check_in_review(row)
        if constituency not in rights.roles_of(row.study, by, at):
            raise rights.NotYours
        if digest_of(row.text) != seen:
            raise TextMoved
        if constituency not in _need_now(row, at):
            raise NotAsked
        found, new = Signature.objects.get_or_create(
            draft=row,
            person=by,
            defaults={
                "constituency": constituency,
                "text_digest": seen,
                "signed_at": at,
            },
        )
        if not new and found.constituency != constituency:
            raise AlreadySigned
        return found


def unsign(*, draft: Draft, by: User, at: datetime) -> None:
    """Take one's own signature back, as long as the version is not agreed.

    Raises NotInReview, DraftOver, NotYours or StudyClosed.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at)
        rights.check_in_review(row)
        row.signatures.filter(person=by).delete()


def activate(
    *,
    draft: Draft,
    by: User,
    active_from: date,
    ethics_reference: str,
    seen: str,
    at: datetime,
) -> ProtocolVersion:
    """Make the signed draft a version that starts on a day, in the study's zone.

    Today means now: a rule that was not agreed at noon governs nothing that ended at
    noon. A signature holds although its giver has left since. Dating twice gives the
    version that is there. Raises StillAwaited, ObjectionOpen, NotThatDay, TextMoved,
    NotInReview, NotYours, StudyClosed or DraftOver.
    """
    with rights.in_turn(draft) as row:
        rights.check(study=row.study, by=by, at=at, roles=rights.DATING)
        if row.version:
            return row.version
        rights.check_in_review(row)
        if digest_of(row.text) != seen:
            raise TextMoved
        _check_agreed(row, at)
        row.version = studies.add_version(
            study=row.study,
            text=row.text,
            reason=row.reason,
            active_from=_instant(row.study, active_from, at),
            at=at,
        )
        row.active_from, row.ethics_reference = active_from, ethics_reference
        row.save(update_fields=["version", "active_from", "ethics_reference"])
        return row.version


def _need_now(draft: Draft, at: datetime) -> dict[str, int]:
    versions = ProtocolVersion.objects.filter(study=draft.study)
    return need_of(draft, not_past(versions, at))


def _check_agreed(draft: Draft, at: datetime) -> None:
    under_this = draft.signatures.filter(text_digest=digest_of(draft.text))
    lines = ledger(_need_now(draft, at), under_this, ())
    if any(line.missing for line in lines):
        raise StillAwaited
    if open_objections(draft.comments.all()):
        raise ObjectionOpen


def earliest_start(study: Study, at: datetime) -> date:
    """Today in the study's zone, or the day after the start of a version to come.

    An earlier start than that would come into force and be put aside by the older text.
    """
    zone = ZoneInfo(study.time_zone)
    today = at.astimezone(zone).date()
    newest = newest_version(study)
    if newest is None or newest.active_from < at:
        return today
    return newest.active_from.astimezone(zone).date() + timedelta(days=1)


def _instant(study: Study, day: date, at: datetime) -> datetime:
    earliest = earliest_start(study, at)
    latest = earliest + FURTHEST
    if not earliest <= day <= latest:
        raise NotThatDay(earliest, latest)
    midnight = lengths.at_wall_time(day, time(0), study.time_zone)
    return max(midnight, at)
