"""What a person can be in an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    LEADER = "leader", _("leader")
    BROKER = "broker", _("competence broker")
    EMPLOYEE = "employee", _("employee")
    CASE_OFFICER = "case_officer", _("case officer")
    DECIDER = "decider", _("decider")
    ATTESTER = "attester", _("attester")
    GUIDE = "guide", _("career guide")
    READER = "reader", _("reader")


BROKERING_ROLES = (MemberRole.LEADER, MemberRole.BROKER)
COUNTY_ROLES = (MemberRole.CASE_OFFICER, MemberRole.DECIDER, MemberRole.ATTESTER)
