"""Decisions: prepared by one, decided by another who is delegated to, and what each makes of which year's money."""

from datetime import date
from typing import TYPE_CHECKING, Any

import pghistory
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from funding.models import commitment_states as commitments
from funding.models.applications import Application
from funding.models.commitments import Commitment
from funding.models.deciding import DecidedYear, amounts, carry_through, delegations, lock, missing, to_begin, years_of
from funding.models.decision_states import (
    ACTS,
    BEGIN,
    DECIDE,
    DROP,
    PROPOSE,
    SEND_BACK,
    STATE_COLORS,
    TELL,
    AidBasis,
    DecisionKind,
    DecisionState,
    Result,
)
from funding.models.delegations import Delegation
from funding.models.limits import (
    event_moves_its_thing,
    events_follow_each_other,
    state_is_of_the_last_event,
    within_limits,
)
from funding.models.limits.aid import AID_IS_WRITTEN_DOWN
from funding.models.limits.cases import DECIDER_IS_DELEGATED, DECISION_STAYS
from funding.models.limits.letters import TOLD_BY_A_LETTER
from funding.models.limits.people import each_hand_is_another_person, funder_answers
from funding.models.schemes import FundingScheme
from partners.acts import NEVER_CHANGED, Event, move, only_acts
from partners.models import Organisation, User
from partners.models.roles import COUNTY_ROLES, MemberRole
from projects.models import Project
from projects.money import Sum

if TYPE_CHECKING:
    from funding.models.decision_parts import DecisionCondition

_S, _K = DecisionState, DecisionKind


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: object) -> "DecisionQuerySet":
        """All for the funder's case people; the people of who applied or gets the money when the letter is sent."""
        if not isinstance(user, User):
            return self.none()
        paying = Organisation.objects.with_role(user, *COUNTY_ROLES).order_by().values("pk")
        getting = Organisation.objects.of(user).order_by().values("pk")
        ours = Q(application__funder__in=paying) | Q(commitment__funder__in=paying)
        mine = Q(application__applicant__in=getting) | Q(commitment__recipient__in=getting)
        told = DecisionEvent.objects.filter(decision=OuterRef("pk"), act=TELL.name)
        return self.filter(ours | (mine & Q(Exists(told))))

    def live(self) -> "DecisionQuerySet":
        return self.exclude(state=_S.DROPPED)

    def unfinished(self) -> "DecisionQuerySet":
        return self.filter(state__in=[_S.DRAFT, _S.PROPOSED])

    def for_listing(self) -> "DecisionQuerySet":
        about = ("application__scheme", "application__funder", "commitment__scheme", "commitment__funder")
        people = ("prepared_by", "decided_by", "delegation", "application__project", "commitment__project")
        return self.select_related(*about, *people)

    @within_limits()
    def begin(self, by: User | None, kind: str, **facts: Any) -> "Decision":
        """A draft, with its first event; a grant drafts the commitment too.

        ValidationError when there is one already.
        """
        decision = self.create(kind=kind, state=_S.DRAFT, prepared_by=by, **to_begin(kind, by, facts))
        decision.events.create(act=BEGIN.name, to_state=_S.DRAFT, by=by)
        return decision


