/** Button, speed dial and frame. Lives in a shadow root, so that the site's style sheets and ours never meet. */

import { bridged, type ToPage, type ToPanel } from "../shared/bridge";
import { css, DEFAULT_COLOR, inkOn, parseColor, type Rgb } from "../shared/color";
import { CHAT_ICON, CLOSE_ICON, el, icon } from "../shared/dom";
import sheet from "./loader.css";
import type { Settings } from "./settings";
import { loaderTexts } from "./texts";
import { speedDial } from "./ways";

const FULL_SCREEN = "(max-width: 480px), (max-height: 480px)";
const PATIENCE_MS = 12_000;
const SILENCE_MS = 2_500;
const QUIET_START_MS = 2_500;
/** Says on the site's own storage that this visitor has talked to us: a flag, nothing that opens a conversation. */
const FLAG = "hoidap";

export class Widget {
  private readonly texts;
  private readonly host = document.createElement("hoidap-widget");
  private readonly root = el("div");
  private readonly launcher: HTMLButtonElement;
  private readonly badge = el("span", { class: "badge", hidden: "" });
  private readonly dial: HTMLElement | undefined;
  private readonly window: HTMLElement;
  private readonly wait: HTMLElement;
  private frame: HTMLIFrameElement | undefined;
  private timer = 0;
  private isOpen = false;
  private isReady = false;
  private unread = 0;
  private release: (() => void) | undefined;

