/** Keeps one line to the server while one is wanted: socket first, patience between attempts, never a storm. */

import { type Line, type Listener, RequestLine, socketLine } from "./lines";
import type { Draft, Page, Place, Refusal } from "./protocol";
import type { Store } from "./store";

export type State = "idle" | "connecting" | "live";

export interface Events {
  page(page: Page): void;
  ended(): void;
  taken(id: string): void;
  refused(id: string, why: Refusal, seconds: number): void;
  state(state: State): void;
}

const FIRST_PAUSE_MS = 600;
const LONGEST_PAUSE_MS = 30_000;
const FIRST_SESSION_MS = 8000;

export class Connection {
  private line: Line | undefined;
  private state: State = "idle";
  private failures = 0;
  private bySocket = true;
  private isWanted = false;
  private timer = 0;
  private sent = new Set<string>();
  private began: (() => void) | undefined;

  constructor(
    private readonly store: Store,
    private readonly place: () => Place,
    private readonly events: Events,
  ) {
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.lose());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  want(wanted: boolean): void {
    this.isWanted = wanted;
    if (wanted && !this.line && !this.timer) this.connect();
    if (!wanted) this.drop("idle");
  }

  /** Begin again with the token that the store now holds. */
  restart(): void {
    this.drop("connecting");
    if (this.isWanted) this.connect();
  }

  /** Send everything in the outbox that this line has not carried yet. */
  flush(): void {
    if (this.state !== "live") return;
    const waiting = this.store.outbox.filter((item) => !this.sent.has(item.id));
    if (waiting.length === 0) return;
    if (this.store.token) for (const item of waiting) this.carry(item);
    else void this.begin(waiting[0] as Draft);
  }

  /** Let an item be sent again. */
  retry(id: string, seconds: number): void {
    window.setTimeout(() => {
      this.sent.delete(id);
      this.flush();
    }, seconds * 1000);
  }

  private carry(item: Draft): void {
    this.sent.add(item.id);
    this.line?.say(item);
  }

  /** The first message opens the session. One tab at a time, or two tabs would hold two conversations. */
  private async begin(item: Draft): Promise<void> {
    if (this.began) return;
    const open = async (): Promise<void> => {
      if (this.store.token) return;
      await new Promise<void>((done) => {
        this.began = done;
        this.carry(item);
        window.setTimeout(done, FIRST_SESSION_MS);
      });
    };
    this.began = () => undefined;
    try {
      await (navigator.locks ? navigator.locks.request("hoidap", open) : open());
    } finally {
      this.began = undefined;
    }
    this.flush();
  }

  private connect(): void {
    this.drop("connecting");
    const place = this.store.token ? this.place() : { thread: "", after: 0 };
    const listener = this.listener();
    try {
      this.line = this.bySocket
        ? socketLine(this.store.token, place, listener)
        : new RequestLine(this.store.token, place, listener);
    } catch {
      listener.down(); // no sockets in this browser
    }
  }

  private listener(): Listener {
    let isCurrent = true;
    const current = <T extends unknown[]>(then: (...values: T) => void) => {
      return (...values: T): void => {
        if (isCurrent) then(...values);
      };
    };
    return {
      live: current(() => {
        this.failures = 0;
        this.show("live");
        this.flush();
      }),
      down: current(() => {
        isCurrent = false;
        this.line = undefined;
        this.began?.();
        this.later();
      }),
      page: current((page) => this.events.page(page)),
      session: current((token) => {
        this.store.token = token;
        this.began?.();
      }),
      ended: current(() => this.events.ended()),
      taken: current((id) => this.events.taken(id)),
      refused: current((id, why, seconds) => {
        this.began?.();
        this.events.refused(id, why, seconds);
      }),
    };
  }

  private later(): void {
    this.failures += 1;
    if (this.failures >= 2) this.bySocket = !this.bySocket; // a proxy may let only one of the two through
    this.show("connecting");
    if (!this.isWanted) return;
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.failures - 1));
    this.timer = window.setTimeout(() => this.connect(), longest * (0.5 + Math.random() / 2));
  }

  private hurry(): void {
    if (this.isWanted && this.timer) this.connect();
  }

  /** A socket notices only after a minute that the network is gone; the browser knows at once. */
  private lose(): void {
    if (!this.isWanted) return;
    this.drop("connecting");
    this.timer = window.setTimeout(() => this.connect(), LONGEST_PAUSE_MS);
  }

  private drop(state: State): void {
    window.clearTimeout(this.timer);
    this.timer = 0;
    this.line?.close();
    this.line = undefined;
    this.sent = new Set();
    this.show(state);
  }

  private show(state: State): void {
    this.state = state;
    this.events.state(state);
  }
}
