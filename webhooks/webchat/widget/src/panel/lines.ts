/** Two kinds of line to the server with one face: a socket, and requests with an event stream or polling behind them. */

import type { Draft, Page, Place, Refusal } from "./protocol";

export interface Listener {
  live(): void;
  down(): void;
  page(page: Page): void;
  session(token: string): void;
  ended(): void;
  taken(id: string): void;
  refused(id: string, why: Refusal, seconds: number): void;
}

export interface Line {
  say(item: Draft): void;
  close(): void;
}

const OPEN_MS = 6000;
const SILENCE_MS = 6000;
const POLL_MS = 2000;

export async function request(method: string, path: string, token: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  return fetch(`/chat/${path}`, {
    method,
    headers,
    credentials: "omit",
    cache: "no-store",
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

export function socketLine(token: string, place: Place, listener: Listener): Line {
  const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat/socket`);
  let closed = false;
  const end = (): void => {
    window.clearTimeout(timer);
    if (closed) return;
    closed = true;
    socket.close();
    listener.down();
  };
  const timer = window.setTimeout(end, OPEN_MS);
  socket.addEventListener("open", () => socket.send(JSON.stringify({ type: "hello", token, ...place })));
  socket.addEventListener("close", end);
  socket.addEventListener("error", end);
  socket.addEventListener("message", (event) => {
    if (closed) return;
    const frame = JSON.parse(String(event.data));
    if (frame.type === "hello") {
      window.clearTimeout(timer);
      listener.live();
    } else if (frame.type === "page") listener.page(frame as Page);
    else if (frame.type === "session") listener.session(frame.token);
    else if (frame.type === "ended") listener.ended();
    else if (frame.type === "taken") listener.taken(frame.id);
    else if (frame.type === "refused") listener.refused(frame.id, frame.error, frame.retry_after);
  });
  return {
    say: (item) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify({ type: "say", ...item })),
    close: () => {
      closed = true;
      window.clearTimeout(timer);
      socket.close();
    },
  };
}

/** For lines that let no socket through. */
export class RequestLine implements Line {
  private readonly abort = new AbortController();
  private readonly queue: Draft[] = [];
  private isBusy = false;
  private isClosed = false;

  constructor(
    private token: string,
    private place: Place,
    private readonly listener: Listener,
  ) {
    void this.run();
  }

  say(item: Draft): void {
    this.queue.push(item);
    void this.flush();
  }

  close(): void {
    this.isClosed = true;
    this.abort.abort();
  }

  private async run(): Promise<void> {
    if (this.token) await this.follow();
    else if ((await fetch("/livez", { cache: "no-store" }).catch(() => undefined))?.ok) this.listener.live();
    else this.fail();
  }

  private async follow(): Promise<void> {
    try {
      if (await this.stream()) this.fail();
      else await this.poll();
    } catch {
      this.fail();
    }
  }

  private fail(): void {
    if (this.isClosed) return;
    this.close();
    this.listener.down();
  }

  private take(page: Page): void {
    const newest = Math.max(0, ...page.messages.map((message) => message.id));
    this.place = { thread: page.thread, after: Math.max(newest, page.fresh ? 0 : this.place.after) };
    this.listener.page(page);
  }

  /** Read the event stream to its end; false: something on the way collects events instead of passing them on. */
  private async stream(): Promise<boolean> {
    const { thread, after } = this.place;
    const response = await Promise.race([
      fetch(`/chat/stream?thread=${thread}&after=${after}`, {
        headers: { Authorization: `Bearer ${this.token}` },
        credentials: "omit",
        cache: "no-store",
        signal: this.abort.signal,
      }),
      new Promise<undefined>((done) => window.setTimeout(done, SILENCE_MS)),
    ]);
    if (response === undefined) return false;
    if (response.status === 401) {
      this.listener.ended();
      return true;
    }
    if (!response.ok || !response.body) return !response.ok;
    return this.readEvents(response.body.getReader());
  }

  private async readEvents(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<boolean> {
    const decoder = new TextDecoder();
    let rest = "";
    let heard = false;
    const silence = window.setTimeout(() => heard || void reader.cancel().catch(() => undefined), SILENCE_MS);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        window.clearTimeout(silence);
        return heard;
      }
      const blocks = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        if (!heard) this.listener.live();
        heard = true;
        if (block.startsWith("event: ended")) this.listener.ended();
        else if (block.startsWith("data: ")) this.take(JSON.parse(block.slice(6)) as Page);
      }
    }
  }

  private async poll(): Promise<void> {
    let isLive = false;
    while (!this.isClosed) {
      const { thread, after } = this.place;
      const response = await request("GET", `messages?thread=${thread}&after=${after}`, this.token);
      if (this.isClosed) return;
      if (response.status === 401) return this.listener.ended();
      if (!response.ok) return this.fail();
      if (!isLive) this.listener.live();
      isLive = true;
      this.take((await response.json()) as Page);
      await new Promise((done) => window.setTimeout(done, POLL_MS));
    }
  }

  private async flush(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    try {
      for (let item = this.queue[0]; item && !this.isClosed; item = this.queue[0]) {
        if (this.token || (await this.begin(item))) await this.post(item);
        this.queue.shift();
      }
    } catch {
      this.fail();
    } finally {
      this.isBusy = false;
    }
  }

  private async begin(item: Draft): Promise<boolean> {
    const response = await request("POST", "session", "");
    if (!response.ok) {
      await this.refuse(item, response);
      return false;
    }
    this.token = (await response.json()).token;
    this.listener.session(this.token);
    void this.follow();
    return true;
  }

  private async post(item: Draft): Promise<void> {
    const response = await request("POST", "messages", this.token, item);
    if (response.ok) this.listener.taken(item.id);
    else await this.refuse(item, response);
  }

  private async refuse(item: Draft, response: Response): Promise<void> {
    const document = await response.json().catch(() => ({}));
    this.listener.refused(item.id, document.error ?? "busy", document.retry_after ?? 0);
  }
}
