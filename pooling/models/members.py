"""A need's place in a pool: how many seats its firm wants, how firmly, and whether other firms may see it."""

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from brokering.models import CompetenceNeed
from brokering.models.needs import COVER, POOL, UNPOOL, NeedState
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import User
from pooling.models.guards import SHORT_POOL_HAS_AN_ALARM
from pooling.models.pools import MOST_SEATS, Pool, PoolState
from pooling.models.reservations import Reservation


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
UNANSWERED = (_S.ADDED, _S.INVITED)
GONE = (_S.DECLINED, _S.WITHDRAWN)
ADD = Act("add", _("Add"), GONE, _S.ADDED)
INVITE = Act("invite", _("Ask"), (_S.ADDED,), _S.INVITED)
SHOW_INTEREST = Act("interest", _("Yes, we are interested"), tuple(_S), _S.INTERESTED)
BIND = Act("bind", _("Yes, we sign up bindingly"), tuple(_S), _S.BINDING)
DECLINE = Act("decline", _("No, thank you"), UNANSWERED, _S.DECLINED)
WITHDRAW = Act("withdraw", _("Leave the pool"), (*UNANSWERED, *COUNTED), _S.WITHDRAWN)
ASK_ANEW = Act("ask_anew", _("Asked anew"), (_S.BINDING,), _S.INTERESTED)
"""What it was bound to is not what is held: it is free, and is asked again."""
MEMBER_ACTS = {act.name: act for act in (INVITE, SHOW_INTEREST, BIND, DECLINE, WITHDRAW)}
ANSWERS = {act.name: act for act in (BIND, SHOW_INTEREST, DECLINE, WITHDRAW)}
"""What a firm can say. The first two again, with another number of seats, changes what it said."""
STATE_COLORS: dict[str, str] = {
    _S.INVITED: "warning",
    _S.INTERESTED: "info",
    _S.BINDING: "success",
    _S.DECLINED: "danger",
    _S.WITHDRAWN: "danger",
}


class PoolMemberQuerySet(models.QuerySet["PoolMember"]):
    def present(self) -> "PoolMemberQuerySet":
        """Those that have not left."""
        return self.filter(left_at=None)

    def counted(self) -> "PoolMemberQuerySet":
        """Those whose seats are gathered: the interested and the bound."""
        return self.present().filter(state__in=COUNTED)

    def unanswered(self) -> "PoolMemberQuerySet":
        return self.present().filter(state__in=UNANSWERED)

    def waiting_for_answer(self) -> "PoolMemberQuerySet":
        return self.present().filter(state=MemberState.INVITED, pool__state=PoolState.GATHERING)

    def seats(self, *states: str) -> int:
        """How many seats they want together; those in these states, when some are named."""
        counted = self.counted().filter(state__in=states) if states else self.counted()
        return counted.aggregate(n=Sum("seats"))["n"] or 0

    def for_listing(self) -> "PoolMemberQuerySet":
        return self.select_related("need__employer", "need__municipality", "pool__handled_by")

    def join(self, pool: Pool, need: CompetenceNeed, by: User | None, seats: int | None = None) -> "PoolMember":
        """Put an open need into a pool that gathers firms, for all its people when no other number is said.

        Its firm is asked later. ValidationError when the pool is closed, or the need is in one already.
        """
        with pool.watched() as gathering:
            gathering.refuse_unless_gathering()
            if need.pool_members.present().exists():
                raise ValidationError(_("The need is in another pool."))
            wanted = seats or need.headcount
            member = self.filter(pool=pool, need=need).first()
            if member:
                move(member, ADD, by, seats=wanted, left_at=None, answered_at=None, invited_at=None)
            else:
                member = self.create(pool=pool, need=need, seats=wanted)
                member.events.create(act=ADD.name, from_state="", to_state=ADD.target, by=by)
            need.carry_out(POOL, by)
            return member

    @transaction.atomic
    def let_go(self, by: User | None) -> None:
        """They leave without a word of theirs: their needs are open again."""
        for member in self.present().select_related("need"):
            member.leave()
            member.open_need(by)

    def cover(self, by: User | None) -> None:
        """Their needs are met."""
        for member in self.counted().select_related("need"):
            if member.need.state == NeedState.POOLED:
                member.need.carry_out(COVER, by)


