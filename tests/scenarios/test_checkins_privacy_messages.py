"""Check-ins, privacy and messages (scenarios 36, 39, 41, 42, 44 and 50)."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from checkins.models import Invitation
from notifications import delivery, rendering
from notifications.models import Attempt, Message
from notifications.texts import in_force as texts_in_force
from tests.notifications.conftest import sms_settings, texts  # noqa: F401
from tests.notifications.test_webhooks import _status
from tests.scenarios.cast import london
from tests.scenarios.conftest import PAGES, masked, words_of
from tests.vault.dump import everything_stored
from wellbeing.help_lines import TRUSTED_FOR, every_line
from wellbeing.models import ServiceAlert
from wellbeing.vault import sealing


class TestScenario36:
    """Dev answers at the lowest end, "only me"."""

    LOWEST = {"do": "save", "how": "staying", "full": "much", "see": "me"}

    @pytest.fixture
    def dev(self, cast, story):
        cast.interviewed(cast.dev, "2020-09-14 15:00")
        story.time_passes("2020-09-15 10:00")
        browser = story.browser_of(cast.dev)
        asked = Invitation.objects.get(
            person=cast.dev, ask_at=london("2020-09-15 10:00")
        )
        browser.form = f"/check-ins/{asked.public_id}/"
        return browser

    def test_nobody_is_told_and_dev_sees_what_there_is(self, cast, dev, story):
        assert "Nobody is notified, whatever you answered" in dev.reads(dev.form)
        told = Message.objects.count()
        thanks = words_of(dev.post(dev.form, self.LOWEST, follow=True))
        assert "Thank you. Nobody has been told." in thanks
        assert 'href="/support/"' in thanks
        assert 'href="/help-now/"' in thanks
        story.time_passes("2020-09-15 10:01", "2020-09-15 18:00")
        assert Message.objects.exclude(person=cast.dev).count() == 0
        assert Message.objects.count() == told

    def test_no_other_page_changes_and_nobody_can_open_it(self, cast, dev, story):
        others = [cast.lou, cast.fay, cast.jo, cast.kim, cast.sam, cast.gil]
        pages = (*PAGES, "/requests/", "/week/")

        def seen():
            return [
                masked(story.browser_of(person).get(page, follow=True))
                for person in others
                for page in pages
            ]

        before = seen()
        dev.post(dev.form, self.LOWEST)
        assert seen() == before
        for person in (*others, cast.charlie):
            browser = story.browser_of(person)
            assert browser.get(dev.form).status_code == 404
            assert browser.get(f"{dev.form}shared/").status_code == 404

    def test_shown_later_the_chosen_supporter_can_read_it_and_nobody_else(
        self, cast, dev, story
    ):
        dev.post(dev.form, self.LOWEST)
        dev.post(f"{dev.form}share/", {"show": cast.jo.public_id})
        page = story.browser_of(cast.jo).reads(f"{dev.form}shared/")
        assert "It is staying with me" in page
        for person in (cast.kim, cast.lou, cast.sam):
            browser = story.browser_of(person)
            assert browser.get(f"{dev.form}shared/").status_code == 404


class TestScenario39:
    """Lou filters load by person and week, then tries the same of uptake."""

    def test_load_is_there_and_nothing_counts_who_took_anything_up(self, cast, story):
        cast.interviewed(cast.ada, "2020-09-14 15:00")
        story.it_is("2020-09-15 12:00")
        lou = story.browser_of(cast.lou)
        page = lou.get("/load/")
        assert "Ada Okafor" in [row.person for row in page.context["load"].rows]
        for query in ({"uptake": "1"}, {"person": cast.ada.public_id, "met": "1"}):
            assert masked(lou.get("/load/", query)) == masked(page)
        for word in ("accepted", "declined", "uptake", "took up"):
            assert word not in words_of(page)


class TestScenario41:
    """Somebody adds the interview code to a text message."""

    @pytest.fixture
    def message(self, cast, story):
        """A text to Ada about a time; all that its template is given."""
        at = story.it_is("2020-09-15 12:00")
        cast.texts(cast.ada, "+447700900123")
        cast.interviewed(cast.ada, "2020-09-14 15:00", code="CODE209")
        cast.take(cast.ada, cast.dr_jo, "2020-09-17 11:00", at="2020-09-15 12:00")
        found = Message.objects.filter(person=cast.ada, channel="sms").get()
        return found, at

    def test_no_message_is_ever_given_the_code(self, cast, message):
        stored = [str(one.context) for one in Message.objects.all()]
        assert not [context for context in stored if "CODE209" in context]
        assert "Lived lives" not in "".join(stored)

    def test_all_a_text_can_say_is_time_day_and_link(self, cast, message):
        found, at = message
        allowed = rendering.context_of(found, at=at)
        assert {"code", "study", "role", "kind", "supporter"}.isdisjoint(allowed)
        said = rendering.text(found, at=at)
        assert re.sub(r"testserver\S+", "<link>", said) == (
            "Alongside: Your time: Thursday 17 September, 11am, London time. "
            "Change: <link>"
        )

    @pytest.mark.parametrize("words", ["CODE209", "{interview code}", "interview 209"])
    def test_the_words_of_a_text_are_not_saved_with_it(self, cast, story, words):
        story.it_is("2020-09-15 12:00")
        cast.interviewed(cast.ada, "2020-09-14 15:00", code="CODE209")
        page = "/message-texts/booking_reminder/edit/"
        typed = {"sms": f"About {words}: {{link}}", "opened": "0"}
        answer = story.browser_of(cast.lou).post(page, typed)
        assert answer.status_code == 422
        assert answer.context["form"]["sms"].value() == typed["sms"]
        assert texts_in_force() == {}


class TestScenario42:
    """A text message bounces twice."""

    def test_email_takes_over_and_the_coordinator_is_not_asked(
        self,
        cast,
        story,
        client,
        letters,
        texts,  # noqa: F811
    ):
        cast.texts(cast.ada, "+447700900123")
        cast.take(cast.ada, cast.dr_jo, "2020-09-17 11:00", at="2020-09-15 12:00")
        story.time_passes("2020-09-15 12:01")
        booked = letters(cast.ada)
        story.time_passes("2020-09-17 09:00")
        _status(client, Attempt.objects.latest("pk"), "undelivered", ErrorCode="30003")
        story.it_is("2020-09-17 09:45")
        delivery.send_due(clock=lambda: story.now)
        _status(client, Attempt.objects.latest("pk"), "undelivered", ErrorCode="30003")
        delivery.send_due(clock=lambda: story.now)
        assert len(texts.texts) == 2
        assert letters(cast.ada)[len(booked) :] == [
            "Your time on Thursday 17\u00a0September, 11am"
        ]
        for person in (cast.lou, cast.fay, cast.sam):
            assert letters(person) == []
        assert len(mail.outbox) == len(letters(cast.ada)) + len(letters(cast.jo))


class TestScenario44:
    """An administrator opens the database console."""

    def test_neither_answers_nor_notes_can_be_read_there(self, cast, story):
        cast.interviewed(cast.dev, "2020-09-14 15:00")
        story.time_passes("2020-09-15 10:00")
        dev = story.browser_of(cast.dev)
        asked = Invitation.objects.get(
            person=cast.dev, ask_at=london("2020-09-15 10:00")
        )
        dev.post(f"/check-ins/{asked.public_id}/", TestScenario36.LOWEST)
        page = dev.get("/support/ask/")
        asked = {
            "holder": cast.jo.public_id,
            "kind": "debrief",
            "note": "PRIVATEWORDS of mine",
            "submission": page.context["form"]["submission"].value(),
        }
        dev.post("/support/ask/", asked)
        stored = everything_stored()
        for words in (b"PRIVATEWORDS", b"It is staying with me", b"staying"):
            assert words not in stored
        record = asked_record(cast)
        with pytest.raises(sealing.NotForYou):
            sealing.open_record(record=record, reader=cast.sam)
        assert sealing.open_record(record=record, reader=cast.jo) == {
            "note": "PRIVATEWORDS of mine"
        }


def asked_record(cast):
    return cast.dr_jo.requests.get(person=cast.dev).note


class TestScenario50:
    """The help-now list has not been checked for 130 days."""

    def test_emergency_entries_stay_and_are_marked_and_the_others_hide(
        self, cast, story, client, settings
    ):
        checked = max(line.checked_on for line in every_line())
        settings.DEMO_AT = story.now = london(f"{checked + timedelta(days=130)} 12:00")
        assert timedelta(days=130) > TRUSTED_FOR
        shown = client.get("/help-now/", {"nation": "England"}).context["lines"]
        assert [(line.emergency, stale) for line, stale in shown] == [
            (True, True)
            for line in every_line()
            if line.emergency and "England" in line.nations
        ]
        assert "Not checked lately." in words_of(client.get("/help-now/"))

    def test_sam_hears_of_it_next_morning_once_and_nobody_else(
        self, cast, story, letters
    ):
        checked = min(line.checked_on for line in every_line())
        old = checked + timedelta(days=130)
        days = [old + timedelta(days=more) for more in range(4)]
        story.time_passes(*(f"{day} {hour}" for day in days for hour in ("09:30",)))
        kinds = ServiceAlert.objects.filter(study=cast.study).values_list("kind")
        assert list(kinds) == [("help_list_not_checked",)]
        note = "1 note about the service"
        assert letters(cast.sam).count(note) == 1
        assert note not in letters(cast.lou) + letters(cast.ada)
        sam = story.browser_of(cast.sam)
        assert "The Help now list was not checked lately" in sam.reads("/alerts/")

    def test_a_list_that_is_fresh_alerts_nobody(self, cast, story):
        checked = min(line.checked_on for line in every_line())
        story.time_passes(f"{checked + TRUSTED_FOR} 09:30")
        assert ServiceAlert.objects.count() == 0
