"""Where a need meets an offer: competences, offers, needs, matches."""

from brokering.models.competences import Competence, CompetenceArea
from brokering.models.imports import ImportRun
from brokering.models.index import OfferCompetence, OfferIndex, OfferVector, PostingBlock, Vocabulary
from brokering.models.matches import Match, Proposal, ProposalEvent, Verdict
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
    "Match",
    "NeedEvent",
    "NeedRequest",
    "OfferCompetence",
    "OfferIndex",
    "OfferVector",
    "PostingBlock",
    "Proposal",
    "ProposalEvent",
    "SavedSearch",
    "Verdict",
    "Visit",
    "Vocabulary",
]
