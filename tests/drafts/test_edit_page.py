"""Changing the text in fields or whole: all of it is checked, or nothing is saved."""

import pytest

from tests.drafts.story import LONGER, REASON, TEXT
from tests.drafts.test_pages import posted, text_of, url
from wellbeing.drafts import texts

OPEN = "offers.after_interview.open"


@pytest.fixture
def edit(team, at, browse):
    """Post the edit page as a browser would, with some fields changed."""
    draft = team.write(at, TEXT)
    client = browse(team.cleo)
    form = client.get(url(draft, "edit/")).context["form"]
    fields = {
        **posted(form),
        "reason": REASON,
        "text": TEXT.replace("\n", "\r\n"),
        "seen": texts.digest_of(TEXT),
    }

    def send(**changes):
        changed = {name.replace("__", "."): value for name, value in changes.items()}
        answer = client.post(url(draft, "edit/"), {**fields, **changed})
        draft.refresh_from_db()
        return answer

    send.draft = draft
    return send


def test_a_field_changes_its_value_and_no_other_character(edit):
    assert edit(**{OPEN: "10"}).status_code == 302
    assert edit.draft.text == LONGER


def test_nothing_changed_saves_the_same_text(edit):
    assert edit().status_code == 302
    assert edit.draft.text == TEXT


def test_the_text_can_be_changed_whole(edit):
    assert edit(text=LONGER).status_code == 302
    assert edit.draft.text == LONGER


def test_fields_and_text_are_saved_together(edit):
    text = TEXT.replace("review_every: P90D", "review_every: P60D")
    assert edit(text=text, **{OPEN: "10"}).status_code == 302
    assert edit.draft.text == LONGER.replace("review_every: P90D", "review_every: P60D")


def test_a_field_and_the_text_that_disagree_are_told_and_neither_is_taken(edit):
    answer = edit(
        text=TEXT.replace("    open: P7D", "    open: P9D", 1), **{OPEN: "10"}
    )
    assert answer.status_code == 422
    assert answer.context["form"].errors[OPEN] == [
        "The text says P9D here. Make the two the same."
    ]
    assert edit.draft.text == TEXT


def test_a_field_whose_place_has_gone_from_the_text_says_so(edit):
    text = TEXT.replace("    open: P7D\n", "", 1)
    answer = edit(text=text, **{OPEN: "10"})
    assert answer.context["form"].errors[OPEN] == ["This is no longer in the text."]


def test_each_problem_stands_with_its_line_beside_its_place(edit):
    text = TEXT.replace("zone: Europe/London", "zone: Europe/Nowhere")
    line = text[: text.index("zone:")].count("\n") + 1
    answer = edit(text=text, **{"limits.interview.day.limit": "0"})
    errors = answer.context["form"].errors
    assert answer.status_code == 422
    assert [one.startswith(f"line {line}, zone: ") for one in errors["text"]] == [True]
    assert len(errors["limits.interview.day.limit"]) == 1
    assert edit.draft.text == TEXT


def test_what_was_typed_is_still_there(edit):
    answer = edit(text="protocol: [", **{OPEN: "12"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "protocol: [</textarea>" in page
    assert 'value="12"' in page


@pytest.mark.parametrize(
    "value", ["", "soon", "-1", "99999999", "1.5", "\x00", "<script>", "P7D"]
)
def test_a_number_that_is_none_is_told_beside_its_field(edit, value):
    answer = edit(**{OPEN: value})
    assert answer.status_code == 422
    assert len(answer.context["form"].errors[OPEN]) == 1


@pytest.mark.parametrize(
    "text",
    ["", "\x00", "a: &x [*x]", "[" * 2000, "x: " + "y" * 250_000, "- a", "\ud7ff: 1"],
)
def test_a_text_that_is_no_protocol_is_told_and_never_breaks(edit, text):
    answer = edit(text=text)
    assert answer.status_code == 422
    assert edit.draft.text == TEXT


def test_a_text_that_moved_is_told_and_can_be_put_in_its_place(team, at, edit):
    theirs = TEXT.replace("review_every: P90D", "review_every: P60D")
    team.change(edit.draft, theirs, at, by=team.lou)
    answer = edit(**{OPEN: "10"})
    assert answer.status_code == 422
    assert "Somebody else has saved since" in text_of(answer)
    assert edit.draft.text == theirs
    seen = answer.context["form"]["seen"].value()
    assert edit(seen=seen, **{OPEN: "10"}).status_code == 302
    assert edit.draft.text == LONGER


def test_every_field_has_a_label_of_its_own(edit, team, browse):
    form = browse(team.cleo).get(url(edit.draft, "edit/")).context["form"]
    nameless = [leaf.path for leaf in form.leaves if not form[leaf.path].label]
    assert nameless == []
