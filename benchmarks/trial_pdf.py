"""PDFs of Chromium put together and packed, by ours and by the libraries that could do it.

``eval "$(python3 -m setup environment)" && python benchmarks/trial_pdf.py DATABASE``

Prints a thousand invoices that differ (customers, lines, amounts) in a database with the addons,
in a transaction that is rolled back; then each way and number is a process of its own.
"""

import hashlib
import io
import random
import sys
import tempfile
from pathlib import Path

from trial import load, measure, run_apart

NUMBERS = (1, 100, 1_000)
# What pages share lies in these resources.
KINDS = ("/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading")
WORDS = ("Conseil", "Entretien", "Étude", "Formation", "Livraison", "Location", "Réglage")


def print_invoices(database, folder):
    """Print the invoices; write each as Chromium's and as packed."""
    import odoo.api  # noqa: PLC0415
    import odoo.modules.registry  # noqa: PLC0415
    import odoo.tools  # noqa: PLC0415

    odoo.tools.config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    registry = odoo.modules.registry.Registry(database)
    from odoo.addons.koban_report.models import ir_actions_report  # noqa: PLC0415

    pack, files = ir_actions_report.pack, []

    def keep(pdf):
        files.append(folder / f"{len(files):04}.pdf")
        files[-1].write_bytes(pdf)
        packed = pack(pdf)
        files[-1].with_suffix(".packed").write_bytes(packed)
        return packed

    ir_actions_report.pack = keep
    with registry.cursor() as cr:
        env = odoo.api.Environment(cr, 2, {"lang": "fr_FR", "tz": "Europe/Paris"})
        invoices = env["account.move"].create(list(prepare_invoices(env)))
        env["ir.actions.report"]._render_qweb_pdf("account.account_invoices", invoices.ids)
        cr.rollback()


def prepare_invoices(env):
    """Yield the values of invoices, none like another."""
    dice = random.Random(11)
    customers = env["res.partner"].create(
        [
            {"name": f"{dice.choice(WORDS)} {number} SARL", "country_id": env.ref("base.fr").id}
            for number in range(200)
        ]
    )
    for number in range(max(NUMBERS)):
        lines = [
            {
                "name": f"{dice.choice(WORDS)} n° {dice.randint(1, 9999)}",
                "quantity": dice.randint(1, 30),
                "price_unit": dice.randint(100, 99_999) / 100,
            }
            for _line in range(3)
        ]
        yield {
            "move_type": "out_invoice",
            "partner_id": dice.choice(customers.ids),
            "invoice_date": f"2026-11-{dice.randint(1, 28):02}",
            "ref": f"CMD-{number}",
            "invoice_line_ids": [(0, 0, line) for line in lines],
        }


def join_ours(pdfs):
    """Join by ``join.py``."""
    join = import_ours("join").join
    return join(iter(pdfs), [f"Document {number}" for number in range(len(pdfs))]).getvalue()


def pack_ours(pdfs):
    """Pack by ``pack.py``."""
    pack = import_ours("pack").pack
    return b"".join(pack(pdf) for pdf in pdfs)


def import_ours(name):
    """Import a module of koban_report without the host."""
    from importlib import import_module, machinery, util  # noqa: PLC0415

    if "koban_report" not in sys.modules:
        path = Path(__file__).parents[1] / "addons" / "koban_report"
        spec = machinery.ModuleSpec("koban_report", None, is_package=True)
        spec.submodule_search_locations = [str(path)]
        sys.modules["koban_report"] = util.module_from_spec(spec)
    return import_module(f"koban_report.{name}")


def load_pikepdf():
    """Import pikepdf."""
    return load("pikepdf==10.18.0", "pikepdf")


def join_plain(pdfs):
    """Join by pikepdf as its documentation does."""
    return _join(pdfs, lambda *_arguments: None)


def join_shared(pdfs):
    """Join by pikepdf, with what pages share kept once: that is code of ours."""
    pikepdf, known = load_pikepdf(), {}

    def share(source, target):
        memory, first = {}, len(target.pages)
        found = [
            (number, kind, name, digest(pikepdf, item, memory))
            for number, page in enumerate(source.pages)
            for kind in KINDS
            for name, item in (page.Resources.get(kind) or pikepdf.Dictionary()).items()
        ]
        for number, kind, name, key in found:
            if key in known:  # not copied
                del source.pages[number].Resources[kind][name]
        target.pages.extend(source.pages)
        for number, kind, name, key in found:
            group = target.pages[first + number].Resources[kind]
            if key not in known:
                known[key] = target.make_indirect(group[name])
            group[name] = known[key]

    return _join(pdfs, share)


def digest(pikepdf, item, memory):
    """Return what tells an object, with all that it refers to, from another one."""
    if not isinstance(item, pikepdf.Object):
        return repr(item).encode()
    place = item.objgen if item.is_indirect else None
    if place in memory:
        return memory[place]
    if place:
        memory[place] = b"cycle"
    result = hashlib.sha256()
    if isinstance(item, pikepdf.Stream):
        result.update(item.read_raw_bytes())
    if isinstance(item, pikepdf.Stream | pikepdf.Dictionary):
        for key, value in sorted(item.items()):
            result.update(key.encode() + digest(pikepdf, value, memory))
    elif isinstance(item, pikepdf.Array):
        for value in item:
            result.update(digest(pikepdf, value, memory) + b",")
    else:
        return item.unparse()
    if place:
        memory[place] = result.digest()
    return result.digest()


def _join(pdfs, add):
    pikepdf = load_pikepdf()
    target, starts = pikepdf.new(), []
    for pdf in pdfs:
        source = pikepdf.open(io.BytesIO(pdf))
        starts.append(len(target.pages))
        add(source, target)
        if len(target.pages) == starts[-1]:
            target.pages.extend(source.pages)
    with target.open_outline() as outline:
        outline.root.extend(pikepdf.OutlineItem(f"Document {one}", one) for one in starts)
    stream = io.BytesIO()
    target.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def pack_pikepdf(pdfs):
    """Pack by pikepdf: all objects in streams."""
    pikepdf = load_pikepdf()
    packed = []
    for pdf in pdfs:
        with pikepdf.open(io.BytesIO(pdf)) as source:
            stream = io.BytesIO()
            source.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        packed.append(stream.getvalue())
    return b"".join(packed)


def join_pypdf(pdfs):
    """Join by pypdf, the way back."""
    return import_ours("pdf").merge(pdfs, [f"Document {number}" for number in range(len(pdfs))])


WAYS = {
    "join: ours": (join_ours, "packed"),
    "join: pikepdf": (join_plain, "packed"),
    "join: pikepdf, shared once by us": (join_shared, "packed"),
    "join: pypdf": (join_pypdf, "packed"),
    "pack: ours": (pack_ours, "pdf"),
    "pack: pikepdf": (pack_pikepdf, "pdf"),
}


def try_one(way, number, folder):
    """Measure one way."""
    function, ending = WAYS[way]
    paths = sorted(folder.glob(f"*.{ending}"))[:number]
    pdfs = [path.read_bytes() for path in paths]
    if "pikepdf" in way:
        load_pikepdf()
    measure(way, number, lambda: len(function(pdfs)))


def main():
    """Print once, then try each way."""
    if len(sys.argv) > 2:
        try_one(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory() as name:
        print_invoices(sys.argv[1], Path(name))
        for number in NUMBERS:
            for way in WAYS:
                run_apart(way, number, name)


if __name__ == "__main__":
    main()
