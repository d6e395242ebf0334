"""A person's role in an organisation, and the invitation that gives it."""

import secrets
from datetime import datetime, timedelta

import pghistory
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation
from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES, MemberRole
from partners.models.users import User
from partners.ordering import Norwegian

__all__ = ["BROKERING_ROLES", "COUNTY_ROLES", "Invitation", "MemberRole", "Membership"]

LIFE_OF_AN_INVITATION = timedelta(days=14)


class MembershipQuerySet(models.QuerySet["Membership"]):
    def leaders(self) -> "MembershipQuerySet":
        return self.filter(role=MemberRole.LEADER)

    def with_standing(self) -> models.QuerySet["Membership", tuple[int, str, list[str], bool]]:
        """What partners.models.users.Standing holds, a row each."""
        served = Organisation.serves.through.objects.filter(organisation=OuterRef("organisation"))
        return self.annotate(serves=Exists(served)).values_list(
            "organisation_id", "role", "organisation__roles", "serves"
        )

    def for_listing(self) -> "MembershipQuerySet":
        """With the people, in the order of their names."""
        return self.select_related("user").order_by(Norwegian("user__last_name"), Norwegian("user__first_name"), "pk")


@pghistory.track(model_name="MembershipHistory")
class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=12, choices=MemberRole)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["organisation", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                name="a_role_is_held_once",
                violation_error_message=_("This person already has that role here."),
            ),
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("membership", args=[self.pk])

    @transaction.atomic
    def change_role(self, role: str) -> None:
        """Give another role in its place. ValidationError when the organisation would be without a leader."""
        self._keep_a_leader()
        self.role = role
        self.validate_constraints()
        self.save(update_fields=["role"])

    @transaction.atomic
    def end(self) -> None:
        """Take the role away, and with it the invitations this person has open there.

        ValidationError when the organisation would be without a leader.
        """
        self._keep_a_leader()
        self.organisation.invitations.open().filter(invited_by=self.user).update(withdrawn_at=timezone.now())
        self.delete()

    def _keep_a_leader(self) -> None:
        """Locks the organisation, so that two leaders who leave at the same time do not both succeed."""
        organisation = Organisation.objects.select_for_update().get(pk=self.organisation_id)
        if self.role == MemberRole.LEADER and not organisation.memberships.leaders().exclude(pk=self.pk).exists():
            raise ValidationError(_("The organisation needs a leader. Make somebody else leader first."))


def in_two_weeks() -> datetime:
    return timezone.now() + LIFE_OF_AN_INVITATION


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime | None = None) -> "InvitationQuerySet":
        """Neither answered, withdrawn nor expired."""
        return self.unanswered().filter(expires_at__gt=at or timezone.now())

    def unanswered(self) -> "InvitationQuerySet":
        """Those that can still be sent again."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def to(self, email: str) -> "InvitationQuerySet":
        return self.filter(email__iexact=email)


class Invitation(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=12, choices=MemberRole)
    email = models.EmailField(_("e-mail address"))
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), default=in_two_weeks)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_a_role",
                violation_error_message=_("This person is already invited to that role. Send the invitation again."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.organisation}"

    def get_absolute_url(self) -> str:
        return reverse("invitation", args=[self.token])

    @property
    def has_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @transaction.atomic
    def accept(self, by: User) -> Membership:
        """Take up the role; works once, in time, whatever the address of the one who logs in.

        Invitation.DoesNotExist when it is not open any more.
        """
        if not Invitation.objects.open().filter(pk=self.pk).update(accepted_at=timezone.now()):
            raise Invitation.DoesNotExist
        membership, _created = Membership.objects.get_or_create(user=by, organisation=self.organisation, role=self.role)
        return membership

    def withdraw(self) -> bool:
        """Close the link; False when it was answered in the meantime."""
        return bool(Invitation.objects.unanswered().filter(pk=self.pk).update(withdrawn_at=timezone.now()))

    def renew(self) -> bool:
        """Two more weeks, and the e-mail is to be sent anew; False when it was answered in the meantime."""
        fresh = Invitation.objects.unanswered().filter(pk=self.pk)
        return bool(fresh.update(expires_at=in_two_weeks(), sent_at=None))
