"""Protocol B: the closing round of a survey team (scenario 46)."""

from datetime import timedelta
from uuid import uuid4

import pytest

from notifications.models import Message
from sessions.models import GroupRound
from tests.factories import join, make_person
from tests.scenarios.conftest import words_of
from tests.survey.conftest import SINCE, Survey, north
from wellbeing.models import Activity, Exposure, Role


@pytest.fixture
def team(db):
    """Fifteen interviewers who all worked on Tuesday 2 March 2027, and Tom, who leads
    their closing round."""
    team = Survey()
    names = [f"Person {letter}" for letter in "ABCDEFGHIJKLM"]
    fresh = [
        join(team.study, make_person(name), Role.INTERVIEWER, since=SINCE)
        for name in names
    ]
    team.fifteen = [team.nia, team.ned, *fresh]
    for number, person in enumerate(team.fifteen):
        ended = north(2, 12)
        done = Activity.objects.create(
            study=team.study,
            kind="survey_interview",
            code=str(number),
            starts_at=ended - timedelta(minutes=45),
            ends_at=ended,
            logged_at=ended,
            logged_by=person,
        )
        Exposure.objects.create(activity=done, person=person, role=Role.INTERVIEWER)
    return team


class TestScenario46:
    """A team of 15 for the closing round."""

    def calls(self, story, team, **more):
        form = {
            "study": team.study.public_id,
            "kind": "team_close",
            "day": "2027-03-02",
            "starts": "17:00",
            "minutes": "30",
            "most": "13",
            "mode": "in_person",
            "place": "Room 4",
            "submission": uuid4(),
        }
        return story.browser_of(team.tom).post("/groups/new/", form | more, follow=True)

    def test_a_split_in_eight_and_seven_is_suggested(self, team, story):
        story.now = story.settings.DEMO_AT = north(2, 13)
        page = self.calls(story, team)
        assert page.status_code == 422
        assert "8 and 7" in words_of(page)
        assert GroupRound.objects.count() == 0

    def test_quiet_time_stands_beside_it_as_an_equal_choice(self, team, story):
        story.now = story.settings.DEMO_AT = north(2, 13)
        self.calls(story, team, second_day="2027-03-02", second_starts="17:40")
        called = GroupRound.objects.get()
        sizes = called.gatherings.order_by("starts_at").values_list("most", flat=True)
        assert list(sizes) == [8, 7]
        assert called.invitations.count() == 15
        nia = story.browser_of(team.nia)
        page = nia.reads(f"/groups/{called.public_id}/")
        assert "Each is as good as the others." in page
        assert "Quiet time for yourself" in page
        assert "30 minutes, paid the same." in page
        told = Message.objects.count()
        nia.post(f"/groups/{called.public_id}/choose/", {"choice": "quiet"})
        assert called.invitations.get(person=team.nia).quiet_at == story.now
        assert Message.objects.count() == told

    def test_who_leads_sees_who_comes_and_nobody_else_sees_anything(self, team, story):
        story.now = story.settings.DEMO_AT = north(2, 13)
        self.calls(story, team, second_day="2027-03-02", second_starts="17:40")
        called = GroupRound.objects.get()
        door = f"/groups/{called.public_id}/"
        nia, ned = story.browser_of(team.nia), story.browser_of(team.ned)
        first = called.gatherings.order_by("starts_at").first()
        nia.post(f"{door}choose/", {"choice": first.public_id})
        ned.post(f"{door}choose/", {"choice": "quiet"})
        led = story.browser_of(team.tom).reads(door)
        assert "Nia North" in led
        assert "Ned North" not in led
        assert "Nia North" not in ned.reads(door)
        for other in (team.lou, team.charlie, team.sefu):
            assert story.browser_of(other).get(door).status_code == 404
