import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

import { addProduct } from "./steps";

const groups = ["Matériel", "Travaux"];
const row = (name) =>
    groups.includes(name)
        ? `.o_is_line_section:eq(${groups.indexOf(name)})`
        : `.o_data_row:has(td:contains(${name}))`;

const getNames = () =>
    [...document.querySelectorAll(".o_field_widget[name=order_line] .o_data_row")].map((line) => {
        const cell = line.querySelector("td[name=product_template_id], td[name=name]");
        return cell.querySelector("input, textarea")?.value || cell.textContent.trim();
    });

/** The lines of the document are these, from top to bottom. */
const linesAre = (...names) => ({
    content: `Lines: ${names.join(", ")}`,
    trigger: ".o_field_widget[name=order_line] .o_data_row",
    run: async () => {
        const expected = names.join("|");
        for (let wait = 0; wait < 50 && getNames().join("|") !== expected; wait++) {
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
        if (getNames().join("|") !== expected) {
            throw new Error(`${getNames().join("|")} instead of ${expected}`);
        }
    },
});

const openMenu = (group) => ({
    content: `Menu of ${group}`,
    trigger: `${row(group)} .o_list_section_options button`,
    run: "click",
});

const chooseInMenu = (label) => ({
    content: label,
    trigger: `.o-dropdown-item:contains(${label})`,
    run: "click",
});

registry.category("web_tour.tours").add("koban_groupings", {
    steps: () => [
        linesAre("Ligne libre", "Matériel", "Article A", "Travaux", "Article B"),
        {
            content: "New lines go to Matériel",
            trigger: `${row("Matériel")} .o_current_group:not(:checked)`,
            run: "click",
        },
        { content: "It is the current group", trigger: ".o_current_group:checked" },
        ...addProduct("Article du parcours"),
        linesAre("Ligne libre", "Matériel", "Article A", "Article du parcours", "Travaux", "Article B"),
        {
            content: "Assign the line outside",
            trigger: `${row("Ligne libre")} .o_assign_group[aria-label="Affecter à un groupe"]`,
            run: "click",
        },
        { content: "It offers no group", trigger: ".o-dropdown-item:contains(Aucun groupe)" },
        chooseInMenu("Travaux"),
        linesAre("Matériel", "Article A", "Article du parcours", "Travaux", "Article B", "Ligne libre"),
        openMenu("Travaux"),
        chooseInMenu("Déplacer des lignes ici"),
        {
            content: "Choose two lines",
            trigger: ".modal .form-check:contains(Article A) input",
            run: "click",
        },
        {
            content: "and another",
            trigger: ".modal .form-check:contains(Article du parcours) input",
            run: "click",
        },
        { content: "Move them", trigger: ".modal button:contains(Déplacer)", run: "click" },
        linesAre("Matériel", "Travaux", "Article B", "Ligne libre", "Article A", "Article du parcours"),
        ...stepUtils.discardForm(),
        linesAre("Ligne libre", "Matériel", "Article A", "Travaux", "Article B"),
        { content: "No group is chosen", trigger: "body:not(:has(.o_current_group:checked))" },
        // For good this time.
        {
            content: "Assign the line outside",
            trigger: `${row("Ligne libre")} .o_assign_group`,
            run: "click",
        },
        chooseInMenu("Matériel"),
        linesAre("Matériel", "Article A", "Ligne libre", "Travaux", "Article B"),
        openMenu("Travaux"),
        chooseInMenu("Masquer le sous-total"),
        {
            content: "The subtotal is struck out",
            trigger: `${row("Travaux")} .text-decoration-line-through`,
        },
        openMenu("Matériel"),
        chooseInMenu("Présenter comme un article"),
        { content: "Three", trigger: ".modal #kit_quantity", run: "edit 3" },
        { content: "Apply", trigger: ".modal button:contains(Appliquer)", run: "click" },
        { content: "The group tells it", trigger: `${row("Matériel")} .o_kit:contains(3)` },
        {
            content: "Where new lines go is kept",
            trigger: `${row("Travaux")} .o_current_group`,
            run: "click",
        },
        ...stepUtils.saveForm(),
    ],
});
