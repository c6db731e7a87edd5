"""The questions, pure: everything can be skipped, nothing is scored."""

from hypothesis import given
from hypothesis import strategies as st

from checkins import instruments
from checkins.instruments import SHORT, Answers, clean, kept, lines, with_readers

JO = ("0d8f", "Dr Jo Whitfield")
LIST = "Choose from the list, or skip this question."
ONE = "Choose one of these, or skip this question."


def test_the_five_questions_are_the_agreed_ones():
    asked = {q.name: [choice.words for choice in q.choices] for q in SHORT.questions}
    assert list(asked) == ["how", "full", "help", "see", "again"]
    assert asked["full"] == ["Room to spare", "About right", "Full", "Too much"]
    assert asked["see"] == ["Only me"]
    assert [q.name for q in SHORT.questions if q.several] == ["help"]


def test_each_question_says_something_else_to_the_computer_for_each_choice():
    for question in with_readers(SHORT, [JO]).questions:
        values = [choice.value for choice in question.choices]
        assert len(set(values)) == len(values)
        assert instruments.SKIP not in values


def test_skipping_and_leaving_out_are_the_same():
    skipped = {q.name: ["skip"] for q in SHORT.questions}
    assert clean(SHORT, skipped) == clean(SHORT, {}) == Answers()
    assert clean(SHORT, {"how": [""], "help": ["skip", "skip"]}) == Answers()


def test_known_choices_are_kept_as_they_came():
    said = clean(SHORT, {"how": ["tired"], "help": ["short", "quiet", "short"]})
    assert said == Answers({"how": ["tired"], "help": ["short", "quiet"]})


def test_an_unknown_choice_gets_a_sentence_and_loses_nothing():
    said = clean(SHORT, {"how": ["great"], "full": ["much"], "help": ["peer", "x"]})
    assert said.errors == {"how": LIST, "help": LIST}
    assert said.values == {"how": ["great"], "full": ["much"], "help": ["peer", "x"]}


def test_two_answers_to_a_question_with_one_get_a_sentence():
    assert clean(SHORT, {"full": ["room", "much"]}).errors == {"full": ONE}


def test_a_reader_who_was_not_offered_cannot_be_chosen():
    form = with_readers(SHORT, [JO])
    assert clean(form, {"see": ["once:0d8f"]}).errors == {}
    assert clean(form, {"see": ["person:0d8f"]}).errors == {}
    assert clean(form, {"see": ["once:ffff"]}).errors == {"see": LIST}
    assert clean(SHORT, {"see": ["once:0d8f"]}).errors == {"see": LIST}


def test_only_me_is_ticked_unless_a_reader_of_this_form_was_chosen_before():
    def ticked(usual):
        form = with_readers(SHORT, [JO], usual=usual)
        return next(q.usual for q in form.questions if q.name == "see")

    assert [ticked(""), ticked("ffff")] == ["me", "me"]
    assert ticked("0d8f") == "person:0d8f"


def test_what_is_kept_says_neither_who_reads_nor_when_to_ask():
    said = Answers({"how": ["fine"], "see": ["me"], "again": ["week"]})
    assert kept(SHORT, said) == {"how": ["fine"]}


def test_reading_shows_every_question_in_words():
    assert lines(SHORT, {"how": ["staying"], "help": ["short", "quiet"]}) == [
        ("How are you, after your recent work?", "It is staying with me"),
        ("How full does your week feel?", "Skipped"),
        ("What would help, if anything?", "A short call; Quiet paid time"),
    ]


@given(
    st.dictionaries(
        st.sampled_from(["how", "full", "help", "see", "again", "other"]),
        st.lists(st.text(max_size=6) | st.sampled_from(["fine", "full", "me"])),
    )
)
def test_whatever_is_posted_is_either_understood_or_answered_with_a_sentence(posted):
    form = with_readers(SHORT, [JO])
    said = clean(form, posted)
    assert set(said.errors) <= set(said.values)
    for question in form.questions:
        if question.name not in said.errors:
            chosen = said.values.get(question.name, [])
            assert all(question.words_of(value) for value in chosen)
