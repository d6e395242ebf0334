"""One run of a course: its place, dates and seats, and the state that follows from them."""

from datetime import date, timedelta
from decimal import Decimal

import pghistory
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models.choices import Mode
from partners.models import Municipality

DEADLINE_NEAR = timedelta(days=14)
TIMES = [("day", _("Daytime")), ("evening", _("Evenings")), ("weekend", _("Weekends"))]


def price_label(price: Decimal | None) -> str:
    """As on a price tag: whole kroner, and “free” for nothing; empty when the price is not known."""
    if price is None:
        return ""
    if not price:
        return gettext("Free")
    return gettext("NOK %(price)s") % {"price": number_format(price, 0, force_grouping=True)}


class RunState(models.TextChoices):
    """Computed from dates and seats, never stored."""

    COMING = "coming", _("Coming")
    OPEN = "open", _("Open for registration")
    DEADLINE_NEAR = "deadline_near", _("Deadline near")
    FULL = "full", _("Full (waiting list)")
    CLOSED = "closed", _("Registration closed")
    RUNNING = "running", _("Under way")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


# One can get a seat on a run in one of these.
ATTENDABLE = (RunState.COMING, RunState.OPEN, RunState.DEADLINE_NEAR)
RUN_COLORS: dict[str, str] = {
    RunState.OPEN: "success",
    RunState.DEADLINE_NEAR: "warning",
    RunState.FULL: "danger",
    RunState.CANCELLED: "danger",
}


class CourseRunQuerySet(models.QuerySet["CourseRun"]):
    def with_state(self, on: date | None = None) -> "CourseRunQuerySet":
        """Annotates `state`, the first of these that holds on the day, and `joined_until`.

        A run that has begun takes people while a deadline that its provider states is ahead, as courses at one's own
        pace do; without one, registration closes when it starts.
        """
        on = on or timezone.localdate()
        takes_people = Q(deadline__gte=on)
        # By names in dictionaries, since CourseRun declares them.
        state = {
            "state": Case(
                When(cancelled_at__isnull=False, then=Value(RunState.CANCELLED)),
                When(Q(end__lt=on) | Q(end=None, start__lt=on) & ~takes_people, then=Value(RunState.ENDED)),
                When(Q(start__lte=on) & ~takes_people, then=Value(RunState.RUNNING)),
                When(seats_taken__gte=F("seats"), then=Value(RunState.FULL)),
                When(deadline__lt=on, then=Value(RunState.CLOSED)),
                When(Q(opens__gt=on) | Q(start=None), then=Value(RunState.COMING)),
                When(deadline__lte=on + DEADLINE_NEAR, then=Value(RunState.DEADLINE_NEAR)),
                default=Value(RunState.OPEN),
                output_field=models.CharField(),
            )
        }
        until = {"joined_until": Case(When(state__in=ATTENDABLE, start__lte=on, then=Least("deadline", "end")))}
        return self.annotate(**state).annotate(**until)

    def held_as(self, *modes: str) -> "CourseRunQuerySet":
        """One that does not say is held as its offer is."""
        return self.filter(Q(mode__in=modes) | Q(mode="", offer__modes__overlap=list(modes)))

    def within(self, km: float, of: str) -> "CourseRunQuerySet":
        """Those at most so many kilometres from the municipality with this number; without a place, where the offer
        usually is.
        """
        near = Municipality.objects.within(km, of).values("pk")
        usual = Q(municipality=None, offer__municipalities__in=near)
        return self.filter(Q(municipality__in=near) | usual).distinct()

    def starting_by(self, day: date) -> "CourseRunQuerySet":
        """Of runs with their states: what has begun counts while it takes people, for one can begin at once."""
        return self.filter(~Q(state__in=[RunState.RUNNING, RunState.ENDED]), start__lte=day)

    def attendable(self, on: date | None = None) -> "CourseRunQuerySet":
        """Those one can still get a seat on, earliest first."""
        return self.with_state(on).filter(Q(state__in=ATTENDABLE)).order_by(F("start").asc(nulls_last=True), "pk")


@pghistory.track(model_name="CourseRunHistory")
class CourseRun(models.Model):
    offer = models.ForeignKey("brokering.CourseOffer", models.CASCADE, related_name="runs", verbose_name=_("course"))
    mode = models.CharField(_("how it is held"), max_length=10, choices=Mode, blank=True)
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("municipality"),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    opens = models.DateField(_("registration opens"), null=True, blank=True)
    deadline = models.DateField(_("registration deadline"), null=True, blank=True)
    start = models.DateField(_("start"), null=True, blank=True)
    end = models.DateField(_("end"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("seats"), null=True, blank=True)
    seats_taken = models.PositiveIntegerField(_("seats taken"), default=0)
    price_nok = models.DecimalField(_("price a person, NOK"), max_digits=10, decimal_places=2, null=True, blank=True)
    times = models.CharField(_("time of day"), max_length=10, blank=True, choices=TIMES)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    # Annotated by with_state().
    state: str
    joined_until: date | None
    """The last day one can begin, of a run that has begun and still takes people; None of any other."""

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("course run")
        verbose_name_plural = _("course runs")
        ordering = [F("start").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="run_ends_after_it_starts",
                violation_error_message=_("The course cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(seats_taken__lte=F("seats")),
                name="run_takes_no_more_than_its_seats",
                violation_error_message=_("There are not so many seats."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(filter(None, [self.dates, self.where, self.seats_label])) or "–"

    @property
    def price_label(self) -> str:
        return price_label(self.price_nok)

    @property
    def seats_left(self) -> int | None:
        """None when the provider has not said how many seats there are."""
        return None if self.seats is None else self.seats - self.seats_taken

    @property
    def seats_label(self) -> str:
        if self.seats is None:
            return ""
        return gettext("%(left)d of %(all)d free") % {"left": self.seats_left, "all": self.seats}

    @property
    def dates(self) -> str:
        """From the first to the last day, as far as they are known."""
        known = [date_format(day, "SHORT_DATE_FORMAT") for day in dict.fromkeys([self.start, self.end]) if day]
        return "–".join(known)

    @property
    def beginning(self) -> str:
        """When one can begin, as far as that is known, of a run that was fetched with its state."""
        if self.joined_until:
            return gettext("Has begun, open for registration until %(date)s") % {"date": date_format(self.joined_until)}
        return gettext("Starts %(date)s") % {"date": date_format(self.start)} if self.start else ""

    @property
    def deadline_label(self) -> str:
        return date_format(self.deadline, "SHORT_DATE_FORMAT") if self.deadline else ""

    @property
    def where(self) -> str:
        if self.mode == Mode.ONLINE:
            return str(Mode.ONLINE.label)
        if not self.municipality or self.place.endswith((self.municipality.name, str(self.municipality))):
            return self.place
        return ", ".join(filter(None, [self.place, str(self.municipality)]))

    @property
    def how(self) -> str:
        return ", ".join(filter(None, [self.get_mode_display(), self.get_times_display()]))

    @property
    def state_color(self) -> str:
        """Of a run that was fetched with its state."""
        return RUN_COLORS.get(self.state, "neutral")

    @property
    def state_label(self) -> str:
        """Of a run that was fetched with its state."""
        return str(RunState(self.state).label)
