"""The answers to an offer: each is the person's own, and each is given once."""

from datetime import timedelta

import pytest

from notifications.models import Message
from sessions import booking as bookings
from sessions.models import Booking, SupportRequest
from tests.factories import join, make_person, make_supporter
from tests.wellbeing.stories import adopt, changed, fill, logged, sept, take, text_of
from wellbeing import offers, support
from wellbeing.models import Activity, Offer, ServiceAlert
from wellbeing.reconcile import reconcile
from wellbeing.ticking import tick

GONE = "That time has just gone. Here are the next ones."
ANSWERED = "This offer has been answered already."


@pytest.fixture
def offer(agreed, clock, at):
    """Ada's offer after an interview, with a time pencilled tomorrow at 9:30am."""
    return logged(agreed, at)


@pytest.fixture
def ada(agreed, offer, browse):
    return browse(agreed.ada)


def path(offer, end=""):
    return f"/offers/{offer.public_id}/{end}"


def state(offer):
    offer.refresh_from_db()
    return (
        bool(offer.accepted_at),
        bool(offer.declined_at),
        offer.accepted_as,
    )


def said(client, answer):
    return [
        str(message)
        for message in client.get(answer.headers["Location"]).context["messages"]
    ]


def waiting_about(offer):
    return list(
        Message.objects.filter(group=f"offer:{offer.public_id}", state="pending")
    )


# --- keep ---------------------------------------------------------------------------


def test_keep_agrees_the_pencilled_time(ada, agreed, offer, at):
    answer = ada.post(path(offer, "keep/"))
    assert answer.headers["Location"] == path(offer)
    assert state(offer) == (True, False, "debrief")
    booking = Booking.objects.get()
    assert (booking.agreed_at, booking.starts_at) == (at, sept(16, 9, 30))
    assert waiting_about(offer) == []


def test_keep_twice_is_once(ada, offer, at, clock):
    ada.post(path(offer, "keep/"))
    clock(at + timedelta(minutes=5))
    answer = ada.post(path(offer, "keep/"))
    assert said(ada, answer) == [ANSWERED]
    assert Booking.objects.get().agreed_at == at
    assert SupportRequest.objects.count() == 1


def test_a_pencil_that_ran_out_is_kept_while_its_time_is_free(
    ada, agreed, offer, clock
):
    clock(offer.booking.pencilled_until)
    ada.post(path(offer, "keep/"))
    assert state(offer) == (True, False, "debrief")


def test_one_that_ran_out_and_was_taken_leads_to_times_that_can_be_chosen(
    ada, agreed, offer, clock
):
    until = offer.booking.pencilled_until
    clock(until)
    tick(at=until)
    start, end = offer.booking.starts_at, offer.booking.ends_at
    fill(agreed, agreed.dr_jo, agreed.bem, start, end, until)
    answer = ada.post(path(offer, "keep/"))
    assert answer.headers["Location"] == f"/times/?offer={offer.public_id}"
    page = ada.get(answer.headers["Location"])
    assert [str(message) for message in page.context["messages"]] == [GONE]
    assert state(offer) == (False, False, "")
    choices = [
        choice
        for day in page.context["times"].days
        for _, part in day.parts
        for choice in part
    ]
    later = next(choice for choice in choices if choice.supporter == agreed.dr_jo)
    ada.post("/times/", {"offer": str(offer.public_id), "slot": later.value})
    assert state(offer) == (True, False, "debrief")
    assert offer.booking.starts_at == later.slot.start


def test_a_time_that_the_tick_has_let_go_is_still_kept_with_one_tap(
    ada, agreed, offer, clock
):
    until = offer.booking.pencilled_until
    clock(until)
    tick(at=until)
    ada.post(path(offer, "keep/"))
    mine = Booking.objects.get(agreed_at__isnull=False)
    assert (mine.pk, mine.agreed_at) == (offer.booking.pk, until)
    assert mine.freed_at is None


