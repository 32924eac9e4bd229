from . import ecotax_document_mixin, ecotax_line_mixin  # isort: split

from . import (
    account_chart_template,
    account_edi_xml_cii_facturx,
    account_edi_xml_ubl_20,
    account_fiscal_position,
    account_move,
    account_move_line,
    account_tax,
    account_tax_group,
    document_text_mixin,
    koban_ecotax,
    koban_ecotax_organisation,
    koban_ecotax_rate,
    koban_ecotax_report,
    product_product,
    product_template,
    sale_order,
    sale_order_line,
)
