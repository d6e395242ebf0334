"""The people who log in. The e-mail address is the name."""

from typing import Any, ClassVar, NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from partners.models.roles import BROKERING_ROLES, COUNTY_ROLES, MONEY_ROLES, NEED_WRITERS, OFFER_KEEPERS, MemberRole


class Standing(NamedTuple):
    """A role in an organisation, and what that organisation is."""

    organisation_id: int
    role: str
    organisation_roles: list[str]
    serves: bool
    """Whether it brokers competence for some municipality."""


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person with this address; without a password nobody can log in until one is set by e-mail."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def brokering_for(self, organisation: int | None) -> models.QuerySet["User"]:
        """Those who broker for it, and can log in."""
        roles = {"memberships__organisation": organisation, "memberships__role__in": BROKERING_ROLES}
        return self.filter(is_active=True, **roles).distinct().order_by("pk")

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("e-mail address"), unique=True)
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="nb")
    is_staff = models.BooleanField(_("administers the site"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_person_an_address",
                violation_error_message=_("Somebody is already registered with this address."),
            )
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Every role the person holds, asked for once a request."""
        return tuple(Standing(*row) for row in self.memberships.with_standing())

    def holds(self, organisation_id: int | None, *roles: str) -> bool:
        """Whether the person has one of these roles (any, when none is named) in that organisation."""
        return any(
            one.organisation_id == organisation_id and (not roles or one.role in roles) for one in self.standings
        )

    def is_any(self, *roles: str) -> bool:
        """Whether the person has one of these roles anywhere."""
        return any(one.role in roles for one in self.standings)

    @property
    def is_broker(self) -> bool:
        """Whether the person works with other firms' needs: for an organisation that serves some municipality."""
        return any(one.serves and one.role in BROKERING_ROLES for one in self.standings)

    @property
    def is_county_staff(self) -> bool:
        return self.is_any(*COUNTY_ROLES)

    @property
    def works_with_money(self) -> bool:
        return self.is_any(*MONEY_ROLES)

    @property
    def writes_needs(self) -> bool:
        """Whether writing down needs, of one's own firm or of others, is what the person comes for."""
        return any(one.role in NEED_WRITERS and one.role not in MONEY_ROLES for one in self.standings)

    @property
    def is_guide(self) -> bool:
        return self.is_any(MemberRole.GUIDE)

    @property
    def is_provider(self) -> bool:
        """Whether the person keeps some provider's courses."""
        return any("provider" in one.organisation_roles and one.role in OFFER_KEEPERS for one in self.standings)