def test_a_time_that_went_to_somebody_else_is_gone_and_the_offer_stays_open(
    ada, agreed, offer, clock
):
    until = offer.booking.pencilled_until
    clock(until)
    tick(at=until)
    fill(
        agreed,
        agreed.dr_jo,
        agreed.bem,
        offer.booking.starts_at,
        offer.booking.ends_at,
        until,
    )
    answer = ada.post(path(offer, "keep/"))
    assert answer.headers["Location"] == f"/times/?offer={offer.public_id}"
    assert state(offer) == (False, False, "")
    slot = f"{agreed.jo.public_id} debrief {offer.booking.starts_at.isoformat()} phone"
    refused = ada.post("/times/", {"offer": str(offer.public_id), "slot": slot})
    assert refused.status_code == 422
    assert state(offer) == (False, False, "")


def test_without_a_pencil_there_is_nothing_to_keep(agreed, at, clock, browse):
    for supporter in (agreed.dr_jo, agreed.dr_kim):
        supporter.hours.all().delete()
    offer = logged(agreed, at)
    with pytest.raises(offers.NothingKept):
        offers.keep(offer=offer, by=agreed.ada, at=at)
    answer = browse(agreed.ada).post(path(offer, "keep/"))
    assert answer.headers["Location"] == f"/times/?offer={offer.public_id}"


# --- not this time ------------------------------------------------------------------


def test_not_this_time_frees_the_time_and_tells_nobody(ada, agreed, offer):
    before = Message.objects.count()
    ada.post(path(offer, "not-now/"))
    assert state(offer) == (False, True, "")
    assert Booking.objects.get().freed_because == "declined"
    assert (Message.objects.count(), waiting_about(offer)) == (before, [])


def test_not_this_time_twice_is_once(ada, offer, clock, at):
    ada.post(path(offer, "not-now/"))
    clock(at + timedelta(minutes=5))
    answer = ada.post(path(offer, "not-now/"))
    assert said(ada, answer) == [ANSWERED]
    offer.refresh_from_db()
    assert offer.declined_at == at


def test_not_this_time_after_a_keep_leaves_the_time_agreed(ada, offer, at):
    ada.post(path(offer, "keep/"))
    answer = ada.post(path(offer, "not-now/"))
    assert said(ada, answer) == [ANSWERED]
    assert state(offer) == (True, False, "debrief")
    assert Booking.objects.get().freed_at is None


def test_keep_after_not_this_time_leads_to_the_times(ada, offer):
    ada.post(path(offer, "not-now/"))
    answer = ada.post(path(offer, "keep/"))
    assert said(ada, answer) == [ANSWERED]
    assert state(offer) == (False, True, "")
    assert Booking.objects.get().agreed_at is None


def test_the_next_interview_brings_a_fresh_offer(agreed, at, clock, offer):
    offers.decline(offer=offer, by=agreed.ada, at=at)
    fresh = logged(agreed, at + timedelta(hours=1), code="210")
    assert (fresh.pk == offer.pk, fresh.declined_at) == (False, None)
    assert fresh.booking.starts_at == sept(16, 9, 30)


# --- quiet time ---------------------------------------------------------------------


def test_a_quiet_hour_answers_the_offer_and_needs_nobody(ada, agreed, offer):
    before = Message.objects.count()
    ada.post(path(offer, "quiet/"))
    assert state(offer) == (True, False, "quiet_time")
    assert Booking.objects.filter(freed_at__isnull=True).count() == 0
    assert (SupportRequest.objects.count(), Message.objects.count()) == (0, before)
    assert "A quiet paid hour is yours" in text_of(ada.get(path(offer)))


def test_a_quiet_hour_twice_is_once_and_not_after_another_answer(ada, offer, at):
    ada.post(path(offer, "quiet/"))
    assert said(ada, ada.post(path(offer, "quiet/"))) == [ANSWERED]
    assert said(ada, ada.post(path(offer, "keep/"))) == [ANSWERED]
    assert state(offer) == (True, False, "quiet_time")


