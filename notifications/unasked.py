"""Which messages count towards the one a day that nobody asked for. The one place.

A message counts when its reader did nothing that calls for it: a question, a wish of
somebody else, something that is there for them. It does not count when it answers what
the reader did (a code, a test, an answer to a text), when it is about a time that they
agreed or that we change, or when somebody waits for them (a request, cover, a limit, a
note about the service).

An offer after an interview answers the reader's own work: the page showed it when that
was logged, and the time that it names runs from then on, so that it can neither wait
for the next morning nor take the day from something else. Its reminder counts, and so
does an offer that only the calendar or a plan brings: a month's supervision, a return
after a pause. The sender cannot tell the two apart; who plans the message can, and says
that it `answers` something.
"""

TEMPLATES = frozenset(
    {
        "check_in",
        "check_ins_go_on",
        "group_invitation",
        "offer_open",
        "offer_reminder",
        "practical_wish",
        "protocol_review",
        "supervision_kept",
        "support_ends",
        "time_kept",
    }
)
