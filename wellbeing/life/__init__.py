"""The life of a study: setting up, active, paused, finished, in analysis, closed.

A stage stops planning and nothing else. Logging, offers and support go on in all of
them; support ends by a step of its own, on a day that people were told before.
"""
