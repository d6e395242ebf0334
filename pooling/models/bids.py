"""A provider that is asked for a course, and what it answers: dates, place, price and seats, or why not."""

import secrets
from collections.abc import Callable
from decimal import ROUND_UP, Decimal
from typing import Any

import pghistory
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models import CourseOffer
from brokering.models.choices import Mode
from brokering.models.runs import TIMES
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Organisation, User
from partners.models.roles import OFFER_KEEPERS
from pooling.models.reach import STATED, reach
from pooling.models.requests import ANSWERABLE, CourseRequest
from projects.money import nok

CENT = Decimal("0.01")


class BidState(models.TextChoices):
    LISTED = "listed", _("Not asked yet")
    ASKED = "asked", _("Asked")
    GIVEN = "given", _("Has made a bid")
    DECLINED = "declined", _("Has said no")
    CHOSEN = "chosen", _("Chosen")
    LOST = "lost", _("Not chosen")
    PASSED = "passed", _("Without an answer")
    REMOVED = "removed", _("Taken off the list")


class WhyNot(models.TextChoices):
    """Why a provider does not make a bid."""

    SUBJECT = "subject", _("We do not teach this")
    CAPACITY = "capacity", _("We have no teachers free")
    TIME = "time", _("The dates do not suit")
    PLACE = "place", _("The place does not suit")
    FEW = "few", _("Too few participants")
    PRICE = "price", _("It does not pay")
    OTHER = "other", _("Something else")


_B = BidState
LIST = Act("list", _("Put on the list"), (), _B.LISTED)
ASK_ONE = Act("ask", _("Ask"), (_B.LISTED,), _B.ASKED)
GIVE = Act("give", _("We can hold the course"), (_B.LISTED, _B.ASKED, _B.GIVEN, _B.DECLINED), _B.GIVEN)
DECLINE = Act("decline", _("No, thank you"), (_B.LISTED, _B.ASKED, _B.GIVEN, _B.DECLINED), _B.DECLINED)
WIN = Act("win", _("Choose this bid"), (_B.GIVEN,), _B.CHOSEN)
LOSE = Act("lose", _("Not chosen"), (_B.GIVEN,), _B.LOST)
PASS = Act("pass", _("Without an answer"), (_B.LISTED, _B.ASKED), _B.PASSED)
REMOVE = Act("remove", _("Take off the list"), (_B.LISTED,), _B.REMOVED)
PUT_BACK = Act("put_back", _("Put back on the list"), (_B.REMOVED,), _B.LISTED)
BID_ACTS = {act.name: act for act in (ASK_ONE, GIVE, DECLINE, WIN, LOSE, PASS, REMOVE, PUT_BACK)}
MADE = (_B.GIVEN, _B.CHOSEN, _B.LOST)
"""Those that say what the course would be."""
STATE_COLORS: dict[str, str] = {_B.ASKED: "info", _B.GIVEN: "success", _B.CHOSEN: "success", _B.DECLINED: "warning"}


class BidQuerySet(models.QuerySet["Bid"]):
    def made(self) -> "BidQuerySet":
        return self.filter(state__in=MADE)

    def to_answer(self) -> "BidQuerySet":
        """Those whose provider was asked, has not answered, and still can."""
        return self.filter(state=BidState.ASKED, request__state__in=ANSWERABLE)

    def close(self, by: User | None) -> None:
        """Of a request that is over. Those that made a bid hear how it went, others who were asked that it is over."""
        for act in (LOSE, PASS):
            for bid in self.filter(state__in=act.sources):
                bid.carry_out(act, by)
        tell_providers: Callable[[BidQuerySet], None] = import_string("pooling.asking.letters.tell_providers")
        tell_providers(self)

    def of_people(self, user: User) -> "BidQuerySet":
        """Those of providers whose courses the person keeps."""
        return self.filter(provider__in=Organisation.objects.with_role(user, *OFFER_KEEPERS).providers())

    def with_reach(self) -> "BidQuerySet":
        """Annotates `is_reachable`: whether there is an address at which one may be asked; if not, `has_refused`:
        whether there is one at which one may not."""
        return self.alias(stated=STATED).annotate(**reach())

    def for_listing(self) -> "BidQuerySet":
        return self.select_related("request__municipality", "provider__municipality", "offer", "municipality")


