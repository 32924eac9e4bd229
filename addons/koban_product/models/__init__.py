from . import classified_mixin  # isort: split

from . import (
    account_invoice_report,
    koban_product_brand,
    koban_product_category,
    koban_product_code,
    koban_product_range,
    product_category,
    product_product,
    product_template,
    res_company,
)
