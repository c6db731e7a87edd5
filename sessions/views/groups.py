"""Groups: the page of who is invited, and the page of the facilitator."""

from collections import Counter
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions import group_moves
from sessions import groups as verbs
from sessions.forms import WallForm, posted
from sessions.models import Booking, Gathering, GroupInvitation, GroupRound
from sessions.taking import NoLongerThere
from sessions.views.bookings import CHANGED, user_of
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock, words
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
    found = _own_gathering(request, public_id, request.POST.get("gathering", ""))
    try:
        verbs.call_off(gathering=found, at=clock.now())
    except NoLongerThere:
        messages.info(request, CHANGED)
    else:
        said = "Called off. Whoever wanted to come gets an apology."
        messages.success(request, said)
    return redirect("group", public_id)


@access.supporters_only
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, public_id: UUID, gathering: UUID) -> HttpResponse:
    """Another time for one group; whoever cannot is asked and not moved."""
    found, at = _own_gathering(request, public_id, str(gathering)), clock.now()
    if found.called_off_at is not None or found.starts_at <= at:
        messages.info(request, CHANGED)
        return redirect("group", public_id)
    zone = found.round.supporter.person.time_zone
    local = found.starts_at.astimezone(ZoneInfo(zone))
    form = WallForm(
        posted(request),
        zone=zone,
        at=at,
        initial={"day": f"{local:%Y-%m-%d}", "starts": f"{local:%H:%M}"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            moved = group_moves.move(
                gathering=found, start=form.cleaned_data["start"], at=at
            )
        except verbs.AlreadyBooked as taken:
            when = words.moment_words(taken.starts_at, zone, at)
            form.add_error("starts", f"You have another time then: {when}.")
        except NoLongerThere:
            messages.info(request, CHANGED)
            return redirect("group", public_id)
        else:
            messages.success(request, _moved_words(moved))
            return redirect("group", public_id)
    status = 422 if form.is_bound else 200
    context = {"gathering": found, "form": form}
    template = "support_sessions/group_move.html"
    return render(request, template, context, status=status)


def _moved_words(moved: group_moves.Moved) -> str:
    if not moved.asked:
        return "Moved. Everybody who comes is told."
    who = "1 person" if moved.asked == 1 else f"{moved.asked} people"
    return (
        f"Moved. Everybody who comes along is told. {who} cannot be moved without a "
        "word: a place is kept while we ask."
    )


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
    invitation = round.invitations.get(person=person)
    kept = round.invitations.filter(kept_until__gt=at).exclude(pk=invitation.pk)
    taken = [g for g, _ in seats] + list(kept.values_list("kept_in_id", flat=True))
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
        "kept_until": invitation.kept_until
        if invitation.kept_until and invitation.kept_until > at
        else None,
        "kept_in": invitation.kept_in_id,
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
    found, kept = round.gatherings.order_by("starts_at"), _kept(round)
    at = clock.now()
    context = {
        "round": round,
        "gatherings": [
            (row, coming.get(row.pk, []), kept[row.pk] if row.starts_at > at else 0)
            for row in found
        ],
        "invited": round.invitations.count(),
    }
    return render(request, "support_sessions/group_lead.html", context)


def _kept(round: GroupRound) -> Counter[int | None]:
    """How many places are kept in each group for people who are asked."""
    rows = round.invitations.filter(kept_until__gt=clock.now())
    return Counter(rows.values_list("kept_in_id", flat=True))


def _own_gathering(request: HttpRequest, public_id: UUID, text: str) -> Gathering:
    """A group of a round that this person leads; else 404."""
    round = _round(public_id)
    found = _gathering(round, text) if round.supporter_id == request.user.pk else None
    if found is None:
        raise Http404
    return found


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
