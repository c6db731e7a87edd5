"""The pages of the queue: for coordinators, and for those who work."""

import re
from datetime import date

import pytest

from notifications.models import Message
from wellbeing.models import Activity, OutsideWorker, WorkItem, WorkTopic
from wellbeing.queue import asks

ADD = {
    "kind": "transcription",
    "lines": "101 45\n102, 30\n\n101 45",
    "level": "plain",
    "topic": "",
    "due_on": "",
}


def bare(answer):
    return re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )


def test_a_coordinator_pastes_several_lines_and_they_are_in_the_queue(desk, as_):
    lou = as_(desk.lou)
    for _ in range(2):
        lou.post("/plan/queue/", ADD)
    rows = WorkItem.objects.order_by("code").values_list("code", "audio_minutes")
    assert list(rows) == [("101", 45), ("102", 30)]
    assert "Recording 101" in lou.get("/plan/queue/").content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"lines": ""}, "lines", "Enter at least one number, like 209."),
        (
            {"lines": "101 45\nMrs Smith of Leeds"},
            "lines",
            "“Mrs Smith of Leeds” is not a number, or a number and its minutes. "
            "Write each like 209 or 209 45.",
        ),
        ({"lines": "101 9999"}, "lines", "101: enter 1 to 1440 minutes."),
        (
            {"lines": "\n".join(str(n) for n in range(201))},
            "lines",
            "Add at most 200 at once; these are 201.",
        ),
        (
            {"level": "heavy"},
            "topic",
            "Choose what it holds, so that people know beforehand.",
        ),
        ({"due_on": "2026-09-01"}, "due_on", "That day is past."),
        ({"due_on": "31/02/2027"}, "due_on", "Enter a day, like 16/09/2026."),
        ({"again": "on"}, "again", "Only a transcript is read a second time."),
        ({"kind": "interview"}, "kind", "Choose one from the list."),
    ],
)
def test_bad_input_is_told_beside_the_field(desk, as_, changes, field, sentence):
    answer = as_(desk.lou).post("/plan/queue/", ADD | changes)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [sentence]
    assert WorkItem.objects.count() == 0


@pytest.mark.parametrize("name", ["", "her mother died in 2019", "a b c d", "x" * 41])
def test_a_topic_is_a_word_or_two_about_the_material(desk, as_, name):
    answer = as_(desk.lou).post("/plan/queue/topics/", {"name": name})
    assert answer.status_code == 422
    assert WorkTopic.objects.count() == 2


def test_a_topic_is_on_the_list_once(desk, as_):
    lou = as_(desk.lou)
    assert (
        lou.post("/plan/queue/topics/", {"name": " Care  leavers "}).status_code == 302
    )
    assert lou.post("/plan/queue/topics/", {"name": "care leavers"}).status_code == 422
    assert WorkTopic.objects.filter(name="Care leavers").count() == 1


def test_a_notice_is_read_before_somebody_is_asked(desk, as_):
    desk.taken(desk.tess, "101", minutes=110)
    item = desk.add("102", minutes=30)
    here = f"/plan/queue/{item.public_id}/"
    lou = as_(desk.lou)
    told = lou.post(here, {"person": str(desk.tess.public_id)})
    assert told.status_code == 422
    seen = "This would be 140 minutes on that day. The agreed pace is 120."
    assert seen in told.content.decode()
    lou.post(here, {"person": str(desk.tess.public_id), "seen": seen})
    assert WorkItem.objects.get(code="102").person == desk.tess


def test_a_coordinators_pages_are_the_same_however_somebody_said_no(desk, as_, at):
    """Not this topic, another one, not this one: byte for byte the same pages."""
    found = []
    lou = as_(desk.lou)
    for say in (asks.give_back, asks.not_this_topic):
        item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
        say(item=item, at=at)
        other = desk.add("102", level="noted", topic=desk.loss)
        pages = [bare(lou.get("/plan/queue/"))]
        pages += [
            bare(lou.get(f"/plan/queue/{one.public_id}/")) for one in (item, other)
        ]
        ids = [str(item.public_id), str(other.public_id)]
        found.append([re.sub("|".join(ids), "ID", page) for page in pages])
        desk.tess.topic_rests.all().delete()
        Message.objects.all().delete()
        WorkItem.objects.all().delete()
    assert found[0] == found[1]
    assert "Tess" not in found[0][1]


def test_the_content_note_stands_before_everything_else(desk, as_):
    item = desk.ask(desk.add(level="heavy", topic=desk.loss), desk.tess)
    page = as_(desk.tess).get(f"/my-work/{item.public_id}/").content.decode()
    places = [
        page.index(words)
        for words in (
            "It holds: <b>loss</b>",
            "at most 30 minutes at a time, with a pause every 2 hours",
            "It is another hour now.",
            "Recording 101",
            "Take it",
            "Not this topic",
            "a quiet room that can be booked",
        )
    ]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("do", "taken"),
    [("take", True), ("split", True), ("back", False), ("not_this_topic", False)],
)
def test_each_answer_is_one_press(desk, as_, do, taken):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    tess = as_(desk.tess)
    tess.post(f"/my-work/{item.public_id}/", {"do": do})
    fresh = WorkItem.objects.get(pk=item.pk)
    assert (fresh.taken_at is not None) is taken
    assert tess.post(f"/my-work/{item.public_id}/", {"do": do}).status_code in {
        302,
        404,
    }


