"""Groups: the page of who is invited, and the page of the facilitator."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from sessions import groups as verbs
from sessions.models import Booking, Gathering, GroupInvitation, GroupRound
from sessions.taking import NoLongerThere
from sessions.views.bookings import CHANGED, user_of
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock
from wellbeing.people.models import User

QUIET, NO = "quiet", "no"


@access.supporters_only
@require_GET
def groups(request: HttpRequest) -> HttpResponse:
    """The facilitator's own groups to come."""
    supporter, at = supporter_of(request), clock.now()
    rows = Gathering.objects.filter(
        round__supporter=supporter, called_off_at__isnull=True, ends_at__gt=at
    )
    to_come = rows.select_related("round").order_by("starts_at")
    return render(request, "support_sessions/groups.html", {"gatherings": to_come})


@access.signed_in
@require_GET
def group(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What one person can choose, or who comes to the facilitator; else 404."""
    round = _round(public_id)
    if round.supporter_id == user_of(request).pk:
        return _facilitators_page(request, round)
    invitation = _invitation(round, user_of(request))
    return render(
        request, "support_sessions/group.html", _choices(round, invitation.person)
    )


@access.signed_in
@require_POST
def choose(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Come to one of the groups, take quiet time, or neither. One choice a round."""
    round = _round(public_id)
    person = _invitation(round, user_of(request)).person
    try:
        said = _chosen(round, person, request.POST.get("choice", ""))
    except verbs.GroupFull:
        said = "This group is full now. Here is what else there is."
    except verbs.AlreadyBooked:
        said = "You have another time then. Cancel it first, or choose something else."
    except NoLongerThere:
        said = CHANGED
    messages.info(request, said)
    return redirect("group", public_id)


@access.supporters_only
@require_POST
def call_off(request: HttpRequest, public_id: UUID) -> HttpResponse:
    round = _round(public_id)
    if round.supporter_id != request.user.pk:
        raise Http404
    found = _gathering(round, request.POST.get("gathering", ""))
    if found is None:
        raise Http404
    try:
        verbs.call_off(gathering=found, at=clock.now())
    except NoLongerThere:
        messages.info(request, CHANGED)
    else:
        said = "Called off. Whoever wanted to come gets an apology."
        messages.success(request, said)
    return redirect("group", public_id)


def _chosen(round: GroupRound, person: User, choice: str) -> str:
    at = clock.now()
    if choice == QUIET:
        verbs.rest(round=round, person=person, at=at)
        return "The quiet time is yours. Nobody is told."
    if choice == NO:
        verbs.not_this_time(round=round, person=person, at=at)
        return "That is fine. Nobody is told."
    found = _gathering(round, choice)
    if found is None:
        return "Choose one of these, or leave it. Nothing has changed."
    verbs.join(gathering=found, person=person, at=at)
    return "You have a place."


def _choices(round: GroupRound, person: User) -> dict[str, Any]:
    """Each gathering with whether there is a place, and what this person chose."""
    at = clock.now()
    gatherings = list(round.gatherings.order_by("starts_at"))
    live = Booking.objects.filter(
        gathering__round=round, freed_at__isnull=True, seat__gt=0
    )
    seats = list(live.values_list("gathering_id", "person_id"))
    mine = next((g for g, who in seats if who == person.pk), None)
    taken = [g for g, _ in seats]
    invitation = round.invitations.get(person=person)
    return {
        "round": round,
        "to_come": any(g.starts_at > at for g in gatherings),
        "options": [
            {
                "row": g,
                "mine": g.pk == mine,
                "open": g.called_off_at is None
                and g.starts_at > at
                and (g.pk == mine or taken.count(g.pk) < g.most),
            }
            for g in gatherings
        ],
        "mine": live.filter(person=person).first() if mine else None,
        "quiet": invitation.quiet_at is not None,
        "declined": invitation.declined_at is not None,
    }


def _facilitators_page(request: HttpRequest, round: GroupRound) -> HttpResponse:
    rows = Booking.objects.filter(
        gathering__round=round, freed_at__isnull=True, seat__gt=0
    ).select_related("person")
    coming: dict[int, list[str]] = {}
    for row in rows.order_by("person__name"):
        assert row.gathering_id is not None  # noqa: S101 - the query asks for seats
        coming.setdefault(row.gathering_id, []).append(row.person.name)
    found = round.gatherings.order_by("starts_at")
    context = {
        "round": round,
        "gatherings": [(row, coming.get(row.pk, [])) for row in found],
        "invited": round.invitations.count(),
    }
    return render(request, "support_sessions/group_lead.html", context)


def _round(public_id: UUID) -> GroupRound:
    rows = GroupRound.objects.select_related("supporter__person")
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _invitation(round: GroupRound, person: User) -> GroupInvitation:
    rows = GroupInvitation.objects.select_related("person")
    found = rows.filter(round=round, person=person).first()
    if found is None:
        raise Http404
    return found


def _gathering(round: GroupRound, text: str) -> Gathering | None:
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    rows = round.gatherings.select_related("round__supporter__person")
    return rows.filter(public_id=public_id).first()
