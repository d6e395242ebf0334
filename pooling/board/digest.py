"""What the weekly e-mail tells of the demand board: to providers the demand, to brokers who could meet it."""

from collections import defaultdict
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brokering import digest
from brokering.models import Competence, CompetenceNeed, CourseOffer
from partners.digest import Item, Section, wanted
from partners.models import Organisation, User
from partners.models.roles import OFFER_KEEPERS
from pooling.board.cells import Cell, cells
from pooling.board.permissions import board_actions
from pooling.models import CouldRun

MOST = 10


class PooledDemand:
    """What three firms or more ask for together, in the competences that the provider gives."""

    name = "pooled-demand"
    label = gettext_lazy("What several firms ask for together, in the subjects you teach")

    def is_for(self, user: User) -> bool:
        return user.is_provider

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        """Cells into which a need has come this week, and of which the provider has not said yet that it could."""
        said = list(CouldRun.objects.standing().of_people(user))
        open_ = [cell for cell in news(user, since, until) if not any(cell.matches(one) for one in said)]
        url = reverse("demand-board")
        items = [Item(cell.title, f"{url}#{cell.name}", cell.said) for cell in open_]
        title = _("Asked for by several firms")
        return [Section(title, url, items[:MOST], max(0, len(items) - MOST))] if items else []


class NewDemand(digest.NewDemand):
    """Less the needs of which PooledDemand tells, or would if the provider had not answered."""

    def told_elsewhere(self, user: User, since: datetime, until: datetime) -> set[int]:
        if PooledDemand.name not in {kind.name for kind in wanted(user)}:
            return set()
        return {one.need for cell in news(user, since, until) for one in cell.needs}


def news(user: User, since: datetime, until: datetime) -> list[Cell]:
    """Of the subjects that the person's providers teach, the cells into which a need has come."""
    given = competences_of(user)
    first, last = timezone.localdate(since), timezone.localdate(until)
    shown = cells(last, tells_people=not board_actions(user)["count"]) if given else []
    return [one for one in shown if one.is_shown and one.key.subject in given and first < one.newest <= last]


def competences_of(user: User) -> set[str]:
    """What the person's providers teach: as said of their published courses, and as found where nothing is said."""
    providers = Organisation.objects.with_role(user, *OFFER_KEEPERS).providers()
    offers = CourseOffer.objects.published().filter(provider__in=providers.order_by().values("pk"))
    stated = offers.filter(competences__isnull=False).order_by().values_list("competences", flat=True)
    found = offers.found_about().order_by().values_list("found_competences__competence", flat=True)
    return {*stated, *found}


class CouldRunNews:
    """Providers that newly say they could run what the broker's firms need."""

    name = "could-run"
    label = gettext_lazy("Providers that say they could run what the firms you broker for need")

    def is_for(self, user: User) -> bool:
        return user.is_broker

    def sections(self, user: User, since: datetime, until: datetime) -> list[Section]:
        needs = CompetenceNeed.objects.handled_for(user).open().filter(index__isnull=False)
        asked = {slug for subjects in needs.values_list("index__subjects", flat=True) for slug, _strength in subjects}
        new = CouldRun.objects.standing().filter(at__gt=since, at__lte=until, competence__in=asked)
        by_competence = defaultdict[Competence, list[CouldRun]](list)
        for one in new.select_related("competence", "provider", "municipality", "county").order_by("at", "pk"):
            by_competence[one.competence].append(one)
        url = reverse("demand-board")
        return [
            Section(str(competence), url, [_item(one, url) for one in said[:MOST]], max(0, len(said) - MOST))
            for competence, said in by_competence.items()
        ]


def _item(one: CouldRun, url: str) -> Item:
    return Item(str(one.provider), url, " · ".join(filter(None, [str(one.municipality or one.county or ""), one.note])))
