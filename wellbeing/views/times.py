"""Choosing a time, and asking somebody by name."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from sessions.booking import NoLongerThere, NotInOfferedHours, TimeTaken
from sessions.models import Supporter
from wellbeing import facts, offers, support
from wellbeing.forms.ask import AskForm
from wellbeing.lib import access, clock
from wellbeing.models import (
    Offer,
    ProtocolVersion,
    Study,
)
from wellbeing.people.models import User
from wellbeing.protocol import lengths
from wellbeing.protocol.document import Protocol
from wellbeing.protocol.rules import OfferRule
from wellbeing.support import Choice
from wellbeing.times import LOOK_AHEAD, bookable_kinds, times_for
from wellbeing.views.offer_panel import panel_of

GONE = "That time has just gone. Here are the next ones."
MODES = {"phone": "Phone", "video": "Video", "in_person": "In person"}


@access.supported_only
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest) -> HttpResponse:
    """`/times/`: the known person's first time, then everybody's, days as headings."""
    at = clock.now()
    person: User = request.user  # type: ignore[assignment]
    offer = _open_offer(request, person, at)
    study, _, document, rule = ground_of(request, offer, at)
    problem = ""
    if request.method == "POST":
        answer = _take(request, study, person, offer, rule, document, at)
        if isinstance(answer, HttpResponse):
            return answer
        problem = answer
    return _times_page(request, study, person, offer, document, rule, problem, at)


@access.supported_only
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """`/support/ask/`: ask somebody by name, when no time suits. No reason needed."""
    at = clock.now()
    person: User = request.user  # type: ignore[assignment]
    study, _, document, rule = ground_of(request, None, at)
    kinds = bookable_kinds(document, rule.kinds)
    form = AskForm(
        request.POST or None,
        circle=support.circle_of(study=study, person=person, at=at),
        kinds=kinds,
        document=document,
        initial={"submission": uuid4()},
    )
    if request.method == "POST" and form.is_valid():
        asked = offers.ask(
            study=study, person=person, at=at, **form.cleaned_data["request"]
        )
        name = asked.holder.person.name
        messages.success(request, f"{name} has your request now, and holds it for you.")
        return redirect("support")
    status = 422 if form.is_bound else 200
    return render(request, "wellbeing/ask.html", {"form": form}, status=status)


def _open_offer(request: HttpRequest, person: User, at: datetime) -> Offer | None:
    value = request.GET.get("offer") or request.POST.get("offer")
    if not value:
        return None
    try:
        public_id = UUID(value)
    except ValueError:
        raise Http404 from None
    rows = Offer.objects.for_person(person).select_related(
        "booking__supporter__person", "version", "study", "person"
    )
    row = get_object_or_404(rows, public_id=public_id)
    # An answered offer is no reason to turn anybody away: any day is a day to talk.
    return row if Offer.objects.open(at).filter(pk=row.pk).exists() else None


class Ground(NamedTuple):
    """What a choice of times follows."""

    study: Study
    version: ProtocolVersion
    document: Protocol
    rule: OfferRule


def ground_of(request: HttpRequest, offer: Offer | None, at: datetime) -> Ground:
    """That of the offer, else of the study asked for, else of the first study that
    offers support on any day."""
    if offer is not None:
        document = facts.document_of(offer.version)
        rule = document.offers[offer.rule]
        return Ground(offer.study, offer.version, document, rule)
    wanted = request.GET.get("study") or request.POST.get("study")
    for ground in _grounds(request, at):
        if wanted in {None, str(ground.study.public_id)}:
            return ground
    raise Http404


def _grounds(request: HttpRequest, at: datetime) -> Iterator[Ground]:
    """Where the person may ask on any day. One query for each study."""
    mine: list[Study] = request.standing.supported_studies  # type: ignore[attr-defined]
    for study in mine:
        version = ProtocolVersion.objects.in_force(study, at)
        document = facts.document_of(version) if version else None
        if version and document and document.standing_offer:
            yield Ground(study, version, document, document.standing_offer)


def several(request: HttpRequest, at: datetime) -> list[Study]:
    """The studies to choose between; empty for who has one, so that nobody is asked."""
    mine: list[Study] = request.standing.supported_studies  # type: ignore[attr-defined]
    if len(mine) < 2:
        return []
    return [ground.study for ground in _grounds(request, at)]


def _take(
    request: HttpRequest,
    study: Study,
    person: User,
    offer: Offer | None,
    rule: OfferRule,
    document: Protocol,
    at: datetime,
) -> HttpResponse | str:
    """Book what was chosen and go to it, or say in one sentence why not."""
    chosen = _chosen(request.POST.get("slot", ""), study, person, rule, document, at)
    if chosen is None:
        return "Choose one of the times, or go back. Nothing has changed."
    supporter, kind, start, first_mode = chosen
    mode = request.POST.get("mode", "")
    try:
        booked = offers.take(
            study=study,
            person=person,
            offer=offer,
            supporter=supporter,
            kind=kind,
            start=start,
            mode=mode if mode in MODES else first_mode,
            at=at,
        )
    except TimeTaken as gone:
        choices = [
            support.choice(supporter, slot, kind, document) for slot in gone.next_times
        ]
        return _gone_page(request, study, offer, choices) if choices else GONE
    except NoLongerThere:
        return GONE
    except NotInOfferedHours as refusal:
        return str(refusal)
    except offers.AlreadyAnswered:
        return "This offer has been answered in another window."
    return redirect("booking", booked.public_id)


def _gone_page(
    request: HttpRequest, study: Study, offer: Offer | None, choices: list[Choice]
) -> HttpResponse:
    """Only the nearest times with the same person: enough to go on with, and made at
    once, also when fifty people wanted one time."""
    mode = request.POST.get("mode", "")
    context = {
        "choices": choices,
        "supporter": choices[0].supporter,
        "offer": offer,
        "mode": mode if mode in MODES else "",
        "study": study,
        "query": _query(request),
        "problem": GONE,
    }
    return render(request, "wellbeing/time_gone.html", context, status=422)


def _chosen(
    value: str,
    study: Study,
    person: User,
    rule: OfferRule,
    document: Protocol,
    at: datetime,
) -> tuple[Supporter, str, datetime, str] | None:
    """Supporter, kind, start and first mode of what was posted; None for nonsense."""
    try:
        who, kind, start, mode = value.split(" ")
        moment = datetime.fromisoformat(start)
    except ValueError:
        return None
    if kind not in bookable_kinds(document, rule.kinds) or moment.tzinfo is None:
        return None
    if abs(moment - at) > 2 * LOOK_AHEAD:
        # No page ever showed it, and at the ends of the calendar sums overflow.
        return None
    circle = support.circle_of(study=study, person=person, at=at)
    for supporter in circle.with_roles(document.kinds[kind].with_):
        if str(supporter.person.public_id) == who:
            return supporter, kind, moment, mode
    return None


def _times_page(
    request: HttpRequest,
    study: Study,
    person: User,
    offer: Offer | None,
    document: Protocol,
    rule: OfferRule,
    problem: str,
    at: datetime,
) -> HttpResponse:
    kinds = bookable_kinds(document, rule.kinds)
    kind = request.GET.get("kind", "")
    mode = request.GET.get("how", "")
    found = times_for(
        study=study,
        person=person,
        document=document,
        kinds=[kind] if kind in kinds else _usual_kinds(document, kinds),
        promised_by=offer.window_until
        if offer
        else lengths.after(at, rule.window, document.calendar),
        who=request.GET.get("who", ""),
        mode=mode if mode in MODES else "",
        from_day=_day(request.GET.get("from", "")),
        at=at,
        every="every" in request.GET,
    )
    return render(
        request,
        "wellbeing/times.html",
        {
            "times": found,
            "offer": panel_of(offer, at=at) if offer else None,
            "kinds": [(name, document.kind_words(name)) for name in kinds],
            "modes": MODES,
            "window_words": lengths.words(rule.window),
            "quiet": len(kinds) < len(rule.kinds),
            "chosen": {"who": request.GET.get("who", ""), "how": mode, "kind": kind},
            "study": study,
            "studies": several(request, at),
            "problem": problem,
            "query": _query(request),
        },
        status=422 if problem else 200,
    )


def _usual_kinds(document: Protocol, kinds: list[str]) -> list[str]:
    """One kind for each group of people: the short call shows when it is asked for."""
    seen: set[tuple[str, ...]] = set()
    usual = []
    for kind in kinds:
        roles = tuple(document.kinds[kind].with_)
        if roles not in seen:
            seen.add(roles)
            usual.append(kind)
    return usual


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _query(request: HttpRequest) -> str:
    """What "Show later days" keeps of the address."""
    kept = request.GET.copy()
    kept.pop("from", None)
    return kept.urlencode()
