"""The questions of a check-in, and what counts as an answer. Pure.

A form is data. Every question can be skipped; leaving it out is the same as skipping
it. There is no score: nothing here adds, ranks or compares.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

SKIP = "skip"
ONLY_ME = "me"
STANDING = "person"
ONCE = "once"
SEE, AGAIN = "see", "again"


@dataclass(frozen=True)
class Choice:
    value: str
    words: str
    hint: str = ""


@dataclass(frozen=True)
class Question:
    """`usual` is the choice that is ticked beforehand; empty means none is."""

    name: str
    words: str
    choices: tuple[Choice, ...]
    several: bool = False
    hint: str = ""
    usual: str = ""
    skip: str = "Skip this one"

    def words_of(self, value: str) -> str:
        """The words beside a choice; empty for a value that is not among them."""
        return next((c.words for c in self.choices if c.value == value), "")


@dataclass(frozen=True)
class Form:
    """What a person is asked: questions about them, then how to go on."""

    key: str
    title: str
    lede: str
    questions: tuple[Question, ...]

    @property
    def about_you(self) -> tuple[Question, ...]:
        """The questions whose answers are kept, sealed."""
        return tuple(q for q in self.questions if q.name not in {SEE, AGAIN})


@dataclass(frozen=True)
class Answers:
    """What was said: per question the values chosen, without the skipped ones.

    `errors` holds a sentence for each question whose answer cannot be understood; the
    values then are what came in, so that nothing is lost.
    """

    values: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def one(self, name: str) -> str:
        """The single value of a question, or empty."""
        return next(iter(self.values.get(name, [])), "")


_SEE_ONLY_ME = Choice(ONLY_ME, "Only me", "Nobody is notified, whatever you answered")

_HOW = Question(
    "how",
    "How are you, after your recent work?",
    (
        Choice("fine", "Fine"),
        Choice("tired", "A bit tired"),
        Choice("unsettled", "Unsettled"),
        Choice("staying", "It is staying with me"),
        Choice("unsure", "Not sure"),
    ),
)
_HOW_TO_GO_ON = (
    Question(
        SEE,
        "Who may see this?",
        (_SEE_ONLY_ME,),
        hint="Never the coordinator, never the leads. You can change this later.",
        usual=ONLY_ME,
        skip="Skip this one: only me",
    ),
    Question(
        AGAIN,
        "Ask me again?",
        (
            Choice("tomorrow", "Tomorrow"),
            Choice("week", "In a week"),
            Choice("usual", "As usual"),
            Choice("pause", "Please pause these", "Until you start them again"),
        ),
    ),
)

SHORT = Form(
    "short",
    "How are you?",
    "Five questions, each one optional. About a minute. There is no score.",
    (
        _HOW,
        Question(
            "full",
            "How full does your week feel?",
            (
                Choice("room", "Room to spare"),
                Choice("right", "About right"),
                Choice("full", "Full"),
                Choice("much", "Too much"),
            ),
        ),
        Question(
            "help",
            "What would help, if anything?",
            (
                Choice("same", "Talk with the person I usually see"),
                Choice("else", "Talk with someone else"),
                Choice("short", "A short call"),
                Choice("peer", "A peer conversation"),
                Choice("group", "The group"),
                Choice("space", "More space between interviews"),
                Choice("practical", "Practical help"),
                Choice("quiet", "Quiet paid time"),
                Choice("nothing", "Nothing just now"),
                Choice("unsure", "Not sure"),
            ),
            several=True,
            hint="Tick any. Nothing is booked from here, and nobody is asked.",
        ),
        *_HOW_TO_GO_ON,
    ),
)

ONE_ITEM = Form(
    "one_item",
    "How are you?",
    "One question. It is optional, and there is no score.",
    (_HOW, *_HOW_TO_GO_ON),
)
FORMS = {form.key: form for form in (SHORT, ONE_ITEM)}


Asked = Sequence[tuple[str, Sequence[str], bool]]


def own_form(
    *,
    key: str,
    title: str,
    source: str,
    asked: Asked,
) -> Form:
    """A form that a team brought: its questions as (words, choices, several), and how
    to go on as in ours. `source` says where the questions come from."""
    questions = tuple(
        Question(
            f"q{number}",
            ask,
            tuple(Choice(str(n), said) for n, said in enumerate(choices, start=1)),
            several=several,
        )
        for number, (ask, choices, several) in enumerate(asked, start=1)
    )
    lede = "Each question is optional. There is no score."
    lede += f" {source}." if source else ""
    return Form(key, title, lede, (*questions, *_HOW_TO_GO_ON))


def with_readers(
    form: Form, readers: Sequence[tuple[str, str]], *, usual: str = ""
) -> Form:
    """The form with two choices for each possible reader, given as (id, name).

    `usual` is the id of the reader whom the person chose for the next ones, if any.
    """
    choices = [_SEE_ONLY_ME]
    for key, name in readers:
        each = "This one and the next ones, until you change it"
        choices.append(Choice(f"{STANDING}:{key}", name, each))
        choices.append(Choice(f"{ONCE}:{key}", f"{name}, this one only"))
    known = usual in {key for key, _ in readers}
    ticked = f"{STANDING}:{usual}" if known else ONLY_ME
    return replace(
        form,
        questions=tuple(
            replace(q, choices=tuple(choices), usual=ticked) if q.name == SEE else q
            for q in form.questions
        ),
    )


def clean(form: Form, posted: Mapping[str, Sequence[str]]) -> Answers:
    """What the person said. Names that the form does not ask for are left alone."""
    values: dict[str, list[str]] = {}
    errors: dict[str, str] = {}
    for question in form.questions:
        came = list(dict.fromkeys(v for v in posted.get(question.name, ()) if v))
        chosen = [value for value in came if value != SKIP]
        problem = _problem(question, chosen)
        if problem:
            errors[question.name] = problem
        if chosen:
            values[question.name] = chosen
    return Answers(values, errors)


def _problem(question: Question, chosen: Sequence[str]) -> str:
    if not all(question.words_of(value) for value in chosen):
        return "Choose from the list, or skip this question."
    if len(chosen) > 1 and not question.several:
        return "Choose one of these, or skip this question."
    return ""


def kept(form: Form, answers: Answers) -> dict[str, list[str]]:
    """The part that is sealed: not who may see it, and not when to ask again."""
    return {
        q.name: answers.values[q.name]
        for q in form.about_you
        if q.name in answers.values
    }


def lines(form: Form, values: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """Each question with the words that were chosen, skipped ones included."""
    return [
        (q.words, "; ".join(q.words_of(v) for v in values.get(q.name, ())) or "Skipped")
        for q in form.about_you
    ]
