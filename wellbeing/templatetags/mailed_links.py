"""What a message adds to the ids in its row: the signature of a link, or a code."""

from django import template

from wellbeing.lib import links

register = template.Library()


@register.filter
def signed(path: str) -> str:
    """The path, or the whole address, with the signature of its path at the end.

    `path` ends in a slash; an address, with or without its scheme, is signed by what
    follows its host.
    """
    start = path.find("/", path.find("//") + 2) if "//" in path else path.find("/")
    return f"{path}{links.signature_of(path[start:])}/"


@register.filter
def code_of(ticket: str) -> str:
    return links.code_of(ticket)
