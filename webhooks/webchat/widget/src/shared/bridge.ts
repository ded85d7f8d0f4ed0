/** What the page and the frame say to each other. Both sides check origin and source of every message. */

export interface Appearance {
  title: string;
  color: string;
  greeting: string;
  locale: Locale;
}

export type Locale = "vi" | "en";

export type ToPanel =
  | { hoidap: "init"; appearance: Appearance; open: boolean }
  | { hoidap: "opened"; focus: boolean }
  | { hoidap: "closed" };

/** "hello" goes out before the frame knows whose page it is on: it says nothing but that it is there. */
export type ToPage =
  | { hoidap: "hello" }
  | { hoidap: "ready" }
  | { hoidap: "close" }
  | { hoidap: "unread"; count: number }
  | { hoidap: "session"; active: boolean };

/** Return the message if it is one of ours by its shape, else undefined. */
export function bridged<T extends ToPanel | ToPage>(data: unknown): T | undefined {
  return typeof data === "object" && data !== null && typeof (data as { hoidap?: unknown }).hoidap === "string"
    ? (data as T)
    : undefined;
}

/** Return `value` as text of at most `limit` characters, "" when it is none. */
export function text(value: unknown, limit: number): string {
  return typeof value === "string" ? value.trim().slice(0, limit) : "";
}

export function localeOf(value: unknown): Locale {
  return typeof value === "string" && value.toLowerCase().startsWith("en") ? "en" : "vi";
}
