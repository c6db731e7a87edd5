"""A time did not happen: two warm notes at most, three times, and then quiet."""

import re
from datetime import timedelta

import pytest

from notifications import rendering
from notifications.models import STILL_HERE, Message
from sessions import again, reaching_out, repeating
from sessions import booking as bookings
from sessions.models import Booking, Outreach
from sessions.taking import NoLongerThere, TimeTaken
from tests.wellbeing.stories import adopt, asked, changed, logged, sept, take, text_of
from wellbeing import outreach
from wellbeing.models import Offer, ProtocolVersion, ServiceAlert
from wellbeing.protocol.agreements import DidNotHappen
from wellbeing.ticking import tick

MET = sept(17, 10)  # Thursday
OVER = sept(17, 11)
FIRST = OVER + outreach.TO_CORRECT
AGAIN = sept(22, 11, 10)  # three working days later: Friday, Monday, Tuesday


def notes(person):
    rows = Message.objects.filter(
        person=person, template__startswith="reaching_out", state__in=STILL_HERE
    )
    return list(rows.order_by("pk").values_list("template", flat=True))


@pytest.fixture
def missed(agreed, at):
    """Ada and Dr Jo had agreed Thursday at ten; an hour later Dr Jo says it was not."""
    made = take(agreed, at, start=MET)
    return bookings.record_outcome(
        booking=made, took_place=False, by=agreed.jo, at=OVER
    )


# --- when ---------------------------------------------------------------------------


def test_one_note_the_same_working_day_a_second_three_working_days_later(
    agreed, missed
):
    tick(at=FIRST - timedelta(minutes=1))
    assert notes(agreed.ada) == []
    tick(at=FIRST)
    tick(at=FIRST)
    assert notes(agreed.ada) == ["reaching_out"]
    tick(at=AGAIN - timedelta(minutes=1))
    assert notes(agreed.ada) == ["reaching_out"]
    tick(at=AGAIN)
    tick(at=AGAIN + timedelta(days=30))
    assert notes(agreed.ada) == ["reaching_out", "reaching_out_again"]


@pytest.mark.parametrize(
    ("marked", "first"),
    [
        (sept(17, 17, 10), sept(17, 17, 20)),
        (sept(17, 17, 25), sept(18, 9)),  # after hours
        (sept(18, 20), sept(21, 9)),  # Friday evening
        (sept(19, 12), sept(21, 9)),
        (sept(17, 7), sept(17, 9)),
    ],
)
def test_a_mark_outside_working_hours_waits_for_them(agreed, marked, first):
    rule = DidNotHappen(part=13, outreach="same_day", again_after="P3WD")
    version = ProtocolVersion.objects.get(study=agreed.study)
    calendar = outreach.facts.document_of(version).calendar
    assert outreach.moments_of(rule, calendar, marked)[0] == first


def test_a_team_may_agree_on_one_note_or_on_none(agreed, at):
    one = {"part": 13, "outreach": "same_day"}
    adopt(agreed.study, changed(did_not_happen=one), at=at)
    made = take(agreed, at, start=MET)
    bookings.record_outcome(booking=made, took_place=False, by=agreed.ada, at=OVER)
    tick(at=FIRST)
    tick(at=AGAIN)
    assert notes(agreed.ada) == ["reaching_out"]
    adopt(agreed.study, changed(did_not_happen=None), at=AGAIN)
    made = take(agreed, AGAIN, start=sept(23, 10), person=agreed.bem)
    bookings.record_outcome(
        booking=made, took_place=False, by=agreed.jo, at=sept(23, 11)
    )
    tick(at=sept(23, 12))
    assert notes(agreed.bem) == []


def test_after_a_long_silence_of_the_service_one_note_goes_and_no_second(
    agreed, missed
):
    outreach.begin_due(at=FIRST)
    tick(at=AGAIN)
    tick(at=AGAIN + timedelta(minutes=1))
    assert notes(agreed.ada) == ["reaching_out"]


# --- what ends it -------------------------------------------------------------------


def test_a_mark_corrected_at_once_leaves_no_note(agreed, missed):
    tick(at=OVER)
    bookings.record_outcome(booking=missed, took_place=True, by=agreed.ada, at=OVER)
    tick(at=FIRST)
    assert (notes(agreed.ada), Outreach.objects.count()) == ([], 0)
    bookings.record_outcome(booking=missed, took_place=False, by=agreed.ada, at=FIRST)
    tick(at=FIRST)
    tick(at=FIRST + outreach.TO_CORRECT)
    assert notes(agreed.ada) == ["reaching_out"]


