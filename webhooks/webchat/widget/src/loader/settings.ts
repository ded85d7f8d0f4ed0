/** What the script tag says. Anything odd is left out, never guessed at. */

import { type Appearance, localeOf, text } from "../shared/bridge";
import { DEFAULT_COLOR, parseColor } from "../shared/color";

export type WayKind = "zalo" | "whatsapp" | "messenger" | "phone";

export interface Way {
  kind: WayKind;
  url: string;
  value: string;
}

export interface Settings {
  base: string;
  appearance: Appearance;
  isLeft: boolean;
  ways: Way[];
  /** Seconds after which the chat opens by itself, once per visit; 0: never. */
  autoOpen: number;
  nonce: string;
}

const digits = (value: string): string => value.replace(/[^\d+]/g, "").replace(/(?!^)\+/g, "");
const name = (value: string): string => (/^[\w.-]{1,80}$/.test(value) ? value : "");

/** How each way reaches us, from what the owner wrote: a number, a name, or the whole address. */
const ADDRESS: Record<WayKind, (value: string) => string> = {
  zalo: (value) => address(value, "zalo.me", name(value.replace(/^\+/, ""))),
  whatsapp: (value) => address(value, "wa.me", digits(value).replace(/^\+/, "").replace(/^0/, "84")),
  messenger: (value) => address(value, "m.me", name(value)),
  phone: (value) => (digits(value).length > 2 ? `tel:${digits(value)}` : ""),
};

function address(value: string, host: string, id: string): string {
  try {
    const url = new URL(value);
    return url.protocol === "https:" && url.hostname === host ? url.href : "";
  } catch {
    return id ? `https://${host}/${id}` : "";
  }
}

export function readSettings(script: HTMLScriptElement): Settings {
  const data = script.dataset;
  const ways: Way[] = [];
  for (const kind of ["zalo", "whatsapp", "messenger", "phone"] as const) {
    const value = text(data[kind], 200);
    const url = value && ADDRESS[kind](value);
    if (url) ways.push({ kind, url, value });
  }
  return {
    base: new URL(script.src).origin,
    appearance: {
      title: text(data.title, 60),
      color: parseColor(data.color ?? "") ? (data.color as string) : DEFAULT_COLOR,
      greeting: text(data.greeting, 400),
      locale: localeOf(data.locale),
    },
    isLeft: data.position === "left",
    ways,
    autoOpen: seconds(data.autoOpen),
    nonce: script.nonce ?? "",
  };
}

function seconds(value: string | undefined): number {
  if (value === "true") return 3;
  const number = Number(value);
  return number > 0 && number < 3600 ? number : 0;
}
