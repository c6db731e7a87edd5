"""The protocol: a document that a team can read aloud, and what follows from it.

Pure. Nothing in here knows Django, the clock or a database: facts and the instant
come in, a plan goes out.
"""
