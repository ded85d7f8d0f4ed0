/** A form with data-guard asks before the page is left while something typed has not been sent. */
export function keepDrafts(root: Document): void {
  let isChanged = false;
  const sent = new WeakSet<Element>(); // the page is about to be left: drafts of these forms would only come too late
  const guarded = ({ target }: Event) => (target instanceof Element ? target.closest("form[data-guard]") : null);
  root.addEventListener("input", (event) => {
    const form = guarded(event);
    if (form) {
      isChanged = true;
      sent.delete(form);
    }
  });
  root.addEventListener("submit", () => {
    isChanged = false;
    for (const form of root.querySelectorAll("form[data-guard]")) {
      sent.add(form);
      for (const elt of form.querySelectorAll("[hx-post]")) {
        elt.dispatchEvent(new CustomEvent("htmx:abort", { bubbles: true, detail: { elt } }));
      }
    }
  });
  root.addEventListener("htmx:beforeRequest", (event) => {
    const form = guarded(event);
    if (form && sent.has(form)) {
      event.preventDefault();
    }
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    if (guarded(event) && (event as CustomEvent<{ successful: boolean }>).detail.successful) {
      isChanged = false;
    }
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged) {
      event.preventDefault();
    }
  });
}
