/** The list of messages: what the server says, and behind it what is still on its way. */

import { el } from "../shared/dom";
import { type Actions, chips, drawMessage, showRating } from "./messages";
import type { Choice, Draft, Message, Page, Place } from "./protocol";
import type { Rated } from "./store";
import type { Texts } from "./texts";

export class Transcript {
  readonly scroller: HTMLElement;
  private readonly list = el("ol");
  private readonly drawn = new Map<string, HTMLLIElement>();
  private readonly welcome: HTMLLIElement;
  private readonly typing: HTMLLIElement;
  private messages: Message[] = [];
  private waiting: Message[] = [];
  private thread = "";
  private isSilent = false;

  constructor(
    private readonly texts: Texts,
    private readonly actions: Actions,
    greeting: string,
    topics: Choice[],
  ) {
    this.scroller = el(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": texts.transcript },
      this.list,
    );
    this.welcome = el(
      "li",
      { class: "message bot" },
      el("span", { class: "hidden" }, `${texts.bot}: `),
      el("p", { class: "bubble" }, greeting || texts.greeting),
      ...(topics.length ? [el("p", { class: "lead" }, texts.topics), chips(topics, actions.choose)] : []),
    );
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    this.typing = el(
      "li",
      { class: "message bot typing" },
      el("p", { class: "bubble" }, dots, el("span", { class: "hidden" }, texts.typing)),
    );
    this.draw([], false);
  }

  get place(): Place {
    return { thread: this.thread, after: this.messages[this.messages.length - 1]?.id ?? 0 };
  }

  get waitingIds(): string[] {
    return this.waiting.map((message) => message.client);
  }

  get isWaiting(): boolean {
    return this.waiting.length > 0;
  }

  /** Whether a person, not the assistant, is to answer next. */
  get isWithStaff(): boolean {
    return this.isSilent;
  }

  /** Take in what the server says; return the messages that were not there before. */
  take(page: Page): Message[] {
    if (page.fresh && this.messages.length > 0) this.clear();
    this.thread = page.thread;
    this.isSilent = page.mode === "staff";
    const known = new Set(this.messages.map((message) => message.id));
    const added = page.messages.filter((message) => message.id > 0 && !known.has(message.id));
    this.messages = [...this.messages, ...added].sort((one, other) => one.id - other.id);
    const said = new Set(this.messages.map((message) => message.client));
    this.waiting = page.messages.filter((message) => message.id === 0 && !said.has(message.client));
    return added;
  }

  /** Return the ids of our own messages that the server holds. */
  get arrived(): Set<string> {
    return new Set([...this.messages, ...this.waiting].map((message) => message.client).filter(Boolean));
  }

  /** Return how many answers lie behind a place. */
  unreadAfter(place: Place): number {
    const after = place.thread === this.thread ? place.after : 0;
    return this.messages.filter((message) => message.author !== "contact" && message.id > after).length;
  }

  /** Show a thumb that was given in another tab. */
  rated({ message, value }: Rated): void {
    this.messages = this.messages.map((known) => (known.id === message ? { ...known, rating: value } : known));
    const known = this.messages.find((other) => other.id === message);
    const item = known && this.drawn.get(keyOf(known));
    if (item) showRating(item, value);
  }

  clear(): void {
    this.messages = [];
    this.waiting = [];
    this.drawn.clear();
    this.thread = "";
    for (const chip of this.welcome.querySelectorAll(".chip")) {
      chip.classList.remove("picked");
      chip.removeAttribute("aria-disabled");
    }
  }

  /** Bring the page in line with what is known. `unsent`: still in the outbox; `isLive`: the line is up. */
  draw(unsent: Draft[], isLive: boolean): void {
    const atEnd = this.isAtEnd();
    const going = unsent.filter((item) => !this.arrived.has(item.id)).map(asMessage);
    const items = [this.welcome];
    let day = "";
    for (const message of [...this.messages, ...this.waiting, ...going]) {
      const on = new Date(message.at).toDateString();
      if (on !== day && message.id > 0 && on !== new Date().toDateString()) items.push(this.divider(message.at, on));
      else if (day && on !== day) items.push(this.divider(message.at, on));
      day = on;
      items.push(this.item(message));
    }
    for (const item of going) {
      const mark = this.drawn.get(keyOf(item))?.querySelector<HTMLElement>(".unsent");
      if (mark) mark.hidden = isLive;
    }
    if (!this.isSilent && (this.waiting.length > 0 || (going.length > 0 && isLive))) items.push(this.typing);
    reconcile(this.list, items);
    if (atEnd) this.toEnd();
  }

  toEnd(): void {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Show a long answer from its beginning: the question above it stays in sight. */
  toAnswer(message: Message): void {
    const item = this.drawn.get(keyOf(message));
    const question = item?.previousElementSibling;
    if (!item || !(question instanceof HTMLElement)) return;
    const top = question.offsetTop - 12;
    this.scroller.scrollTop = Math.min(top, this.scroller.scrollHeight);
  }

  private isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < 80;
  }

  private item(message: Message): HTMLLIElement {
    const key = keyOf(message);
    const before = this.drawn.get(key);
    if (before && before.dataset.text === message.text) {
      const mark = before.querySelector<HTMLElement>(".unsent");
      if (mark && this.arrived.has(message.client)) mark.hidden = true;
      return before;
    }
    const item = drawMessage(message, this.texts, this.actions);
    item.dataset.text = message.text; // the server may have masked a telephone number: then its text replaces ours
    this.drawn.set(key, item);
    return item;
  }

  private divider(at: string, on: string): HTMLLIElement {
    const yesterday = new Date(Date.now() - 86_400_000).toDateString();
    const date = new Date(at).toLocaleDateString("vi-VN", { day: "2-digit", month: "2-digit", year: "numeric" });
    const isToday = on === new Date().toDateString();
    const label = isToday ? this.texts.today : on === yesterday ? this.texts.yesterday : date;
    return el("li", { class: "day" }, label);
  }
}

function keyOf(message: Message): string {
  return message.client ? `c${message.client}` : `m${message.id}`;
}

function asMessage(item: Draft): Message {
  return {
    id: 0,
    author: "contact",
    text: item.text,
    lead: "",
    at: new Date(item.at).toISOString(),
    client: item.id,
    rating: 0,
    outcome: "",
    choices: [],
    offers: [],
    links: [],
    source: null,
  };
}

function reconcile(list: HTMLElement, items: HTMLElement[]): void {
  const wanted = new Set<Element>(items);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  items.forEach((item, index) => {
    if (list.children[index] !== item) list.insertBefore(item, list.children[index] ?? null);
  });
}
