/** The one script a site includes. It draws the button; everything else lives in a frame of our own origin. */

import { readSettings } from "./settings";
import { Widget } from "./widget";

declare global {
  interface Window {
    hoidap?: { open(): void; close(): void };
  }
}

function start(): void {
  if (window.hoidap) return; // the tag stands on the page twice, or a single-page site ran it again
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || !script.src) return;
  try {
    const settings = readSettings(script);
    let widget: Widget | undefined;
    const use = (what: (widget: Widget) => void): void => {
      if (widget) what(widget);
    };
    window.hoidap = { open: () => use((it) => it.open(true)), close: () => use((it) => it.close()) };
    whenThereIsABody(() => {
      widget = new Widget(settings);
    });
  } catch (error) {
    console.warn("hoidap:", error); // a page must never break over its chat button
  }
}

function whenThereIsABody(then: () => void): void {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", then, { once: true });
  else then();
}

start();
