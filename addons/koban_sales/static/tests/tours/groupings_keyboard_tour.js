import { patient } from "@koban_guard/../tests/tours/patient_steps";
import { registry } from "@web/core/registry";
import { stepUtils } from "@web_tour/tour_utils";

import { linesAre, row } from "./grouping_steps";

const ALL = ["Ligne libre", "Matériel", "Article A", "Travaux", "Article B"];
const delay = () => new Promise((resolve) => setTimeout(resolve, 100));

/** The focus comes to an element, and is nowhere else. */
const focusIsOn = (content, selector) => ({
    content: `The focus is on ${content}`,
    trigger: "body",
    run: async () => {
        const isThere = () => document.activeElement === document.querySelector(selector);
        for (let wait = 0; wait < 50 && !isThere(); wait++) {
            await delay();
        }
        if (!isThere()) {
            throw new Error(`${content}: the focus is on ${document.activeElement.outerHTML}`);
        }
    },
});

const press = (...keys) => ({
    content: `Press ${keys.join(", ")}`,
    trigger: "body",
    run: async (helpers) => {
        for (const key of keys) {
            await helpers.press(key);
            await delay();
        }
    },
});

/** On a radio button the browser makes a click of the space bar, if nobody refuses it; a tour does not. */
const pressSpaceOnRadio = {
    content: "Press the space bar",
    trigger: "body",
    run: async (helpers) => {
        const radio = document.activeElement;
        let key;
        window.addEventListener("keydown", (ev) => (key = ev), { once: true });
        await helpers.press(" ");
        if (!key.defaultPrevented) {
            radio.click();
        }
    },
};

/** Press a key until the focus, or the chosen item of the menu, is there. */
const pressUntil = (key, selector) => ({
    content: `${key} until ${selector}`,
    trigger: "body",
    run: async (helpers) => {
        for (let count = 0; count < 30; count++) {
            await helpers.press(key);
            await delay();
            if (document.activeElement.matches(selector)) {
                return;
            }
        }
        throw new Error(`${selector} is out of reach, ${document.activeElement.outerHTML} is not`);
    },
});

const nth = (index) => `.o_field_widget[name=order_line] .o_data_row:nth-child(${index + 1})`;
const edit = (name) => ({
    content: `Edit ${name}`,
    trigger: `${row(name)} td[name=product_template_id]`,
    run: "click",
});
const menuIsClosed = { content: "No menu", trigger: "body:not(:has(.o-dropdown-item.selected))" };

registry.category("web_tour.tours").add("koban_groupings_keyboard", {
    steps: () => patient([
        linesAre(...ALL),
        {
            content: "Start above the lines",
            trigger: ".o_notebook .nav-link.active",
            run: () => document.querySelector(".o_notebook .nav-link.active").focus(),
        },
        // The current group
        pressUntil("Tab", ".o_current_group"),
        pressSpaceOnRadio,
        { content: "Chosen", trigger: `${row("Matériel")} .o_current_group:checked` },
        focusIsOn("the button of the group", `${nth(1)} .o_current_group`),
        press("ArrowDown"),
        focusIsOn("the icon of the line below", `${nth(2)} .o_assign_group`),
        { content: "Still chosen", trigger: `${row("Matériel")} .o_current_group:checked` },
        // The menu of the icon
        press("Enter"),
        { content: "Its group", trigger: ".o-dropdown-item.selected:contains(Matériel)" },
        press("Escape"),
        menuIsClosed,
        focusIsOn("the icon", `${nth(2)} .o_assign_group`),
        linesAre(...ALL),
        press("Enter"),
        { content: "Open again", trigger: ".o-dropdown-item.selected:contains(Matériel)" },
        press("ArrowDown", "ArrowDown", "ArrowDown", "Enter"),
        linesAre("Ligne libre", "Matériel", "Travaux", "Article B", "Article A"),
        focusIsOn("the icon of the moved line", `${nth(4)} .o_assign_group`),
        ...stepUtils.discardForm(),
        linesAre(...ALL),
        // In a line being typed
        edit("Article A"),
        focusIsOn("its article", ".o_selected_row td[name=product_template_id] input"),
        press("alt+shift+g"),
        { content: "The menu", trigger: ".o-dropdown-item.selected:contains(Matériel)" },
        press("Escape"),
        menuIsClosed,
        focusIsOn("its icon", ".o_selected_row .o_assign_group"),
        press("Tab"),
        focusIsOn("its article", ".o_selected_row td[name=product_template_id] input"),
        // Enter in the last line of a group: a new one in it, as in the host.
        pressUntil("Tab", ".o_selected_row td[name=product_uom_qty] input"),
        press("Enter"),
        linesAre("Ligne libre", "Matériel", "Article A", "", "Travaux", "Article B"),
        focusIsOn("the new line", `${nth(3)} td[name=product_template_id] input`),
        press("Escape"),
        linesAre(...ALL),
        ...stepUtils.discardForm(),
    ]),
});
