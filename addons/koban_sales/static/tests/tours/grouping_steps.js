const groups = ["Matériel", "Travaux"];
export const row = (name) =>
    groups.includes(name)
        ? `.o_is_line_section:eq(${groups.indexOf(name)})`
        : `.o_data_row:has(td:contains(${name}))`;

const getNames = () =>
    [...document.querySelectorAll(".o_field_widget[name=order_line] .o_data_row")].map((line) => {
        const cell = line.querySelector("td[name=product_template_id], td[name=name]");
        return cell.querySelector("input, textarea")?.value || cell.textContent.trim();
    });

/** The lines of the document are these, from top to bottom. */
export const linesAre = (...names) => ({
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
