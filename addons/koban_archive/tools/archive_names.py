"""Names of the records that an archive refers to: its readers have no database."""

# So many names of a model are kept at once.
KEPT = 5000


class Names:
    """Names of records, read by batches; each is written once into a set of data.

    :param env: of the archive
    :param company: its company, which decides on names of accounts
    :param data_set: where they are written
    """

    def __init__(self, env, company, data_set):
        self.env, self.company, self.data_set = env, company, data_set
        self.names: dict[str, dict[int, str]] = {}
        self.written: dict[str, set[int]] = {}

    def get(self, model_name: str, id_: int) -> str:
        """Return the name of a record that was read, or its id."""
        return self.names.get(model_name, {}).get(id_, str(id_))

    def show(self, model, row: dict) -> dict:
        """Return a row with names in place of ids."""
        shown = dict(row)
        for name, value in row.items():
            comodel = self._get_comodel(model, name)
            ids = _list_ids(value) if comodel else ()
            if ids:
                shown[name] = ", ".join(self.get(comodel, id_) for id_ in ids)
        return shown

    def read_relations(self, model, rows: list[dict]) -> None:
        """Read the names of all that rows refer to."""
        wanted: dict[str, set[int]] = {}
        for row in rows:
            for name, value in row.items():
                comodel = self._get_comodel(model, name)
                if value and comodel:
                    wanted.setdefault(comodel, set()).update(_list_ids(value))
        for comodel, ids in wanted.items():
            self.read_names(comodel, ids)

    def read_taxes(self, model, rows: list[dict]) -> None:
        """Read the names of the taxes of lines."""
        field = model._sealed_tax_field
        ids = {tax[0] for row in rows for tax in row.get(field) or ()}
        if ids:
            self.read_names("account.tax", ids)

    def read_names(self, model_name: str, ids: set[int]) -> None:
        """Read names, and write those that were not written before."""
        kept = self.names.setdefault(model_name, {})
        if len(kept) > KEPT:
            kept.clear()
        records = self.env[model_name].with_company(self.company)
        records = records.browse(sorted(ids - kept.keys())).exists()
        written = self.written.setdefault(model_name, set())
        # Documents have their own files, and are too many to be remembered.
        document = hasattr(records, "_get_sealed_condition")
        for record in records:
            kept[record.id] = record.display_name or ""
            if not document and record.id not in written:
                written.add(record.id)
                self.data_set.add({"model": model_name, "id": record.id, "name": kept[record.id]})
        self.env.invalidate_all(flush=False)

    def _get_comodel(self, model, name) -> str | None:
        field = model._fields.get(name)
        related = field is not None and field.type in ("many2one", "many2many")
        return field.comodel_name if related else None


def _list_ids(value) -> list[int]:
    """Return the ids that a value names; taxes have a file of their own, with their rates."""
    ids = value if isinstance(value, list) else [value]
    return [id_ for id_ in ids if id_ and isinstance(id_, int)]
