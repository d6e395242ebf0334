"""What an employer, or a project for its target group, needs to learn."""

from datetime import timedelta

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Count, F, Func, Q, Value
from django.db.models.lookups import Regex
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from brokering.models.choices import MOST_NOT_MEANT, NOT_MEANT, Level, Mode, TeachingLanguage
from brokering.models.competences import Competence
from brokering.models.runs import price_label
from brokering.pools import pools
from partners.acts import NEVER_CHANGED, Act, Event, move
from partners.models import Municipality, Organisation, User
from partners.models.memberships import BROKERING_ROLES, COUNTY_ROLES
from projects.models import Project


class NeedState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    CLARIFYING = "clarifying", _("Being clarified")
    OPEN = "open", _("Open")
    POOLED = "pooled", _("In a pool")
    COVERED = "covered", _("Covered")
    UNCOVERED = "uncovered", _("Not covered")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")


class Source(models.TextChoices):
    VISIT = "visit", _("Visit")
    FORM = "form", _("Form")
    SURVEY = "survey", _("Survey")
    ADVERT = "advert", _("Job advert")


_S = NeedState
SUBMIT = Act("submit", _("Submit"), (_S.DRAFT,), _S.SUBMITTED)
CLARIFY = Act("clarify", _("Ask for clarification"), (_S.SUBMITTED, _S.OPEN), _S.CLARIFYING)
OPEN = Act("open", _("Open for brokering"), (_S.SUBMITTED, _S.CLARIFYING), _S.OPEN)
POOL = Act("pool", _("Put into a pool"), (_S.OPEN,), _S.POOLED)
UNPOOL = Act("unpool", _("Take out of its pool"), (_S.POOLED,), _S.OPEN)
COVER = Act("cover", _("Mark as covered"), (_S.OPEN, _S.POOLED), _S.COVERED)
GIVE_UP = Act("give_up", _("Mark as not covered"), (_S.OPEN,), _S.UNCOVERED)
WITHDRAW = Act("withdraw", _("Withdraw"), (_S.DRAFT, _S.SUBMITTED, _S.CLARIFYING, _S.OPEN, _S.POOLED), _S.WITHDRAWN)
REOPEN = Act("reopen", _("Open again"), (_S.COVERED, _S.UNCOVERED, _S.WITHDRAWN, _S.EXPIRED), _S.OPEN)
EXPIRE = Act("expire", _("Let expire"), (_S.SUBMITTED, _S.CLARIFYING, _S.OPEN), _S.EXPIRED)
ACTS = {act.name: act for act in (SUBMIT, CLARIFY, OPEN, COVER, GIVE_UP, WITHDRAW, REOPEN, EXPIRE)}
ENDS_ITS_BROKERING = (COVER, GIVE_UP, WITHDRAW, EXPIRE, REOPEN)
CORRECTIONS = {"leave_out": _("Not meant"), "put_back": _("Meant after all"), "take_in": _("Meant as well")}
UNMOVED = CORRECTIONS | {"take_back": _("Answer taken back")}
STATE_COLORS: dict[str, str] = {
    **dict.fromkeys([_S.OPEN, _S.POOLED], "info"),
    **dict.fromkeys([_S.SUBMITTED, _S.CLARIFYING], "warning"),
    _S.COVERED: "success",
}