def test_a_mark_corrected_later_means_no_second_note(agreed, missed):
    tick(at=FIRST)
    bookings.record_outcome(booking=missed, took_place=True, by=agreed.jo, at=FIRST)
    assert notes(agreed.ada) == []
    tick(at=AGAIN)
    assert notes(agreed.ada) == []


@pytest.mark.parametrize("how", ["took a time", "asked", "no more"])
def test_whatever_they_say_there_is_no_second_note(agreed, missed, how):
    tick(at=FIRST)
    if how == "took a time":
        take(agreed, FIRST, start=sept(25, 10), supporter=agreed.dr_kim)
    elif how == "asked":
        asked(agreed, FIRST)
    else:
        reaching_out.no_more(booking=missed, at=FIRST)
    tick(at=AGAIN)
    assert "reaching_out_again" not in notes(agreed.ada)


def bare(page):
    """A page without what is random in its forms."""
    text = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", page.content)
    return re.sub(rb"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", b"", text)


# --- nobody is told, nothing is counted ----------------------------------------------


def test_nobody_else_hears_and_the_next_offer_is_the_same(agreed, missed):
    before = Message.objects.exclude(person=agreed.ada).count()
    tick(at=FIRST)
    tick(at=AGAIN)
    assert Message.objects.exclude(person=agreed.ada).count() == before
    assert ServiceAlert.objects.count() == 0
    offer = logged(agreed, sept(23, 15))
    other = logged(agreed, sept(23, 15), person=agreed.bem, code="210")
    assert offer.booking.supporter == agreed.dr_jo
    assert (offer.rule, offer.open_until) == (other.rule, other.open_until)
    assert Offer.objects.count() == 2


@pytest.mark.parametrize("path", ["/load/", "/people/", "/studies/", "/alerts/"])
def test_pages_of_others_are_the_same_to_the_byte(agreed, at, clock, browse, path):
    made = take(agreed, at, start=MET)
    clock(sept(22, 12))
    reader = agreed.sam if path == "/alerts/" else agreed.lou
    browser = browse(reader)
    browser.get(path)
    plain = browser.get(path)
    assert plain.status_code == 200
    bookings.record_outcome(booking=made, took_place=False, by=agreed.jo, at=OVER)
    tick(at=FIRST)
    tick(at=AGAIN)
    assert bare(browser.get(path)) == bare(plain)


def test_the_notes_can_be_written_and_say_neither_who_nor_why(agreed, missed):
    tick(at=FIRST)
    tick(at=AGAIN)
    for row in Message.objects.filter(template__startswith="reaching_out"):
        letter = rendering.letter(row, at=FIRST, to=agreed.ada.email)
        words = f"{letter.subject} {letter.text} {rendering.text(row, at=FIRST)}"
        for private in ("Whitfield", "debrief", "psycholog", "interview", "missed"):
            assert private not in words
        assert str(missed.public_id) in letter.text
    first = Message.objects.get(template="reaching_out")
    assert [first.context[name] for name in ("one_at", "two_at", "three_at")] == [
        sept(17, 13, 30).isoformat(),
        sept(18, 9, 30).isoformat(),
        sept(21, 9, 30).isoformat(),
    ]


# --- the page -----------------------------------------------------------------------


def test_either_of_the_two_may_mark_and_correct(agreed, at, clock, browse):
    made = take(agreed, at, start=MET)
    clock(OVER)
    address = f"/bookings/{made.public_id}/"
    for person in (agreed.ada, agreed.jo):
        for answer, seen in (("no", "did not happen"), ("yes", "This took place")):
            page = browse(person).post(
                f"{address}outcome/", {"took_place": answer}, follow=True
            )
            assert seen in text_of(page)
    for person in (agreed.bem, agreed.lou, agreed.kim, agreed.charlie):
        for name in ("outcome", "again", "no-more-notes"):
            assert browse(person).post(f"{address}{name}/").status_code == 404


def test_one_tap_takes_one_of_three_times_and_the_old_page_tells_it(
    agreed, missed, clock, browse
):
    clock(FIRST)
    tick(at=FIRST)
    address = f"/bookings/{missed.public_id}/"
    ada = browse(agreed.ada)
    page = ada.get(address).content.decode()
    assert page.count('name="start"') == 3
    assert "No more notes about this" in page
    assert browse(agreed.jo).get(address).content.decode().count('name="start"') == 0
    assert ada.get(f"{address}again/").status_code == 405
    chosen = {"start": sept(18, 9, 30).isoformat(), "mode": "video"}
    answer = ada.post(f"{address}again/", chosen, follow=True)
    assert "This time is yours" in text_of(answer)
    assert "A new time is agreed" in text_of(browse(agreed.jo).get(address))
    clock(sept(18, 12))
    assert "Talked since" in text_of(ada.get(address))


