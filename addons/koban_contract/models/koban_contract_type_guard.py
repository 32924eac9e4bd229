from odoo import models
from odoo.tools import SQL

from odoo.addons.koban_guard.exceptions import DocumentError, speaking
from odoo.addons.koban_guard.tools.overrides import override

# What a document says of an own field; its default or its place may change.
TOLD = ("type", "string", "selection", "tags", "comodel")


class KobanContractType(models.Model):
    """The own fields that validated contracts fill in stay what they were (DESIGN §2)."""

    _inherit = "koban.contract.type"

    @override
    def write(self, vals):
        if "properties_definition" not in vals:
            return super().write(vals)
        before = {type_: type_._get_told_definitions() for type_ in self}
        result = super().write(vals)
        for type_, definitions in before.items():
            type_._check_own_fields(definitions)
        return result

    def _get_told_definitions(self) -> dict[str, dict]:
        self.ensure_one()
        return {
            item["name"]: {key: item.get(key) or False for key in TOLD}
            for item in self.properties_definition or []
        }

    def _check_own_fields(self, before):
        """Refuse that a definition changes under a validated contract that uses it.

        :param before: definitions, by name
        :raise DocumentError: code ``contract_own_field``
        """
        after = self._get_told_definitions()
        changed = [name for name in before if before[name] != after.get(name)]
        contract = self._find_protected_contract(changed)
        if contract:
            labels = [str(before[name]["string"]) for name in changed]
            raise DocumentError(
                speaking(self.env)._(
                    "%(contract)s is validated and uses these own fields: %(fields)s. Add a new "
                    "one beside them, or make another type.",
                    contract=contract.display_name,
                    fields=", ".join(labels),
                ),
                "contract_own_field",
                model=self._name,
                ids=self.ids,
            )

    def _find_protected_contract(self, names):
        """Return a validated contract that has a value in one of these own fields."""
        contracts = self.env["koban.contract"].sudo()  # of all, whoever sets up types
        if not names:
            return contracts
        contracts.flush_model(["properties", "state", "type_id", "validation_date"])
        rows = self.env.execute_query(
            SQL(
                "SELECT d.id FROM koban_contract d "
                "JOIN res_company company ON company.id = d.company_id "
                "WHERE d.type_id = %s AND (%s) AND company.document_guard "
                "AND EXISTS (SELECT 1 FROM jsonb_each(d.properties) pair "
                "WHERE pair.key = ANY(%s) AND pair.value NOT IN ('null', 'false')) LIMIT 1",
                self.id,
                contracts._get_validated_condition(),
                list(names),
            )
        )
        return contracts.browse([id_ for (id_,) in rows])
