"""All that is tried, a row each."""

from __future__ import annotations

from tests.fuzz import of_documents, of_papers, of_servers, of_settings, of_texts
from tests.fuzz.engine import Target


def all_targets(real: bool) -> list[Target]:
    """`real`: with the documents of others that lie beside the checkout, where they do."""
    families = (of_texts, of_documents, of_settings, of_papers, of_servers)
    return [target for family in families for target in family.targets(real)]
