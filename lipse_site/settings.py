"""The only settings file. Everything that differs between machines comes from the environment (docs/operators.md)."""

from pathlib import Path

import dj_database_url
import dj_email_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from lipse_site import environment as env
from lipse_site import logs
from lipse_site.embedded import layout

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("LIPSE_DATA_DIR", BASE_DIR / ".data")
DEBUG = env.flag("LIPSE_DEBUG", default=True)
DEMO = env.flag("LIPSE_DEMO", default=DEBUG)
HOST = env.text("LIPSE_HOST", "127.0.0.1")
PORT = env.number("LIPSE_PORT", 8000, at_least=1, at_most=65535)
WEB_PROCESSES = env.number("LIPSE_WEB_PROCESSES", 1 if DEBUG else 3, at_least=1, at_most=64)
WEB_THREADS = env.number("LIPSE_WEB_THREADS", 8 if DEBUG else 4, at_least=1, at_most=256)
# Of the process that answers what takes long: exports, counts, agreement, files.
WEB_LONG_THREADS = env.number("LIPSE_WEB_LONG_THREADS", 4, at_least=1, at_most=256)
WORKER_PROCESSES = env.number("LIPSE_WORKER_PROCESSES", 2, at_least=1, at_most=64)
# Nobody maintains an embedded database, so outside of a trial it has to be allowed explicitly.
ALLOW_EMBEDDED = env.flag("LIPSE_ALLOW_EMBEDDED", default=False)

SECRET_KEY = env.kept_secret("LIPSE_SECRET_KEY", DATA_DIR, allowed=DEBUG)
ALLOWED_HOSTS = env.words("LIPSE_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" if DEBUG else "")
if not DEBUG and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("LIPSE_ALLOWED_HOSTS is empty; with LIPSE_DEBUG=0 name the hosts this site answers for.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "django_htmx",
    "pgtrigger",
    "pghistory",
    "tree_queries",
    "csp",
    "django_structlog",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "standards",
    "rest",
    "accounts",
    "versions",
    "imports",
    "jobs",
    "exports",
    "coding",
    "registry",
    "casestudies",
    "complaints",
    "surveys",
    "lipse_site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lipse_site.logs.AddressMiddleware",
    "rest.compression.Compression",
    "csp.middleware.CSPMiddleware",
    "rest.middleware.AddressMiddleware",
    "rest.elsewhere.PublicDataFromOtherSites",
    "rest.middleware.TimeLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "rest.middleware.BodySizeMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.PersonalAnswersAreNotStored",
    "accounts.middleware.WritesAreReadAtOnce",
    "accounts.middleware.SessionsEnd",
    "accounts.middleware.WrittenByWhoIsSignedIn",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accounts.middleware.SignInNeedsItsServices",
    "accounts.middleware.SecondFactorComesFirst",
    "django_htmx.middleware.HtmxMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "rest.done_forms.FormsAreDoneOnce",
    "rest.middleware.PageOfAnAction",
    "rest.elsewhere.AppendedFormats",
    "rest.middleware.NotFoundInDebugMode",
]

# Who changed what is named in statements of requests that change something; in others it would only be sent along.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")
ROOT_URLCONF = "lipse_site.urls"
WSGI_APPLICATION = "lipse_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": ["lipse_site.quick_templates.Loader"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lipse_site.navigation.context",
            ],
            "builtins": ["django.templatetags.i18n"],  # every template can translate
        },
    },
]

# PostgreSQL and the broker: by address, or the embedded ones below DATA_DIR.
DATABASE_URL = env.address("DATABASE_URL", ("postgres", "postgresql"))
REDIS_URL = env.address("REDIS_URL", ("redis", "rediss", "redis+socket"))
EMBEDDED = layout.Layout.below(DATA_DIR)
DATABASES = {"default": dj_database_url.parse(DATABASE_URL) if DATABASE_URL else EMBEDDED.django_database()}
# A streaming replica of it from which reads are answered, and how many seconds it may be behind (rest/replica.py).
DATABASE_REPLICA_URL = env.address("DATABASE_REPLICA_URL", ("postgres", "postgresql"))
REPLICA_MAX_LAG = env.number("LIPSE_REPLICA_MAX_LAG", 5, at_least=1, at_most=3600)
DATABASE_IS_POOLED = env.flag("LIPSE_DATABASE_POOLED", default=False)
if DATABASE_REPLICA_URL:
    DATABASES["replica"] = {"TEST": {"MIRROR": "default"}} | dj_database_url.parse(DATABASE_REPLICA_URL)
