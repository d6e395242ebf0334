"""The words that needs and offers share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """In rising order of what is asked of the participant."""

    SHORT_COURSE = "short_course", _("short course")
    UPPER_SECONDARY = "upper_secondary", _("upper secondary or trade certificate")
    VOCATIONAL_COLLEGE = "vocational_college", _("vocational college")
    FURTHER_EDUCATION = "further_education", _("further education")
    BACHELOR = "bachelor", _("bachelor or one-year programme")
    MASTER = "master", _("master")
    DOCTORATE = "doctorate", _("doctorate")


class Mode(models.TextChoices):
    ON_SITE = "on_site", _("on site")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("on site and online")
    SESSIONS = "sessions", _("gatherings")


class TeachingLanguage(models.TextChoices):
    BOKMAL = "nb", _("bokmål")
    NYNORSK = "nn", _("nynorsk")
    ENGLISH = "en", _("English")
    SAMI = "se", _("Northern Sámi")
