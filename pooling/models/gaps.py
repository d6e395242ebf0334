"""What is published of demand against supply: groups of three firms or more, reckoned every night by pooling.gaps.

Every page, filter, file and what-if about gaps reads these groups and nothing else, and adds them up. So nothing that
is shown, nor any difference between two things that are shown, is about fewer than three firms (docs/decisions/0021).
"""

from datetime import date

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from brokering.demand import FEWEST_FIRMS
from brokering.models import Competence, CompetenceArea, CompetenceNeed
from partners.models import County, Municipality, Organisation, Region, User
from partners.models.roles import BROKERING_ROLES


class GapQuerySet(models.QuerySet["Gap"]):
    def of(self, county: County) -> "GapQuerySet":
        return self.filter(county=county)

    def visible_to(self, user: User) -> "GapQuerySet":
        """All for county staff. A broker knows what their own firms want, and so could subtract them: for a broker a
        group has to be of three firms or more beside their own, or of their own alone.
        """
        if user.is_county_staff:
            return self
        own = Q(needs__handled_by__in=_houses(user))
        firm = Coalesce("needs__employer__parent", "needs__employer")
        beside = self.annotate(beside=Count(firm, filter=~own, distinct=True))
        return beside.filter(Q(beside__gte=FEWEST_FIRMS) | Q(beside=0))

    def hidden_from(self, user: User) -> "GapQuerySet":
        return self.exclude(pk__in=self.visible_to(user).order_by().values("pk"))

    def may_be_told_together(self, user: User) -> bool:
        """Whether the sum of them gives no firm away: three or more beside the person's own, or none, among those who
        have a seat and among those who have none. One query.
        """
        others = GapNeed.objects.filter(gap__in=self).exclude(need__handled_by__in=_houses(user))
        firm = Coalesce("need__employer__parent", "need__employer")
        counted = others.order_by().values("gap__is_met").annotate(firms=Count(firm, distinct=True))
        return all(row["firms"] >= FEWEST_FIRMS for row in counted)


def _houses(user: User) -> models.QuerySet[Organisation]:
    """Those whose firms' needs the person knows."""
    return Organisation.objects.with_role(user, *BROKERING_ROLES)


class Gap(models.Model):
    """People of three firms or more who want the same in the same place, all with a seat within reach or all without.

    The place is a municipality where enough firms there ask for the same, else the region, else the county; the
    subject is a competence, else its area, else whatever it is.
    """

    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="gaps", verbose_name=_("county"))
    region = models.ForeignKey(
        Region, on_delete=models.CASCADE, null=True, related_name="gaps", verbose_name=_("region")
    )
    municipality = models.ForeignKey(
        Municipality, on_delete=models.CASCADE, null=True, related_name="gaps", verbose_name=_("municipality")
    )
    competence = models.ForeignKey(
        Competence, on_delete=models.CASCADE, null=True, related_name="gaps", verbose_name=_("competence")
    )
    area = models.ForeignKey(
        CompetenceArea, on_delete=models.CASCADE, null=True, related_name="gaps", verbose_name=_("competence area")
    )
    is_met = models.BooleanField(_("has a seat within reach"))
    firms = models.PositiveIntegerField(_("firms"), validators=[MinValueValidator(FEWEST_FIRMS)])
    people = models.PositiveIntegerField(_("people"))
    person_days = models.PositiveBigIntegerField(
        _("days waited"), default=0, help_text=_("Added up over the people; 0 for those who have a seat.")
    )
    # How the most cautious of the firms could take part in another course.
    reach_km = models.PositiveIntegerField(_("longest travel, km"))
    takes_on_site = models.BooleanField(_("can meet in a place"))
    takes_online = models.BooleanField(_("can take part online"))
    farther_km = models.PositiveIntegerField(
        _("kilometres short of a course"), null=True, help_text=_("Empty where no course is only too far away.")
    )
    only_in = models.ForeignKey(
        Municipality,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        verbose_name=_("the only place of their courses"),
    )
    needs = models.ManyToManyField(
        CompetenceNeed, through="GapNeed", related_name="gaps", verbose_name=_("the needs behind it")
    )

    objects = GapQuerySet.as_manager()

    class Meta:
        verbose_name = _("gap")
        verbose_name_plural = _("gaps")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(firms__gte=FEWEST_FIRMS),
                name="a_gap_is_of_three_firms_or_more",
                violation_error_message=_("Fewer than three firms are not shown."),
            ),
            models.CheckConstraint(condition=Q(people__gte=F("firms")), name="every_firm_of_a_gap_has_somebody"),
            models.CheckConstraint(condition=Q(region=None) | Q(municipality=None), name="a_gap_has_one_place"),
            models.CheckConstraint(condition=Q(competence=None) | Q(area=None), name="a_gap_has_one_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.county_id} {self.municipality_id or self.region_id or ''} {self.competence_id or ''}".strip()


class GapNeed(models.Model):
    """A need in a group, with how many of its people. One that gets too few seats is in two groups."""

    gap = models.ForeignKey(Gap, on_delete=models.CASCADE, related_name="parts")
    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="gap_parts")
    people = models.PositiveIntegerField(_("people"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("need behind a gap")
        verbose_name_plural = _("needs behind gaps")
        constraints = [
            models.UniqueConstraint(fields=["gap", "need"], name="a_need_is_in_a_gap_once"),
            models.CheckConstraint(condition=Q(people__gte=1), name="a_need_in_a_gap_is_of_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.gap_id} – {self.need_id}"


class NeedStanding(models.Model):
    """How a need stood when it was last reckoned, published or not: since when some of its people have no seat."""

    need = models.OneToOneField(CompetenceNeed, on_delete=models.CASCADE, primary_key=True, related_name="standing")
    unmet_since = models.DateField(_("without a seat since"), null=True)

    class Meta:
        verbose_name = _("how a need stands")
        verbose_name_plural = _("how needs stand")

    def __str__(self) -> str:
        return f"{self.need_id}: {self.unmet_since or '–'}"


class BalanceQuerySet(models.QuerySet["Balance"]):
    def of(self, county: County) -> "BalanceQuerySet":
        return self.filter(county=county)

    def whole(self) -> "BalanceQuerySet":
        """Of all competences together."""
        return self.filter(competence=None)

    def reckoned_on(self) -> date | None:
        """The last night for which there are figures."""
        return self.filter(is_demo=False).order_by("-on").values_list("on", flat=True).first()


class Balance(models.Model):
    """The match of supply and demand on a day, as it was published: pooling.gaps.figure says what it means."""

    on = models.DateField(_("day"))
    county = models.ForeignKey(County, on_delete=models.CASCADE, related_name="balances", verbose_name=_("county"))
    competence = models.ForeignKey(
        Competence, on_delete=models.CASCADE, null=True, related_name="balances", verbose_name=_("competence")
    )
    wanted = models.PositiveIntegerField(_("people who want a seat"))
    met = models.PositiveIntegerField(_("of them with one within reach"))
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    objects = BalanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("match of supply and demand")
        verbose_name_plural = _("matches of supply and demand")
        ordering = ["county", "on"]
        constraints = [
            models.UniqueConstraint(
                fields=["county", "on", "competence"], nulls_distinct=False, name="one_balance_a_day_and_subject"
            ),
            models.CheckConstraint(condition=Q(met__lte=F("wanted")), name="no_more_are_met_than_want"),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.met}/{self.wanted}"
