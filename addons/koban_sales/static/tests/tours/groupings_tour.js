import { patient } from "@koban_guard/../tests/tours/patient_steps";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

import { linesAre, row } from "./grouping_steps";
import { addProduct } from "./order_steps";

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
    steps: () => patient([
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
    ]),
});