class CompetenceNeedQuerySet(models.QuerySet["CompetenceNeed"]):
    def open(self) -> "CompetenceNeedQuerySet":
        """Those that a broker works on: handed in, and neither met nor given up."""
        return self.filter(state__in=[_S.SUBMITTED, _S.CLARIFYING, _S.OPEN, _S.POOLED])

    def shared(self) -> "CompetenceNeedQuerySet":
        """Those whose firm agreed that the county sees them, and providers without its name."""
        return self.filter(consent_to_share=True)

    def unmatched(self) -> "CompetenceNeedQuerySet":
        """Those that were never held against the courses, or of which nothing is kept."""
        return self.filter(Q(matched_at=None) | Q(index=None))

    def visible_to(self, user: object) -> "CompetenceNeedQuerySet":
        """One's own firm's, those one's organisation handles, and for county staff the shared ones of their county.

        Drafts are seen by those who write or handle them only; a provider sees no need this way.
        """
        if not isinstance(user, User):
            return self.none()
        mine = Organisation.objects.of(user)
        handled = Organisation.objects.with_role(user, *BROKERING_ROLES)
        counties = Organisation.objects.with_role(user, *COUNTY_ROLES).values("county")
        shared = Q(consent_to_share=True, municipality__county__in=counties) & ~Q(state=NeedState.DRAFT)
        return self.filter(Q(employer__in=mine) | Q(handled_by__in=handled) | Q(created_by=user) | shared).distinct()

    def handled_for(self, user: User) -> "CompetenceNeedQuerySet":
        """Those the person brokers."""
        return self.filter(handled_by__in=Organisation.objects.with_role(user, *BROKERING_ROLES))

    def like(self, need: "CompetenceNeed") -> "CompetenceNeedQuerySet":
        """Likely duplicates: open needs of the same employer whose text is nearly the same (pg_trgm ≥ 0.5)."""
        same = self.open().filter(employer=need.employer).exclude(pk=need.pk)
        return same.filter(text__trigram_similar=need.text) if need.text else same.none()

    def repeated(self, need: "CompetenceNeed", by: User) -> "CompetenceNeedQuerySet":
        """A form that was sent twice: the same text for the same firm by the same person within ten minutes."""
        lately = timezone.now() - timedelta(minutes=10)
        return self.filter(employer=need.employer, text=need.text, created_by=by, created_at__gt=lately)

    def with_match_counts(self) -> "CompetenceNeedQuerySet":
        """Annotates `strong`, `possible`: how many offers of each band the last matching found. Newest first."""
        return self.annotate(
            strong=Count("matches", filter=Q(matches__band="strong")),
            possible=Count("matches", filter=Q(matches__band="possible")),
        ).order_by("-created_at", "-pk")

    def for_listing(self) -> "CompetenceNeedQuerySet":
        return self.select_related("employer", "municipality", "handled_by", "created_by", "project")


