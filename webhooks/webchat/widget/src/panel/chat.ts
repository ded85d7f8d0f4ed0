/** The conversation: joins the line, the transcript and the input, and tells the page around it what it must know. */

import type { Appearance, ToPage } from "../shared/bridge";
import { el } from "../shared/dom";
import { Composer } from "./composer";
import { Connection, type State } from "./connection";
import { askToErase } from "./erasing";
import { Header } from "./header";
import { request } from "./lines";
import { type Beginning, type Message, newId, type Page, type Refusal } from "./protocol";
import { Store } from "./store";
import { panelTexts, type Texts } from "./texts";
import { paint } from "./theme";
import { Transcript } from "./transcript";

const ANNOUNCED_MS = 1500; // shorter is missed by TalkBack, longer is read twice
const LINGER_MS = 60_000; // how long a closed panel without open questions keeps its line
const FLICKER_MS = 1200; // a line that is back sooner was never worth a word

export class Chat {
  private readonly texts: Texts;
  private readonly store: Store;
  private readonly transcript: Transcript;
  private readonly composer: Composer;
  private readonly header: Header;
  private readonly connection: Connection;
  private readonly status = el("p", { class: "status", role: "status" });
  private readonly live = el("div", { class: "hidden", "aria-live": "polite" });
  private isOpen = false;
  private isRestored = false;
  private state: State = "idle";
  private wasLive = false;
  private notice = "";
  private linger = 0;
  private flicker = 0;

  constructor(
    root: HTMLElement,
    private readonly beginning: Beginning,
    appearance: Appearance,
    private readonly tell: ((message: ToPage) => void) | undefined,
  ) {
    this.texts = panelTexts(appearance.locale);
    document.documentElement.lang = appearance.locale;
    document.title = appearance.title || this.texts.title;
    paint(appearance.color);
    this.store = new Store((key) => this.storeChanged(key));
    const actions = {
      choose: (choice: { title: string; choice: string }) => this.say(choice.title, choice.choice),
      rate: (message: Message, value: number, reason: string) => void this.rate(message, value, reason),
    };
    this.transcript = new Transcript(this.texts, actions, appearance.greeting, beginning.topics);
    this.header = new Header(this.texts, appearance.title, tell !== undefined, {
      restart: () => void this.startOver(),
      erase: () =>
        askToErase(
          root,
          this.texts,
          () => void this.erase(),
          () => this.header.focusMenu(),
        ),
      close: () => this.leave(),
    });
    this.composer = new Composer(
      this.texts,
      beginning.limit,
      (text) => this.say(text, ""),
      (text) => this.keepDraft(text),
      (why) => this.notify(why),
    );
    this.connection = new Connection(this.store, () => this.transcript.place, {
      page: (page) => this.take(page),
      ended: () => this.ended(),
      taken: () => this.draw(),
      refused: (id, why, seconds) => this.refused(id, why, seconds),
      state: (state) => this.show(state),
    });
    this.composer.text = this.store.draft;
    const main = el("main", {}, this.transcript.scroller, this.status, this.composer.form, this.live);
    root.replaceChildren(this.header.element, main);
    root.addEventListener("keydown", (event) => event.key === "Escape" && this.leave());
    document.addEventListener("visibilitychange", () => this.seen());
    this.draw();
    this.settle();
  }

  opened(focus: boolean): void {
    this.isOpen = true;
    this.settle();
    if (focus) this.composer.focus();
    this.transcript.toEnd();
    this.seen();
  }

  closed(): void {
    this.isOpen = false;
    this.settle();
  }

  private leave(): void {
    this.tell?.({ hoidap: "close" });
  }

  /** Hold a line while somebody looks or waits; a closed panel looks once and lets go. */
  private settle(): void {
    window.clearTimeout(this.linger);
    const isAsked = this.isOpen || this.store.outbox.length > 0 || this.transcript.isWaiting;
    if (isAsked || this.transcript.isWithStaff) this.connection.want(true);
    else if (this.store.token) {
      this.connection.want(true);
      this.linger = window.setTimeout(() => this.connection.want(false), LINGER_MS);
    }
  }

  private say(text: string, choice: string): void {
    this.notify("");
    this.store.put({ id: newId(), text, choice, at: Date.now() });
    this.draw();
    this.transcript.toEnd();
    this.settle();
    this.connection.flush();
  }

