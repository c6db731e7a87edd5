"""The rows of studies, activities, the protocol and its offers."""

from wellbeing.models.activity import (
    Activity,
    ActivityQuerySet,
    Correction,
    Exposure,
    ImportBatch,
)
from wellbeing.models.life import StudyChange
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
    INTERVIEWING_ROLES,
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
from wellbeing.models.work import (
    OutsideWorker,
    TopicRest,
    WorkItem,
    WorkItemQuerySet,
    WorkPause,
    WorkTopic,
)

__all__ = [
    "EXPOSED_ROLES",
    "INTERVIEWING_ROLES",
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
    "OutsideWorker",
    "PastLimit",
    "Pause",
    "Prepared",
    "PreviewRun",
    "ProtocolVersion",
    "Role",
    "ServiceAlert",
    "Signature",
    "Study",
    "StudyChange",
    "Team",
    "TopicRest",
    "WorkItem",
    "WorkItemQuerySet",
    "WorkPause",
    "WorkTopic",
]
