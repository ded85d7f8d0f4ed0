/** Draw one message. Text is always text: elements are built one by one and nothing is ever parsed as HTML. */

import { el, icon } from "../shared/dom";
import { type Choice, isLink, isSlip, type Message, type Source } from "./protocol";
import type { Texts } from "./texts";

export interface Actions {
  choose(choice: Choice): void;
  rate(message: Message, value: number, reason: string): void;
}

const RATED = new Set(["answer", "partial", "deadline"]);
const ENTRY = "#faq:";
const TEXT_FRAGMENT = ":~:text="; // a link with it opens at the quote, others at the top
const WEB_ADDRESS = /https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)\]]/gi;

/** The icons of Material Symbols, Apache 2.0. */
const THUMB_UP =
  "M2 20h2c.6 0 1-.4 1-1v-8c0-.6-.4-1-1-1H2v10zm19.800-7.100c.1-.3.2-.6.2-.9v-1a2 2 0 0 0-2-2h-5.500l.9-4.300v-.3c0-.4-.2-.8-.4-1.100L14 2.200 8.100 8.100c-.4.4-.6.9-.6 1.400v8.500a2 2 0 0 0 2 2h7.500c.8 0 1.500-.5 1.800-1.200l3-5.900z";
const THUMB_DOWN =
  "M22 4h-2c-.6 0-1 .4-1 1v8c0 .6.4 1 1 1h2V4zM2.200 11.100c-.1.3-.2.6-.2.9v1a2 2 0 0 0 2 2h5.500l-.9 4.300v.3c0 .4.2.8.4 1.100l1 1.100 5.900-5.900c.4-.4.6-.9.6-1.400V6a2 2 0 0 0-2-2H7a2 2 0 0 0-1.800 1.200l-3 5.900z";

export function drawMessage(message: Message, texts: Texts, actions: Actions): HTMLLIElement {
  const isOurs = message.author === "contact";
  const who = isOurs ? texts.you : message.author === "staff" ? texts.office : texts.bot;
  const item = el("li", { class: `message ${message.author}` }, el("span", { class: "hidden" }, `${who}: `));
  if (message.text) item.append(el("p", { class: "bubble", dir: "auto", lang: "vi" }, ...linked(message.text, isOurs)));
  if (isOurs) item.append(el("span", { class: "unsent", hidden: "" }, texts.unsent));
  if (message.source) item.append(sourceCard(message.source, texts));
  if (message.links.length) item.append(links(message.links));
  if (message.offers.length) item.append(chips(message.offers, actions.choose));
  if (message.choices.length) {
    if (message.lead) item.append(el("p", { class: "lead", lang: "vi" }, message.lead));
    else if (message.outcome === "answer") item.append(el("p", { class: "lead" }, texts.related));
    item.append(chips(message.choices, actions.choose));
  }
  if (!isOurs && isAnswer(message)) item.append(judgement(message, texts, actions));
  return item;
}

/** A guide answers at its end, where it gives the slip; its questions are nothing to judge. */
function isAnswer({ outcome, links }: Message): boolean {
  return RATED.has(outcome) || (outcome === "guide" && links.some((link) => isSlip(link.url)));
}

function linked(text: string, isOurs: boolean): (Node | string)[] {
  if (isOurs) return [text];
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const found of text.matchAll(WEB_ADDRESS)) {
    parts.push(text.slice(end, found.index), outside(found[0], found[0]));
    end = (found.index ?? 0) + found[0].length;
  }
  return [...parts, text.slice(end)];
}

function outside(url: string, ...label: (Node | string)[]): HTMLAnchorElement {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...label);
}

function sourceCard(source: Source, texts: Texts): HTMLElement {
  const card = el("div", { class: "source", lang: "vi" }, el("p", { class: "where" }, el("strong", {}, source.title)));
  if (source.date) card.append(el("p", { class: "date" }, `${texts.source}, ${texts.sourceDate(source.date)}`));
  if (source.quote) card.append(el("blockquote", {}, `“${source.quote}”`));
  if (isLink(source.url)) {
    const note = el("span", { class: "hidden" }, ` (${texts.newTab})`);
    const label = source.url.includes(TEXT_FRAGMENT) ? texts.sourceOpenThere : texts.sourceOpen;
    card.append(outside(source.url, label, note, el("span", { "aria-hidden": "true" }, " ↗")));
  }
  return card;
}

function links(items: { title: string; url: string }[]): HTMLElement {
  const shown = items.filter((item) => isLink(item.url));
  return el("p", { class: "links" }, ...shown.map((item) => outside(item.url, item.title)));
}

export function chips(choices: Choice[], choose: (choice: Choice) => void): HTMLElement {
  const list = el("ul", { class: "chips" });
  for (const choice of choices) {
    const chip = el("button", { type: "button", class: "chip", lang: "vi" }, choice.title);
    chip.addEventListener("click", () => {
      if (chip.getAttribute("aria-disabled") === "true") return;
      chip.classList.add("picked");
      // A yes-or-no is answered once; questions stay open, only the one that was asked is marked.
      const closed = choice.choice.startsWith(ENTRY) ? [chip] : list.querySelectorAll(".chip");
      for (const button of closed) button.setAttribute("aria-disabled", "true");
      choose(choice);
    });
    list.append(el("li", {}, chip));
  }
  return list;
}

/** Bring the thumbs of a drawn message in line with what another tab said. */
export function showRating(item: HTMLElement, value: number): void {
  item.querySelector(".rating")?.dispatchEvent(new CustomEvent("rated", { detail: value }));
}

function judgement(message: Message, texts: Texts, actions: Actions): HTMLElement {
  const box = el("div", { class: "rating", role: "group", "aria-label": texts.helpful });
  const thanks = el("p", { class: "thanks", role: "status" });
  const up = thumb(THUMB_UP, texts.yes);
  const down = thumb(THUMB_DOWN, texts.no);
  let value = message.rating;
  const show = (): void => {
    up.setAttribute("aria-pressed", String(value === 1));
    down.setAttribute("aria-pressed", String(value === -1));
  };
  const rate = (next: number): void => {
    value = value === next ? 0 : next;
    show();
    actions.rate(message, value, "");
    box.querySelector("form")?.remove();
    thanks.textContent = value === 1 ? texts.thanks : "";
    if (value === -1)
      box.append(
        reason(texts, (why) => {
          actions.rate(message, -1, why);
          thanks.textContent = texts.thanks;
          down.focus();
        }),
      );
  };
  box.addEventListener("rated", (event) => {
    value = (event as CustomEvent<number>).detail;
    box.querySelector("form")?.remove();
    thanks.textContent = "";
    show();
  });
  up.addEventListener("click", () => rate(1));
  down.addEventListener("click", () => rate(-1));
  show();
  box.append(el("span", { "aria-hidden": "true" }, texts.helpful), up, down, thanks);
  return box;
}

function thumb(path: string, label: string): HTMLButtonElement {
  return el("button", { type: "button", class: "thumb", "aria-label": label, title: label }, icon(path));
}

function reason(texts: Texts, send: (why: string) => void): HTMLFormElement {
  const input = el("input", { type: "text", maxlength: "500", "aria-label": texts.why, placeholder: texts.why });
  const form = el("form", { class: "reason" }, input, el("button", { class: "small" }, texts.whySend));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const why = input.value.trim();
    form.remove();
    send(why);
  });
  return form;
}
