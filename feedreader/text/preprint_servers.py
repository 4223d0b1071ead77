"""Servers of preprints: by their DOIs, and by their names where that of a journal is expected. Pure."""

from __future__ import annotations

import re

_BY_DOI = {  # by what their DOIs begin with; medRxiv has the same as bioRxiv
    "10.48550": "arXiv",
    "10.1101": "bioRxiv",
    "10.64898": "bioRxiv",
    "10.31234": "PsyArXiv",
    "10.31219": "OSF Preprints",
    "10.2139": "SSRN",
    "10.21203": "Research Square",
    "10.20944": "Preprints.org",
}
_SERVER = re.compile(
    r"(?:cornell university )?arxiv\b.*|corr(?:[\s,]+abs.*)?|abs/.*"
    r"|(?:bio|med|chem|psy|eco|edu?|soc|tech|engr?|earth)-?a?r?xiv\b.*"
    r"|ssrn\b.*|(?:osf|peerj|sage) preprints?.*|research square\b.*|preprints\b.*|zenodo|hal"
    r"|open ?review(?:\.net)?",
    re.IGNORECASE,
)


def server_of(doi: str | None) -> str | None:
    """The server that gave a DOI; None for that of a journal."""
    return _BY_DOI.get((doi or "").partition("/")[0])


def is_server(name: str | None) -> bool:
    """Whether it is no journal but a server of preprints, as lists of references have it: "CoRR", "arXiv preprint"."""
    return name is not None and _SERVER.fullmatch(name) is not None
