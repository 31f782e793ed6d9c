"""Settings that pages and emails show: who runs the site, whom to ask, where to read more.

The links lead to what CBP published at the end of 2026. If one moves, a site sets the new address.
"""

from typing import Annotated

from pydantic import Field, HttpUrl
from pydantic_settings import BaseSettings

SERVICE_DESK = "service.desk@ace.example"
"""A made-up address: replies to the emails go there, too."""


class SiteSettings(BaseSettings):
    """What people are told. Gateway and mailers read them."""

    banner: str = Field(
        "This is a demonstration, not an official website of the United States government.",
        description="The line above each page and email. Change it if the form is official.",
    )
    banner_details: str = Field(
        "Nothing that you enter here reaches U.S. Customs and Border Protection. Do not enter a real importer's data.",
        description="The text behind the banner's \"Here's how you know\". Empty: no such button.",
    )
    identifier: str = Field(
        "An open-source demonstration of the automated ACE Portal account application. It is not affiliated with U.S. "
        "Customs and Border Protection.",
        description="Who runs this site, at the foot of each page and email.",
    )
    service_desk_name: str = Field("ACE Account Service Desk", description="Whom emails and pages say to ask.")
    service_desk_phone: str = Field("1-800-555-0100", description="The service desk's telephone number.")
    service_desk_email: str = Field(SERVICE_DESK, description="The service desk's email address.")
    portal_url: HttpUrl = Field(HttpUrl("https://ace.example/portal"), description="Where account owners sign in.")
    sign_in_every_days: Annotated[int, Field(ge=1)] = Field(
        45, description="Days without a sign-in after which the portal closes a user's access."
    )
    owner_unknown: str = Field(
        "Ask the service desk to look up the account owner. Say who you are and give the company's name and Importer "
        "Record Number (IR#).",
        description="What to do if an importer already has an account and nobody knows its owner.",
    )
    owner_left: str = Field(
        "Ask the service desk to make somebody else in the company the Trade Account Owner.",
        description="What to do if the owner of an importer's account has left the company.",
    )
    owner_locked_out: str = Field(
        "The owner can ask the service desk to reactivate the sign-in.",
        description="What to do if the owner of an importer's account can no longer sign in.",
    )
    executive_order_url: HttpUrl = Field(
        HttpUrl(
            "https://www.federalregister.gov/documents/2025/03/28/2025-05522/"
            "modernizing-payments-to-and-from-americas-bank-account"
        ),
        description="Executive Order 14247, which ended refunds by check.",
    )
    form_5106_url: HttpUrl = Field(
        HttpUrl("https://www.cbp.gov/document/forms/form-5106-importer-id-input-record"), description="CBP Form 5106."
    )
    other_accounts_url: HttpUrl = Field(
        HttpUrl("https://www.cbp.gov/trade/automated/how-to-use-ace/portal-applying"),
        description="Where to apply for what this form does not take, and to ask for changes to an account.",
    )
    account_types_guide_url: HttpUrl = Field(
        HttpUrl("https://www.cbp.gov/trade/ace/training-and-reference-guides"),
        description="The ACE Portal Account Types User Guide, or the page that lists it.",
    )
    trade_refund_report_url: HttpUrl = Field(
        HttpUrl("https://www.cbp.gov/trade/ace/training-and-reference-guides"),
        description="The Trade Refund Report Quick Reference Card, or the page that lists it.",
    )
    refunds_url: HttpUrl = Field(
        HttpUrl("https://www.cbp.gov/trade/automated/ace-portal-and-ach-refunds-faqs"),
        description="How to enter bank information for refunds.",
    )
