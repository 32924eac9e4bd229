import { patient } from "@koban_guard/../tests/tours/patient_steps";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

const choose = (field, name, place = "") => [
    {
        content: `Type ${name}`,
        trigger: `${place} .o_field_widget[name=${field}] input`,
        run: `edit ${name}`,
    },
    {
        content: `Choose ${name}`,
        trigger: `.o-autocomplete--dropdown-item a:contains(${name})`,
        run: "click",
    },
];

registry.category("web_tour.tours").add("koban_contract", {
    steps: () => patient([
        { content: "New contract", trigger: ".o_list_button_add", run: "click" },
        {
            content: "Say what it is about",
            trigger: ".o_field_widget[name=title] input",
            run: "edit Entretien du parcours",
        },
        ...choose("partner_id", "Client du parcours"),
        ...choose("type_id", "Type du parcours"),
        {
            content: "Its own field, with all its decimals",
            trigger: ".o_property_field:contains(Coût copie) input",
            run: "edit 0,0085 && press Tab",
        },
        {
            content: "Add a line",
            trigger: ".o_field_x2many_list_row_add a:contains(Ajouter une ligne)",
            run: "click",
        },
        ...choose("product_id", "Entretien", ".o_selected_row"),
        {
            content: "Its price came",
            trigger: ".o_field_widget[name=line_ids] [name=price_subtotal]:contains(50,00)",
        },
        ...stepUtils.saveForm(),
        {
            content: "Validate",
            trigger: "button[name=action_validate]:contains(Valider)",
            run: "click",
        },
        { content: "It has its number", trigger: ".o_form_view h2:contains(CTR-)" },
        {
            content: "The price of a page is not rounded to the cent",
            trigger: ".o_property_field input:value(0,0085), .o_property_field:contains(0,0085)",
        },
        {
            content: "Nothing more to add to the lines",
            trigger: ".o_field_widget[name=line_ids]:not(:has(.o_field_x2many_list_row_add))",
        },
        {
            content: "Bill",
            trigger: "button[name=action_bill]:contains(Facturer)",
            run: "click",
        },
        { content: "A draft invoice", trigger: ".o_breadcrumb:contains(Facture brouillon)" },
        { content: "with the period", trigger: ".o_field_widget[name=invoice_line_ids]:contains(Du )" },
        {
            content: "Back to the contract",
            trigger: ".o_breadcrumb a:contains(Entretien du parcours)",
            run: "click",
        },
        {
            content: "End it",
            trigger: "button[name=action_open_end]:contains(Mettre fin)",
            run: "click",
        },
        ...choose("stop_reason_id", "Fin du parcours", ".modal"),
        { content: "End", trigger: ".modal button[name=action_end]", run: "click" },
        { content: "It says when", trigger: ".o_field_widget[name=close_date]" },
        {
            content: "and it can be taken back",
            trigger: "button[name=action_undo_end]:contains(Annuler la fin)",
        },
    ]),
});