  private take(page: Page): void {
    const isHistory = page.fresh || !this.isRestored;
    const asked = new Set([...this.store.outbox.map((item) => item.id), ...this.transcript.waitingIds]);
    const added = this.transcript.take(page);
    this.isRestored = true;
    this.store.drop(this.transcript.arrived);
    this.header.withStaff = this.transcript.isWithStaff;
    this.tell?.({ hoidap: "session", active: true });
    this.draw();
    const answers = isHistory ? answersTo(asked, added) : added.filter((message) => message.author !== "contact");
    if (answers[0]) this.greet(answers);
    else if (isHistory) this.transcript.toEnd();
    this.seen();
    this.settle();
  }

  private greet(answers: Message[]): void {
    this.transcript.toAnswer(answers[0] as Message);
    const said = answers.map((message) => message.text).join("\n");
    const note = el("p", { lang: "vi" }, `${this.texts.bot}: ${said}`);
    this.live.append(note);
    window.setTimeout(() => note.remove(), ANNOUNCED_MS);
  }

  private draw(): void {
    this.transcript.draw(this.store.outbox, this.state === "live");
  }

  /** Mark as read what is on the screen, and tell the button how much is not. */
  private seen(): void {
    if (this.isOpen && !document.hidden && this.transcript.place.after > 0) this.store.read = this.transcript.place;
    this.tell?.({ hoidap: "unread", count: this.isOpen ? 0 : this.transcript.unreadAfter(this.store.read) });
  }

  private refused(id: string, why: Refusal, seconds: number): void {
    if (why === "no_session") return this.ended();
    if (why === "too_fast" || why === "busy") {
      const pause = Math.max(seconds, 2);
      if (why === "too_fast") this.notify(this.texts.tooFast(pause));
      return this.connection.retry(id, pause);
    }
    const item = this.store.outbox.find((other) => other.id === id);
    if (item && !this.composer.text) this.composer.text = item.text;
    this.store.drop(new Set([id]));
    const limit = this.beginning.limit.toLocaleString("vi-VN");
    this.notify(why === "too_long" ? this.texts.tooLong(limit) : this.texts.refused);
    this.draw();
  }

  /** The token opens nothing any more: erased in another tab, or thirty days old. Unsent questions stay. */
  private ended(): void {
    this.store.token = "";
    this.isRestored = false;
    this.transcript.clear();
    this.tell?.({ hoidap: "session", active: false });
    this.draw();
    this.seen();
    this.connection.restart();
  }

  private async startOver(): Promise<void> {
    if (this.store.token && !(await this.order("POST", "restart"))) return;
    this.notify(this.texts.restarted);
    this.composer.focus();
  }

  private async erase(): Promise<void> {
    if (this.store.token && !(await this.order("DELETE", "session"))) return;
    this.store.forget();
    this.composer.text = "";
    this.ended();
    this.notify(this.texts.erased);
    this.composer.focus();
  }

  private async rate(message: Message, value: number, reason: string): Promise<void> {
    if (await this.order("POST", "rating", { message: message.id, value, reason }))
      this.store.rated = { message: message.id, value };
  }

  private async order(method: string, path: string, body?: unknown): Promise<boolean> {
    const response = await request(method, path, this.store.token, body).catch(() => undefined);
    const done = response !== undefined && (response.ok || response.status === 401);
    this.notify(done ? "" : this.texts.failed);
    return done;
  }

  private storeChanged(key: string): void {
    if (key === "token") this.connection.restart();
    if (key === "token" || key === "outbox") {
      this.draw();
      this.settle();
      this.connection.flush();
    }
    if (key === "read") this.seen();
    if (key === "rated") this.transcript.rated(this.store.rated);
  }

  private keepDraft(text: string): void {
    if (this.store.draft !== text) this.store.draft = text;
    if (this.notice) this.notify("");
  }

  private notify(text: string): void {
    this.notice = text;
    this.speak();
  }

  private show(state: State): void {
    this.state = state;
    this.wasLive ||= state === "live";
    this.draw();
    window.clearTimeout(this.flicker);
    if (state === "connecting" && navigator.onLine) this.flicker = window.setTimeout(() => this.speak(), FLICKER_MS);
    else this.speak();
  }

  private speak(): void {
    let said = this.notice;
    if (!navigator.onLine) said = this.texts.offline;
    else if (this.state === "connecting" && !said)
      said = this.wasLive ? this.texts.reconnecting : this.texts.connecting;
    if (this.status.textContent !== said) this.status.textContent = said;
  }
}

/** Of messages that come all at once, only what answers a question of this moment is news; the rest is history. */
function answersTo(asked: ReadonlySet<string>, added: Message[]): Message[] {
  const first = added.find((message) => message.client !== "" && asked.has(message.client));
  return first ? added.filter((message) => message.author !== "contact" && message.id > first.id) : [];
}
