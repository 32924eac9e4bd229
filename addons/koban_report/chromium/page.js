/* Functions called in the kept page, each by its name, in an isolated world. */
({
    /* Put a document into the page, wait for its images and fonts, and size its parts.
     *
     * doc: title, lang, direction, html (the three blocks), scale, and lengths in mm: pageHeight,
     *   top, bottom, left, right (margins), headerTop (from the paper's edge to the header).
     * Returns pages (a number of pages that is certainly not too high) and overflow (width of
     *   the content divided by the width there is).
     */
    async fill(doc) {
        const root = document.documentElement;
        document.title = doc.title;
        root.lang = doc.lang;
        root.dir = document.body.dir = doc.direction;
        const mm = 96 / 25.4 / doc.scale;
        // Measured are the footer's own height and the content's own width.
        root.style.removeProperty("--kr-footer-height");
        root.classList.remove("kr-clipped");
        root.style.setProperty("--kr-left", `${doc.left * mm}px`);
        root.style.setProperty("--kr-right", `${doc.right * mm}px`);
        // Unlike innerHTML, a fragment runs its scripts (where scripts are allowed at all).
        const fragment = document.createRange().createContextualFragment(doc.html);
        document.body.replaceChildren(fragment);
        await this.settle();
        const height = (id) => document.getElementById(id)?.getBoundingClientRect().height || 0;
        // The content begins under the header however tall it is, and ends above the footer.
        let top = Math.max(doc.top * mm, doc.headerTop * mm + height("kr-header"));
        const bottom = Math.max(doc.bottom * mm, height("kr-footer"));
        // A header that leaves no place is written over, rather than printing without end.
        top = Math.max(doc.top * mm, Math.min(top, doc.pageHeight * mm * 0.7 - bottom));
        root.style.setProperty("--kr-top", `${top}px`);
        root.style.setProperty("--kr-bottom", `${bottom}px`);
        // Not to the paper's very edge: half a pixel over it is one page more.
        root.style.setProperty("--kr-footer-height", `${bottom - 2}px`);
        root.style.setProperty("--kr-header-top", `${doc.headerTop * mm}px`);
        const sheet = document.getElementById("kr-sheet");
        const room = doc.pageHeight * mm - top - bottom;
        this.carry(sheet, room);
        const content = sheet.getBoundingClientRect().height - top - bottom;
        const pages = Math.max(1, Math.ceil((content - 1) / Math.max(room, 1)));
        const overflow = sheet.scrollWidth / sheet.clientWidth;
        // Else Chromium shrinks by itself what is too wide, with the pages' height we rely on.
        root.classList.add("kr-clipped");
        this.paginate(pages);
        return { pages, overflow };
    },

    /* Give tables that go over several pages a running total: "to carry" at the bottom of a
     * page, "carried" at the top of the next.
     *
     * A table with data-carry has two hidden rows, .kr-carry-out and .kr-carry-in, and says on
     * each row the total up to there (data-carry); rows with data-keep stay with the next. CSS
     * cannot know where a page ends, so the pages are counted here, as Chromium will break them:
     * rows are not cut, a table's head and foot come again on each page. Each page ends by a
     * break of ours, a little early rather than late: a break that Chromium added would put the
     * carried row in the middle of a page.
     */
    carry(sheet, room) {
        for (const table of sheet.querySelectorAll("table[data-carry]")) {
            const [out, into] = [".kr-carry-out", ".kr-carry-in"].map((c) => table.querySelector(c));
            const rows = [...table.querySelectorAll(":scope > tbody > tr")].filter(
                (row) => row !== out && row !== into
            );
            const height = (node) => (node ? node.getBoundingClientRect().height : 0);
            const start = table.getBoundingClientRect().top - sheet.getBoundingClientRect().top;
            const padding = parseFloat(getComputedStyle(sheet).paddingTop);
            const repeated = height(table.tHead) + height(table.tFoot);
            const end = rows.length ? rows.at(-1).getBoundingClientRect().bottom : 0;
            const top = start - padding;
            if (!out || !into || top < 0 || top > room) {
                continue;
            }
            const whole = end - sheet.getBoundingClientRect().top - padding + height(table.tFoot);
            if (whole <= room) {
                continue;
            }
            out.classList.add("kr-carry-shown");
            into.classList.add("kr-carry-shown");
            const [outHeight, inHeight] = [height(out), height(into)];
            let used = top + repeated;
            let last = 0;
            const breaks = [];
            rows.forEach((row, index) => {
                // What must stay together: titles and the row they introduce.
                if (index < last) {
                    return;
                }
                let stop = index;
                let block = height(rows[stop]);
                while (rows[stop].hasAttribute("data-keep") && stop + 1 < rows.length) {
                    stop += 1;
                    block += height(rows[stop]);
                }
                const isEnd = stop + 1 === rows.length;
                const needed = used + block + (isEnd ? 0 : outHeight) + 4;
                if (needed > room && index) {
                    breaks.push(index);
                    used = repeated + inHeight;
                }
                used += block;
                last = stop + 1;
            });
            for (const index of breaks) {
                const amount = rows[index - 1].dataset.carry;
                const shown = [out, into].map((row) => row.cloneNode(true));
                for (const row of shown) {
                    row.querySelector(".kr-carry-amount").textContent = amount;
                    rows[index].before(row);
                }
                shown[1].style.breakBefore = "page";
            }
            out.remove();
            into.remove();
        }
    },

    /* Prepare the document for its number of pages. Nothing in here moves its content. */
    paginate(pages) {
        this.number(pages);
        if (pages > 1) {
            this.reframe();
        }
    },

    /* Give tables an outline in place of a frame laid over them.
     *
     * The "boxed" layouts draw a table's frame by an absolutely positioned ::before. On a table
     * that goes over several pages Chromium draws that through header and footer.
     */
    reframe() {
        for (const table of document.querySelectorAll("#kr-sheet table:not(.kr-framed)")) {
            const frame = getComputedStyle(table, "::before");
            if (frame.position === "absolute" && parseFloat(frame.borderTopWidth)) {
                const width = frame.borderTopWidth;
                table.style.outline = `${width} ${frame.borderTopStyle} ${frame.borderTopColor}`;
                table.style.outlineOffset = `-${width}`;
                table.classList.add("kr-framed");
            }
        }
    },

    /* Lay the blocks that show page numbers on each page, with its number.
     *
     * A layer behind the content has one small box per page, each followed by a page break: so
     * they meet their pages exactly. Offsets in multiples of the page's height would drift, by
     * a fraction of a point per page.
     */
    number(pages) {
        const blocks = [...document.querySelectorAll("body > .kr-numbered")];
        document.getElementById("kr-pages")?.remove();
        if (!blocks.length) {
            return;
        }
        const layer = document.createElement("div");
        layer.id = "kr-pages";
        for (let page = 1; page <= pages; page++) {
            const box = document.createElement("div");
            for (const block of blocks) {
                const copy = block.cloneNode(true);
                copy.removeAttribute("id");
                for (const node of copy.querySelectorAll(".page")) {
                    node.textContent = page;
                }
                for (const node of copy.querySelectorAll(".topage")) {
                    node.textContent = pages;
                }
                if (page > 1) {
                    // Who listens to a tagged PDF hears header and footer once.
                    copy.setAttribute("aria-hidden", "true");
                }
                box.append(copy);
            }
            layer.append(box);
        }
        document.body.prepend(layer);
    },

    /* Wait until images, backgrounds and fonts are there or have failed. */
    async settle() {
        const loaded = (image) =>
            image.complete
                ? null
                : new Promise((done) => {
                      image.onload = image.onerror = done;
                  });
        const images = [...document.images];
        for (const element of document.querySelectorAll('[style*="url("]')) {
            for (const [, , url] of element.getAttribute("style").matchAll(/url\((["']?)(.+?)\1\)/g)) {
                const image = new Image();
                image.src = url;
                images.push(image);
            }
        }
        await Promise.all(images.map(loaded));
        document.body.getBoundingClientRect(); // asks for the fonts this text needs
        await document.fonts.ready;
    },
})
