/** What to say when a part of a page could not be fetched or sent: the page itself stays, with all that was typed. */

function show(root: Document, id: string): void {
  const place = root.querySelector(".banners");
  const said = root.querySelector<HTMLTemplateElement>(`#${id}`);
  if (!place || !said || place.querySelector(`[data-said="${id}"]`)) {
    return;
  }
  const box = root.createElement("div");
  box.dataset.said = id;
  box.append(said.content.cloneNode(true));
  place.append(box);
  box.scrollIntoView({ block: "nearest" });
}

/** Where a form says that it keeps what is typed, it says that it no longer does. */
function unkept(root: Document, id: string): void {
  const said = root.querySelector<HTMLTemplateElement>(`#${id}`);
  if (said) {
    root.querySelector("#kept")?.replaceChildren(said.content.cloneNode(true));
  }
}

/** Give the forms of this page the token that a page of ours has now; return that page, null without a session. */
async function renew(root: Document, address: string): Promise<Document | null> {
  const answer = await fetch(address);
  if (!answer.ok || answer.redirected) {
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector<HTMLInputElement>("input[name=form_token]")?.value;
  if (!token) {
    return null;
  }
  for (const field of root.querySelectorAll<HTMLInputElement>("input[name=form_token]")) {
    field.value = token;
  }
  return page;
}

/**
 * Whoever has signed in again in another window goes on here: the forms of this page get the new session's token, and
 * what was typed meanwhile is kept.
 */
async function goOn(root: Document): Promise<void> {
  const box = root.querySelector('[data-said="said-expired"]');
  if (box && (await renew(root, location.href))) {
    box.remove();
    root
      .querySelector("#kept")
      ?.closest("form")
      ?.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

/** The page that a form got instead of being taken: once somebody has signed in, it says who and can be sent. */
async function sendAgain(root: Document): Promise<void> {
  const form = root.querySelector<HTMLFormElement>("form[data-renew]");
  const page = form && (await renew(root, form.dataset.renew ?? ""));
  const said = form?.querySelector<HTMLElement>("[data-renewed]");
  if (page && said) {
    said.querySelector("strong")?.replaceChildren(page.querySelector("[data-me]")?.textContent ?? "");
    said.hidden = false;
  }
}

function isKeeper(sender: EventTarget | null): boolean {
  return sender instanceof Element && sender.id === "kept";
}

export function sayFailures(root: Document): void {
  root.addEventListener("htmx:responseError", (event) => {
    const { xhr } = (event as CustomEvent<{ xhr: XMLHttpRequest }>).detail;
    // a form that was filled in wrongly comes back with 422, one that cannot be taken as it is with 409,
    // and is shown by whoever sent it
    if (xhr.status === 409 || xhr.status === 422) {
      return;
    }
    const isOut = xhr.status === 401 || xhr.status === 403;
    const id = isOut ? "said-expired" : "said-failed";
    show(root, id);
    // without a session nothing is kept, whatever was asked for
    if (isOut || isKeeper(event.target)) {
      unkept(root, id);
    }
  });
  root.addEventListener("htmx:beforeSwap", (event) => {
    const { detail } = event as CustomEvent<{ xhr: XMLHttpRequest; shouldSwap: boolean }>;
    detail.shouldSwap ||= detail.xhr.status === 409;
  });
  addEventListener("focus", () => {
    goOn(root);
    sendAgain(root);
  });
  root.addEventListener("htmx:sendError", (event) => {
    show(root, "said-failed");
    if (isKeeper(event.target)) {
      unkept(root, "said-failed");
    }
  });
  root.addEventListener("htmx:afterRequest", (event) => {
    if ((event as CustomEvent<{ successful: boolean }>).detail.successful) {
      for (const box of root.querySelectorAll("[data-said]")) {
        box.remove();
      }
    }
  });
}
