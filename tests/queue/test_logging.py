"""Recordings, transcripts and meetings are logged without a queue too."""

import pytest

from tests.factories import join, make_person
from wellbeing.models import Activity, Offer


def fields(page, **data):
    submission = page.context["form"]["submission"].value()
    return {"submission": str(submission), "when": "now"} | data


def test_who_only_transcribes_is_led_to_the_log_of_recordings(desk, as_):
    tess = as_(desk.tess)
    assert tess.get("/log/").headers["Location"] == "/log/recording/"
    assert tess.get("/log/coding/").headers["Location"] == "/log/recording/"
    assert as_(desk.mo).get("/log/").headers["Location"] == "/log/coding/"
    page = tess.get("/log/recording/").content.decode()
    assert "/log/meeting/" in page
    assert "/log/coding/" not in page


def test_a_recording_is_logged_with_its_audio_and_level(desk, as_):
    tess = as_(desk.tess)
    data = fields(
        tess.get("/log/recording/"),
        code="101",
        minutes="150",
        audio_minutes="45",
        level="heavy",
    )
    for _ in range(2):
        tess.post("/log/recording/", data)
    one = Activity.objects.get()
    assert (one.kind, one.audio_minutes, one.minutes, one.level) == (
        "transcription",
        45,
        150,
        "heavy",
    )
    assert Offer.objects.filter(person=desk.tess, rule="audio").count() == 1


def test_a_transcript_is_logged_with_its_reading(desk, as_):
    mo = as_(desk.mo)
    page = mo.get("/log/coding/")
    assert "how" not in page.context["form"].fields
    data = fields(page, code="101", minutes="60", level="noted", reading="again")
    mo.post("/log/coding/", data)
    one = Activity.objects.get()
    assert (one.kind, one.again, one.level, one.audio_minutes) == (
        "coding",
        True,
        "noted",
        None,
    )


def test_a_meeting_is_one_event_for_all_who_were_there(desk, as_):
    pat = join(desk.study, make_person("Pat Quigley"), "coder")
    mo = as_(desk.mo)
    data = fields(
        mo.get("/log/meeting/"),
        minutes="90",
        closed="on",
        others=[str(pat.public_id), str(desk.tess.public_id)],
    )
    mo.post("/log/meeting/", data)
    one = Activity.objects.get()
    assert (one.kind, one.closing_minutes) == ("analysis_meeting", 15)
    assert {(e.person, e.role) for e in one.exposures.all()} == {
        (desk.mo, "coder"),
        (pat, "coder"),
        (desk.tess, "transcriber"),
    }
    offers = Offer.objects.filter(rule="after_meeting")
    assert {offer.person for offer in offers} == {desk.mo, pat, desk.tess}


def test_a_meeting_that_a_colleague_logged_is_not_logged_again(desk, as_):
    for person, other in ((desk.mo, desk.tess), (desk.tess, desk.mo)):
        browser = as_(person)
        data = fields(
            browser.get("/log/meeting/"), minutes="90", others=[str(other.public_id)]
        )
        browser.post("/log/meeting/", data)
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("page", "data", "field", "sentence"),
    [
        ("recording", {"minutes": "60", "audio_minutes": "45"}, "code", "Enter"),
        ("recording", {"minutes": "60"}, "audio_minutes", "Enter how long the"),
        ("recording", {"code": "1", "minutes": "9999"}, "minutes", "Enter at most"),
        ("recording", {"code": "1", "level": "awful"}, "level", "Choose one"),
        ("meeting", {"minutes": "90"}, "others", "Choose who else was there."),
        ("meeting", {"minutes": "5", "closed": "on"}, "minutes", "That is shorter"),
        ("meeting", {"minutes": "90", "others": ["x"]}, "others", "Choose people"),
    ],
)
def test_bad_input_is_told_beside_the_field(desk, as_, page, data, field, sentence):
    tess = as_(desk.tess)
    here = f"/log/{page}/"
    answer = tess.post(here, fields(tess.get(here)) | data)
    assert answer.status_code == 422
    assert answer.context["form"].errors[field][0].startswith(sentence)
    assert Activity.objects.count() == 0


def test_who_does_none_of_this_is_led_away(desk, as_):
    assert as_(desk.lou).get("/log/recording/").status_code == 404