def test_a_rule_without_quiet_time_is_not_answered_by_it(team, at, clock, browse):
    text = changed()
    adopt(team.study, text)
    team.study.memberships.filter(person=team.kim).update(role="supervisor")
    reconcile(study=team.study, person=team.ada, at=at)
    monthly = Offer.objects.get(person=team.ada)
    assert monthly.rule == "supervision"
    # The calendar brought it, so that it may share the day's mail.
    told = Message.objects.filter(group=f"offer:{monthly.public_id}")
    assert set(told.values_list("unasked", flat=True)) == {True}
    browse(team.ada).post(path(monthly, "quiet/"))
    assert state(monthly) == (False, False, "")


# --- taking another time ------------------------------------------------------------


def test_taking_another_time_lets_the_pencil_go(agreed, at, offer):
    booked = take(agreed, at, offer=offer, start=sept(16, 14))
    offer.refresh_from_db()
    assert (offer.booking, state(offer)) == (booked, (True, False, "debrief"))
    holding = Booking.objects.holding(at)
    assert list(holding.values_list("starts_at", flat=True)) == [sept(16, 14)]


def test_taking_twice_gives_one_time(agreed, at, offer):
    take(agreed, at, offer=offer, start=sept(16, 14))
    with pytest.raises(offers.AlreadyAnswered):
        take(agreed, at, offer=offer, start=sept(16, 15))
    assert Booking.objects.holding(at).count() == 1


def test_taking_the_same_time_twice_is_once(agreed, at, offer):
    first = take(agreed, at, offer=offer, start=sept(16, 14))
    assert take(agreed, at, offer=offer, start=sept(16, 14)) == first
    assert take(agreed, at, start=sept(16, 14)) == first
    assert Booking.objects.holding(at).count() == 1


def test_a_second_press_on_any_day_leads_to_the_time_that_is_kept(ada, agreed, at):
    slot = f"{agreed.jo.public_id} debrief {sept(16, 14).isoformat()} phone"
    first, second = (ada.post("/times/", {"slot": slot}) for _ in range(2))
    made = Booking.objects.get(agreed_at__isnull=False)
    assert first["Location"] == second["Location"] == f"/bookings/{made.public_id}/"
    bookings.cancel(booking=made, by=agreed.ada, at=at)
    ada.post("/times/", {"slot": slot})
    again = Booking.objects.holding(at).get(agreed_at__isnull=False)
    assert (again.starts_at, again != made) == (sept(16, 14), True)


def test_when_the_chosen_time_has_gone_the_pencil_is_still_there(agreed, at, offer):
    fill(agreed, agreed.dr_kim, agreed.bem, sept(16, 14), sept(16, 15), at)
    with pytest.raises(bookings.TimeTaken):
        take(agreed, at, offer=offer, start=sept(16, 14), supporter=agreed.dr_kim)
    offer.refresh_from_db()
    assert (state(offer), offer.booking.freed_at) == ((False, False, ""), None)


def test_an_open_offer_stays_under_the_version_that_made_it(agreed, at, offer, browse):
    kinds = {"talk": {"called": "talk", "with": ["psychologist"], "minutes": 30}}
    rule = {
        "part": 6,
        "title": "On any day",
        "when": {"standing": True},
        "for": ["interviewer"],
        "kinds": ["talk"],
        "window": "P2WD",
        "open": "P7D",
    }
    text = changed(kinds=kinds, offers={"any_day": rule})
    adopt(agreed.study, text, at=at)
    slot = f"{agreed.jo.public_id} short_call {sept(16, 14).isoformat()} phone"
    data = {"offer": str(offer.public_id), "slot": slot}
    answer = browse(agreed.ada).post("/times/", data)
    assert answer.status_code == 302
    booked = Booking.objects.get(agreed_at__isnull=False)
    assert (booked.kind, booked.ends_at) == ("short_call", sept(16, 14, 20))


def test_a_lapsed_offer_is_no_longer_answered(ada, offer, clock, at):
    clock(offer.open_until)
    tick(at=offer.open_until)
    for answer in ("keep/", "not-now/", "quiet/"):
        ada.post(path(offer, answer))
    assert state(offer) == (False, False, "")


# --- what the page says -------------------------------------------------------------


