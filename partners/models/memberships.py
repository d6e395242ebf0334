"""A person's role in an organisation, and the invitation that gives it."""

import secrets
from datetime import datetime, timedelta

import pghistory
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models.organisations import Organisation
from partners.models.users import User


class MemberRole(models.TextChoices):
    LEADER = "leader", _("project leader")
    BROKER = "broker", _("competence broker")
    EMPLOYEE = "employee", _("employee")
    CASE_OFFICER = "case_officer", _("case officer")
    DECIDER = "decider", _("decider")
    ATTESTER = "attester", _("attester")
    GUIDE = "guide", _("career guide")
    READER = "reader", _("reader")


BROKERING_ROLES = (MemberRole.LEADER, MemberRole.BROKER)
COUNTY_ROLES = (MemberRole.CASE_OFFICER, MemberRole.DECIDER, MemberRole.ATTESTER)


@pghistory.track(model_name="MembershipHistory")
class Membership(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=12, choices=MemberRole)

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


def in_two_weeks() -> datetime:
    return timezone.now() + timedelta(days=14)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, at: datetime | None = None) -> "InvitationQuerySet":
        """Neither answered nor expired."""
        return self.filter(accepted_at=None, expires_at__gt=at or timezone.now())


class Invitation(models.Model):
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=12, choices=MemberRole)
    email = models.EmailField(_("e-mail address"))
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", verbose_name=_("invited by"))
    created_at = models.DateTimeField(_("sent"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), default=in_two_weeks)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "role", "email"],
                condition=Q(accepted_at=None),
                name="one_open_invitation_a_role",
                violation_error_message=_("This person is already invited to that role."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_role_display()}, {self.organisation}"

    @transaction.atomic
    def accept(self, by: User) -> Membership:
        """Take up the role; works once, in time, whatever the address of the one who logs in."""
        if not Invitation.objects.open().filter(pk=self.pk).update(accepted_at=timezone.now()):
            raise Invitation.DoesNotExist
        membership, _created = Membership.objects.get_or_create(user=by, organisation=self.organisation, role=self.role)
        return membership