for _database in DATABASES.values():
    # A pooler gives each transaction another connection, without the cursors and statements of the one before.
    _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "DISABLE_SERVER_SIDE_CURSORS": DATABASE_IS_POOLED}
# Celery and redis-py write the address of a socket and the number of a database on it differently.
BROKER_URL = REDIS_URL or EMBEDDED.broker_url()
REDIS_CLIENT_URL = BROKER_URL.replace("redis+socket://", "unix://", 1).replace("virtual_host=", "db=", 1)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_CLIENT_URL,
        "KEY_PREFIX": "lipse",
        # Asked once: a page does not wait for a broker that does not answer.
        "OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": Retry(NoBackoff(), 0)},
    }
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.SignInBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "my-work"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "change_password": "accounts.forms.PasswordChangeForm",
    "set_password": "accounts.forms.PasswordSetForm",
    "reset_password": "accounts.forms.PasswordResetForm",
    "reset_password_from_key": "accounts.forms.PasswordResetKeyForm",
    "reauthenticate": "accounts.forms.ConfirmForm",
}
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "signed-out"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "LIPSE Casebook: "
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "accounts.reset_tokens.ResetTokenGenerator"
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "LIPSE Casebook"
# University sign-in: enabled by its address. It opens existing accounts by verified e-mail and creates none.
OIDC_URL = env.text("LIPSE_OIDC_URL")
OIDC_APP = {
    "provider_id": "university",
    "name": env.text("LIPSE_OIDC_NAME", "your university"),
    "client_id": env.text("LIPSE_OIDC_CLIENT_ID"),
    "secret": env.text("LIPSE_OIDC_CLIENT_SECRET"),
    "settings": {"server_url": OIDC_URL, "oauth_pkce_enabled": True},
}
if OIDC_URL and not (OIDC_APP["client_id"] and OIDC_APP["secret"]):
    raise ImproperlyConfigured("LIPSE_OIDC_URL is set; set LIPSE_OIDC_CLIENT_ID and LIPSE_OIDC_CLIENT_SECRET too.")
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"EMAIL_AUTHENTICATION": True, "APPS": [OIDC_APP]}} if OIDC_URL else {}
OIDC_ORIGIN = "/".join(OIDC_URL.split("/")[:3])
SOCIALACCOUNT_ADAPTER = "accounts.adapters.UniversityAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE, USE_TZ = "UTC", True
FORMAT_MODULE_PATH = "lipse_site.formats"
FILTERS_EMPTY_CHOICE_LABEL = _("Any")
FORM_RENDERER = "rest.selects.FormRenderer"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lipse_site.vendor.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # Hashed and compressed files, with ES module imports rewritten; in debug mode unchanged files.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "lipse_site.static_files.CompressedHashedStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = env.folder("LIPSE_MEDIA_ROOT", DATA_DIR / "media")
# The list of erasures, from which a restore makes them again. It is not in a backup: an older one would replace it.
ERASURES_FILE = DATA_DIR / "journal" / "erasures.jsonl"
# The inbox folders of datasets are below it.
INBOX_DIR = env.folder("LIPSE_INBOX_DIR", DATA_DIR / "inbox")
FILE_UPLOAD_PERMISSIONS = 0o640
# Larger parts of an upload are written to a file; a form without files may not be larger.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = env.number("LIPSE_MEDIA_FORM_MB", 5, at_least=1, at_most=100) * 2**20
# More than usual: mappings of 1,000 columns, or with 200 values in several; letters that are chosen together.
DATA_UPLOAD_MAX_NUMBER_FIELDS, DATA_UPLOAD_MAX_NUMBER_FILES = 10_000, 500
# Public keys, in the age format, of those who can open backups.
BACKUP_KEYS = env.words("LIPSE_BACKUP_KEY")
if unknown := [key for key in BACKUP_KEYS if not key.startswith("age1")]:
    raise ImproperlyConfigured(f"LIPSE_BACKUP_KEY has {unknown[0]!r}; write public keys that begin with age1.")
