"""JUnit's XML, which every CI system reads."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, indent, tostring

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document(suite: Element) -> str:
    """Return a suite as a document; characters that XML cannot hold become question marks."""
    root = Element("testsuites")
    root.append(suite)
    for element in root.iter():
        element.text = None if element.text is None else _NOT_XML.sub("?", element.text)
        for name, value in element.attrib.items():
            element.set(name, _NOT_XML.sub("?", value))
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, encoding="unicode")
