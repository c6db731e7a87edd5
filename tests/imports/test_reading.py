"""From bytes to rows: what is understood, and the sentence for what is not."""

# The tables of sentences read better unbroken.
# ruff: noqa: E501

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.imports.files import CODING, HEAD, INTERVIEWS, coding, interviews
from wellbeing.imports.reading import Reading, read

AT = datetime(2026, 9, 15, 15, 0, tzinfo=UTC)


def reading(data: bytes, zone: str = "Europe/London") -> Reading:
    return read(data, zone=zone, at=AT)


def said(data: bytes) -> list[str]:
    return [str(problem) for problem in reading(data).problems]


def test_a_whole_log_of_interviews_is_read():
    found = reading(INTERVIEWS.read_bytes())
    assert (found.kind, len(found.rows), found.problems) == ("interview", 30, [])
    first = found.rows[0]
    assert first.number == 2
    assert first.starts_at == datetime(2019, 7, 8, 9, 0, tzinfo=UTC)
    assert first.ends_at == datetime(2019, 7, 8, 10, 10, tzinfo=UTC)
    assert first.people == (("interviewer", "Ada Okafor"),)
    assert (first.mode, first.companion) == ("in_person", False)
    assert {row.mode for row in found.rows} == {
        "in_person",
        "skype",
        "phone",
        "teams",
        "zoom",
    }


def test_a_whole_log_of_coding_ends_at_five_on_the_day():
    found = reading(CODING.read_bytes())
    assert (found.kind, len(found.rows), found.problems) == ("coding", 30, [])
    first = found.rows[0]
    assert first.ends_at == datetime(2019, 11, 5, 17, 0, tzinfo=UTC)
    assert (first.ends_at - first.starts_at).total_seconds() == 150 * 60


@pytest.mark.parametrize(
    "data",
    [
        interviews("7,31/08/2020,10:00,10:48,Ada Okafor"),
        b"\xef\xbb\xbf" + interviews("7,31/08/2020,10:00,10:48,Ada Okafor"),
        interviews("7;31.08.2020;10.00;10.48;Ada Okafor", head=HEAD.replace(",", ";")),
        interviews(
            "7\t2020-08-31\t10:00:00\t10:48:00\tAda Okafor",
            head=HEAD.replace(",", "\t"),
        ),
        interviews(
            "Ada Okafor,7,10am,10:48 AM,31-8-2020",
            head=" INTERVIEWED by ,interview  number,Started,end,Day",
        ),
        interviews('"7","31/08/2020","10:00","10:48"," Ada   Okafor "').replace(
            b"\n", b"\r\n"
        ),
        interviews("7,31/08/2020,10:00,10:48,Ada Okafor").replace(b"\n", b"\r"),
    ],
    ids=["plain", "bom", "semicolons", "tabs", "other words", "quotes", "old breaks"],
)
def test_one_log_in_many_shapes_reads_the_same(data):
    found = reading(data)
    assert found.problems == []
    (row,) = found.rows
    assert row.code == "7"
    assert row.starts_at == datetime(2020, 8, 31, 9, 0, tzinfo=UTC)
    assert row.ends_at == datetime(2020, 8, 31, 9, 48, tzinfo=UTC)
    assert row.people == (("interviewer", "Ada Okafor"),)


def test_the_letters_of_an_older_windows_are_read():
    found = reading(
        interviews("7,31/08/2020,10:00,10:48,Zoë Müller").decode().encode("cp1252")
    )
    assert found.rows[0].people == (("interviewer", "Zoë Müller"),)


def test_wall_times_are_those_of_the_study():
    found = reading(interviews("7,31/08/2020,10:00,10:48,Ada"), zone="Asia/Kolkata")
    assert found.rows[0].starts_at == datetime(2020, 8, 31, 4, 30, tzinfo=UTC)


def test_other_columns_are_named_and_nothing_of_them_is_kept():
    found = reading(
        interviews("7,31/08/2020,10:00,10:48,Ada,secret", head=HEAD + ",Notes")
    )
    assert found.left_out == ("Notes",)
    assert "secret" not in repr(found)


