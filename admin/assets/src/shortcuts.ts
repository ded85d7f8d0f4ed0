/** Keyboard shortcuts. A page offers one with data-key="n" on a link, a button or a field; "/" goes to the search. */

const TAKES_NO_LETTERS = /^(button|checkbox|file|radio|reset|submit)$/;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement
    ? !TAKES_NO_LETTERS.test(target.type)
    : target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));

function use(target: HTMLElement): void {
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) {
    target.focus();
    if (target instanceof HTMLInputElement) {
      target.select();
    }
  } else {
    target.click();
  }
}

/** What a row is opened by; a box to tick only where there is nothing else. */
const entrance = (row: HTMLElement): HTMLElement | null =>
  row.querySelector<HTMLElement>("a, button") ?? row.querySelector<HTMLElement>("input");

/** Move to the next or previous row of the list on this page. */
function step(root: Document, by: number): void {
  const rows = [...root.querySelectorAll<HTMLElement>("[data-row]")].filter((row) => entrance(row) !== null);
  const at = rows.findIndex((row) => row.contains(root.activeElement));
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  if (next) {
    entrance(next)?.focus();
  }
}

/** Add the keys of this very page to the list that "?" opens. */
function listOwnKeys(root: Document): void {
  const list = root.querySelector("#shortcuts dl");
  for (const target of root.querySelectorAll<HTMLElement>("[data-key]")) {
    const key = target.dataset.key ?? "";
    const title = target.textContent?.trim() ?? "";
    if (list && /^[a-z]$/.test(key) && title) {
      const [term, words] = [root.createElement("dt"), root.createElement("dd")];
      term.append(Object.assign(root.createElement("kbd"), { textContent: key }));
      words.textContent = title;
      list.append(term, words);
    }
  }
}

export function followShortcuts(root: Document): void {
  listOwnKeys(root);
  root.addEventListener("click", (event) => {
    const opener = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-dialog]") : null;
    if (opener?.dataset.dialog) {
      root.querySelector<HTMLDialogElement>(opener.dataset.dialog)?.showModal();
    }
  });
  root.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target instanceof HTMLElement) {
      const form = event.target.closest("form");
      form?.requestSubmit(form.querySelector<HTMLButtonElement>("[data-main]") ?? undefined);
      return;
    }
    if (event.key === "Escape" && isTyping(event.target)) {
      (event.target as HTMLElement).blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      step(root, event.key === "j" ? 1 : -1);
      return;
    }
    const target = root.querySelector<HTMLElement>(`[data-key="${CSS.escape(event.key)}"]`);
    if (target !== null) {
      event.preventDefault();
      use(target);
    }
  });
}
