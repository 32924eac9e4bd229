/** Add a line to an order, by hand; its article costs 100. */
export const addProduct = (name) => [
    {
        content: "Add a line",
        trigger: ".o_field_x2many_list_row_add a:contains(Ajouter un produit)",
        run: "click",
    },
    {
        content: "Type the product",
        trigger: ".o_selected_row .o_field_widget[name=product_template_id] input",
        run: `edit ${name}`,
    },
    {
        content: "Choose it",
        trigger: `.o-autocomplete--dropdown-item a:contains(${name})`,
        run: "click",
    },
    {
        content: "Its price came",
        trigger: ".o_field_widget[name=order_line] [name=price_subtotal]:contains(100,00)",
    },
];