def test_the_page_says_why_it_is_offered_and_what_happens_if_one_does_nothing(
    ada, offer
):
    page = text_of(ada.get(path(offer)))
    assert "<h2>If you do nothing</h2> <p>If you do nothing, the time goes back" in page
    assert "We keep a time for you until tomorrow, 7:30am" in page
    assert "Tomorrow, Wednesday 16 September</time><br>9:30am to 10:20am" in page
    assert "By phone, with Dr Jo Whitfield. London time." in page
    assert (
        '<h2>Why we offer this</h2> <div class="why"> <p>Because you finished an '
        "interview today, Tuesday 15 September. Your team’s protocol, version 1, "
        "part 1.</p>"
    ) in page
    assert (
        '<ol class="next"> '
        "<li><b>Until tomorrow, 7:30am</b><p>The time is yours. Nobody else can take "
        "it. After that it goes back, and your offer stays open.</p></li> "
        "<li><b>Thursday 17 September, 4pm</b><p>One short reminder, and then we are "
        "quiet.</p></li> "
        "<li><b>Tuesday 22 September, 4pm</b><p>This offer ends. You can still ask on "
        "any day, for no reason at all.</p></li>"
    ) in page


def test_after_the_pencil_the_page_still_says_what_is_to_come(ada, offer, clock):
    clock(offer.booking.pencilled_until)
    page = text_of(ada.get(path(offer)))
    assert "No time is pencilled just now." in page
    assert "Keep this time" not in page
    assert "Until tomorrow" not in page


def panel(client, offer):
    return client.get(path(offer)).context["panel"]


def test_an_open_panel_holds_the_pencil(ada, offer):
    found = panel(ada, offer)
    assert (found.state, found.term, found.booking) == (
        "open",
        "debrief",
        offer.booking,
    )
    assert found.reminder_at == sept(17, 16)


def test_the_reminder_is_not_announced_once_it_is_past(ada, offer, clock):
    clock(sept(17, 16))
    assert panel(ada, offer).reminder_at is None


def test_a_kept_panel_holds_the_agreed_time(ada, agreed, offer, at):
    offers.keep(offer=offer, by=agreed.ada, at=at)
    found = panel(ada, offer)
    assert (found.state, found.booking) == ("kept", offer.booking)
    assert "This time is yours" in text_of(ada.get(path(offer)))


def test_a_time_kept_on_its_own_page_shows_as_kept_everywhere(ada, offer):
    ada.post(f"/bookings/{offer.booking.public_id}/keep/")
    assert panel(ada, offer).state == "kept"
    for page in ("/", "/support/"):
        assert ada.get(page).context["offers"] == []


def test_a_time_turned_down_on_its_own_page_shows_as_declined(ada, agreed, offer, at):
    bookings.decline(booking=offer.booking, by=agreed.ada, at=at)
    assert panel(ada, offer).state == "declined"
    assert ada.get("/").context["offers"] == []


def test_a_panel_whose_time_was_cancelled_says_so_without_a_reason(
    ada, agreed, offer, at
):
    offers.keep(offer=offer, by=agreed.ada, at=at)
    bookings.cancel(booking=offer.booking, by=agreed.ada, at=at)
    found = panel(ada, offer)
    assert (found.state, found.booking) == ("cancelled", None)
    assert "That time is no longer booked" in text_of(ada.get(path(offer)))


@pytest.mark.parametrize(
    ("field", "shown", "words"),
    [
        ("declined_at", "declined", "Not this time. That is fine."),
        ("withdrawn_at", "withdrawn", "You can ask on any day"),
    ],
)
def test_a_panel_of_an_answered_offer(ada, offer, at, field, shown, words):
    Offer.objects.filter(pk=offer.pk).update(**{field: at})
    assert panel(ada, offer).state == shown
    assert words in text_of(ada.get(path(offer)))


def test_a_panel_is_over_at_the_moment_it_named_even_before_the_tick(ada, offer, clock):
    clock(offer.open_until - timedelta(seconds=1))
    assert panel(ada, offer).state == "open"
    clock(offer.open_until)
    assert panel(ada, offer).state == "over"
    page = text_of(ada.get(path(offer)))
    assert "This offer has ended by itself, and nobody minds." in page


