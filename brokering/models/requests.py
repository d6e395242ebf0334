"""A need that somebody sends without an account: no need yet, until its link is opened and it is confirmed there."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models.competences import Competence
from brokering.models.corrections import label_of
from brokering.models.needs import CORRECTIONS, SUBMIT, CompetenceNeed, Source
from partners.models import Municipality, Organisation
from partners.models.organisations import Role

LIFE_OF_A_REQUEST = timedelta(days=7)
BEFORE_IT_IS_SENT_AGAIN = timedelta(minutes=10)


class NeedRequestQuerySet(models.QuerySet["NeedRequest"]):
    def waiting(self, at: datetime | None = None) -> "NeedRequestQuerySet":
        """Those that can still be confirmed."""
        return self.filter(confirmed_at=None, asked_at__gt=(at or timezone.now()) - LIFE_OF_A_REQUEST)

    def given_up(self, at: datetime) -> "NeedRequestQuerySet":
        """Those that nobody confirmed in time."""
        return self.filter(confirmed_at=None, asked_at__lte=at - LIFE_OF_A_REQUEST)

    def for_page(self) -> "NeedRequestQuerySet":
        return self.select_related("municipality", "need__employer", "need__municipality", "need__handled_by")


class NeedRequest(models.Model):
    """Whoever filled in the form agreed to it being stored and shared: without that there is no row.

    Once confirmed, what it says is in the need, and here is only the key to its page.
    """

    text = models.TextField(_("text"), max_length=4000, blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="+", verbose_name=_("municipality")
    )
    headcount = models.PositiveIntegerField(
        _("how many people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    latest_start = models.DateField(_("latest start"), null=True, blank=True)
    max_travel_km = models.PositiveIntegerField(
        _("longest travel, km"), null=True, blank=True, validators=[MaxValueValidator(5000)]
    )
    about = ArrayField(models.CharField(max_length=80), verbose_name=_("meant as well"), default=list, editable=False)
    without = ArrayField(models.CharField(max_length=80), verbose_name=_("not meant"), default=list, editable=False)
    firm = models.CharField(_("firm"), max_length=200, blank=True)
    number = models.CharField(_("organisation number"), max_length=9, blank=True)
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True)
    contact_email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=2, default="nb")
    fingerprint = models.CharField(max_length=64, blank=True, editable=False)
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe, editable=False)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    need = models.OneToOneField(
        CompetenceNeed, on_delete=models.CASCADE, null=True, editable=False, related_name="request"
    )

    objects = NeedRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("need sent without an account")
        verbose_name_plural = _("needs sent without an account")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], condition=Q(confirmed_at=None), name="the_same_need_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(contact_name="", contact_email="", firm="", text=""),
                name="a_confirmed_request_keeps_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.asked_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("need-request", args=[self.token])

    @property
    def expires_at(self) -> datetime:
        return self.asked_at + LIFE_OF_A_REQUEST

    @property
    def has_expired(self) -> bool:
        return self.confirmed_at is None and self.expires_at <= timezone.now()

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What was written beside the text, as pairs to show."""
        known = [
            (gettext("The firm’s name"), self.firm),
            (gettext("Organisation number"), self.number),
            (gettext("Your name"), self.contact_name),
            (gettext("Your e-mail address"), self.contact_email),
            (gettext("Where you are"), self.municipality),
            (gettext("How many people"), self.headcount),
            (gettext("Latest start"), date_format(self.latest_start) if self.latest_start else ""),
            (gettext("Longest travel"), f"{self.max_travel_km} km" if self.max_travel_km is not None else ""),
            (CORRECTIONS["take_in"], ", ".join(label_of(f"competence:{slug}") for slug in self.about)),
            (CORRECTIONS["leave_out"], ", ".join(map(label_of, self.without))),
        ]
        return [(str(term), fact) for term, fact in known if fact != ""]

    @transaction.atomic
    def hand_in(self) -> "NeedRequest | None":
        """Store it and return what an e-mail is to be sent for: nothing, when the same came in minutes ago."""
        now = timezone.now()
        NeedRequest.objects.given_up(now).delete()
        self.fingerprint = self._hash()
        new = {field.name: getattr(self, field.name) for field in self._meta.concrete_fields if field.name != "id"}
        row, created = NeedRequest.objects.get_or_create(
            fingerprint=new.pop("fingerprint"), confirmed_at=new.pop("confirmed_at"), defaults=new
        )
        again = NeedRequest.objects.filter(pk=row.pk, asked_at__lte=now - BEFORE_IT_IS_SENT_AGAIN)
        return row if created or again.update(asked_at=now, sent_at=None) else None

    def _hash(self) -> str:
        """The same for the same need of the same person."""
        place, email = self.municipality.pk, self.contact_email.lower()
        said = (self.text, place, self.headcount, self.latest_start, self.max_travel_km, self.firm, self.number)
        put_right = (self.about, self.without)
        return hashlib.sha256(repr((*said, *put_right, self.contact_name, email)).encode()).hexdigest()

    @transaction.atomic
    def confirm(self) -> CompetenceNeed:
        """Make it a need that waits for its broker: once, and in time. NeedRequest.DoesNotExist when it is neither."""
        names = ("text", "firm", "number", "contact_name", "contact_email", "fingerprint")
        empty: dict[str, object] = {**dict.fromkeys(names, ""), "about": [], "without": []}
        waiting = NeedRequest.objects.waiting().filter(pk=self.pk)
        if not waiting.update(confirmed_at=timezone.now(), **empty):
            raise NeedRequest.DoesNotExist
        need = CompetenceNeed.objects.create(
            employer=self._employer(),
            handled_by=self.municipality.brokers.first(),
            municipality=self.municipality,
            text=self.text,
            headcount=self.headcount,
            latest_start=self.latest_start,
            max_travel_km=self.max_travel_km,
            source=Source.FORM,
            consent_to_share=True,
            without=self.without,
            contact_name=self.contact_name,
            contact_email=self.contact_email,
        )
        need.competences.set(Competence.objects.filter(pk__in=self.about))
        need.carry_out(SUBMIT, None)
        NeedRequest.objects.filter(pk=self.pk).update(need=need)
        return need

    def _employer(self) -> Organisation:
        """The registered firm with that number, as it is; else a new one, which the broker may find to be a known one.

        A stranger changes nothing about a firm that is registered, nor its address: the contact is kept with the need.
        """
        firm = {"name": self.firm, "roles": [Role.EMPLOYER], "municipality": self.municipality}
        if self.number:
            return Organisation.objects.get_or_create(number=self.number, defaults=firm)[0]
        return Organisation.objects.create(**firm)

    @transaction.atomic
    def forget(self) -> None:
        """Delete what is known about the sender, and the key to this page. The need stays, without them."""
        CompetenceNeed.objects.filter(request=self).update(contact_name="", contact_email="")
        self.delete()
