from . import koban_ecotax, koban_ecotax_rate, product_product, product_template, sale_order_line