def test_one_offer_speaks_for_two_pieces_of_work(ada, agreed, offer, at):
    logged(agreed, at + timedelta(hours=1), code="210")
    page = text_of(ada.get(path(offer)))
    assert "It is for 2 pieces of work." in page


def test_nothing_acts_on_get(ada, offer):
    for end in ("keep/", "not-now/", "quiet/"):
        assert ada.get(path(offer, end)).status_code == 405
    assert state(offer) == (False, False, "")


# --- whom they know, and the service's own promise ----------------------------------


def test_when_the_known_person_has_no_time_nobody_else_is_put_in_their_place(
    agreed, at
):
    """Scenario 11: the truth at once, an alert without a name, and a free choice."""
    take(agreed, at - timedelta(days=5), start=sept(11, 10), supporter=agreed.dr_jo)
    for start, end in ((sept(16, 8), sept(16, 20)), (sept(17, 8), sept(17, 20))):
        agreed.dr_jo.time_off.create(starts_at=start, ends_at=end)
    offer = logged(agreed, at)
    assert (offer.booking, offer.time_in_window) == (None, False)
    alert = ServiceAlert.objects.get()
    assert (alert.kind, alert.told_at) == ("no_time_in_window", None)
    found = support.circle_of(study=agreed.study, person=agreed.ada, at=at)
    assert list(found.roles) == [agreed.dr_jo, agreed.dr_kim]


def test_somebody_nobody_wanted_is_not_pencilled_again(agreed, at):
    offers.someone_else(person=agreed.ada, supporter=agreed.dr_jo, at=at)
    offer = logged(agreed, at)
    assert offer.booking.supporter == agreed.dr_kim


def test_logged_after_the_window_the_offer_is_no_broken_promise(agreed, at):
    """Domain 6.0 rule 3: nobody is blamed, and it is not counted."""
    activity = Activity.objects.create(
        study=agreed.study,
        kind="interview",
        code="200",
        starts_at=at - timedelta(days=10, hours=1),
        ends_at=at - timedelta(days=10),
        logged_at=at,
        logged_by=agreed.ada,
    )
    activity.exposures.create(person=agreed.ada, role="interviewer")
    reconcile(study=agreed.study, person=agreed.ada, at=at)
    offer = Offer.objects.get(person=agreed.ada)
    assert (offer.booking, offer.time_in_window) == (None, None)
    assert offer.open_until == at + timedelta(days=7)
    assert ServiceAlert.objects.count() == 0


def test_nobody_is_offered_time_with_themself(agreed, at):
    join(agreed.study, agreed.jo, "interviewer")
    offer = logged(agreed, at, person=agreed.jo)
    assert offer.booking.supporter == agreed.dr_kim
    circle = support.circle_of(study=agreed.study, person=agreed.jo, at=at)
    assert list(circle.roles) == [agreed.dr_kim]


def test_a_circle_knows_roles_and_only_of_this_study_and_this_day(agreed, at):
    peer = make_supporter(
        join(agreed.study, make_person("Pat Peer"), "peer_supporter", "psychologist"),
        title="Peer supporter",
    )
    make_supporter(join(agreed.elsewhere, make_person("Dr Far"), "psychologist"))
    gone = join(agreed.study, make_person("Dr Gone"), "psychologist")
    make_supporter(gone)
    agreed.study.memberships.filter(person=gone).update(until_date=at.date())
    circle = support.circle_of(study=agreed.study, person=agreed.ada, at=at)
    assert circle.roles[peer] == {"peer_supporter", "psychologist"}
    assert circle.with_roles(["peer_supporter"]) == [peer]
    assert circle.with_roles(["psychologist"]) == [agreed.dr_jo, agreed.dr_kim, peer]
    assert circle.with_roles(["supervisor"]) == []


def test_a_study_without_a_protocol_offers_nothing_yet(team, at):
    with pytest.raises(offers.NoProtocol):
        take(team, at, start=sept(16, 14))
    assert Booking.objects.count() == 0