def test_a_swap_leads_to_the_other_one(desk, as_):
    item = desk.ask(desk.add(level="heavy", topic=desk.loss), desk.tess)
    other = desk.add("102")
    answer = as_(desk.tess).post(f"/my-work/{item.public_id}/", {"do": "swap"})
    assert answer.headers["Location"] == f"/my-work/{other.public_id}/"


def test_finishing_leads_to_the_log_and_its_offer(desk, as_):
    item = desk.taken(desk.tess, level="heavy", topic=desk.loss)
    tess = as_(desk.tess)
    here = f"/my-work/{item.public_id}/finish/"
    assert tess.post(here, {"when": "now", "minutes": ""}).status_code == 422
    data = {"when": "now", "minutes": "60", "audio_minutes": "20"}
    first = tess.post(here, data).headers["Location"]
    assert tess.post(here, data).headers["Location"] == first
    assert tess.get(here).headers["Location"] == first
    assert Activity.objects.count() == 1
    assert tess.get(first).context["panel"] is not None


def test_home_and_the_page_of_work_lead_to_what_is_asked(desk, as_):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    tess = as_(desk.tess)
    assert f"/my-work/{item.public_id}/" in tess.get("/my-work/").content.decode()
    assert 'href="/my-work/"' in tess.get("/").content.decode()


def test_topics_and_pauses_are_the_persons_own(desk, as_, at):
    item = desk.ask(desk.add(level="noted", topic=desk.loss), desk.tess)
    asks.not_this_topic(item=item, at=at)
    tess, uma = as_(desk.tess), as_(desk.uma)
    assert "loss" in tess.get("/my-work/").content.decode()
    assert "loss" not in uma.get("/my-work/").content.decode()
    data = {"do": "topic", "key": str(desk.loss.public_id)}
    uma.post("/my-work/wishes/", data)
    assert desk.tess.topic_rests.count() == 1
    tess.post("/my-work/wishes/", data)
    assert desk.tess.topic_rests.count() == 0
    key = {"key": str(desk.study.public_id)}
    tess.post("/my-work/wishes/", key | {"do": "pause"})
    assert "You are not asked for more" in tess.get("/my-work/").content.decode()
    tess.post("/my-work/wishes/", key | {"do": "go_on"})
    assert desk.tess.work_pauses.count() == 0


@pytest.mark.parametrize(
    "data",
    [{}, {"do": "pause"}, {"do": "pause", "key": "x"}, {"do": "x", "key": "x"}],
)
def test_a_wish_that_makes_no_sense_is_not_found(desk, as_, data):
    assert as_(desk.tess).post("/my-work/wishes/", data).status_code == 404


def test_the_day_stands_in_its_field_so_that_no_press_loses_it(desk, as_):
    item = desk.add(due_on=date(2026, 9, 30))
    lou, here = as_(desk.lou), f"/plan/queue/{item.public_id}/"
    assert 'value="2026-09-30"' in lou.get(here).content.decode()
    lou.post(f"{here}do/", {"do": "due", "due_on": "2026-10-02"})
    assert WorkItem.objects.get().due_on == date(2026, 10, 2)
    past = lou.post(f"{here}do/", {"do": "due", "due_on": "2026-09-01"})
    assert past.status_code == 422
    assert WorkItem.objects.get().due_on == date(2026, 10, 2)


def test_where_no_interviews_are_planned_the_plan_is_the_queue(desk, as_):
    where = as_(desk.lou).get("/plan/").headers["Location"]
    assert where == f"/plan/queue/?study={desk.study.public_id}"


def test_an_outsider_sees_and_changes_nothing(desk, as_, at):
    item = desk.ask(desk.add(), desk.tess)
    worker = desk.outside()
    charlie, uma = as_(desk.charlie), as_(desk.uma)
    for browser, path in (
        (charlie, f"/plan/queue/{item.public_id}/"),
        (charlie, f"/my-work/{item.public_id}/"),
        (uma, f"/my-work/{item.public_id}/"),
        (uma, f"/my-work/{item.public_id}/finish/"),
    ):
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"do": "take"}).status_code == 404
    for path in (
        f"/plan/queue/{item.public_id}/do/",
        f"/plan/outside/{worker.public_id}/end/",
    ):
        assert charlie.post(path, {"do": "off"}).status_code == 404
    assert "Recording 101" not in charlie.get("/plan/queue/").content.decode()
    named = charlie.get(f"/plan/queue/?study={desk.study.public_id}")
    assert named.status_code == 404
    assert WorkItem.objects.get().person == desk.tess


def test_the_queue_is_listed_in_a_fixed_number_of_queries(
    desk, as_, django_assert_num_queries
):
    lou = as_(desk.lou)
    desk.ask(desk.add("101"), desk.tess)
    lou.get("/plan/queue/")
    with django_assert_num_queries(13) as first:
        lou.get("/plan/queue/")
    desk.ask(desk.add("102"), desk.uma)
    desk.add("103", level="noted", topic=desk.loss)
    with django_assert_num_queries(len(first)):
        lou.get("/plan/queue/")


def test_somebody_without_an_account_is_added_once(desk, as_):
    lou = as_(desk.lou)
    data = {"name": "Ola Outside", "email": "ola@example.org", "role": "transcriber"}
    assert lou.post("/plan/outside/", data).status_code == 302
    assert lou.post("/plan/outside/", data).status_code == 422
    assert lou.post("/plan/outside/", data | {"role": "lead"}).status_code == 422
    assert OutsideWorker.objects.count() == 1
    assert "Ola Outside" in lou.get("/plan/outside/").content.decode()