@pghistory.track(model_name="DecisionHistory")
class Decision(models.Model):
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("application"),
    )
    commitment = models.ForeignKey(
        Commitment,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decisions",
        verbose_name=_("commitment"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=DecisionKind)
    result = models.CharField(_("result"), max_length=8, choices=Result, blank=True)
    facts = models.TextField(_("the facts of the case"), blank=True, max_length=8000)
    reasoning = models.TextField(_("reasons"), blank=True, max_length=8000)
    legal_basis = models.TextField(_("rules it builds on"), blank=True, max_length=2000)
    complaint = models.TextField(_("how to complain"), blank=True, max_length=2000)
    language = models.CharField(
        _("language of the letter"), max_length=2, choices=[("nb", "bokmål"), ("nn", "nynorsk")], default="nb"
    )
    aid_basis = models.CharField(_("state aid"), max_length=10, choices=AidBasis, default=AidBasis.NONE)
    prepared_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prepared by")
    )
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("decided by"), editable=False
    )
    decided_on = models.DateField(_("decided on"), null=True, editable=False)
    delegation = models.ForeignKey(
        Delegation, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by delegation")
    )
    body_reference = models.CharField(_("the body’s case number"), max_length=100, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=DecisionState, editable=False)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DecisionState.values), name="decision_state_is_known"),
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_is_known"),
            models.CheckConstraint(condition=Q(result__in=["", *Result.values]), name="decision_result_is_known"),
            models.CheckConstraint(condition=Q(aid_basis__in=AidBasis.values), name="aid_basis_is_known"),
            models.CheckConstraint(
                condition=Q(application__isnull=False) | Q(commitment__isnull=False),
                name="a_decision_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("prepared_by")),
                name="nobody_decides_what_they_prepared",
                violation_error_message=_("You prepared this, so somebody else has to decide it."),
            ),
            models.CheckConstraint(
                condition=~Q(state=_S.DECIDED)
                | Q(decided_by__isnull=False, decided_on__isnull=False, delegation__isnull=False),
                name="decided_says_by_whom",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(state=_S.DROPPED) & Q(kind__in=[_K.GRANT, _K.REJECT, _K.RETURN]),
                name="one_live_decision_a_case",
                violation_error_message=_("There is a decision on this case already."),
            ),
        ]
        triggers = [state_is_of_the_last_event("decision"), DECISION_STAYS, DECIDER_IS_DELEGATED, AID_IS_WRITTEN_DOWN]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.application or self.commitment}"

    def get_absolute_url(self) -> str:
        return reverse("decision", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def project(self) -> Project:
        return self.about.project

    @property
    def scheme(self) -> FundingScheme | None:
        return self.about.scheme

    @property
    def funder(self) -> Organisation:
        return self.about.funder

    @property
    def recipient(self) -> Organisation | None:
        return self.application.applicant if self.application else self.the_commitment.recipient

    @property
    def about(self) -> "Application | Commitment":
        return self.application or self.the_commitment

    @property
    def the_commitment(self) -> Commitment:
        """Of a decision that has one: all but those that turn an application down."""
        if self.commitment is None:
            raise Commitment.DoesNotExist
        return self.commitment

    @cached_property
    def years(self) -> list[DecidedYear]:
        """What it makes of each year's money, as it was when this was asked for."""
        return years_of(self)

    @cached_property
    def terms(self) -> "list[DecisionCondition]":
        """The conditions that it sets, as they were when this was asked for."""
        return list(self.conditions.select_related("tranche"))

    @property
    def amounts(self) -> Sum:
        """What a delegation has to cover (I13): all that is promised, or what the items name. As the trigger has it."""
        return amounts(self)

    def delegations(self, by: User, on: date) -> models.QuerySet[Delegation]:
        """By which this person may decide it that day, the narrowest first. None recorded means that nobody may."""
        return delegations(self, by, on)

    def missing(self) -> list[str]:
        """What keeps it from being put forward, a sentence each."""
        return list(missing(self))

    @within_limits()
    def propose(self, by: User) -> None:
        """Put it before a decider. ValidationError when something is missing."""
        if told := self.missing():
            raise ValidationError(told)
        if self.kind == _K.GRANT:
            self.the_commitment.carry_out(commitments.PROPOSE, by)
        move(self, PROPOSE, by)

    @within_limits()
    def send_back(self, by: User, why: str) -> None:
        """Give it back to the case officer, who may change it."""
        move(self, SEND_BACK, by, why)
        if self.kind == _K.GRANT:
            self.the_commitment.carry_out(commitments.SEND_BACK, by)

    @within_limits()
    def decide(self, by: User, on: date, delegation: Delegation | None, body_reference: str = "") -> None:
        """Make it so, all of it or nothing: the application is answered, the money moves, conditions are set.

        ValidationError when the person may not, no delegation covers it, or the money does not reach.
        """
        if on > timezone.localdate():
            raise ValidationError(_("The day of a decision is not in the future."))
        if delegation is None:
            raise ValidationError(_("No delegation covers this decision by this person on this day."))
        lock(self)
        who: dict[str, Any] = {"decided_by": by, "delegation": delegation, "body_reference": body_reference}
        move(self, DECIDE, by, decided_on=on, **who)
        carry_through(self, by, on)

    @within_limits()
    def drop(self, by: User, why: str) -> None:
        """Leave it. What was drafted of a commitment stays a draft for the next."""
        if self.kind == _K.GRANT and self.state == _S.PROPOSED:
            self.the_commitment.carry_out(commitments.SEND_BACK, by)
        move(self, DROP, by, why)


OFFICER, DECIDER = (MemberRole.CASE_OFFICER,), (MemberRole.DECIDER,)


class DecisionEvent(Event):
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        constraints = [
            only_acts([*ACTS.values(), TELL], "decision_moves_by_its_acts", first=[BEGIN]),
            models.UniqueConstraint(
                fields=["decision"],
                condition=Q(act=TELL.name),
                name="a_decision_is_told_once",
                violation_error_message=_("The letter has been sent."),
            ),
        ]
        triggers = [
            NEVER_CHANGED,
            events_follow_each_other("decision"),
            event_moves_its_thing("decision"),
            each_hand_is_another_person("decision", [(BEGIN.name, PROPOSE.name), (DECIDE.name,)]),
            funder_answers("decision", dict.fromkeys((PROPOSE.name, TELL.name), OFFICER) | {DECIDE.name: DECIDER}),
            TOLD_BY_A_LETTER,
        ]
        verbose_name = _("event of a decision")
        verbose_name_plural = _("events of decisions")

    @property
    def label(self) -> str:
        """Where the act led to; telling leaves it decided."""
        return gettext("Letter sent") if self.act == TELL.name else str(DecisionState(self.to_state).label)