# The history is never rewritten, so it does not hold what a person may want deleted.
@pghistory.track(model_name="CompetenceNeedHistory", exclude=["contact_name", "contact_email", "understood"])
class CompetenceNeed(models.Model):
    employer = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="needs", verbose_name=_("employer")
    )
    handled_by = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_needs",
        verbose_name=_("brokered by"),
    )
    municipality = models.ForeignKey(
        Municipality,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("municipality"),
    )
    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="needs", verbose_name=_("project")
    )
    visit = models.ForeignKey(
        "brokering.Visit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="needs",
        verbose_name=_("found on the visit"),
        editable=False,
    )
    text = models.TextField(_("what is needed, in the firm's own words"), max_length=4000)
    competences = models.ManyToManyField(Competence, blank=True, related_name="needs", verbose_name=_("competences"))
    level = models.CharField(_("level"), max_length=20, choices=Level, blank=True)
    headcount = models.PositiveIntegerField(
        _("how many people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10_000)]
    )
    earliest_start = models.DateField(_("earliest start"), null=True, blank=True)
    latest_start = models.DateField(_("latest start"), null=True, blank=True)
    modes = ArrayField(
        models.CharField(max_length=10, choices=Mode), verbose_name=_("how it may be held"), default=list, blank=True
    )
    max_travel_km = models.PositiveIntegerField(_("longest travel, km"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=TeachingLanguage, blank=True)
    budget_nok = models.DecimalField(_("budget a person, NOK"), max_digits=10, decimal_places=2, null=True, blank=True)
    shift_work = models.BooleanField(_("the people work shifts"), default=False)
    formal = models.CharField(
        _("formal competence"),
        max_length=10,
        blank=True,
        choices=[("formal", _("Formal, with credits or certificate")), ("non_formal", _("Non-formal is enough"))],
    )
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.FORM)
    consent_to_share = models.BooleanField(_("may be shared with the county and, without the firm's name, providers"))
    state = models.CharField(_("state"), max_length=12, choices=NeedState, default=NeedState.DRAFT, editable=False)
    next_follow_up = models.DateField(_("next follow-up"), null=True, blank=True)
    without = ArrayField(
        models.CharField(max_length=80), verbose_name=_("not meant"), default=list, db_default=[], editable=False
    )
    understood = models.JSONField(_("as last understood"), default=dict, db_default={}, editable=False)
    matched_at = models.DateTimeField(_("last matched"), null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("registered by"), editable=False
    )
    contact_name = models.CharField(_("contact person"), max_length=150, blank=True, default="", db_default="")
    contact_email = models.EmailField(_("e-mail address of the contact person"), blank=True, default="", db_default="")
    is_demo = models.BooleanField(_("demonstration data"), default=False, editable=False)
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = CompetenceNeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("competence need")
        verbose_name_plural = _("competence needs")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(latest_start__gte=F("earliest_start")),
                name="need_latest_start_is_not_before_earliest",
                violation_error_message=_("The latest start cannot be before the earliest."),
            ),
            models.CheckConstraint(
                condition=Q(headcount__gte=1),
                name="need_is_for_somebody",
                violation_error_message=_("Say how many people it is for: one or more."),
            ),
            models.CheckConstraint(
                condition=Q(modes__contained_by=Mode.values),
                name="need_modes_are_known",
                violation_error_message=_("That is not a way a course can be held."),
            ),
            models.CheckConstraint(
                condition=Q(budget_nok__gte=0),
                name="need_budget_is_not_negative",
                violation_error_message=_("A budget cannot be negative."),
            ),
            models.CheckConstraint(condition=Q(state__in=NeedState.values), name="need_state_is_known"),
            models.CheckConstraint(
                condition=Regex(
                    Func("without", Value(","), function="array_to_string", output_field=models.TextField()),
                    rf"^(({NOT_MEANT})(,|$)){{0,{MOST_NOT_MEANT}}}$",
                ),
                name="what_a_need_does_not_mean_is_of_known_kinds",
            ),
        ]
        indexes = [models.Index(fields=["handled_by", "state"], name="need_handled_state")]

    def __str__(self) -> str:
        return self.text if len(self.text) <= 80 else f"{self.text[:78].rsplit(maxsplit=1)[0]}…"

    def get_absolute_url(self) -> str:
        return reverse("need", args=[self.pk])

    @property
    def state_color(self) -> str:
        return STATE_COLORS.get(self.state, "neutral")

    @property
    def facts(self) -> list[tuple[str, object]]:
        """What is known beside the text, as pairs to show; what is not known is left out."""
        dates = [date_format(day) if day else "" for day in (self.earliest_start, self.latest_start)]
        modes = ", ".join(str(Mode(mode).label) for mode in self.modes)
        known = [
            (gettext("People"), self.headcount),
            (gettext("Earliest start"), dates[0]),
            (gettext("Latest start"), dates[1]),
            (gettext("Longest travel"), f"{self.max_travel_km} km" if self.max_travel_km is not None else ""),
            (gettext("How it may be held"), modes),
            (gettext("Level"), self.get_level_display() if self.level else ""),
            (gettext("Formal competence"), self.get_formal_display() if self.formal else ""),
            (gettext("Language"), self.get_language_display() if self.language else ""),
            (gettext("Budget a person"), price_label(self.budget_nok)),
            (gettext("Shift work"), capfirst(gettext("yes")) if self.shift_work else ""),
            (gettext("Brokered by"), self.handled_by),
            (gettext("Source"), self.get_source_display()),
            (gettext("Next follow-up"), date_format(self.next_follow_up) if self.next_follow_up else ""),
            (gettext("May be shared"), capfirst(gettext("yes")) if self.consent_to_share else capfirst(gettext("no"))),
        ]
        return [(term, fact) for term, fact in known if fact not in ("", None)]

    @property
    def contact_addresses(self) -> list[str]:
        """Where the employer is reached: whoever sent the need, else the firm's own address, else its people's."""
        if address := self.contact_email or self.employer.email:
            return [address]
        people = User.objects.filter(memberships__organisation=self.employer)
        return list(people.distinct().values_list("email", flat=True))

    @property
    def contact_language(self) -> str:
        """That of whoever sent the need, else of the firm's first person, bokmål when it has none here."""
        if sent := getattr(self, "request", None):
            return str(sent.language)
        member = User.objects.filter(memberships__organisation=self.employer).order_by("pk").first()
        return member.language if member else "nb"

    @transaction.atomic
    def carry_out(self, act: Act, by: User | None, why: str = "") -> None:
        """Move the need by one of ACTS; an event says who and why. ValidationError when its state has moved on."""
        if act in ENDS_ITS_BROKERING:
            pools().leave(self, act, by, why)
        move(self, act, by, why)


class NeedEvent(Event):
    need = models.ForeignKey(CompetenceNeed, on_delete=models.CASCADE, related_name="events")

    class Meta(Event.Meta):
        triggers = [NEVER_CHANGED]
        verbose_name = _("event of a need")
        verbose_name_plural = _("events of needs")

    @property
    def label(self) -> str:
        """Where the act led to, or what was done where it led nowhere."""
        return str(UNMOVED.get(self.act) or NeedState(self.to_state).label)