UPLOAD_MAX_BYTES = env.number("LIPSE_MEDIA_UPLOAD_MB", 4096, at_least=1, at_most=2**20) * 2**20

EMAIL_URL = env.text("LIPSE_EMAIL_URL")
# Without an address mail is never printed: what is printed is in a log, and links in mail open accounts.
EMAIL_BACKEND, EMAIL_FILE_PATH = env.mail_backend(EMAIL_URL, debug=DEBUG), DATA_DIR / "mail"
if EMAIL_URL:
    vars().update(dj_email_url.parse(EMAIL_URL))

# Security. Whatever needs TLS is on if the site is behind TLS, which is required without debug mode.
TLS = env.flag("LIPSE_TLS", default=not DEBUG)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_SSL_REDIRECT = TLS
# Servers between the people and this one, each of which appends to X-Forwarded-For the address it saw.
TRUSTED_PROXIES = env.number("LIPSE_TRUSTED_PROXIES", 0, at_most=10)
# Probes come from this machine and without TLS.
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]
SECURE_HSTS_SECONDS = env.number("LIPSE_HSTS_SECONDS", 365 * 86_400) if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
# Browsers accept a cookie with this name only over TLS, for this host and all its paths.
SESSION_COOKIE_NAME = "__Host-session" if TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if TLS else "csrf"
DEVICE_COOKIE_NAME = "__Host-device" if TLS else "device"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env.number("LIPSE_SESSION_HOURS", 14 * 24, at_least=1) * 3600
SESSION_IDLE_SECONDS = env.number("LIPSE_SESSION_IDLE_MINUTES", 480, at_least=1) * 60
# Roles whose holders set up a second factor before anything else.
SECOND_FACTOR_ROLES = env.words("LIPSE_SECOND_FACTOR_ROLES")
CSRF_TRUSTED_ORIGINS = env.words("LIPSE_TRUSTED_ORIGINS")
CSRF_FAILURE_VIEW = "rest.problems.csrf_failure"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "media-src": [SELF, "blob:"],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF, *([OIDC_ORIGIN] if OIDC_ORIGIN else [])],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest.renderers.OrjsonParser"],
    "EXCEPTION_HANDLER": "rest.problems.exception_handler",
    "DEFAULT_SCHEMA_CLASS": "rest.schema.Schema",
    "URL_FORMAT_OVERRIDE": None,
    "SCHEMA_COERCE_PATH_PK": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": [
        "rest_framework.renderers.JSONRenderer",
        "rest_framework.renderers.MultiPartRenderer",
    ],
}
# Seconds that one statement in the database can take, by kind of request (rest.time_limits).
TIME_LIMITS = {
    "page": env.number("LIPSE_TIME_LIMIT_PAGE", 15, at_least=1, at_most=86_400),
    "list": env.number("LIPSE_TIME_LIMIT_LIST", 15, at_least=1, at_most=86_400),
    "detail": env.number("LIPSE_TIME_LIMIT_DETAIL", 5, at_least=1, at_most=86_400),
    "search": env.number("LIPSE_TIME_LIMIT_SEARCH", 15, at_least=1, at_most=86_400),
    "facets": env.number("LIPSE_TIME_LIMIT_FACETS", 10, at_least=1, at_most=86_400),
    "write": env.number("LIPSE_TIME_LIMIT_WRITE", 30, at_least=1, at_most=86_400),
    "export": env.number("LIPSE_TIME_LIMIT_EXPORT", 300, at_least=1, at_most=86_400),
    "job": env.number("LIPSE_TIME_LIMIT_JOB", 21_600, at_least=1, at_most=86_400),
}
# Requests to the REST API, and in how many seconds: anonymous callers by address, people by name.
REST_LIMITS = {
    "anonymous": (env.number("LIPSE_API_LIMIT_ANONYMOUS", 300, at_least=1), 60),
    "person": (env.number("LIPSE_API_LIMIT", 3000, at_least=1), 60),
}
# A reader that takes less than 1 MB of a waiting answer in this time is cut.
SLOW_READER_SECONDS = env.number("LIPSE_SLOW_READER_SECONDS", 60, at_least=1, at_most=3600)
# Exports that one caller can make or read at the same time, on one machine.
EXPORTS_AT_ONCE = env.number("LIPSE_EXPORTS_AT_ONCE", 3, at_least=1, at_most=1000)
# Files of exports that a worker made, for so many hours. They are not in a backup.
EXPORTS_DIR = env.folder("LIPSE_EXPORTS_DIR", DATA_DIR / "exports")
EXPORT_HOURS = env.number("LIPSE_EXPORT_HOURS", 72, at_least=1, at_most=8760)
# Rows of one download of a list.
EXPORT_ROWS = env.number("LIPSE_EXPORT_ROWS", 100_000, at_least=1)
SPECTACULAR_SETTINGS = {
    "TITLE": "LIPSE Casebook",
    "DESCRIPTION": "Citizen-input case studies, co-creation events, complaint records of ombudsmen and audit offices, "
    "coding and surveys. Without a token: public data only.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    # Choices stay where they are used; names made up for shared ones would change with every new room.
    "POSTPROCESSING_HOOKS": ["lipse_site.api_terms.described"],
}

