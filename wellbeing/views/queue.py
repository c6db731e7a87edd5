"""`/plan/queue/`: recordings and transcripts that are given to people."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from wellbeing.forms.queue import AddForm, DueForm, TopicForm
from wellbeing.lib import access, clock
from wellbeing.models import Role, Study, WorkItem, WorkTopic
from wellbeing.people.models import User
from wellbeing.queue import asks, items, room, terms
from wellbeing.queue.refusals import (
    Busy,
    CannotTakeIt,
    GoneMeanwhile,
    NotAChoice,
    NotAsked,
    OnHold,
    WorthKnowing,
)

ON_A_PAGE = 50
FINISHED_SHOWN = 10
CHANGED = "That has changed meanwhile. This is how it stands now."
REFUSALS: dict[type[Exception], str] = {
    OnHold: "The study is paused, and the queue is on hold with it.",
    CannotTakeIt: "They cannot take it just now. Here is who can.",
    GoneMeanwhile: CHANGED,
    NotAsked: "The protocol in force gives no work of this kind.",
    Busy: "Somebody is changing the queue just now. Press again, please.",
}


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def queue(request: HttpRequest) -> HttpResponse:
    """What is in the queue, and the form that adds to it."""
    at = clock.now()
    study = chosen_study(request, at)
    sent = request.POST if request.method == "POST" else None
    form = _add_form(study, sent, at)
    if sent is None or not form.is_valid():
        return _queue_page(request, study, form, TopicForm(), at)
    there = items.add(
        study=study,
        lines=form.cleaned_data["lines"],
        matter=form.cleaned_data["matter"],
        by=request.user,  # type: ignore[arg-type]
        at=at,
    )
    _say_added(request, len(form.cleaned_data["lines"]) - len(there), there)
    return back_to(study)


@access.coordinators_only
@require_POST
def add_topic(request: HttpRequest) -> HttpResponse:
    """One more topic for content notes."""
    at = clock.now()
    study = chosen_study(request, at)
    form = TopicForm(request.POST)
    if form.is_valid():
        try:
            items.add_topic(study=study, name=form.cleaned_data["name"])
        except items.TopicTaken:
            form.add_error("name", "The list has this one already.")
    if form.errors:
        return _queue_page(request, study, _add_form(study, None, at), form, at)
    messages.success(request, "The topic is on the list now.")
    return back_to(study)


@access.coordinators_only
@require_http_methods(["GET", "HEAD", "POST"])
def queue_item(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """`/plan/queue/<id>/`: one piece of work, and who can take it now."""
    at = clock.now()
    item = _own_item(request, public_id)
    if request.method != "POST":
        return _item_page(request, item, at)
    person = _person(request)
    try:
        asks.ask(item=item, person=person, seen=request.POST.getlist("seen"), at=at)
    except WorthKnowing as knowing:
        return _item_page(request, item, at, telling=(person, knowing.sentences))
    except tuple(REFUSALS) as refusal:
        messages.info(request, REFUSALS[type(refusal)])
        return redirect("queue_item", item.public_id)
    messages.success(request, f"{person.name} is asked, and can say yes or no.")
    return back_to(item.study)


@access.coordinators_only
@require_POST
def queue_change(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Hold it back, let it go on, take it off, or move its day."""
    at = clock.now()
    item = _own_item(request, public_id)
    wanted = request.POST.get("do")
    try:
        if wanted == "hold":
            items.hold(item=item, at=at)
        elif wanted == "go_on":
            items.go_on(item=item)
        elif wanted == "off":
            items.take_off(item=item, at=at)
        elif wanted == "bring_back":
            asks.bring_back(item=item, at=at)
        elif wanted == "due":
            return _move_due_day(request, item, at)
        else:
            raise Http404
    except (GoneMeanwhile, NotAChoice):
        messages.info(request, CHANGED)
    else:
        messages.success(request, "Done.")
    return back_to(item.study)


def chosen_study(request: HttpRequest, at: datetime) -> Study:
    """The study that is named, else the first one whose protocol gives work."""
    wanted = request.POST.get("study") or request.GET.get("study")
    for study in giving_studies(request, at):
        if wanted in {None, str(study.public_id)}:
            return study
    raise Http404


def giving_studies(request: HttpRequest, at: datetime) -> list[Study]:
    mine = request.standing.studies(Role.COORDINATOR)  # type: ignore[attr-defined]
    return [study for study in mine if terms.gives_work(study, at)]


