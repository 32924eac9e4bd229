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
        root.style.removeProperty("--kr-bottom"); // the footer is measured at its own height
        root.style.setProperty("--kr-left", `${doc.left * mm}px`);
        root.style.setProperty("--kr-right", `${doc.right * mm}px`);
        // Unlike innerHTML, a fragment runs its scripts (where scripts are allowed at all).
        const fragment = document.createRange().createContextualFragment(doc.html);
        document.body.replaceChildren(fragment);
        await this.settle();
        const height = (id) => document.getElementById(id)?.getBoundingClientRect().height || 0;
        // The content begins under the header however tall it is, and ends above the footer.
        const top = Math.max(doc.top * mm, doc.headerTop * mm + height("kr-header"));
        const bottom = Math.max(doc.bottom * mm, height("kr-footer"));
        root.style.setProperty("--kr-top", `${top}px`);
        root.style.setProperty("--kr-bottom", `${bottom}px`);
        root.style.setProperty("--kr-header-top", `${doc.headerTop * mm}px`);
        const sheet = document.getElementById("kr-sheet");
        const room = doc.pageHeight * mm - top - bottom;
        const content = sheet.getBoundingClientRect().height - top - bottom;
        const pages = Math.max(1, Math.ceil((content - 1) / Math.max(room, 1)));
        this.paginate(pages);
        return { pages, overflow: sheet.scrollWidth / sheet.clientWidth };
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

    /* Repeat the blocks that show a page number, once per page, each with its number. */
    number(pages) {
        for (const block of document.querySelectorAll(".kr-numbered")) {
            for (const copy of document.querySelectorAll(`.kr-copy-${block.id}`)) {
                copy.remove();
            }
            for (let page = pages; page >= 1; page--) {
                const copy = page === 1 ? block : block.cloneNode(true);
                for (const node of copy.querySelectorAll(".page")) {
                    node.textContent = page;
                }
                for (const node of copy.querySelectorAll(".topage")) {
                    node.textContent = pages;
                }
                if (page > 1) {
                    copy.removeAttribute("id");
                    copy.classList.add(`kr-copy-${block.id}`);
                    // The reader of a tagged PDF hears header and footer once.
                    copy.setAttribute("aria-hidden", "true");
                    block.after(copy);
                }
                copy.style.setProperty("--kr-page", page - 1);
            }
        }
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
