"""Tick “Contract” on the articles that contracts with customers have: they may not be new else."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE product_template t SET contract_ok = true
        FROM product_product p
        JOIN koban_contract_line l ON l.product_id = p.id
        JOIN koban_contract c ON c.id = l.contract_id
        WHERE p.product_tmpl_id = t.id AND c.kind = 'sale' AND t.contract_ok IS NOT TRUE
        """
    )
