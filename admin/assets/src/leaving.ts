/**
 * A form with data-guard asks before the page is left while something typed in it has not been sent: by any other form
 * of the page, too. data-guard="changed": it came with something unsent. Forms within data-drops mean to throw it away.
 */
export function keepDrafts(root: Document): void {
  const changed = new Set<Element>(root.querySelectorAll('form[data-guard="changed"]'));
  const sent = new WeakSet<Element>(); // the page is about to be left: drafts of these forms would only come too late
  const formOf = ({ target }: Event): Element | null =>
    target instanceof Element ? target.closest("form[data-guard]") : null;
  root.addEventListener("input", (event) => {
    const form = formOf(event);
    if (form) {
      changed.add(form);
      sent.delete(form);
    }
  });
  root.addEventListener("submit", ({ target, defaultPrevented }) => {
    if (target instanceof Element && target.closest("[data-drops]")) {
      changed.clear();
    } else if (target instanceof Element) {
      changed.delete(target);
    }
    if (defaultPrevented) {
      return; // sent without leaving the page
    }
    for (const form of root.querySelectorAll("form[data-guard]")) {
      sent.add(form);
      for (const elt of form.querySelectorAll("[hx-post]")) {
        elt.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: { elt } }));
      }
    }
  });
  root.addEventListener("htmx:beforeRequest", (event) => {
    const form = formOf(event);
    if (form && sent.has(form)) {
      event.preventDefault();
    }
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    const sender = formOf(event);
    if (sender && (event as CustomEvent<{ successful: boolean }>).detail.successful) {
      changed.delete(sender);
    }
  });
  addEventListener("beforeunload", (event) => {
    if ([...changed].some((form) => form.isConnected)) {
      event.preventDefault();
    }
  });
}
