"""Where a need meets an offer: competences, offers, needs, matches."""

from brokering.models.competences import Competence, CompetenceArea
from brokering.models.imports import ImportRun
from brokering.models.index import OfferCompetence, OfferIndex, OfferVector, PostingBlock, Vocabulary
from brokering.models.learning import Impression, ScoreEvent, ScoreVersion
from brokering.models.matches import Match, Proposal, ProposalEvent, Verdict
from brokering.models.need_index import NeedIndex
from brokering.models.needs import CompetenceNeed, NeedEvent
from brokering.models.offers import CourseOffer
from brokering.models.requests import NeedRequest
from brokering.models.runs import CourseRun
from brokering.models.searches import SavedSearch
from brokering.models.visits import Visit

__all__ = [
    "Competence",
    "CompetenceArea",
    "CompetenceNeed",
    "CourseOffer",
    "CourseRun",
    "ImportRun",
    "Impression",
    "Match",
    "NeedEvent",
    "NeedIndex",
    "NeedRequest",
    "OfferCompetence",
    "OfferIndex",
    "OfferVector",
    "PostingBlock",
    "Proposal",
    "ProposalEvent",
    "SavedSearch",
    "ScoreEvent",
    "ScoreVersion",
    "Verdict",
    "Visit",
    "Vocabulary",
]
