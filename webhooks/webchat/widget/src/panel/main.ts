/** Start the panel: on its own as a page, or in the frame of a site that is on the list. */

import { type Appearance, bridged, localeOf, type ToPage, type ToPanel, text } from "../shared/bridge";
import { DEFAULT_COLOR } from "../shared/color";
import { Chat } from "./chat";
import type { Beginning } from "./protocol";
import { paint } from "./theme";

const START_ALONE: Appearance = { title: "", color: DEFAULT_COLOR, greeting: "", locale: "vi" };

function main(): void {
  const root = document.getElementById("panel");
  const data = document.getElementById("beginning");
  if (!root || !data) return;
  const beginning = JSON.parse(data.textContent || "{}") as Beginning;
  if (window.parent === window) {
    const locale = localeOf(new URLSearchParams(location.search).get("locale"));
    new Chat(root, beginning, { ...START_ALONE, locale }, undefined).opened(true);
    return;
  }
  const allowed = new Set([location.origin, ...(root.dataset.origins ?? "").split(" ").filter(Boolean)]);
  waitForPage(root, beginning, allowed);
}

function waitForPage(root: HTMLElement, beginning: Beginning, allowed: ReadonlySet<string>): void {
  let chat: Chat | undefined;
  let page = "";
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !allowed.has(event.origin)) return;
    const message = bridged<ToPanel>(event.data);
    if (message?.hoidap === "init" && !chat) {
      page = event.origin;
      const tell = (said: ToPage): void => window.parent.postMessage(said, page);
      chat = new Chat(root, beginning, cleaned(message.appearance), tell);
      tell({ hoidap: "ready" });
      if (message.open) chat.opened(false);
    } else if (event.origin !== page) {
      return;
    } else if (message?.hoidap === "opened") {
      chat?.opened(message.focus === true);
    } else if (message?.hoidap === "closed") {
      chat?.closed();
    }
  });
  // The page's origin is not known yet; this says nothing that anybody may not hear.
  window.parent.postMessage({ hoidap: "hello" } satisfies ToPage, "*");
}

function cleaned(given: Partial<Appearance> | undefined): Appearance {
  return {
    title: text(given?.title, 60),
    color: text(given?.color, 7) || DEFAULT_COLOR,
    greeting: text(given?.greeting, 400),
    locale: localeOf(given?.locale),
  };
}

paint(DEFAULT_COLOR);
main();
