/**
 * A form with data-guard asks before the page is left while something typed in it has not been sent: by any other form
 * of the page, too. data-guard="changed": it came with something unsent. Forms within data-drops mean to throw it away.
 */
export function keepDrafts(root: Document): void {
  const changed = new Set<Element>(root.querySelectorAll('form[data-guard="changed"]'));
  const formOf = (event: Event): Element | null =>
    event.target instanceof Element ? event.target.closest("form[data-guard]") : null;
  root.addEventListener("input", (event) => {
    const form = formOf(event);
    if (form) {
      changed.add(form);
    }
  });
  root.addEventListener("submit", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-drops]")) {
      changed.clear();
    } else if (event.target instanceof Element) {
      changed.delete(event.target);
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
