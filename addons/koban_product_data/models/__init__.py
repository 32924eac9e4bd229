from . import (
    document_model,
    grouping_mixin,
    koban_product_category,
    koban_product_data,
    koban_product_data_choice,
    koban_product_data_set,
    koban_product_sheet,
    product_product,
    product_template,
    res_company,
)
