"""Where the links of mails lead, past what counts clicks and what guards mailboxes."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from feedreader.parse.alerts.addresses import real_address


def counted(address: str) -> str:
    """As links.springernature.com packs an address: behind a letter and its length."""
    raw = b"\x44\x18\x11\x67\x0f\x44" + bytes([len(address)]) + address.encode() + b"W\x03spcB\n"
    packed = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return f"https://links.springernature.com/f/a/Q2c~~/AABE5gA~/{packed}"


PAPER = "https://example.org/papers/17?v=2"
PACKED = "https%3A%2F%2Fexample.org%2Fpapers%2F17%3Fv%3D2"


@pytest.mark.parametrize(
    "stated",
    [
        PAPER,
        f" {PAPER}\n",
        f"https://scholar.google.co.uk/scholar_url?url={PACKED}&hl=en&sa=X",
        f"https://www.google.com/url?q={PACKED}&source=gmail&ust=1",
        f"https://nam02.safelinks.protection.outlook.com/?url={PACKED}&data=05%7C01&reserved=0",
        "https://urldefense.com/v3/__https://example.org/papers/17?v=2__;!!AbC!xyz$",
        "https://urldefense.com/v3/__https:/example.org/papers/17?v=2__;!!AbC!xyz$",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__example.org_papers_17-3Fv-3D2&d=DwM",
        f"https://secure-web.cisco.com/1AbC-dEf/{PACKED}",
        f"https://linkprotect.cudasvc.com/url?a={PACKED}&c=E,1",
        counted(PAPER),
        f"{PAPER}&utm_source=alert_email&utm_campaign=AlertEmails_DAILY",
    ],
)
def test_where_a_link_leads(stated: str) -> None:
    assert real_address(stated) == PAPER
    twice = f"https://eur01.safelinks.protection.outlook.com/?url={quote(stated.strip(), '')}&data=05"
    assert real_address(twice) == PAPER


@pytest.mark.parametrize(
    "stated", ["", "javascript:alert(1)", "mailto:a@example.org", "/papers/17", "https://a b", "http://[::1"]
)
def test_what_is_no_address(stated: str) -> None:
    assert real_address(stated) in (None, "http://[::1")


def test_scholars_page_of_a_citation_does_not_tell_who_was_mailed() -> None:
    stated = "https://scholar.google.com/scholar?oi=scholaralrt&hl=en&cluster=123456&hist=SECRET:1"
    assert real_address(stated) == "https://scholar.google.com/scholar?cluster=123456"
