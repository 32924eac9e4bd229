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
const type = (field, value) => ({
    content: `Type ${value}`,
    trigger: `.o_field_widget[name=${field}] input`,
    run: `edit ${value} && press Tab`,
});
const shows = (field, value) => ({
    content: `${field} is ${value}`,
    trigger: `.o_field_widget[name=${field}] input:value(${value})`,
});

registry.category("web_tour.tours").add("koban_article", {
    steps: () => patient([
        {
            content: "Name the article",
            trigger: ".o_field_widget[name=name] textarea",
            run: "edit Liseuse du parcours",
        },
        ...choose("koban_group_id", "Agencement"),
        ...choose("koban_family_id", "Éclairage"),
        {
            content: "Its code will be the next one of the family",
            trigger: ".o_field_widget[name=code_example]:contains(LUM-0)",
        },
        ...choose("koban_category_id", "Luminaires"),
        ...choose("koban_brand_id", "Lampes du Lac"),
        ...choose("koban_range_id", "Azergues"),
        ...choose("koban_ecotax_id", "LA-01"),
        {
            content: "The category brought its own data",
            trigger: ".o_property_field:contains(Culot) input",
            run: "edit GU10 && press Tab",
        },
        {
            content: "Prices",
            trigger: ".o_notebook .nav-link:contains(Tarifs et revient)",
            run: "click",
        },
        type("koban_price_1_included", "60"),
        shows("koban_price_1_included", "60,00"),
        type("koban_price_2_excluded", "44"),
        shows("koban_price_2_excluded", "44,00"),
        ...stepUtils.saveForm(),
        {
            content: "Back to its code",
            trigger: ".o_notebook .nav-link:contains(Informations générales)",
            run: "click",
        },
        shows("default_code", "LUM-0"),
    ]),
});

registry.category("web_tour.tours").add("koban_article_quote", {
    steps: () => patient([
        ...choose("partner_id", "Commune de Saint-Brévin"),
        {
            content: "The customer's tier is the list of the quote",
            trigger: ".o_field_widget[name=pricelist_id] input:value(Tarif 2)",
        },
        {
            content: "Add a line",
            trigger: ".o_field_x2many_list_row_add a:contains(Ajouter un produit)",
            run: "click",
        },
        {
            content: "Look for the article by its own data",
            trigger: ".o_selected_row .o_field_widget[name=product_template_id] input",
            run: "edit gu10",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item a:contains(Liseuse du parcours)",
            run: "click",
        },
        {
            content: "Its price is that of the tier",
            trigger: ".o_field_widget[name=order_line] [name=price_subtotal]:contains(44,00)",
        },
        {
            content: "Its eco-tax has a total of its own, before VAT",
            trigger: ".oe_subtotal_footer:contains(Éco-participation):contains(0,20)",
        },
        ...stepUtils.saveForm(),
    ]),
});
