"""Accounts (django-allauth's views, one by one, so that only what we use is there), organisations, invitations."""

from allauth.account import views as login
from django.urls import path, re_path

from partners.forms import SignupForm
from partners.views import account, digests, invitations, members, organisations

urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/data/", account.account_data, name="account-data"),
    path("account/data/export/", account.account_export, name="account-export"),
    path("account/weekly/", digests.digest_choice, name="digest-choice"),
    path("weekly/unsubscribe/<str:token>/", digests.digest_unsubscribe, name="digest-unsubscribe"),
    path("account/login/", login.login, name="account_login"),
    path("account/logout/", login.logout, name="account_logout"),
    path("account/signup/", login.SignupView.as_view(form_class=SignupForm), name="account_signup"),
    path("account/inactive/", login.account_inactive, name="account_inactive"),
    path("account/password/", login.password_change, name="account_change_password"),
    path("account/password/set/", login.password_set, name="account_set_password"),
    path("account/password/reset/", login.password_reset, name="account_reset_password"),
    path("account/password/reset/sent/", login.password_reset_done, name="account_reset_password_done"),
    re_path(
        # The key has hyphens of its own, so the first part must not take any.
        r"^account/password/reset/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        login.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/reset/done/",
        login.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("organisations/", organisations.organisation_list, name="organisation-list"),
    path("organisations/new/", organisations.organisation_create, name="organisation-create"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/edit/", organisations.organisation_edit, name="organisation-edit"),
    path("organisations/<int:pk>/units/new/", organisations.unit_create, name="unit-create"),
    path("organisations/<int:pk>/invitations/new/", invitations.invitation_create, name="invitation-create"),
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation-resend"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation-withdraw"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("invitations/<str:token>/accept/", invitations.invitation_accept, name="invitation-accept"),
    path("members/<int:pk>/", members.membership, name="membership"),
    path("members/<int:pk>/remove/", members.membership_remove, name="membership-remove"),
]