# Jobs: how long a lease lasts that is not renewed, how often a worker renews it, how often the scheduler looks for
# jobs without a worker, and how often the same step of a job may be interrupted before the job fails.
JOB_LEASE_SECONDS = env.number("LIPSE_JOB_LEASE_SECONDS", 45, at_least=3, at_most=3600)
JOB_HEARTBEAT_SECONDS = env.number("LIPSE_JOB_HEARTBEAT_SECONDS", 3, at_least=1, at_most=600)
JOB_RECONCILE_SECONDS = env.number("LIPSE_JOB_RECONCILE_SECONDS", 30, at_least=1, at_most=3600)
JOB_ATTEMPTS = env.number("LIPSE_JOB_ATTEMPTS", 5, at_least=1, at_most=1000)
if JOB_LEASE_SECONDS < 3 * JOB_HEARTBEAT_SECONDS:
    raise ImproperlyConfigured(
        "LIPSE_JOB_LEASE_SECONDS is less than three times LIPSE_JOB_HEARTBEAT_SECONDS: a job would be taken from a "
        "worker that is still working. Make it longer."
    )
IMPORT_CHUNK_ROWS = env.number("LIPSE_IMPORT_CHUNK_ROWS", 50_000, at_least=1000, at_most=10_000_000)
IMPORT_HEADER_WORDS = env.text("LIPSE_HEADER_WORDS")

CELERY_BROKER_URL = BROKER_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# After this time the task of a lost worker goes to another one; no task may take longer.
# A message that cannot be sent is not waited for: the reconciler finds the job.
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 3600, "socket_timeout": 3, "socket_connect_timeout": 2}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_TIME_LIMIT = 6 * 3600 - 60
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_BEAT_SCHEDULE = {
    "canary": {"task": "lipse_site.canary", "schedule": 20.0, "options": {"expires": 60}},
    "jobs": {
        "task": "jobs.reconcile",
        "schedule": float(JOB_RECONCILE_SECONDS),
        "options": {"expires": max(JOB_RECONCILE_SECONDS, 10)},
    },
    "erasures": {"task": "versions.finalise_erasures", "schedule": 3600.0, "options": {"expires": 3600}},
    "value counts": {"task": "complaints.count_values", "schedule": 60.0, "options": {"expires": 60}},
    "uploads": {"task": "casestudies.remove_unfinished_uploads", "schedule": 86_400.0, "options": {"expires": 3600}},
    "inboxes": {"task": "imports.watch_inboxes", "schedule": 60.0, "options": {"expires": 60}},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

LOGGING = logs.logging_settings(env.choice("LIPSE_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "INFO"))
LOGGING_CONFIG = "lipse_site.logs.configure"
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "pk"