  constructor(private readonly settings: Settings) {
    this.texts = loaderTexts(settings.appearance.locale);
    const title = settings.appearance.title || this.texts.title;
    this.launcher = el("button", { type: "button", class: "launcher" });
    this.launcher.addEventListener("click", () => this.press());
    this.dial = settings.ways.length ? speedDial(settings, this.texts, () => this.open(true)) : undefined;
    this.wait = el("div", { class: "wait", role: "status" }, el("i"), el("span", {}, this.texts.loading));
    this.window = el(
      "div",
      { class: "window", id: "window", role: "dialog", "aria-label": title, hidden: "" },
      this.wait,
    );
    this.root.append(this.window, el("div", { class: "dock" }, ...(this.dial ? [this.dial] : []), this.launcher));
    this.mount();
    this.draw();
    window.addEventListener("message", (event) => this.hear(event));
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && this.escape());
    window.visualViewport?.addEventListener("resize", () => this.fit());
    window.visualViewport?.addEventListener("scroll", () => this.fit());
    this.startQuietly();
  }

  /** Open the chat; only a person's own act may move the focus into it. */
  open(byPerson: boolean): void {
    this.setDial(false);
    if (!this.isOpen) {
      this.isOpen = true;
      this.window.hidden = false;
      if (!this.frame) this.load();
      this.takeScreen();
      this.draw();
    }
    this.tell({ hoidap: "opened", focus: byPerson });
    if (byPerson) this.frame?.focus();
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.window.hidden = true;
    this.release?.();
    this.release = undefined;
    this.tell({ hoidap: "closed" });
    if (!this.isReady) this.unload();
    this.draw();
    this.launcher.focus();
  }

  private press(): void {
    if (this.isOpen) this.close();
    else if (this.dial) this.setDial(this.dial.hidden);
    else this.open(true);
  }

  private escape(): void {
    if (this.isOpen) this.close();
    else if (this.dial && !this.dial.hidden) {
      this.setDial(false);
      this.launcher.focus();
    }
  }

  private setDial(shown: boolean): void {
    if (!this.dial || this.dial.hidden === !shown) return;
    this.dial.hidden = !shown;
    this.draw();
  }

  private mount(): void {
    const { color } = this.settings.appearance;
    const accent = parseColor(color) ?? (parseColor(DEFAULT_COLOR) as Rgb);
    this.root.style.setProperty("--accent", css(accent));
    this.root.style.setProperty("--ink", css(inkOn(accent)));
    this.root.className = this.settings.isLeft ? "left" : "";
    this.root.lang = this.settings.appearance.locale;
    const shadow = this.host.attachShadow({ mode: "open" });
    shadow.append(this.root);
    dress(shadow, this.settings.nonce);
    // Beside the body, so that pages which swap their body keep the conversation.
    document.documentElement.append(this.host);
  }

  private draw(): void {
    const dialOpen = this.dial !== undefined && !this.dial.hidden;
    const shut = this.isOpen ? this.texts.close : this.texts.closeWays;
    const begin = this.dial ? this.texts.openWays : this.texts.open;
    const label = this.isOpen || dialOpen ? shut : begin;
    this.launcher.replaceChildren(icon(this.isOpen || dialOpen ? CLOSE_ICON : CHAT_ICON), this.badge);
    this.badge.hidden = this.unread === 0 || this.isOpen;
    this.badge.textContent = this.unread > 9 ? "9+" : String(this.unread);
    this.badge.setAttribute("aria-hidden", "true");
    this.launcher.setAttribute("aria-label", this.badge.hidden ? label : `${label}, ${this.texts.unread(this.unread)}`);
    this.launcher.setAttribute("aria-expanded", String(this.isOpen || dialOpen));
    this.launcher.setAttribute("aria-controls", this.dial && !this.isOpen ? "dial" : "window");
    this.root.classList.toggle("full", this.isOpen);
  }

  private load(): void {
    this.isReady = false;
    this.window.replaceChildren(this.wait);
    const frame = el("iframe", {
      src: `${this.settings.base}/chat/panel`,
      title: this.settings.appearance.title || this.texts.title,
      allow: "",
    });
    this.frame = frame;
    this.expect(PATIENCE_MS);
    // An error page of the browser loads, too: what has loaded and says nothing is not ours.
    frame.addEventListener("load", () => this.isReady || this.expect(SILENCE_MS));
    this.window.prepend(frame);
  }

  private expect(patience: number): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.giveUp(), patience);
  }

  private unload(): void {
    window.clearTimeout(this.timer);
    this.frame?.remove();
    this.frame = undefined;
  }

  /** The server did not answer: say so to a person who waits, else leave no trace. Only a person tries again. */
  private giveUp(): void {
    if (this.isReady) return;
    this.unload();
    if (!this.isOpen) return;
    const retry = el("button", { type: "button", class: "main" }, this.texts.retry);
    retry.addEventListener("click", () => this.load());
    const shut = el("button", { type: "button" }, this.texts.shut);
    shut.addEventListener("click", () => this.close());
    const note = el("p", { role: "alert" }, this.texts.trouble);
    this.window.replaceChildren(el("div", { class: "trouble" }, note, retry, shut));
  }

  private hear(event: MessageEvent): void {
    if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== this.settings.base) return;
    const message = bridged<ToPage>(event.data);
    if (message?.hoidap === "hello") {
      this.isReady = true; // from here on it may be spoken to
      this.tell({ hoidap: "init", appearance: this.settings.appearance, open: this.isOpen });
    } else if (message?.hoidap === "ready") {
      window.clearTimeout(this.timer);
      this.wait.remove();
      if (this.isOpen) this.tell({ hoidap: "opened", focus: document.activeElement === this.host });
    } else if (message?.hoidap === "close") {
      this.close();
    } else if (message?.hoidap === "unread" && Number.isInteger(message.count)) {
      this.unread = Math.max(0, message.count);
      this.draw();
    } else if (message?.hoidap === "session") {
      flag(message.active === true);
    }
  }

  private tell(message: ToPanel): void {
    if (this.isReady) this.frame?.contentWindow?.postMessage(message, this.settings.base);
  }

  /** On a telephone the chat is the whole screen: the page behind it neither scrolls nor takes the focus. */
  private takeScreen(): void {
    if (!window.matchMedia(FULL_SCREEN).matches) return;
    const { body, documentElement: page } = document;
    const before = { inert: body.inert, overflow: page.style.overflow };
    body.inert = true;
    page.style.overflow = "hidden";
    this.window.setAttribute("aria-modal", "true");
    this.release = () => {
      body.inert = before.inert;
      page.style.overflow = before.overflow;
      this.window.removeAttribute("aria-modal");
      this.window.style.cssText = "";
    };
    this.fit();
  }

  /** Keep above the on-screen keyboard, which only shrinks the visual viewport. */
  private fit(): void {
    const view = window.visualViewport;
    if (!this.release || !view || view.scale > 1.01) return;
    this.window.style.setProperty("inset", `${view.offsetTop}px 0 auto 0`, "important");
    this.window.style.height = `${view.height}px`;
  }

  private startQuietly(): void {
    const { autoOpen } = this.settings;
    if (autoOpen > 0 && !window.matchMedia(FULL_SCREEN).matches && once(`${FLAG}-opened`)) {
      window.setTimeout(() => this.isOpen || this.open(false), autoOpen * 1000);
    } else if (isFlagged()) {
      window.setTimeout(() => this.frame || this.load(), QUIET_START_MS); // there may be an answer to show on the button
    }
  }
}

function dress(shadow: ShadowRoot, nonce: string): void {
  try {
    const constructed = new CSSStyleSheet(); // not subject to the site's style-src
    constructed.replaceSync(sheet);
    shadow.adoptedStyleSheets = [constructed];
  } catch {
    const style = el("style", {}, sheet);
    if (nonce) style.nonce = nonce;
    shadow.append(style);
  }
}

function flag(active: boolean): void {
  try {
    if (active) localStorage.setItem(FLAG, "1");
    else localStorage.removeItem(FLAG);
  } catch {
    // storage is switched off: no badge on the next page, nothing else is lost
  }
}

function isFlagged(): boolean {
  try {
    return localStorage.getItem(FLAG) === "1";
  } catch {
    return false;
  }
}

function once(key: string): boolean {
  try {
    if (sessionStorage.getItem(key)) return false;
    sessionStorage.setItem(key, "1");
    return true;
  } catch {
    return false;
  }
}
