/** What the server says, as it comes over every kind of line. */

export interface Choice {
  title: string;
  choice: string;
}

export interface Source {
  title: string;
  date: string;
  quote: string;
  url: string;
}

/**
 * One message. `id` 0: stored, and waiting for its answer. `client`: our own id of what we sent. `lead` introduces the
 * choices; `offers` are what the assistant may do, no content.
 */
export interface Message {
  id: number;
  author: "contact" | "bot" | "staff";
  text: string;
  lead: string;
  at: string;
  client: string;
  rating: number;
  outcome: string;
  choices: Choice[];
  offers: Choice[];
  links: { title: string; url: string }[];
  source: Source | null;
}

export interface Page {
  thread: string;
  fresh: boolean;
  mode: "bot" | "waiting" | "staff" | "closed";
  messages: Message[];
}

/** Something of ours on its way to the server. Sent as often as needed: the id makes it count once. */
export interface Draft {
  id: string;
  text: string;
  choice: string;
  at: number;
}

export type Refusal = "no_session" | "too_long" | "too_fast" | "unreadable" | "busy" | "origin";

export interface Place {
  thread: string;
  after: number;
}

export interface Beginning {
  topics: Choice[];
  limit: number;
}

/** Links are only ever of these kinds, whoever wrote them. */
export function isLink(url: string): boolean {
  return /^(?:https?:\/\/|tel:|mailto:|\/phieu\/[\w-])/i.test(url);
}

/** The page that holds the end of an eligibility guide (bot/slips.py). */
export function isSlip(url: string): boolean {
  return /\/phieu\/[\w-]+$/.test(url);
}

export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
