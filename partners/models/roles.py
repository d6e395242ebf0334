"""What a person can be in an organisation."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MemberRole(models.TextChoices):
    LEADER = "leader", _("Leader")
    BROKER = "broker", _("Competence broker")
    EMPLOYEE = "employee", _("Employee")
    CASE_OFFICER = "case_officer", _("Case officer")
    DECIDER = "decider", _("Decider")
    ATTESTER = "attester", _("Attester")
    FINANCE = "finance", _("Finance")
    GUIDE = "guide", _("Career guide")
    READER = "reader", _("Reader")


BROKERING_ROLES = (MemberRole.LEADER, MemberRole.BROKER)
COUNTY_ROLES = (MemberRole.CASE_OFFICER, MemberRole.DECIDER, MemberRole.ATTESTER)
# Who works with the money of an organisation; finance pays, and sees nothing of its cases.
MONEY_ROLES = (*COUNTY_ROLES, MemberRole.FINANCE)
# Who keeps a provider's courses.
OFFER_KEEPERS = (MemberRole.LEADER, MemberRole.EMPLOYEE, MemberRole.BROKER)
# Who may write down what their organisation needs; readers follow what happens, and leave it to others.
NEED_WRITERS = tuple(role for role in MemberRole if role != MemberRole.READER)
