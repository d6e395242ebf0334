"""What came of the seats a firm had on a course: how many started, how many completed. Seats are counted by firm."""

import secrets
from datetime import date
from typing import Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed, CourseOffer, CourseRun, Proposal
from brokering.models.matches import COMPLETE as PROPOSAL_COMPLETE
from brokering.models.matches import ProposalState
from partners.models import Organisation, User
from partners.models.memberships import BROKERING_ROLES
from partners.models.roles import OFFER_KEEPERS
from pooling.models.reservations import Reservation
from projects.models import Project


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    def standing(self) -> "OutcomeQuerySet":
        """Those whose seats were not given back."""
        return self.filter(reservation__released_at=None)

    def with_page(self) -> "OutcomeQuerySet":
        """Those that stand, and those of courses that were called off: the link says so."""
        return self.standing() | self.filter(reservation__run__cancelled_at__isnull=False)

    def noted(self) -> "OutcomeQuerySet":
        return self.filter(completed__isnull=False)

    def brokered_by(self, user: User) -> "OutcomeQuerySet":
        """Those of needs and pools that the person brokers."""
        houses = Organisation.objects.with_role(user, *BROKERING_ROLES)
        need = Q(reservation__need__handled_by__in=houses) | Q(proposal__need__handled_by__in=houses)
        return self.filter(need | Q(reservation__run__pool__handled_by__in=houses))

    def to_note(self, on: date) -> "OutcomeQuerySet":
        """Those whose course is over, and nobody has said how it went. With `last_day`."""
        last_day = Coalesce("reservation__run__end", "reservation__run__start")
        held = self.standing().filter(completed=None, reservation__run__cancelled_at=None)
        return held.annotate(last_day=last_day).filter(last_day__lt=on).order_by("last_day", "pk")

    def for_listing(self) -> "OutcomeQuerySet":
        return self.select_related(
            "firm",
            "project",
            "reservation__need__handled_by",
            "reservation__need__request",
            "reservation__run__offer__provider",
            "reservation__run__municipality",
            "proposal__need__request",
            "proposal__offer__provider",
            "proposal__run",
        )

    @staticmethod
    def to_gather() -> tuple[models.QuerySet[Reservation], models.QuerySet[Proposal]]:
        """The firms' seats, and the proposals that were attended or missed, of which nothing has come yet."""
        held = Reservation.objects.held().filter(outcome=None)
        ended = Q(state__in=[ProposalState.COMPLETED, ProposalState.ABSENT])
        kept = Reservation.objects.held().filter(need=OuterRef("need"), run__offer=OuterRef("offer"))
        over = Proposal.objects.filter(~Exists(kept), ended, outcome=None)
        seats = held.select_related("firm", "need", "run__pool").order_by("pk")
        return seats, over.select_related("need", "run").order_by("pk")

    @transaction.atomic
    def gather(self) -> None:
        """One for each of these; what is there stays."""
        seats, proposals = self.to_gather()
        for one in seats:
            self.of_seats(one)
        for proposal in proposals:
            self.of_proposal(proposal)

    def of_seats(self, reservation: Reservation) -> "Outcome":
        """What is to come of these seats, made when it is asked for the first time."""
        new = Outcome.new_for(reservation)
        facts = {"firm": new.firm, "project_id": new.project_id, "seats": new.seats}
        return self.get_or_create(reservation=reservation, defaults=facts)[0]

    def of_proposal(self, proposal: Proposal) -> None:
        """A proposal says whether all of a need's people completed a course, or none."""
        need, run = proposal.need, proposal.run
        last = proposal.events.filter(to_state=proposal.state).order_by("at", "pk").last()
        at = last.at if last else proposal.created_at
        came = need.headcount if proposal.state == PROPOSAL_COMPLETE.target else 0
        facts: dict[str, Any] = {"project_id": need.project_id, "seats": need.headcount, "started": came}
        day = (run.end or run.start if run else None) or timezone.localdate(at)
        facts |= {"completed": came, "ended_on": min(day, timezone.localdate(at)), "noted_at": at}
        noted_by = last.by if last else None
        self.get_or_create(proposal=proposal, defaults=facts | {"firm_id": need.employer_id, "noted_by": noted_by})