def back_to(study: Study) -> HttpResponse:
    return redirect(f"{reverse('queue')}?study={study.public_id}")


def today_of(study: Study, at: datetime) -> date:
    return at.astimezone(ZoneInfo(study.time_zone)).date()


def _add_form(study: Study, data: Any, at: datetime) -> AddForm:
    said = terms.terms_of(study, at)
    parts = {str(kind): part for kind, part in said.document.activities.items()}
    return AddForm(
        data,
        kinds=said.kinds,
        levels={kind: [str(one) for one in parts[kind].levels] for kind in said.kinds},
        topics=list(WorkTopic.objects.filter(study=study).order_by("name")),
        today=today_of(study, at),
    )


def _say_added(request: HttpRequest, added: int, there: list[str]) -> None:
    if added:
        messages.success(request, f"Added {added} to the queue.")
    if there:
        shown = ", ".join(there[:5]) + (" and more" if len(there) > 5 else "")
        messages.info(request, f"In the queue already, and left as it was: {shown}.")


def _queue_page(
    request: HttpRequest, study: Study, form: AddForm, topic: TopicForm, at: datetime
) -> HttpResponse:
    rows = WorkItem.objects.filter(study=study).select_related("topic", "person")
    ordered = rows.open().order_by(F("due_on").asc(nulls_last=True), "pk")
    page = Paginator(ordered, ON_A_PAGE).get_page(request.GET.get("page"))
    finished = rows.filter(finished_at__isnull=False).order_by("-finished_at")
    context = {
        "study": study,
        "others": [one for one in giving_studies(request, at) if one != study],
        "form": form,
        "topic_form": topic,
        "topics": WorkTopic.objects.filter(study=study).order_by("name"),
        "page": page,
        "rows": [(row, _state(row, at)) for row in page],
        "finished": finished[:FINISHED_SHOWN],
        "paused": terms.is_paused(study, at),
        "outside": terms.terms_of(study, at).document.outside_workers is not None,
    }
    status = 422 if form.errors or topic.errors else 200
    return render(request, "wellbeing/queue.html", context, status=status)


def _state(item: WorkItem, at: datetime) -> str:
    """`waiting`, `held`, `asked` or `taken`."""
    if item.taken_at:
        return "taken"
    if item.held_at:
        return "held"
    asked = item.person_id and item.asked_until and item.asked_until > at
    return "asked" if asked else "waiting"


def _item_page(
    request: HttpRequest,
    item: WorkItem,
    at: datetime,
    telling: tuple[User, list[str]] | None = None,
    due: DueForm | None = None,
) -> HttpResponse:
    state = _state(item, at)
    paused = terms.is_paused(item.study, at)
    able: list[room.Able] = []
    if state == "waiting" and not paused and terms.gives_work(item.study, at):
        able = room.people_who_can(item=item, at=at)
    due = due or DueForm(
        initial={"due_on": item.due_on}, today=today_of(item.study, at)
    )
    context = {
        "item": item,
        "state": state,
        "able": able,
        "has_left": state == "taken" and asks.has_left(item, at),
        "paused": paused,
        "telling": telling,
        "due": due,
    }
    status = 422 if telling or due.errors else 200
    return render(request, "wellbeing/queue_item.html", context, status=status)


def _move_due_day(request: HttpRequest, item: WorkItem, at: datetime) -> HttpResponse:
    form = DueForm(request.POST, today=today_of(item.study, at))
    if not form.is_valid():
        return _item_page(request, item, at, due=form)
    items.move_due_day(item=item, due_on=form.cleaned_data["due_on"])
    messages.success(request, "The day is moved.")
    return redirect("queue_item", item.public_id)


def _own_item(request: HttpRequest, public_id: UUID) -> WorkItem:
    mine = request.standing.studies(Role.COORDINATOR)  # type: ignore[attr-defined]
    rows = WorkItem.objects.select_related("study", "topic", "person").filter(
        off_at=None, study__in=mine
    )
    return get_object_or_404(rows, public_id=public_id)


def _person(request: HttpRequest) -> User:
    try:
        wanted = UUID(request.POST.get("person", ""))
    except ValueError:
        raise Http404 from None
    return get_object_or_404(User, public_id=wanted)
