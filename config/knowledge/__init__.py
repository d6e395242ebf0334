"""What the site knows of a project beyond projects/: its courses and needs (brokering), its money (funding)."""

from collections.abc import Collection

from config.knowledge import offers
from projects.knowledge import Knowledge, LocalOffer


class Site(Knowledge):
    """Answers for the whole site; see projects.knowledge.Knowledge."""

    def offers_like(self, text: str, places: Collection[str], km: float = 50) -> list[LocalOffer]:
        return offers.offers_like(text, places, km)

    def offers_for(self, text: str, place: str = "") -> list[LocalOffer]:
        return offers.offers_for(text, place)
