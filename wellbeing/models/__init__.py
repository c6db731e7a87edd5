"""The rows of studies, activities, the protocol and its offers."""

from wellbeing.models.activity import (
    Activity,
    ActivityQuerySet,
    Correction,
    Exposure,
    ImportBatch,
)
from wellbeing.models.offer import (
    NextLook,
    Offer,
    OfferQuerySet,
    ServiceAlert,
)
from wellbeing.models.planning import PastLimit, Prepared
from wellbeing.models.preview import PreviewRun
from wellbeing.models.protocol import (
    ChangeProposal,
    Draft,
    DraftComment,
    ProtocolVersion,
    Signature,
)
from wellbeing.models.study import (
    EXPOSED_ROLES,
    PLANNING_ROLES,
    SUPPORTER_ROLES,
    Invitation,
    Membership,
    MembershipQuerySet,
    Pause,
    Role,
    Study,
    Team,
)

__all__ = [
    "EXPOSED_ROLES",
    "PLANNING_ROLES",
    "SUPPORTER_ROLES",
    "Activity",
    "ActivityQuerySet",
    "ChangeProposal",
    "Correction",
    "Draft",
    "DraftComment",
    "Exposure",
    "ImportBatch",
    "Invitation",
    "Membership",
    "MembershipQuerySet",
    "NextLook",
    "Offer",
    "OfferQuerySet",
    "PastLimit",
    "Pause",
    "Prepared",
    "PreviewRun",
    "ProtocolVersion",
    "Role",
    "ServiceAlert",
    "Signature",
    "Study",
    "Team",
]
