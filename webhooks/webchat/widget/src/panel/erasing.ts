/** Ask once before everything is deleted. */

import { el } from "../shared/dom";
import type { Texts } from "./texts";

export function askToErase(root: HTMLElement, texts: Texts, erase: () => void, back: () => void): void {
  const yes = el("button", { type: "button", class: "main" }, texts.eraseYes);
  const no = el("button", { type: "button" }, texts.eraseNo);
  const question = el("p", { id: "erase-question" }, texts.eraseAsk);
  const box = el(
    "div",
    { role: "alertdialog", "aria-modal": "true", "aria-labelledby": "erase-question", class: "ask" },
    question,
    no,
    yes,
  );
  const shade = el("div", { class: "shade" }, box);
  const others = [...root.children] as HTMLElement[];
  for (const other of others) other.inert = true;
  const end = (then: () => void): void => {
    shade.remove();
    for (const other of others) other.inert = false;
    then();
  };
  yes.addEventListener("click", () => end(erase));
  no.addEventListener("click", () => end(back));
  shade.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Escape") end(back);
    if (event.key === "Tab") {
      event.preventDefault();
      (document.activeElement === no ? yes : no).focus();
    }
  });
  root.append(shade);
  no.focus();
}
