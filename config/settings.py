"""The site's settings. Everything that differs between machines comes from the environment (see docs/operations.md)."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import django.conf.locale
import django_stubs_ext
import pghistory
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import env

# Lets forms, fields and admin classes name their model, as querysets can by themselves.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
PORT = os.environ.get("PORT", "8000")
SITE_URL = env.site_url(f"http://127.0.0.1:{PORT}")
SECURE = SITE_URL.startswith("https://")
DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(VAR_DIR / "secret_key")
ALLOWED_HOSTS = [urlsplit(SITE_URL).hostname or "", *env.words("ALLOWED_HOSTS")]
if not SECURE:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]

INSTALLED_APPS = [
    "config",
    "pooling",
    "brokering",
    "funding",
    "projects",
    "partners",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
    "django_filters",
    "django_htmx",
    "django_q",
    "pgtrigger",
    "pghistory",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.htmx",
    "django.contrib.messages.middleware.MessageMiddleware",
    "pghistory.middleware.HistoryMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
            ],
        },
    },
]

DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql:///kompetansebro")
DATABASES = {"default": env.database(DATABASE_URL, patient=env.flag("PATIENT"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# What all processes must agree on (how often a login was tried) is in the database; what each may keep is in memory.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
Q_CLUSTER = {
    "name": "kompetansebro",
    "orm": "default",
    "workers": 1,
    "timeout": 1800,
    "retry": 2100,
    "max_attempts": 5,
    "poll": 1,
    "catch_up": False,
    "save_limit": 1000,
    "label": "Jobs",
}

PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="history")
PGHISTORY_APPEND_ONLY = True
PGHISTORY_MIDDLEWARE_METHODS = ("POST",)

AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front"
ACCOUNT_ADAPTER = "partners.accounts.Adapter"
ACCOUNT_FORMS = {"login": "partners.forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# Beside allauth's own: how often a need or an enquiry may be sent without an account, from a network and with an e-mail
# address, and how often whoever asked may write again.
ACCOUNT_RATE_LIMITS = {"need_send": "20/h/ip,5/d/key", "guidance_send": "20/h/ip,5/d/key", "guidance_more": "20/d/key"}

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("en", _("English")), ("se", _("Northern Sámi"))]
# Django does not know Northern Sámi.
django.conf.locale.LANG_INFO["se"] = {
    "bidi": False,
    "code": "se",
    "name": "Northern Sami",
    "name_local": "Davvisámegiella",
}
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = "Europe/Oslo"
USE_I18N = USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("designsystemet", BASE_DIR / "node_modules" / "@digdir" / "designsystemet-css" / "dist" / "src"),
    ("designsystemet-web", BASE_DIR / "node_modules" / "@digdir" / "designsystemet-web" / "dist" / "umd"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
# Answers what projects ask about courses, needs and money.
PROJECT_KNOWLEDGE = "config.knowledge.Site"
# Answers what needs ask about the pools they are gathered in.
POOLS = "pooling.needs.PoolsOfNeeds"
# What the weekly e-mail tells of, in this order, and when it is written.
DIGEST_KINDS = [
    "config.digest.Tasks",
    "brokering.digest.NewCourses",
    "pooling.board.digest.NewDemand",
    "pooling.board.digest.PooledDemand",
    "pooling.board.digest.CouldRunNews",
    "pooling.jobs.Alarms",
]
DIGEST_AT = env.hour_of_week("DIGEST_AT", "monday 7")
# Before the number of each grant in open data; 360Giving gives each publisher one of its own.
GRANTS_PREFIX = os.environ.get("GRANTS_PREFIX", "360G-kompetansebro")
# Whether a score that was learnt from verdicts and passed its check is used without anybody saying so; and how long is
# kept which matches were shown.
DEPLOY_LEARNT_SCORES = env.flag("DEPLOY_LEARNT_SCORES")
KEEP_IMPRESSIONS_DAYS = env.number("KEEP_IMPRESSIONS_DAYS", default=400)
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "designsystemet"
CRISPY_FAIL_SILENTLY = False

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "outbox"
if url := os.environ.get("EMAIL_URL"):
    globals().update(env.email(url))
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "Kompetansebro <noreply@kompetansebro.example>")

# Response headers: the set that scores A+ at MDN's HTTP Observatory.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
if SECURE:
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health$"]
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
FILE_UPLOAD_HANDLERS = [
    "partners.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
ACCESSIBILITY_STATEMENT_URL = os.environ.get("ACCESSIBILITY_STATEMENT_URL", "")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.log_level()},
}
