"""How long a unit keeps what people write to it, and the counts that stay when it is deleted."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from partners.models import Organisation
from projects.models.services import ServiceKind

# Holds where no rule is stated.
MONTHS = 6


class RetentionRule(models.Model):
    unit = models.ForeignKey(
        Organisation,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
        help_text=_("Leave it empty for the rule of all units without one of their own."),
    )
    months = models.PositiveSmallIntegerField(
        _("months"),
        validators=[MinValueValidator(1), MaxValueValidator(60)],
        help_text=_(
            "An enquiry is deleted so long after its last message. A change holds for enquiries that come from now on: "
            "what the others were promised stays."
        ),
    )

    class Meta:
        verbose_name = _("rule for how long enquiries are kept")
        verbose_name_plural = _("rules for how long enquiries are kept")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"],
                nulls_distinct=False,
                name="one_retention_rule_a_unit",
                violation_error_message=_("There is such a rule already. Change that one."),
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=60),
                name="enquiries_are_kept_one_to_sixty_months",
                violation_error_message=_("Enquiries are kept from 1 to 60 months."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit or _('all others')}: {self.months}"

    @staticmethod
    def months_of(unit: Organisation) -> int:
        rules = RetentionRule.objects.filter(Q(unit=unit) | Q(unit=None)).order_by(F("unit").asc(nulls_last=True))
        rule = rules.first()
        return rule.months if rule else MONTHS

    @staticmethod
    def longest() -> int:
        """What can be promised before it is known which unit gets an enquiry."""
        rules = list(RetentionRule.objects.order_by("pk"))
        unstated = [] if any(rule.unit_id is None for rule in rules) else [MONTHS]
        return max([rule.months for rule in rules] + unstated)


class EnquiryCount(models.Model):
    """How many enquiries a unit got about a subject in a month: all that stays of those that are deleted."""

    unit = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", verbose_name=_("unit"))
    subject = models.CharField(_("about"), max_length=16, choices=ServiceKind)
    month = models.DateField(_("month"), help_text=_("Its first day."))
    received = models.PositiveIntegerField(_("received"), default=0)

    class Meta:
        verbose_name = _("count of enquiries")
        verbose_name_plural = _("counts of enquiries")
        ordering = ["-month", "unit", "subject"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "subject", "month"], name="enquiries_are_counted_once"),
            models.CheckConstraint(condition=Q(month__day=1), name="a_month_is_its_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.unit}, {self.get_subject_display()}, {self.month:%Y-%m}: {self.received}"

    @staticmethod
    @transaction.atomic
    def add(unit: Organisation, subject: str, on: date) -> None:
        row = {"unit": unit, "subject": subject, "month": on.replace(day=1)}
        EnquiryCount.objects.bulk_create([EnquiryCount(**row)], ignore_conflicts=True)
        EnquiryCount.objects.filter(**row).update(received=F("received") + 1)