def test_two_tabs_make_one_new_time(agreed, missed):
    first = again.take(
        booking=missed, start=sept(18, 9, 30), mode="phone", by=agreed.ada, at=FIRST
    )
    second = again.take(
        booking=missed, start=sept(21, 9, 30), mode="phone", by=agreed.ada, at=FIRST
    )
    assert first == second
    assert Booking.objects.filter(agreed_at__gte=OVER).count() == 1


def test_a_time_that_has_gone_or_never_was_is_said_plainly(
    agreed, missed, clock, browse
):
    clock(FIRST)
    taken = take(agreed, FIRST, start=sept(18, 9, 30), person=agreed.bem)
    address = f"/bookings/{missed.public_id}/"
    with pytest.raises(TimeTaken):
        again.take(
            booking=missed,
            start=taken.starts_at,
            mode="phone",
            by=agreed.ada,
            at=FIRST,
        )
    for start in (taken.starts_at.isoformat(), "", "x", "9999-12-31T00:00+00:00"):
        answer = browse(agreed.ada).post(f"{address}again/", {"start": start})
        assert answer["Location"] == address
    assert Booking.objects.for_person(agreed.ada).count() == 1


def test_what_took_place_has_nothing_to_make_up_for(agreed, missed):
    met = bookings.record_outcome(
        booking=missed, took_place=True, by=agreed.ada, at=OVER
    )
    with pytest.raises(NoLongerThere):
        again.take(
            booking=met, start=sept(18, 9, 30), mode="phone", by=agreed.ada, at=OVER
        )


# --- cancelled by us -----------------------------------------------------------------


def test_we_cancel_say_sorry_and_offer_times_in_the_same_message(
    agreed, at, clock, browse
):
    made = take(agreed, at, start=MET)
    early = sept(17, 8, 10)
    freed = bookings.cancel(booking=made, by=agreed.jo, at=early)
    row = Message.objects.get(template="booking_cancelled_by_us")
    # Not on the day itself: whoever is ill at eight is ill at eleven too.
    assert [row.context[name] for name in ("one_at", "two_at", "three_at")] == [
        sept(18, 9, 30).isoformat(),
        sept(21, 9, 30).isoformat(),
        sept(22, 9, 30).isoformat(),
    ]
    text = rendering.letter(row, at=early, to=agreed.ada.email).text
    assert "We are sorry" in text
    assert "Friday 18\u00a0September, 9:30am" in text
    clock(early)
    page = browse(agreed.ada).get(f"/bookings/{freed.public_id}/")
    assert page.content.decode().count('name="start"') == 3
    new = again.take(
        booking=freed, start=sept(21, 9, 30), mode="phone", by=agreed.ada, at=early
    )
    assert new.agreed_at == early


def test_a_second_cancel_on_the_same_person_is_told_to_the_lead_without_a_name(
    agreed, at
):
    for number, (person, expected) in enumerate(
        [(agreed.ada, 0), (agreed.bem, 0), (agreed.ada, 1), (agreed.ada, 2)]
    ):
        made = take(agreed, at, start=sept(17, 10 + number), person=person)
        bookings.cancel(booking=made, by=agreed.jo, at=at + timedelta(minutes=number))
        tick(at=at + timedelta(minutes=number))
        tick(at=at + timedelta(minutes=number))
        assert ServiceAlert.objects.count() == expected
    alert = ServiceAlert.objects.first()
    assert (alert.kind, alert.study) == ("cancelled_twice", agreed.study)
    assert "Ada" not in f"{alert} {alert.key}"


def test_the_end_of_a_regular_time_is_one_cancel(agreed, at):
    for number in (1, 2):
        first = take(agreed, at, start=sept(16 + number, 10))
        series = repeating.start(
            booking=first, every_weeks=1, times=4, by=agreed.ada, at=at
        )
        later = at + timedelta(minutes=number)
        repeating.end(series=series, by=agreed.jo, at=later)
        tick(at=later)
        assert ServiceAlert.objects.count() == number - 1


def test_a_persons_own_cancels_are_nobodys_business(agreed, at):
    for hour in (10, 11, 12):
        made = take(agreed, at, start=sept(17, hour))
        bookings.cancel(booking=made, by=agreed.ada, at=at)
    tick(at=at)
    assert ServiceAlert.objects.count() == 0
