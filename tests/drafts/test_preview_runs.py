"""A preview that is too long for a page: asked for, counted by the worker, shown."""

from datetime import timedelta

import pytest

from tests.drafts.story import LONGER
from tests.factories import make_interview, make_person
from wellbeing import preview_runs, previews, tasks
from wellbeing.drafts import texts
from wellbeing.models import PreviewRun

YEAR = timedelta(days=365)


@pytest.fixture(autouse=True)
def short_patience(monkeypatch):
    """Three activities are many already, and one person a whole portion."""
    monkeypatch.setattr(preview_runs, "AT_ONCE", 2)
    monkeypatch.setattr(preview_runs, "TOGETHER", 1)


@pytest.fixture
def busy(team, at):
    """Ada, Bem and Fay have an interview each; there is a draft."""
    for number, person in enumerate((team.ada, team.bem, team.fay), start=2):
        make_interview(team.study, person, ended=at - timedelta(days=number))
    return team.write(at)


def path(draft):
    return f"/protocol/draft/{draft.public_id}/preview/"


def asked(draft, at):
    preview_runs.ask(draft=draft, since=at - YEAR, until=at)
    return PreviewRun.objects.get()


def count(at, *, seconds=60.0):
    return preview_runs.count_some(clock=lambda: at, seconds=seconds)


def at_once(draft, at):
    return previews.preview(
        study=draft.study, text=draft.text, since=at - YEAR, until=at, at=at
    )


def text_of(page):
    return " ".join(page.content.decode().split())


# --- the page ------------------------------------------------------------------------


def test_it_is_asked_for_watched_and_read(busy, team, at, browse):
    ada = browse(team.ada)
    assert "Count it now" in text_of(ada.get(path(busy)))
    assert PreviewRun.objects.count() == 0  # to look is not to ask
    page = ada.post(path(busy), follow=True)
    assert "We begin in a moment." in text_of(page)
    tasks.count_previews()
    page = text_of(ada.get(path(busy)))
    assert "Count again up to now" in page
    assert f"{at_once(busy, at).people} people and 3 activities in that time" in page


def test_the_page_says_how_far_it_is(busy, team, at, browse):
    run = asked(busy, at)
    PreviewRun.objects.update(people=7, people_done=2)
    page = text_of(browse(team.ada).get(path(busy)))
    assert "<b>2 of 7 people</b> are counted." in page
    assert 'max="7"' in page
    assert run.done_at is None


def test_a_short_one_is_there_at_once_and_keeps_no_row(busy, team, monkeypatch, browse):
    monkeypatch.setattr(preview_runs, "AT_ONCE", 3)
    ada = browse(team.ada)
    for page in (ada.get(path(busy)), ada.post(path(busy), follow=True)):
        assert "With the draft" in text_of(page)
    assert PreviewRun.objects.count() == 0


def test_an_outsider_can_neither_ask_nor_see(busy, at, browse):
    stranger = browse(make_person("Nora Nobody"))
    assert stranger.post(path(busy)).status_code == 404
    asked(busy, at)
    count(at)
    assert stranger.get(path(busy)).status_code == 404


def test_counting_again_takes_in_what_was_logged_since(busy, team, at, clock, browse):
    asked(busy, at)
    count(at)
    later = at + timedelta(hours=1)
    clock(later)
    make_interview(team.study, team.ada, ended=at + timedelta(minutes=30))
    ada = browse(team.ada)
    assert "and 3 activities" in text_of(ada.get(path(busy)))
    ada.post(path(busy))
    count(later)
    assert "and 4 activities" in text_of(ada.get(path(busy)))


def test_a_text_that_cannot_be_read_is_not_counted(busy, team, browse):
    type(busy).objects.update(text="a: 1")
    page = browse(team.ada).post(path(busy), follow=True)
    assert "The text has to be readable first." in text_of(page)
    assert PreviewRun.objects.count() == 0


def test_what_went_wrong_is_ours_and_can_be_tried_again(
    busy, team, at, browse, monkeypatch
):
    asked(busy, at)
    with monkeypatch.context() as broken:
        broken.setattr(previews.together, "play", lambda *given: 1 / 0)
        assert not count(at)
    ada = browse(team.ada)
    page = text_of(ada.get(path(busy)))
    assert "It could not be counted. That is ours to put right" in page
    ada.post(path(busy))
    count(at)
    assert "With the draft" in text_of(ada.get(path(busy)))


# --- the worker ----------------------------------------------------------------------


def test_in_the_end_the_figures_are_those_of_a_short_one(busy, at):
    run = asked(busy, at)
    assert not count(at)
    run.refresh_from_db()
    assert preview_runs.preview_of(run, at=at) == at_once(busy, at)


def test_one_slice_after_another_comes_to_the_same(busy, at, monkeypatch):
    """A slice that is over at once counts one person, and says that there is more."""
    run = asked(busy, at)
    # The loop begins while there is time, and the first person uses all of it.
    for _ in range(50):
        if not one_person(at, monkeypatch):
            break
        run.refresh_from_db()
        assert (run.claim, run.done_at) == (None, None)
    run.refresh_from_db()
    assert run.people_done == run.people == at_once(busy, at).people
    assert preview_runs.preview_of(run, at=at) == at_once(busy, at)


def one_person(at, monkeypatch):
    times = iter([0.0, 0.0, *[2.0] * 20])
    with monkeypatch.context() as patched:
        patched.setattr(preview_runs.time, "monotonic", lambda: next(times))
        return count(at, seconds=1.0)


def test_what_a_worker_holds_is_not_taken_until_it_has_been_silent(busy, at):
    run = asked(busy, at)
    held = preview_runs._claim(at)
    assert held.pk == run.pk
    assert preview_runs._claim(at) is None
    soon = at + preview_runs.CLAIMED_FOR
    assert preview_runs._claim(soon - timedelta(seconds=1)) is None
    assert preview_runs._claim(soon).pk == run.pk


def test_a_worker_that_died_loses_nothing_and_doubles_nothing(busy, at, monkeypatch):
    run = asked(busy, at)
    one_person(at, monkeypatch)
    dead = preview_runs._claim(at)
    later = at + preview_runs.CLAIMED_FOR
    assert not count(later)
    # It was not dead after all; what it would still write finds no row.
    counted = previews.Counted(people=99)
    assert not preview_runs._save(dead, counted, 10**9, 99, later)
    run.refresh_from_db()
    assert preview_runs.preview_of(run, at=at) == at_once(busy, at)


def test_asking_twice_does_not_begin_anew(busy, at, monkeypatch):
    asked(busy, at)
    one_person(at, monkeypatch)
    run = asked(busy, at + timedelta(minutes=1))
    assert (run.people_done, run.until) == (1, at)


def test_a_text_that_changed_is_not_counted_any_more(busy, team, at):
    asked(busy, at)
    draft = team.change(busy, LONGER.replace("P10D", "P12D", 1), at)
    assert not count(at)
    assert PreviewRun.objects.count() == 0
    assert asked(draft, at).text_digest == texts.digest_of(draft.text)


def test_the_row_names_nobody(busy, at):
    """A key to go on from, and sums; nothing of any one person."""
    run = asked(busy, at)
    count(at)
    run.refresh_from_db()
    assert set(run.before) == {
        "offers",
        "joined",
        "pencils",
        "check_ins",
        "messages",
        "minutes",
    }
