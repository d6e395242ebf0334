"""What the site knows of a project beyond projects/: its courses and needs (brokering), its money (funding)."""

from collections.abc import Collection
from datetime import date

from config.knowledge import figures, money, offers
from projects.knowledge import Figure, Knowledge, LocalOffer, MoneyLine
from projects.models import Project


class Site(Knowledge):
    """Answers for the whole site; see projects.knowledge.Knowledge."""

    def offers_like(self, text: str, places: Collection[str], km: float = 50) -> list[LocalOffer]:
        return offers.offers_like(text, places, km)

    def offers_for(self, text: str, place: str = "") -> list[LocalOffer]:
        return offers.offers_for(text, place)

    def figures(self, project: Project, first: date, last: date) -> list[Figure]:
        return figures.figures(project, first, last)

    def money(self, project: Project) -> list[MoneyLine]:
        return money.money(project)

    def missing_money(self, project: Project) -> list[str]:
        return money.missing_money(project)
