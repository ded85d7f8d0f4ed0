// Replies appear by themselves, and acts do not reload the page. Without this file every form still works.
"use strict";
const transcript = document.getElementById("transcript");
let shown = "";

function toEnd() {
  transcript.scrollTop = transcript.scrollHeight;
}

async function refresh() {
  const answer = await fetch("/transcript");
  const html = await answer.text();
  if (!answer.ok || html === shown) return;
  const isAtEnd = transcript.scrollHeight - transcript.scrollTop - transcript.clientHeight < 80;
  const open = new Set([...transcript.querySelectorAll("details[open]")].map((menu) => menu.dataset.menu));
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const menu of parsed.querySelectorAll("details")) menu.open = open.has(menu.dataset.menu);
  transcript.replaceChildren(...parsed.body.children);
  if (isAtEnd || !shown) toEnd();
  shown = html;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.dataset.reload !== undefined) return;
  event.preventDefault();
  const content = new FormData(form, event.submitter);
  if (form.classList.contains("composer")) form.reset();
  await fetch(form.action, { method: "POST", body: new URLSearchParams(content), redirect: "manual" });
  await refresh();
  if (form.matches(".composer, .buttons form")) toEnd();
});

toEnd();
(async function watch() {
  for (;;) {
    try {
      if (!document.hidden) await refresh();
    } catch {
      // the simulator was stopped; it may come back
    }
    await new Promise((done) => setTimeout(done, 700));
  }
})();
