/** Copy text; over plain http the browser offers no clipboard, so the old way is taken. */
async function copy(root: Document, source: HTMLElement): Promise<void> {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(source instanceof HTMLInputElement ? source.value : source.innerText);
  } else if (source instanceof HTMLInputElement) {
    source.select();
    root.execCommand("copy");
  } else {
    getSelection()?.selectAllChildren(source);
    root.execCommand("copy");
  }
}

/** A button with data-copy="#id" copies what stands in that element and says so for two seconds. */
export function copyOnRequest(root: Document): void {
  root.addEventListener("click", async (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    const source = button && root.querySelector<HTMLElement>(button.dataset.copy ?? "");
    if (!button || !source) {
      return;
    }
    await copy(root, source);
    const label = button.querySelector<HTMLElement>("[data-copied]");
    const before = label?.textContent ?? "";
    if (label) {
      label.textContent = label.dataset.copied ?? before;
      setTimeout(() => {
        label.textContent = before;
      }, 2000);
    }
  });
}
