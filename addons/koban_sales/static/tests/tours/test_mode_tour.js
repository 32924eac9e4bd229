import { patient } from "@koban_guard/../tests/tours/patient_steps";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

import { addProduct } from "./order_steps";

const SWITCH = ".o_koban_test_switch button";
const BANNER =
    ".o_koban_test_banner:contains(les documents que vous créez sont fictifs)";
const RIBBON = ".o_form_view .ribbon:contains(TEST)";

registry.category("web_tour.tours").add("koban_test_mode", {
    steps: () => patient([
        { content: "No banner yet", trigger: "body:not(:has(.o_koban_test_banner)) .o_list_view" },
        {
            content: "Switch the mode on",
            trigger: `${SWITCH}:contains(Mode TEST)`,
            run: "click",
            expectUnloadPage: true,
        },
        { content: "The banner is over all", trigger: BANNER },
        { content: "New quote", trigger: ".o_list_button_add", run: "click" },
        { content: "Marked before it is saved", trigger: RIBBON },
        {
            content: "Type the customer",
            trigger: ".o_field_widget[name=partner_id] input",
            run: "edit Client de l’essai",
        },
        {
            content: "Choose the customer",
            trigger: ".o-autocomplete--dropdown-item a:contains(Client de l’essai)",
            run: "click",
        },
        ...addProduct("Article de l’essai"),
        ...stepUtils.saveForm(),
        { content: "No number", trigger: ".o_form_view h1:contains(TEST)" },
        {
            content: "The quote becomes a draft order",
            trigger: "button[name=action_create_order]",
            run: "click",
        },
        {
            content: "Validate it",
            trigger: "button[name=action_confirm]:contains(Valider la commande)",
            run: "click",
        },
        {
            content: "The screen says what it is",
            trigger: ".alert[name=test_document]:contains(Validé en TEST)",
        },
        {
            content: "Bill it",
            trigger: "button[name=action_create_test_invoice]",
            run: "click",
        },
        {
            content: "The invoice is TEST too",
            trigger: ".o_breadcrumb:contains(Facture TEST)",
        },
        { content: "with its ribbon", trigger: RIBBON },
        {
            content: "Validate it",
            trigger: "button[name=action_post]:contains(Valider)",
            run: "click",
        },
        {
            content: "Validated in TEST",
            trigger: ".alert[name=test_document]:contains(Validé en TEST)",
        },
        {
            content: "Still a draft for accounting",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains(Brouillon)",
        },
        {
            content: "Leave the mode",
            trigger: ".o_koban_test_banner button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The banner is gone",
            trigger: "body:not(:has(.o_koban_test_banner)) .o_form_view",
        },
    ]),
});
