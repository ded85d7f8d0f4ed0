/** The input: grows with its text, counts characters, and sends on Enter unless an input method is composing. */

import { el, icon } from "../shared/dom";
import type { Texts } from "./texts";

const SEND_ICON =
  "M3.400 20.400 21 12.900a1 1 0 0 0 0-1.800L3.400 3.600A1 1 0 0 0 2 4.700L3.500 11 14 12 3.500 13 2 19.300a1 1 0 0 0 1.400 1.100z";
const COUNT_FROM = 0.8;
const COMPOSING = 229; // what keyCode says while an input method has the key

export class Composer {
  readonly form: HTMLFormElement;
  private readonly input: HTMLTextAreaElement;
  private readonly button: HTMLButtonElement;
  private readonly counter = el("p", { class: "counter", id: "counter", hidden: "" });

  constructor(
    private readonly texts: Texts,
    private readonly limit: number,
    private readonly submit: (text: string) => void,
    private readonly changed: (text: string) => void,
    private readonly refuse: (why: string) => void,
  ) {
    this.input = el("textarea", {
      rows: "1",
      "aria-label": texts.input,
      "aria-describedby": "counter",
      placeholder: texts.placeholder,
      enterkeyhint: "send",
      autocomplete: "off",
      lang: "vi",
    });
    this.button = el("button", { class: "send", "aria-label": texts.send, title: texts.send }, icon(SEND_ICON));
    this.form = el("form", { class: "composer" }, this.counter, el("div", { class: "row" }, this.input, this.button));
    this.form.addEventListener("submit", (event) => this.send(event));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("input", () => this.edited());
    this.update();
  }

  get text(): string {
    return this.input.value;
  }

  set text(value: string) {
    this.input.value = value;
    this.edited();
  }

  focus(): void {
    this.input.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === COMPOSING) return;
    this.send(event);
  }

  private send(event: Event): void {
    event.preventDefault();
    const text = this.input.value.trim();
    if (!text) return this.focus();
    if (length(text) > this.limit) return this.refuse(this.texts.tooLong(this.limit.toLocaleString("vi-VN")));
    this.text = "";
    this.submit(text);
    this.focus();
  }

  private edited(): void {
    this.update();
    this.changed(this.input.value);
  }

  private update(): void {
    const count = length(this.input.value.trim());
    const over = count > this.limit;
    this.counter.hidden = count < this.limit * COUNT_FROM;
    this.counter.textContent = this.texts.counter(count.toLocaleString("vi-VN"), this.limit.toLocaleString("vi-VN"));
    this.counter.classList.toggle("over", over);
    if (over) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
    this.button.setAttribute("aria-disabled", String(count === 0 || over));
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight + 2, 140)}px`;
  }
}

/** Count as the server does: composed letters, an emoji as one. */
function length(text: string): number {
  return text.length < 400 ? text.length : Array.from(text.slice(0, 40_000).normalize("NFC")).length;
}
