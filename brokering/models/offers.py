"""Courses on offer, and the runs of them with place, dates and seats."""

from collections.abc import Iterable
from datetime import date, timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models.choices import Level, Mode, TeachingLanguage
from brokering.models.competences import Competence
from brokering.models.runs import CourseRun, price_label
from partners.fields import WebAddressField
from partners.models import Municipality, Organisation, User
from partners.ordering import Norwegian

# A stale offer warns its owner for thirty days before it leaves the public list.
GRACE = timedelta(days=30)
# How likely a found competence has to be before an offer is listed under it.
SURE = 0.5
UPCOMING: str = "upcoming_runs"
VERSION = """
    SELECT (SELECT max(pgh_id) FROM brokering_courseofferhistory), (SELECT max(pgh_id) FROM brokering_courserunhistory)
"""


class CourseOfferQuerySet(models.QuerySet["CourseOffer"]):
    def published(self, on: date | None = None) -> "CourseOfferQuerySet":
        """Those everyone may see: published, not withdrawn, and refreshed as often as promised (with a grace)."""
        on = on or timezone.localdate()
        return self.filter(Q(stale_on=None) | Q(stale_on__gt=on - GRACE), is_published=True, withdrawn_at=None)

    def visible_to(self, user: object) -> "CourseOfferQuerySet":
        """The published ones, and for those who keep a provider's offers, all of theirs."""
        published = Q(pk__in=CourseOffer.objects.published().values("pk"))
        if isinstance(user, User):
            return self.filter(published | Q(provider__in=Organisation.objects.of(user).providers()))
        return self.filter(published)

    def of(self, provider: Organisation) -> "CourseOfferQuerySet":
        return self.filter(provider=provider)

    def held_as(self, *modes: str) -> "CourseOfferQuerySet":
        return self.filter(modes__overlap=list(modes))

    def within(self, km: float, of: str) -> "CourseOfferQuerySet":
        """Those one can attend at most so many kilometres from the municipality with this number.

        Its runs decide; where none is ahead, the places where it is usually held.
        """
        near = Municipality.objects.within(km, of).values("pk")
        ahead = CourseRun.objects.attendable()
        placed = CourseOffer.municipalities.through.objects.filter(municipality__in=near).values("courseoffer")
        unscheduled = Q(pk__in=placed) & ~Q(pk__in=ahead.filter(municipality__isnull=False).values("offer"))
        return self.filter(unscheduled | Q(pk__in=ahead.filter(municipality__in=near).values("offer")))

    def starting_by(self, day: date) -> "CourseOfferQuerySet":
        """Those with a run one can begin on no later than this day, and that still has seats."""
        return self.filter(pk__in=CourseRun.objects.attendable().filter(start__lte=day).values("offer"))

    def about(self, competences: Iterable[Competence]) -> "CourseOfferQuerySet":
        """Those said to give one of these; where nobody has said anything, those that were found to."""
        wanted = list(competences)
        stated = CourseOffer.objects.filter(competences__in=wanted)
        return self.filter(
            Q(pk__in=stated.values("pk")) | Q(pk__in=CourseOffer.objects.found_about(wanted).values("pk"))
        )

    def found_about(self, competences: Iterable[Competence] | None = None) -> "CourseOfferQuerySet":
        """Those without a stated competence that matching has found one for: one of these, or any."""
        found = self.filter(competences=None, found_competences__strength__gte=SURE)
        return found if competences is None else found.filter(found_competences__competence__in=list(competences))

    def version(self) -> tuple[int | None, int | None]:
        """Another one whenever an offer or a run was added or changed: the last rows of their histories."""
        with connection.cursor() as cursor:
            cursor.execute(VERSION)
            offers, runs = cursor.fetchone()
        return offers, runs

    def for_listing(self) -> "CourseOfferQuerySet":
        """With what a row of a list shows, in a fixed number of queries."""
        upcoming = CourseRun.objects.attendable().select_related("municipality")
        runs = CourseRun.objects.filter(offer=OuterRef("pk")).order_by()
        # By a name in a dictionary, since CourseOffer declares it.
        computed = {"is_called_off": Exists(runs) & ~Exists(runs.filter(cancelled_at=None))}
        return (
            self.annotate(**computed)
            .select_related("provider")
            .prefetch_related("municipalities", models.Prefetch("runs", upcoming, UPCOMING))
        )


