"""A need's place in a pool: how many seats its firm wants, how firmly, and whether other firms may see it."""

import secrets
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import User
from pooling.models.pools import Pool


class MemberState(models.TextChoices):
    ADDED = "added", _("Not asked yet")
    INVITED = "invited", _("Asked")
    INTERESTED = "interested", _("Interested")
    BINDING = "binding", _("Binding")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


_S = MemberState
COUNTED = (_S.INTERESTED, _S.BINDING)
"""Whose seats are gathered."""
GONE = (_S.DECLINED, _S.WITHDRAWN)
ADD = Act("add", _("Add"), (), _S.ADDED)
INVITE = Act("invite", _("Ask"), (_S.ADDED,), _S.INVITED)
SHOW_INTEREST = Act("interest", _("Interested"), (_S.ADDED, _S.INVITED, _S.DECLINED, _S.BINDING), _S.INTERESTED)
BIND = Act("bind", _("Sign up bindingly"), (_S.ADDED, _S.INVITED, _S.INTERESTED, _S.DECLINED), _S.BINDING)
DECLINE = Act("decline", _("No, thank you"), (_S.ADDED, _S.INVITED, _S.INTERESTED), _S.DECLINED)
WITHDRAW = Act("withdraw", _("Withdraw"), (_S.INTERESTED, _S.BINDING), _S.WITHDRAWN)
MEMBER_ACTS = {act.name: act for act in (INVITE, SHOW_INTEREST, BIND, DECLINE, WITHDRAW)}


class PoolMemberQuerySet(models.QuerySet["PoolMember"]):
    def present(self) -> "PoolMemberQuerySet":
        """Those that have not left."""
        return self.filter(left_at=None)

    def seats(self) -> int:
        """How many seats the interested and the bound want together."""
        return self.present().filter(state__in=COUNTED).aggregate(n=Sum("seats"))["n"] or 0


class PoolMember(models.Model):
    """One need in one pool. It leaves by a no, a withdrawal, or when the pool is dissolved; the row stays."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members", verbose_name=_("pool"))
    need = models.ForeignKey(
        CompetenceNeed, on_delete=models.PROTECT, related_name="pool_members", verbose_name=_("need")
    )
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1)])
    state = models.CharField(_("commitment"), max_length=12, choices=MemberState, default=MemberState.ADDED)
    is_visible = models.BooleanField(_("other firms in the pool may see who we are"), default=False)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    invited_at = models.DateTimeField(_("asked"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    left_at = models.DateTimeField(_("left"), null=True, editable=False)

    objects = PoolMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("firm in a pool")
        verbose_name_plural = _("firms in pools")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "need"], name="a_need_is_in_a_pool_once"),
            models.UniqueConstraint(
                fields=["need"],
                condition=Q(left_at=None),
                name="a_need_is_in_one_pool_at_a_time",
                violation_error_message=_("The need is in another pool."),
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="a_member_wants_a_seat",
                violation_error_message=_("Say how many seats: one or more."),
            ),
            models.CheckConstraint(condition=Q(state__in=MemberState.values), name="member_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=GONE) | Q(left_at__isnull=False), name="who_said_no_has_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool_id} – {self.need_id}"

    def carry_out(self, act: Act, by: User | None, why: str = "", **facts: Any) -> None:
        """Move the member by one of MEMBER_ACTS; an event says who and why."""
        move(self, act, by, why, **facts)


class MemberEvent(Event):
    member = models.ForeignKey(PoolMember, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a firm in a pool")
        verbose_name_plural = _("events of firms in pools")