# The history is never rewritten: the link and the address stay out of it.
@pghistory.track(model_name="BidHistory", exclude=["token", "email"])
class Bid(models.Model):
    """One provider of one request. Whoever holds the link of its e-mail answers, with or without an account."""

    request = models.ForeignKey(CourseRequest, on_delete=models.CASCADE, related_name="bids", verbose_name=_("request"))
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bids", verbose_name=_("provider")
    )
    rank = models.PositiveIntegerField(_("in which order they are asked"), editable=False)
    offer = models.ForeignKey(
        CourseOffer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="bids",
        verbose_name=_("the course of theirs that is nearest"),
    )
    has_volunteered = models.BooleanField(_("had said that they could run this"), default=False, editable=False)
    email = models.EmailField(_("e-mail address"), blank=True)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    start = models.DateField(_("first day"), null=True, blank=True)
    end = models.DateField(_("last day"), null=True, blank=True)
    mode = models.CharField(_("how it is held"), max_length=10, choices=Mode, blank=True)
    times = models.CharField(_("time of day"), max_length=10, blank=True, choices=TIMES)
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bids",
        verbose_name=_("municipality"),
    )
    place = models.CharField(_("place"), max_length=200, blank=True)
    fixed_price_nok = models.DecimalField(
        _("price of the whole course, NOK"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    seat_price_nok = models.DecimalField(
        _("price a person, NOK"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    min_seats = models.PositiveIntegerField(
        _("least number of participants"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    max_seats = models.PositiveIntegerField(
        _("greatest number of participants"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(10_000)],
    )
    valid_until = models.DateField(_("the bid is valid until"), null=True, blank=True)
    conditions = models.TextField(_("what it depends on"), blank=True, max_length=2000)
    reason = models.CharField(_("why not"), max_length=10, choices=WhyNot, blank=True)
    comment = models.TextField(_("anything you want to add"), blank=True, max_length=2000)
    state = models.CharField(_("state"), max_length=10, choices=BidState, default=_B.LISTED, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    # Annotated by with_reach().
    is_reachable: bool
    has_refused: bool

    objects = BidQuerySet.as_manager()

    class Meta:
        verbose_name = _("bid")
        verbose_name_plural = _("bids")
        ordering = ["rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "provider"],
                name="a_provider_is_asked_once",
                violation_error_message=_("The provider is on the list already."),
            ),
            models.UniqueConstraint(fields=["request"], condition=Q(state=_B.CHOSEN), name="one_bid_is_chosen"),
            models.CheckConstraint(
                condition=~Q(state__in=MADE)
                | Q(start__isnull=False, min_seats__gte=1, max_seats__gte=F("min_seats"))
                & (Q(fixed_price_nok__isnull=False) | Q(seat_price_nok__isnull=False)),
                name="a_bid_says_when_for_how_many_and_what_it_costs",
                violation_error_message=_("Say when the course starts, for how many it is, and what it costs."),
            ),
            models.CheckConstraint(
                condition=~Q(state=_B.DECLINED) | ~Q(reason=""),
                name="a_provider_that_says_no_says_why",
                violation_error_message=_("Say why not."),
            ),
            models.CheckConstraint(
                condition=Q(end__gte=F("start")),
                name="bid_ends_after_it_starts",
                violation_error_message=_("The course cannot end before it starts."),
            ),
            models.CheckConstraint(
                condition=Q(max_seats__gte=F("min_seats")),
                name="bid_sizes_are_in_order",
                violation_error_message=_("The greatest number of participants cannot be less than the least."),
            ),
            models.CheckConstraint(
                condition=(Q(fixed_price_nok__gte=0) | Q(fixed_price_nok=None))
                & (Q(seat_price_nok__gte=0) | Q(seat_price_nok=None)),
                name="bid_price_is_not_negative",
                violation_error_message=_("A price cannot be negative."),
            ),
            models.CheckConstraint(condition=Q(state__in=BidState.values), name="bid_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} – {self.provider_id}"

    def get_absolute_url(self) -> str:
        return reverse("bid", args=[self.token])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def may_be_answered(self) -> bool:
        return self.request.is_answerable and GIVE.possible_from(self.state)

    @property
    def is_answered(self) -> bool:
        return self.state in {*MADE, BidState.DECLINED}

    @property
    def is_made(self) -> bool:
        return self.state in MADE

    @property
    def version(self) -> str:
        """Another one each time the provider answers."""
        return self.answered_at.isoformat() if self.answered_at else ""

    @property
    def dates(self) -> str:
        known = [date_format(day, "SHORT_DATE_FORMAT") for day in dict.fromkeys([self.start, self.end]) if day]
        return "–".join(known)

    @property
    def where(self) -> str:
        if self.mode == Mode.ONLINE:
            return str(Mode.ONLINE.label)
        return ", ".join(filter(None, [self.place, str(self.municipality or "")]))

    @property
    def sizes(self) -> str:
        return gettext("%(least)d to %(most)d people") % {"least": self.min_seats, "most": self.max_seats}

    @property
    def price_label(self) -> str:
        """As the provider said it: the whole course, a person, or both."""
        fixed, seat = (price is not None and nok(price) for price in (self.fixed_price_nok, self.seat_price_nok))
        if fixed and seat:
            return gettext("%(fixed)s, and %(seat)s a person") % {"fixed": fixed, "seat": seat}
        return gettext("%(seat)s a person") % {"seat": seat} if seat else gettext("%(fixed)s in all") % {"fixed": fixed}

    def total(self, seats: int) -> Decimal:
        """What the course costs with so many participants."""
        return (self.fixed_price_nok or Decimal(0)) + seats * (self.seat_price_nok or Decimal(0))

    def a_person(self, seats: int) -> Decimal:
        """Rounded up to the øre, so that it covers the whole."""
        return (self.total(seats) / seats).quantize(CENT, ROUND_UP)

    @property
    def addresses(self) -> list[str]:
        """Where the provider is asked: the address given for this, its own, else those of its people."""
        if address := self.email or self.provider.email:
            return [address]
        keepers = User.objects.filter(
            memberships__organisation=self.provider, memberships__role__in=OFFER_KEEPERS, is_active=True
        )
        return list(keepers.order_by("email").distinct().values_list("email", flat=True))

    @property
    def language(self) -> str:
        """That of the provider's first person here, bokmål when it has none."""
        keeper = User.objects.filter(memberships__organisation=self.provider).order_by("pk").first()
        return keeper.language if keeper else "nb"

    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Move the bid by one of BID_ACTS; an event says who and why."""
        move(self, act, by, why, **facts)


class BidEvent(Event):
    bid = models.ForeignKey(Bid, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a bid")
        verbose_name_plural = _("events of bids")
