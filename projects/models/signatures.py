"""Who an agreement is between, its versions, and each party's answer to one version."""

import hashlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from partners.acts import NEVER_CHANGED
from partners.models import Organisation, User
from projects.models import agreement_rules
from projects.models.agreements import Agreement
from projects.models.documents import Document


class AgreementParty(models.Model):
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreement_parties",
        verbose_name=_("organisation"),
    )
    required = models.BooleanField(_("must sign"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    told_version = models.PositiveSmallIntegerField(_("version they were e-mailed about"), null=True, editable=False)

    class Meta:
        verbose_name = _("party of an agreement")
        verbose_name_plural = _("parties of agreements")
        ordering = ["agreement", "order", "pk"]
        triggers = [agreement_rules.PARTIES_ARE_FIXED_ONCE_SENT]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "organisation"],
                name="an_organisation_is_party_once",
                violation_error_message=_("This organisation is a party already."),
            )
        ]

    def __str__(self) -> str:
        return self.organisation.name if self.organisation else gettext("Party not stated")


class AgreementVersion(models.Model):
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    text = models.TextField(_("text"), blank=True, max_length=100_000)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("document")
    )
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64, editable=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("written by"))
    at = models.DateTimeField(_("written"), default=timezone.now)

    # The parties' own, also when the one who wrote it takes part no more (partners.personal_data).
    OF_OTHERS = frozenset({"text"})

    class Meta:
        verbose_name = _("version of an agreement")
        verbose_name_plural = _("versions of agreements")
        ordering = ["agreement", "number"]
        triggers = [agreement_rules.VERSIONS_ARE_ADDED_TO_DRAFTS, NEVER_CHANGED]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="a_version_has_a_number_of_its_own"),
            models.CheckConstraint(
                condition=~Q(text="") | Q(document__isnull=False),
                name="a_version_says_something",
                violation_error_message=_("Write the text, or attach it as a file."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("version %(number)s") % {"number": self.number}

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sha256 = self.fingerprint()
        super().save(*args, **kwargs)

    def fingerprint(self) -> str:
        """SHA-256 over what is signed: the text in UTF-8, a zero byte, the fingerprint of the file if any."""
        attached = self.document.sha256 if self.document else ""
        return hashlib.sha256(f"{self.text}\0{attached}".encode()).hexdigest()


class Answer(models.TextChoices):
    SIGNED = "signed", _("Signed")
    DECLINED = "declined", pgettext_lazy("agreement", "Declined")


class Method(models.TextChoices):
    CONFIRMED = "confirmed", _("Confirmed here, logged in")
    ON_PAPER = "on_paper", _("On paper")


class Signature(models.Model):
    """One party's answer to one version. Append-only; projects/signing.py is the only place that writes it."""

    party = models.ForeignKey(AgreementParty, on_delete=models.PROTECT, related_name="signatures")
    version = models.ForeignKey(AgreementVersion, on_delete=models.PROTECT, related_name="signatures")
    answer = models.CharField(_("answer"), max_length=8, choices=Answer)
    method = models.CharField(_("how"), max_length=10, choices=Method)
    signatory = models.CharField(_("who signed"), max_length=150, blank=True)
    position = models.CharField(_("position"), max_length=150, blank=True)
    signed_on = models.DateField(_("signed on"), null=True, blank=True)
    why = models.CharField(_("why not"), max_length=1000, blank=True)
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("signed file")
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("registered by"))
    at = models.DateTimeField(_("registered"), default=timezone.now)
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["version", "party__order", "pk"]
        triggers = [agreement_rules.SIGNED_ON_THE_LATEST_VERSION, NEVER_CHANGED]
        constraints = [
            models.UniqueConstraint(fields=["party", "version"], name="a_party_answers_a_version_once"),
            models.CheckConstraint(
                condition=Q(answer=Answer.SIGNED) | ~Q(why=""),
                name="a_party_that_declines_says_why",
                violation_error_message=_("Say why."),
            ),
            models.CheckConstraint(
                condition=~Q(method=Method.CONFIRMED)
                | ~Q(signatory="") & ~Q(position="") & Q(signed_on__isnull=False, by__isnull=False),
                name="who_confirms_is_named",
            ),
            models.CheckConstraint(
                condition=~Q(method=Method.ON_PAPER) | Q(document__isnull=False) | Q(is_demo=True),
                name="what_is_signed_on_paper_is_attached",
            ),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="answer_is_known"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="signing_method_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.party}: {self.get_answer_display()}"

    @property
    def OF_OTHERS(self) -> frozenset[str]:  # noqa: N802 - asked for under this name (partners.personal_data)
        """Who signed on paper is somebody else than who registered it."""
        return frozenset({"signatory", "position"} if self.method == Method.ON_PAPER else ())