@pghistory.track(model_name="CourseOfferHistory")
class CourseOffer(models.Model):
    title = models.CharField(_("title"), max_length=300)
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="offers", verbose_name=_("provider")
    )
    description = models.TextField(_("description"), blank=True)
    outcomes = ArrayField(models.TextField(), verbose_name=_("learning outcomes"), default=list, blank=True)
    audience = models.CharField(_("who it is for"), max_length=300, blank=True)
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    formal = models.BooleanField(_("gives formal competence"), null=True, blank=True)
    language = models.CharField(_("teaching language"), max_length=2, choices=TeachingLanguage, blank=True)
    modes = ArrayField(
        models.CharField(max_length=10, choices=Mode),
        verbose_name=_("how it is held"),
        default=list,
        blank=True,
    )
    municipalities = models.ManyToManyField(
        Municipality,
        blank=True,
        related_name="offers",
        verbose_name=_("where it is held"),
        help_text=_("The places of study, when no run of the course says more."),
    )
    competences = models.ManyToManyField(Competence, blank=True, related_name="offers", verbose_name=_("competences"))
    credits = models.DecimalField(_("credits"), max_digits=5, decimal_places=1, null=True, blank=True)
    hours = models.PositiveIntegerField(_("hours of work"), null=True, blank=True)
    price_nok = models.DecimalField(_("price a person, NOK"), max_digits=10, decimal_places=2, null=True, blank=True)
    url = WebAddressField(_("more at"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=40, default="form", editable=False)
    source_id = models.CharField(_("id at the source"), max_length=200, blank=True, editable=False)
    is_published = models.BooleanField(_("published"), default=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    refreshed_on = models.DateField(_("last refreshed"), default=timezone.localdate, editable=False)
    stale_on = models.DateField(
        _("to be refreshed before"),
        null=True,
        blank=True,
        help_text=_("After this date the offer counts as stale; thirty days later it leaves the public list."),
    )
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    # Set by for_listing().
    upcoming_runs: list[CourseRun]
    """Those one can still get a seat on."""
    is_called_off: bool
    """Whether all its runs are."""

    objects = CourseOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("course offer")
        verbose_name_plural = _("course offers")
        ordering = [Norwegian("title"), "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="one_offer_an_id_at_its_source"
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=Mode.values),
                name="offer_modes_are_known",
                violation_error_message=_("That is not a way a course can be held."),
            ),
            models.CheckConstraint(condition=Q(level="") | Q(level__in=Level.values), name="offer_level_is_known"),
            models.CheckConstraint(
                condition=Q(price_nok__gte=0),
                name="offer_price_is_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
        ]
        indexes = [
            models.Index(Norwegian("title"), "id", name="offer_title_order"),
            models.Index(fields=["level"], name="offer_level"),
            GinIndex(fields=["modes"], name="offer_modes"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("offer", args=[self.pk])

    @property
    def mode_labels(self) -> list[str]:
        return [str(Mode(mode).label) for mode in self.modes]

    @property
    def places(self) -> str:
        """Where it is held, of an offer fetched for_listing: “Alta, Tromsø and 3 more”."""
        held = [run.municipality for run in self.upcoming_runs if run.municipality] or self.municipalities.all()
        names = list(dict.fromkeys(map(str, held)))
        more = len(names) - 2
        if more < 2:
            return ", ".join(names)
        return gettext("%(places)s and %(n)d more") % {"places": ", ".join(names[:2]), "n": more}

    @property
    def next_run(self) -> str:
        """When one can begin on the next run, of an offer fetched for_listing."""
        return next(filter(None, (run.beginning for run in self.upcoming_runs)), "")

    @property
    def price_label(self) -> str:
        return price_label(self.price_nok)

    @property
    def is_public(self) -> bool:
        return CourseOffer.objects.published().filter(pk=self.pk).exists()

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What is known of it, as pairs to show; what is not known is left out."""
        formal = {True: capfirst(gettext("yes")), False: capfirst(gettext("no")), None: ""}[self.formal]
        known = [
            (gettext("Level"), self.get_level_display() if self.level else ""),
            (gettext("How it is held"), ", ".join(self.mode_labels)),
            (gettext("Price a person"), self.price_label),
            (gettext("Credits"), number_format(self.credits.normalize()) if self.credits else ""),
            (gettext("Hours of work"), self.hours),
            (gettext("Teaching language"), self.get_language_display() if self.language else ""),
            (gettext("Gives formal competence"), formal),
            (gettext("Who it is for"), self.audience),
        ]
        return [(term, fact) for term, fact in known if fact not in ("", None)]

    def withdraw(self) -> None:
        """Take it off the public list for good; what was proposed and judged of it stays."""
        CourseOffer.objects.filter(pk=self.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
