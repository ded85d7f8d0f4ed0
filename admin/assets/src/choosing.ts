/** Whoever writes into the field that a choice is about means what they write: that becomes the choice. */
export function chooseByWriting(root: Document): void {
  root.addEventListener("input", ({ target }) => {
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
      const own = `input[name="choice_${CSS.escape(target.name)}"][value="own"]`;
      const choice = target.form?.querySelector<HTMLInputElement>(own);
      if (choice) {
        choice.checked = true;
      }
    }
  });
}
