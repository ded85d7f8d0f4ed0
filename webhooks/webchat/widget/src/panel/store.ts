/** What the browser keeps: the token, what is not sent yet, the draft. Shared by all tabs; without storage, by none. */

import type { Draft, Place } from "./protocol";

const PREFIX = "hoidap.";
const STALE_MS = 24 * 3600 * 1000; // nobody wants yesterday's unsent question to go out by itself

type Key = "token" | "outbox" | "draft" | "read" | "rated";

/** The last thumb that any tab gave. */
export interface Rated {
  message: number;
  value: number;
}

export class Store {
  private readonly memory = new Map<string, string>();

  constructor(changed: (key: Key) => void) {
    window.addEventListener("storage", (event) => {
      if (event.key === null) for (const key of ["token", "outbox"] as const) changed(key);
      else if (event.key.startsWith(PREFIX)) changed(event.key.slice(PREFIX.length) as Key);
    });
  }

  get token(): string {
    return this.get("token");
  }

  set token(value: string) {
    this.set("token", value);
  }

  get draft(): string {
    return this.get("draft");
  }

  set draft(value: string) {
    this.set("draft", value);
  }

  get outbox(): Draft[] {
    const items = this.json<Draft[]>("outbox", []);
    return Array.isArray(items) ? items.filter((item) => Date.now() - item.at < STALE_MS) : [];
  }

  put(item: Draft): void {
    this.set("outbox", JSON.stringify([...this.outbox, item]));
  }

  drop(ids: ReadonlySet<string>): void {
    const before = this.outbox;
    const after = before.filter((item) => !ids.has(item.id));
    if (after.length < before.length) this.set("outbox", after.length ? JSON.stringify(after) : "");
  }

  /** How far the visitor has seen the conversation. */
  get read(): Place {
    return this.json<Place>("read", { thread: "", after: 0 });
  }

  set read(place: Place) {
    this.set("read", JSON.stringify(place));
  }

  get rated(): Rated {
    return this.json<Rated>("rated", { message: 0, value: 0 });
  }

  set rated(rated: Rated) {
    this.set("rated", JSON.stringify(rated));
  }

  forget(): void {
    for (const key of ["token", "outbox", "read", "rated"] as const) this.set(key, "");
  }

  private json<T>(key: Key, otherwise: T): T {
    try {
      return (JSON.parse(this.get(key) || "null") as T | null) ?? otherwise;
    } catch {
      return otherwise;
    }
  }

  private get(key: Key): string {
    try {
      return localStorage.getItem(PREFIX + key) ?? "";
    } catch {
      return this.memory.get(key) ?? "";
    }
  }

  private set(key: Key, value: string): void {
    try {
      if (value) localStorage.setItem(PREFIX + key, value);
      else localStorage.removeItem(PREFIX + key);
    } catch {
      this.memory.set(key, value);
    }
  }
}