def test_a_second_reading_of_a_transcript_is_another_piece_of_work():
    data = coding(
        "101,05/11/2019,Ada,60,first", "101,06/11/2019,Bem,60,second"
    ).replace(b"Minutes", b"Minutes,Pass")
    assert [row.key for row in reading(data).rows] == [
        "coding:101",
        "coding:101:second",
    ]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (",31/08/2020,10:00,11:00,Ada", "Interview: Write the number here."),
        (
            "7" * 33 + ",31/08/2020,10:00,11:00,Ada",
            "Interview: Keep the number to 32 characters.",
        ),
        (
            "7,31/02/2020,10:00,11:00,Ada",
            "Date: There is no such day. Write day, month, year, like 31/08/2020.",
        ),
        (
            "7,08/31/2020,10:00,11:00,Ada",
            "Date: There is no such day. Write day, month, year, like 31/08/2020.",
        ),
        (
            "7,1/2/20,10:00,11:00,Ada",
            "Date: Write the day like 31/08/2020: day, month, year.",
        ),
        (
            "7,01/02/0020,10:00,11:00,Ada",
            "Date: Look at the year again: it is too far away.",
        ),
        (
            "7,16/09/2026,10:00,11:00,Ada",
            "Date: This is still to come. A log holds what has happened.",
        ),
        ("7,31/08/2020,later,11:00,Ada", "Start: Write the time like 14:05."),
        ("7,31/08/2020,10,11:00,Ada", "Start: Write the time like 14:05."),
        (
            "7,31/08/2020,10:00,25:00,Ada",
            "Finish: There is no such time. Write it like 14:05.",
        ),
        (
            "7,31/08/2020,10:00,13pm,Ada",
            "Finish: There is no such time. Write it like 14:05.",
        ),
        ("7,31/08/2020,11:00,10:00,Ada", "Finish: The finish is not after the start."),
        ("7,31/08/2020,11:00,11:00,Ada", "Finish: The finish is not after the start."),
        ("7,31/08/2020,10:00,11:00, ", "Interviewer: Write here who it was."),
        ("7,31/08/2020,10:00,11:00", "Interviewer: Write here who it was."),
        (
            "7,31/08/2020,10:00,11:00," + "a" * 121,
            "Interviewer: Keep the name to 120 characters.",
        ),
        (
            "7,31/08/2020,10:00,11:00,A\x07da",
            "Interviewer: This name has a character in it that cannot be read.",
        ),
        (
            "7,29/03/2020,01:30,02:30,Ada",
            "Start: The clocks went forward then, so this time did not happen.",
        ),
    ],
)
def test_what_is_unclear_in_a_row_is_said_with_its_row_and_column(row, sentence):
    data = interviews("6,31/08/2020,10:00,11:00,Ada", row)
    assert said(data) == [f"Row 3, {sentence}"]
    assert len(reading(data).rows) == 1


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            "by pigeon,No,",
            "Mode: Write face to face, telephone, Skype, MS Teams or Zoom, or leave it empty.",
        ),
        ("Zoom,perhaps,", "Someone else present: Write yes or no, or leave it empty."),
        ("Zoom,No,ADA", "Facilitator: This is the same person as the interviewer."),
        ("Zoom,No,Gil,more", "This row has more cells than there are headings."),
    ],
)
def test_the_columns_that_may_be_empty_are_read_closely_too(cells, sentence):
    head = HEAD + ",Mode,Someone else present,Facilitator"
    (problem,) = reading(
        interviews(f"7,31/08/2020,10:00,11:00,Ada,{cells}", head=head)
    ).problems
    expected = (
        f"{problem.column}: {problem.sentence}" if problem.column else problem.sentence
    )
    assert expected == sentence


