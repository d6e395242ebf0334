"""The pages of proposed pools."""

from pooling.models import PoolProposal
from tests.browser.sample import Sample
from tests.browser.things import LEADER


def proposed() -> list[object]:
    return [PoolProposal.objects.open().filter(handled_by__name="Sør-Varanger Utvikling").with_sums()[0].pk]


POOL_PROPOSAL_SAMPLES = [
    Sample("pool-proposal-list", LEADER),
    Sample("pool-proposal-list", LEADER, "?state=rejected"),
    Sample("pool-proposal", LEADER, of=proposed),
]
POOL_PROPOSAL_NOT_PAGES = {"pool-proposal-decide": "a POST"}
