"""Pages as a signed-in browser asks for them, without the network."""

from django.test import Client

from wellbeing.people.models import User


class PageBroke(Exception):
    """A page did not answer as it should, so that timing it would mean nothing."""


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def get(client: Client, path: str) -> bytes:
    """The page. Raises PageBroke for anything but a page."""
    response = client.get(path)
    if response.status_code != 200:
        raise PageBroke(f"{path} answered {response.status_code}")
    return bytes(response.content)