class PoolMember(models.Model):
    """One need in one pool. It leaves by a no, a withdrawal, or when the pool is dissolved; the row stays."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members", verbose_name=_("pool"))
    need = models.ForeignKey(
        CompetenceNeed, on_delete=models.PROTECT, related_name="pool_members", verbose_name=_("need")
    )
    seats = models.PositiveIntegerField(_("seats"), validators=[MinValueValidator(1), MaxValueValidator(MOST_SEATS)])
    state = models.CharField(_("state"), max_length=12, choices=MemberState, default=MemberState.ADDED)
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
        triggers = [SHORT_POOL_HAS_AN_ALARM("id", "pool_id", "state", "seats", "left_at", "pool_id")]

    def __str__(self) -> str:
        return f"{self.pool_id} – {self.need_id}"

    def get_absolute_url(self) -> str:
        """Where the firm answers, without an account."""
        return reverse("pool-answer", args=[self.token])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def is_counted(self) -> bool:
        return self.left_at is None and self.state in COUNTED

    @property
    def is_bound(self) -> bool:
        return self.left_at is None and self.state == MemberState.BINDING

    @property
    def has_gone(self) -> bool:
        return self.left_at is not None

    def carry_out(self, act: Act, by: User | None, why: str = "", *, seats: int | None = None, **facts: Any) -> None:
        """Move the member by one of MEMBER_ACTS, or ASK_ANEW; an event says who, why and how many seats.

        A yes joins (again) only as far as the pool takes it; a no and a withdrawal are always heard of a firm that is
        in, and a pool that they leave short raises an alarm. ValidationError, and nothing changed, when it is not
        possible.
        """
        wanted = seats or self.seats
        with self.pool.watched() as pool:
            stored = PoolMember.objects.select_related("need").get(pk=self.pk)
            if act.target in GONE and (why_not := stored.why_not_leave(pool)):
                raise ValidationError(why_not)
            if act.target in COUNTED:
                others = pool.members.exclude(pk=self.pk).seats(MemberState.BINDING) if act == BIND else None
                pool.refuse_seats(wanted, had=stored.seats if stored.is_counted else 0, others=others)
                facts |= {"seats": wanted, "left_at": None}
            if act.name in ANSWERS:
                facts |= {"answered_at": timezone.now()}
            if act.target in GONE:
                facts |= {"left_at": timezone.now()}
            if act.target in COUNTED and stored.left_at:
                stored.come_back(by)
            move(self, act, by, why, told={"seats": wanted if act.target in COUNTED else None}, **facts)
            if act.target in GONE:
                stored.open_need(by)

    def come_back(self, by: User | None) -> None:
        """One that said no, and now says yes."""
        if self.need.pool_members.present().exists():
            raise ValidationError(_("The need is in another pool."))
        self.need.carry_out(POOL, by)

    def why_not_leave(self, pool: Pool) -> str:
        """Its need may be in another pool, or met, by now; empty when it can leave."""
        if not pool.is_live:
            return gettext("The pool is over.")
        if pool.run and pool.run.cancelled_at:
            return gettext("The course was called off.")
        if pool.run and pool.run.start and pool.run.start <= timezone.localdate():
            return gettext("The course has begun.")
        return gettext("The firm has left the pool already.") if self.has_gone else ""

    def leave(self) -> None:
        PoolMember.objects.filter(pk=self.pk, left_at=None).update(left_at=timezone.now())

    def open_need(self, by: User | None) -> None:
        """The need may be brokered otherwise, and seats that were kept for it are given back."""
        if self.need.state == NeedState.POOLED:
            self.need.carry_out(UNPOOL, by)
        for kept in Reservation.objects.held().filter(need=self.need_id, run__pool=self.pool_id):
            kept.give_back(by)


class MemberEvent(Event):
    member = models.ForeignKey(PoolMember, on_delete=models.CASCADE, related_name="events")
    seats = models.PositiveIntegerField(_("seats"), null=True)

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a firm in a pool")
        verbose_name_plural = _("events of firms in pools")

    @property
    def label(self) -> str:
        """What was said, in a few words."""
        if self.act == ASK_ANEW.name:
            return str(ASK_ANEW.label)
        said = str(_("Added to the pool") if self.act == ADD.name else MemberState(self.to_state).label)
        if self.to_state in COUNTED and self.seats:
            seats = ngettext("%(n)d seat", "%(n)d seats", self.seats) % {"n": self.seats}
            return f"{said}: {seats}"
        return said