@pytest.mark.parametrize("minutes", ["0", "1441", "-5", "60.5", "", "an hour", "²"])
def test_minutes_are_whole_and_fit_a_day(minutes):
    assert said(coding(f"101,05/11/2019,Ada,{minutes}")) == [
        "Row 2, Minutes: Write whole minutes, from 1 to 1440."
    ]


def test_a_number_that_comes_twice_names_the_earlier_row():
    rows = ["7,31/08/2020,10:00,11:00,Ada", "", " 7 ,01/09/2020,10:00,11:00,Bem"]
    assert said(interviews(*rows)) == ["Row 4, Interview: This is the same as row 2."]


def test_a_time_that_came_twice_takes_the_first_and_says_so():
    (row,) = reading(interviews("7,25/10/2020,01:30,02:30,Ada")).rows
    assert row.starts_at == datetime(2020, 10, 25, 0, 30, tzinfo=UTC)
    assert row.said.startswith("This time came twice")


def test_no_sentence_repeats_what_stands_in_a_cell():
    data = interviews("secret" * 9 + ",secret,secret,secret,s\x07ecret")
    assert len(said(data)) == 5
    assert "secret" not in " ".join(said(data))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \r\n", "The file is empty."),
        (
            b"PK\x03\x04rest",
            "This is a spreadsheet, whatever its name says. Open it, choose Save as, and then CSV.",
        ),
        (
            b"\xd0\xcf\x11\xe0rest",
            "This is a spreadsheet, whatever its name says. Open it, choose Save as, and then CSV.",
        ),
        (
            interviews("7,31/08/2020,10:00,11:00,A\x00da"),
            "This is not a text file. Save it as CSV in UTF-8.",
        ),
        (HEAD.encode("utf-16"), "This is not a text file. Save it as CSV in UTF-8."),
        (
            b"\x81\x8d",
            "The letters of this file cannot be read. Save it as CSV in UTF-8.",
        ),
        (interviews(), "There is nothing under the headings."),
        (
            interviews('7,"31/08/2020,10:00'),
            "Row 2: A quotation mark here is not closed, or stands inside a cell.",
        ),
        (interviews("7" * 501), "Row 2: A cell is longer than 500 characters."),
        (
            b"," * 900_000,
            "Row 1: The first row is too long to be the headings of a log.",
        ),
        (b"x" * 1_000_001, "The file is larger than 1 MB. Split it into smaller ones."),
        (
            interviews(*["7,31/08/2020,10:00,11:00,Ada"] * 5_001),
            "There are more than 5,000 rows. Split the file.",
        ),
        (
            interviews('7,"' + "x\n" * 400_000),
            "Row 2: A quotation mark here is not closed, or stands inside a cell.",
        ),
    ],
)
def test_a_file_that_is_no_log_gets_one_clear_sentence_quickly(data, sentence):
    started = time.monotonic()
    assert said(data) == [sentence]
    assert time.monotonic() - started < 2


def test_unknown_headings_are_listed_beside_those_that_would_do():
    (sentence,) = said(b"Colour,Weight\n1,2\n")
    assert "Not known: Colour, Weight." in sentence
    assert "Interview, Date, Start, Finish, Interviewer" in sentence


def test_a_missing_column_and_a_doubled_one_are_named():
    assert said(b"Interview,Date,Start,Interviewer\n7,1/1/2020,10:00,Ada\n")[
        0
    ].startswith("Row 1: Not there: Finish.")
    assert said(f"{HEAD},Day\n".encode()) == [
        "Row 1: Two columns are called Date, or mean the same."
    ]


LOG_LIKE = st.text(st.sampled_from('1,;\t"\n\r/:0 aAé\ufeff\x07'), max_size=60).map(
    lambda text: (HEAD + "\n" + text).encode()
)


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=80).map(lambda t: t.encode("utf-8", "surrogatepass")),
        LOG_LIKE,
    )
)
def test_nothing_makes_reading_raise(data):
    found = reading(data)
    assert isinstance(found, Reading)
    assert found.rows or found.problems
    assert all(row.ends_at > row.starts_at for row in found.rows)
