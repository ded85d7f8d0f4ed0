/** A form with data-guard asks before the page is left while something typed has not been sent. */
export function keepDrafts(root: Document): void {
  let isChanged = false;
  root.addEventListener("input", (event) => {
    isChanged ||= event.target instanceof Element && event.target.closest("form[data-guard]") !== null;
  });
  root.addEventListener("submit", () => {
    isChanged = false;
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    const sender = event.target instanceof Element ? event.target.closest("form[data-guard]") : null;
    if (sender && (event as CustomEvent<{ successful: boolean }>).detail.successful) {
      isChanged = false;
    }
  });
  addEventListener("beforeunload", (event) => {
    if (isChanged) {
      event.preventDefault();
    }
  });
}
