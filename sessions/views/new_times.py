"""New times for many bookings at once, and each person's own page about one of them."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from sessions.availability import who_could_cover
from sessions.forms import posted
from sessions.models import Rearrangement, Suggestion
from sessions.new_times_form import NewTimeForm, NewTimesForm
from sessions.planner import answering, asking, lines, runs
from sessions.planner.asking import AskedAlready
from sessions.slots import Slot
from sessions.taking import NoLongerThere, NotInOfferedHours, TimeTaken
from sessions.views.desk import supporter_of
from wellbeing.lib import access, clock, words
from wellbeing.people.models import User

CHANGED = "This has changed since you opened the page. This is how it stands now."
GONE = "That time has just gone. Here are the next ones."


@access.supporters_only
@require_http_methods(["GET", "POST"])
def new_times(request: HttpRequest) -> HttpResponse:
    """`/week/new-times/`: which days cannot be kept, and who could help."""
    at, supporter = clock.now(), supporter_of(request)
    form = NewTimesForm(
        posted(request),
        me=supporter,
        others=runs.steps_in_for(supporter, at),
        colleagues=who_could_cover(supporter),
    )
    if request.method == "POST" and form.is_valid():
        try:
            row = runs.ask_for(by=supporter.person, at=at, **form.asked())
        except runs.NoSuchDays as refused:
            form.add_error("first", refused.sentence)
        else:
            return redirect("new_times_found", row.public_id)
    mine = Rearrangement.objects.filter(asked_by=supporter.person).order_by("-made_at")
    rows = mine.select_related("supporter__person")[:5]
    context = {"form": form, "earlier": rows, "supporter": supporter}
    status = 422 if form.is_bound else 200
    return render(request, "support_sessions/new_times.html", context, status=status)


@access.supporters_only
@require_GET
def found(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """How far the search has come, or what it suggests."""
    return _found_page(request, _mine(request, public_id), [])


@access.supporters_only
@require_POST
def ask(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Ask one, or everybody. Each stands alone: one conflict stops no other."""
    row, at = _mine(request, public_id), clock.now()
    chosen = _chosen(request, row)
    said = [one for one in (_asked(request, line, at) for line in chosen) if one]
    asked = len(chosen) - len(said)
    if asked:
        people = "One person is" if asked == 1 else f"{asked} people are"
        messages.success(request, f"{people} asked now. You see their answers here.")
    if said:
        return _found_page(request, row, said)
    return redirect("new_times_found", public_id)


@access.signed_in
@require_GET
def new_time(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/new-time/...`: would another time do? Seen by its person alone."""
    return _own_page(request, _own(request, public_id))


@access.signed_in
@require_POST
def yes(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Take the time; when it has just gone, the next ones stand on the same page."""
    mine = _own(request, public_id)
    form = NewTimeForm(request.POST, suggestion=mine)
    if not form.is_valid():
        return _own_page(request, mine, problem=str(form.errors["start"][0]))
    try:
        taken = answering.accept(
            suggestion=mine,
            start=form.cleaned_data["start"],
            mode=mine.mode,
            by=_user(request),
            at=clock.now(),
        )
    except TimeTaken as gone:
        return _own_page(request, mine, problem=GONE, times=gone.next_times)
    except NotInOfferedHours as refused:
        return _own_page(request, mine, problem=refused.sentence)
    except NoLongerThere:
        messages.info(request, CHANGED)
        return redirect("new_time", public_id)
    messages.success(request, "Thank you. The new time is yours.")
    return redirect("booking", taken.public_id)


@access.signed_in
@require_POST
def no(request: HttpRequest, public_id: UUID) -> HttpResponse:
    mine = _own(request, public_id)
    answering.decline(suggestion=mine, at=clock.now())
    messages.success(request, "That is fine. No reason needed.")
    return redirect("new_time", public_id)


def _mine(request: HttpRequest, public_id: UUID) -> Rearrangement:
    rows = Rearrangement.objects.select_related("supporter__person")
    row = rows.filter(asked_by=_user(request), public_id=public_id).first()
    if row is None:
        raise Http404
    return row


def _chosen(request: HttpRequest, row: Rearrangement) -> QuerySet[Suggestion]:
    """The lines that were pressed: one, or all that can still be asked."""
    open_lines = lines.rows_of(row).filter(
        asked_at__isnull=True, starts_at__isnull=False
    )
    if "all" in request.POST:
        return open_lines
    try:
        return open_lines.filter(public_id=UUID(request.POST.get("line", "")))
    except ValueError:
        return open_lines.none()


def _asked(request: HttpRequest, line: Suggestion, at: datetime) -> str:
    """Empty when the person is asked; else one sentence on why not."""
    zone = _user(request).time_zone
    moment = words.moment_words(line.starts_at or at, zone, at)
    try:
        asking.ask(suggestion=line, by=_user(request), at=at)
    except TimeTaken as gone:
        following = asking.take_next(suggestion=line, next_times=gone.next_times, at=at)
        return f"{moment.capitalize()} has just gone. " + (
            "The next free time now stands in its place."
            if following
            else "No other time is free near it."
        )
    except NotInOfferedHours as refused:
        return f"{moment.capitalize()}: {refused.sentence}"
    except NoLongerThere:
        return f"{moment.capitalize()} is not needed any more: the booking has changed."
    except AskedAlready:
        return f"{moment.capitalize()}: they were asked already."
    return ""


def _found_page(
    request: HttpRequest, row: Rearrangement, said: list[str]
) -> HttpResponse:
    at = clock.now()
    context = {
        "row": row,
        "own": row.supporter_id == request.user.pk,
        "problems": said,
        "lines": lines.lines_of(row, at) if row.finished_at else [],
    }
    status = 409 if said else 200
    template = "support_sessions/new_times_found.html"
    return render(request, template, context, status=status)


def _own(request: HttpRequest, public_id: UUID) -> Suggestion:
    rows = Suggestion.objects.for_person(_user(request)).select_related(
        "rearrangement",
        "booking__supporter__person",
        "booking__person",
        "supporter__person",
    )
    found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _own_page(
    request: HttpRequest,
    mine: Suggestion,
    *,
    problem: str = "",
    times: list[Slot] | None = None,
) -> HttpResponse:
    state = lines.state_for_person(mine, clock.now())
    context = {
        "one": mine,
        "state": state,
        "problem": problem,
        "times": times or [],
        "same_person": mine.supporter_id == mine.booking.supporter_id,  # type: ignore[union-attr]
    }
    status = 409 if problem else 200
    return render(request, "support_sessions/new_time.html", context, status=status)


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the policy let nobody else in
    return request.user
