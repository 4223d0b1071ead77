"""OPML 2.0: the subscriptions, for other feed readers. Source: http://opml.org/spec2.opml"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from feedreader.model import Outline


def public_address(url: str) -> str:
    """An address without a user's name and password: such a list is handed on."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url


def export(subscriptions: Iterable[Outline], title: str = "feedreader") -> str:
    """The list, each subscription in its folder, in the order given."""
    root = ET.Element("opml", version="2.0")
    ET.SubElement(ET.SubElement(root, "head"), "title").text = title
    folders: dict[tuple[str, ...], ET.Element] = {(): ET.SubElement(root, "body")}
    for each in subscriptions:
        for end in range(1, len(each.folder) + 1):
            path = each.folder[:end]
            if path not in folders:
                folders[path] = ET.SubElement(folders[path[:-1]], "outline", text=path[-1], title=path[-1])
        stated = {"type": "rss", "text": each.title, "title": each.title, "xmlUrl": public_address(each.xml_url)}
        if each.html_url:
            stated["htmlUrl"] = each.html_url
        ET.SubElement(folders[each.folder], "outline", stated)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
