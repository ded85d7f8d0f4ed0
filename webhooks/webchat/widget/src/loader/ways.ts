/** The speed dial: the chat and the other ways to reach the office. */

import { CHAT_ICON, el, icon, PHONE_ICON } from "../shared/dom";
import type { Settings, Way, WayKind } from "./settings";
import type { loaderTexts } from "./texts";

const MARKS: Record<WayKind, string> = { zalo: "Zalo", whatsapp: "WA", messenger: "M", phone: "" };

export function speedDial(settings: Settings, texts: ReturnType<typeof loaderTexts>, chat: () => void): HTMLElement {
  const ask = el("button", { type: "button", class: "way chat" }, texts.chat, el("span", {}, icon(CHAT_ICON)));
  ask.addEventListener("click", chat);
  return el(
    "ul",
    { class: "dial", id: "dial", "aria-label": texts.ways, hidden: "" },
    el("li", {}, ask),
    ...settings.ways.map((way) => el("li", {}, link(way, texts))),
  );
}

function link(way: Way, texts: ReturnType<typeof loaderTexts>): HTMLElement {
  const mark = el("span", { "aria-hidden": "true" }, way.kind === "phone" ? icon(PHONE_ICON) : MARKS[way.kind]);
  if (way.kind === "phone") return el("a", { class: "way phone", href: way.url }, texts.phone(way.value), mark);
  const note = el("b", { class: "hidden" }, ` (${texts.newTab})`);
  return el(
    "a",
    { class: `way ${way.kind}`, href: way.url, target: "_blank", rel: "noopener noreferrer" },
    texts[way.kind],
    note,
    mark,
  );
}
