import { patient } from "@koban_guard/../tests/tours/patient_steps";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

import { addProduct } from "./order_steps";

const validated = ".alert:contains(est validée)";

const newQuote = (customer, product) => [
    { content: "New quote", trigger: ".o_list_button_add", run: "click" },
    {
        content: "Type the customer",
        trigger: ".o_field_widget[name=partner_id] input",
        run: `edit ${customer}`,
    },
    {
        content: "Choose the customer",
        trigger: `.o-autocomplete--dropdown-item a:contains(${customer})`,
        run: "click",
    },
    ...addProduct(product),
    ...stepUtils.saveForm(),
];

registry.category("web_tour.tours").add("koban_validated_documents", {
    steps: () => patient([
        ...newQuote("Client du parcours", "Article du parcours"),
        {
            content: "The quote becomes a draft order",
            trigger: "button[name=action_create_order]:contains(Créer la commande)",
            run: "click",
        },
        {
            content: "Validate it",
            trigger: "button[name=action_confirm]:contains(Valider la commande)",
            run: "click",
        },
        { content: "The order has its own number", trigger: ".o_form_view h1:contains(CDE-)" },
        { content: "and shows the number of the quote", trigger: "[name=quote_number]:contains(S0)" },
        { content: "The screen says why nothing can be typed", trigger: validated },
        {
            content: "Try the price",
            trigger: ".o_field_widget[name=order_line] .o_data_cell[name=price_unit]",
            run: "click",
        },
        {
            content: "It is not offered for editing, nor is a new line",
            trigger:
                ".o_field_widget[name=order_line]:not(:has([name=price_unit] input)):not(:has(.o_field_x2many_list_row_add))",
        },
        { content: "Invoice", trigger: "button#create_invoice", run: "click" },
        { content: "Draft", trigger: ".modal button#create_invoice_open", run: "click" },
        {
            content: "A draft has no number",
            trigger: ".o_breadcrumb:contains(Facture brouillon)",
        },
        {
            content: "Validate the invoice",
            trigger: "button[name=action_post]:contains(Valider)",
            run: "click",
        },
        { content: "It says what can still be edited", trigger: validated },
        {
            content: "It cannot be reset to draft",
            trigger: ".o_form_statusbar:not(:has(button[name=button_draft]))",
        },
        {
            content: "Cancel the document",
            trigger: "button[name=action_open_cancel_document]:contains(Annuler le document)",
            run: "click",
        },
        {
            content: "Say why",
            trigger: ".modal [name=reason] input",
            run: "edit Erreur de prix",
        },
        { content: "Ask for a new draft", trigger: ".modal [name=new_draft] input", run: "click" },
        { content: "Cancel", trigger: ".modal button[name=action_cancel]", run: "click" },
        {
            content: "The new draft is there to be corrected",
            trigger: ".o_breadcrumb:contains(Facture brouillon)",
        },
    ]),
});

registry.category("web_tour.tours").add("koban_second_tab", {
    steps: () => patient([
        ...newQuote("Client du parcours", "Article du parcours"),
        {
            content: "Open the price for editing",
            trigger: ".o_field_widget[name=order_line] .o_data_cell[name=price_unit]",
            run: "click",
        },
        {
            content: "Change it, without saving",
            trigger: ".o_selected_row [name=price_unit] input",
            run: "edit 1",
        },
        {
            content: "Meanwhile the order is validated in another tab",
            trigger: ".o_form_view",
            async run() {
                const [order] = await rpc("/web/dataset/call_kw/sale.order/search", {
                    model: "sale.order",
                    method: "search",
                    args: [[["partner_id.name", "=", "Client du parcours"]]],
                    kwargs: { order: "id desc", limit: 1 },
                });
                await rpc("/web/dataset/call_kw/sale.order/action_confirm", {
                    model: "sale.order",
                    method: "action_confirm",
                    args: [[order]],
                    kwargs: {},
                });
            },
        },
        { content: "Save", trigger: ".o_form_button_save", run: "click" },
        {
            content: "The refusal names the field",
            trigger: ".modal:contains(est validé):contains(Prix unitaire)",
        },
        {
            content: "and says what to do instead",
            trigger: ".modal:contains(annulez la commande)",
        },
        { content: "Read", trigger: ".modal .modal-footer button", run: "click" },
        { content: "Discard", trigger: ".o_form_button_cancel", run: "click" },
        { content: "The price is what was validated", trigger: "[name=price_subtotal]:contains(100,00)" },
    ]),
});
