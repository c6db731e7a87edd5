"""Work that is given to people: recordings to transcribe and transcripts to code.

The content note comes before anything else. Whatever somebody says to it needs no
reason, puts the piece back into the queue, and is not kept in a way that anybody could
count. `asks` holds what people say, `room` who can be asked, `outside` those without an
account.
"""
