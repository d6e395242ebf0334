"""The words that needs and offers share."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """In rising order of what is asked of the participant."""

    SHORT_COURSE = "short_course", _("Short course")
    UPPER_SECONDARY = "upper_secondary", _("Upper secondary or trade certificate")
    VOCATIONAL_COLLEGE = "vocational_college", _("Vocational college")
    FURTHER_EDUCATION = "further_education", _("Further education")
    BACHELOR = "bachelor", _("Bachelor or one-year programme")
    MASTER = "master", _("Master")
    DOCTORATE = "doctorate", _("Doctorate")


class Mode(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    HYBRID = "hybrid", _("On site and online")
    SESSIONS = "sessions", _("Sessions")


class TeachingLanguage(models.TextChoices):
    BOKMAL = "nb", _("Bokmål")
    NYNORSK = "nn", _("Nynorsk")
    ENGLISH = "en", _("English")
    SAMI = "se", _("Northern Sámi")


# What was understood of a need and is not meant, as a key: a competence by its slug, a word, a word that is to be read
# as it is written, or one of the need's facts.
NOT_MEANT = r"competence:[a-z0-9-]{1,60}|(word|spelling):[^\s,{}\"]{1,60}|fact:(place|level|language)"
MOST_NOT_MEANT = 50
