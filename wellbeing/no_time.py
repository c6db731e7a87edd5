"""When no time was free inside the promise: the service's own shortcoming.

Cover hears at once, since an hour that they open may still keep the promise; the lead
the next working morning. Neither learns whose promise it was (domain trap 14).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from notifications import outbox
from sessions.models import Supporter
from wellbeing import support
from wellbeing.models import Offer, ServiceAlert

USEFUL = timedelta(days=1)


def note(*, offer: Offer, able: Collection[Supporter], at: datetime) -> None:
    """One alert for one offer, and one message to each who could cover. Twice is once.

    Cover is that of the supporter whom the person knows; when they know nobody, that of
    all who are able.
    """
    ServiceAlert.objects.get_or_create(
        key=f"no-time:{offer.public_id}",
        defaults={
            "study": offer.study,
            "kind": ServiceAlert.Kind.NO_TIME,
            "made_at": at,
        },
    )
    known = support.known_to(person=offer.person, among=able, at=at)
    asked = [known] if known else able
    covers = {one.cover_id: one.cover for one in asked if one.cover is not None}
    for cover in covers.values():
        if cover is not None and cover.pk != offer.person_id:
            _tell(offer, cover, at)


def _tell(offer: Offer, cover: Supporter, at: datetime) -> None:
    outbox.plan(
        to=cover.person,
        purpose="request_notice",
        template="no_time_free",
        key=f"no-time:{offer.public_id}:{cover.pk}",
        group=f"no-time:{offer.public_id}",
        context={"path": "/availability/"},
        at=at,
        expires_at=min(offer.window_until, at + USEFUL),
    )