@pghistory.track(model_name="OutcomeHistory", exclude=["token"])
class Outcome(models.Model):
    """Of one firm's seats on one course. `completed` is None as long as nobody has said how it went."""

    reservation = models.OneToOneField(Reservation, on_delete=models.PROTECT, null=True, related_name="outcome")
    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, null=True, related_name="outcome")
    firm = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="outcomes", verbose_name=_("firm"))
    project = models.ForeignKey(
        Project,
        on_delete=models.PROTECT,
        null=True,
        related_name="outcomes",
        verbose_name=_("counts for the project"),
    )
    seats = models.PositiveIntegerField(_("seats"))
    started = models.PositiveIntegerField(_("started"), null=True)
    completed = models.PositiveIntegerField(_("completed"), null=True)
    ended_on = models.DateField(_("the course ended"), null=True)
    noted_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("who"))
    noted_at = models.DateTimeField(_("noted"), null=True)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    told_at = models.DateTimeField(_("the firm was told of its seats"), null=True, editable=False)
    asks_no_more = models.BooleanField(_("the firm does not want to be asked"), default=False)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("what came of a firm’s seats")
        verbose_name_plural = _("what came of firms’ seats")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reservation=None) ^ Q(proposal=None), name="an_outcome_is_of_seats_or_of_a_proposal"
            ),
            models.CheckConstraint(
                condition=Q(started=None, completed=None, ended_on=None)
                | Q(
                    started__isnull=False,
                    started__lte=F("seats"),
                    completed__isnull=False,
                    completed__lte=F("started"),
                    ended_on__isnull=False,
                ),
                name="completed_is_no_more_than_started_and_seats",
                violation_error_message=_("No more can have completed than started, or started than had a seat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.firm_id}: {self.seats}"

    def get_absolute_url(self) -> str:
        return reverse("enrol", args=[self.token])

    @classmethod
    def new_for(cls, reservation: Reservation) -> "Outcome":
        """Not stored. It counts for the project of the need, else for that of the pool."""
        pool = getattr(reservation.run, "pool", None)
        project = (reservation.need and reservation.need.project_id) or (pool and pool.project_id)
        return cls(reservation=reservation, firm=reservation.firm, project_id=project, seats=reservation.seats)

    @property
    def need(self) -> CompetenceNeed | None:
        return self.proposal.need if self.proposal else self.reservation.need if self.reservation else None

    @property
    def run(self) -> CourseRun | None:
        return self.proposal.run if self.proposal else self.reservation.run if self.reservation else None

    @property
    def course(self) -> CourseOffer:
        if self.proposal:
            return self.proposal.offer
        assert self.reservation
        return self.reservation.run.offer

    @property
    def addresses(self) -> list[str]:
        """Where the firm is reached."""
        if self.need:
            return self.need.contact_addresses
        people = User.objects.filter(memberships__organisation=self.firm_id, is_active=True).distinct()
        return [self.firm.email] if self.firm.email else list(people.order_by("pk").values_list("email", flat=True))

    @property
    def language(self) -> str:
        """As a need's contact_language."""
        if self.need:
            return self.need.contact_language
        member = User.objects.filter(memberships__organisation=self.firm_id).order_by("pk").first()
        return member.language if member else "nb"

    @property
    def is_called_off(self) -> bool:
        return self.reservation is not None and self.reservation.run.cancelled_at is not None

    @property
    def is_open(self) -> bool:
        """Whether people can enrol: the seats are kept, and nobody has said how it went."""
        kept = self.reservation
        held = kept is not None and kept.released_at is None and kept.run.cancelled_at is None
        return held and self.completed is None

    @transaction.atomic
    def note(self, started: int, completed: int, ended_on: date, by: User | None) -> bool:
        """How it went. It can be put right until people are asked what they use it for. Says whether it is new."""
        locked = Outcome.objects.select_for_update(no_key=True).get(pk=self.pk)
        said = {"started": started, "completed": completed, "ended_on": ended_on}
        if all(getattr(locked, name) == value for name, value in said.items()):
            return False
        if locked.follow_ups.exists():
            raise ValidationError(_("The firm has been asked already what it uses the course for."))
        for name, value in {**said, "noted_by": by, "noted_at": timezone.now()}.items():
            setattr(self, name, value)
        self.validate_constraints()
        self.save()
        return True


def reachable_for(user: User) -> Q:
    """Of runs: those whose seats the person may see, as broker of a firm or pool in it or as keeper of the course."""
    providers = Organisation.objects.with_role(user, *OFFER_KEEPERS).providers().values("pk")
    return brokered_by(user) | Q(offer__provider__in=providers)


def brokered_by(user: User) -> Q:
    """Of runs: those with seats for a pool or a need that the person brokers."""
    houses = Organisation.objects.with_role(user, *BROKERING_ROLES).values("pk")
    return Q(pool__handled_by__in=houses) | Q(reservations__need__handled_by__in=houses)
