/** Menus are <details>: a tap elsewhere or Escape closes the ones that float. */
export function openOnTap(root: Document): void {
  const close = (except: Element | null): void => {
    for (const menu of root.querySelectorAll<HTMLDetailsElement>("details.floating[open]")) {
      if (menu !== except) {
        menu.open = false;
      }
    }
  };
  root.addEventListener("click", (event) => {
    close(event.target instanceof Element ? event.target.closest("details.floating") : null);
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      close(null);
    }
  });
}
