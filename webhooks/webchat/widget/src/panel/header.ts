/** Title, state of the line, the menu and the way out. */

import { CHAT_ICON, CLOSE_ICON, el, icon } from "../shared/dom";
import type { Texts } from "./texts";

const MENU_ICON =
  "M12 8a2 2 0 1 0 0-4 2 2 0 0 0 0 4zm0 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4zm0 6a2 2 0 1 0 0 4 2 2 0 0 0 0-4z";

export interface MenuActions {
  restart(): void;
  erase(): void;
  close(): void;
}

export class Header {
  readonly element: HTMLElement;
  private readonly subtitle: HTMLElement;
  private readonly menu: HTMLElement;
  private readonly opener: HTMLButtonElement;

  constructor(
    private readonly texts: Texts,
    title: string,
    isFramed: boolean,
    private readonly actions: MenuActions,
  ) {
    this.subtitle = el("p", { class: "subtitle" }, texts.subtitle);
    this.opener = button("icon", texts.menu, MENU_ICON);
    this.opener.setAttribute("aria-expanded", "false");
    this.opener.setAttribute("aria-controls", "menu");
    this.opener.addEventListener("click", () => this.show(this.menu.hidden));
    const close = button("icon", texts.close, CLOSE_ICON);
    close.addEventListener("click", () => actions.close());
    this.menu = this.items(isFramed);
    this.element = el(
      "header",
      {},
      el("span", { class: "mark", "aria-hidden": "true" }, icon(CHAT_ICON)),
      el("div", { class: "names" }, el("h1", {}, title || texts.title), this.subtitle),
      el("div", { class: "menu" }, this.opener, this.menu),
      ...(isFramed ? [close] : []),
    );
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.menu.hidden) return;
      event.stopPropagation();
      this.show(false);
      this.opener.focus();
    });
    document.addEventListener("click", (event) => {
      if (event.target instanceof Node && !this.element.contains(event.target)) this.show(false);
    });
  }

  set withStaff(value: boolean) {
    const said = value ? this.texts.staff : this.texts.subtitle;
    if (this.subtitle.textContent !== said) this.subtitle.textContent = said;
  }

  focusMenu(): void {
    this.opener.focus();
  }

  private show(shown: boolean): void {
    this.menu.hidden = !shown;
    this.opener.setAttribute("aria-expanded", String(shown));
    if (shown) this.menu.querySelector<HTMLElement>("button")?.focus();
  }

  private items(isFramed: boolean): HTMLElement {
    const act = (label: string, then: () => void): HTMLLIElement => {
      const item = el("button", { type: "button" }, label);
      item.addEventListener("click", () => {
        this.show(false);
        this.opener.focus();
        then();
      });
      return el("li", {}, item);
    };
    const wide = el("a", { href: "/chat/panel", target: "_blank", rel: "noopener" }, this.texts.expand);
    return el(
      "ul",
      { id: "menu", hidden: "" },
      act(this.texts.restart, () => this.actions.restart()),
      act(this.texts.erase, () => this.actions.erase()),
      ...(isFramed ? [el("li", {}, wide)] : []),
    );
  }
}

export function button(className: string, label: string, path: string): HTMLButtonElement {
  return el("button", { type: "button", class: className, "aria-label": label, title: label }, icon(path));
}
