/** The page that builds the script tag: every change shows at once in the tag and on the sample page beside it. */

const FIELDS = [
  "title",
  "color",
  "position",
  "greeting",
  "zalo",
  "whatsapp",
  "messenger",
  "phone",
  "auto-open",
  "locale",
];
const PAUSE_MS = 400;

function main(): void {
  const form = document.querySelector<HTMLFormElement>("#build");
  const tag = document.querySelector<HTMLTextAreaElement>("#tag");
  const sample = document.querySelector<HTMLIFrameElement>("#sample");
  const copy = document.querySelector<HTMLButtonElement>("#copy");
  const said = document.querySelector<HTMLElement>("#said");
  if (!form || !tag || !sample || !copy || !said) return;
  let timer = 0;
  const values = (): [string, string][] => {
    const data = new FormData(form);
    return FIELDS.map((name): [string, string] => [name, String(data.get(name) ?? "").trim()]).filter(
      ([name, value]) => value && !isDefault(form, name, value),
    );
  };
  const show = (): void => {
    const attributes = values().map(([name, value]) => ` data-${name}="${escaped(value)}"`);
    tag.value = `<script async src="${tag.dataset.src}"${attributes.join("")}></script>`;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      sample.src = `/widget/sample?${new URLSearchParams(values())}`;
    }, PAUSE_MS);
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    tag.select();
    await navigator.clipboard?.writeText(tag.value).catch(() => document.execCommand("copy"));
    said.textContent = copy.dataset.done ?? "";
  });
  for (const button of form.querySelectorAll<HTMLElement>("[data-build]")) button.hidden = true;
}

function isDefault(form: HTMLFormElement, name: string, value: string): boolean {
  return (
    form.elements.namedItem(name) instanceof HTMLElement &&
    (form.elements.namedItem(name) as HTMLElement).dataset.default === value
  );
}

function escaped(value: string): string {
  return value.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;");
}

main();
