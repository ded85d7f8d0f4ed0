// Builds the console's style, script, fonts and icons into ../static, which ships as package data.
// `--check` builds in memory and only weighs the result.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const checking = process.argv.includes("--check");

// What a member of staff fetches once per release, in bytes after gzip, fonts apart.
const BUDGET = 160 * 1024;

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { console: "src/console.ts", style: "src/style.css" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  target: ["chrome90", "edge90", "firefox88", "safari15"],
  legalComments: "none",
  loader: { ".woff2": "file", ".woff": "empty" },
  assetNames: "[name]",
  write: false,
});

/** One file of symbols: `<use href="…/icons.svg#book">`. */
async function sprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const symbols = names.map(async (name) => {
    const svg = await readFile(join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
    const paths = svg.match(/<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*>/g) ?? [];
    return `<symbol id="${name}" viewBox="0 0 24 24">${paths.join("")}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("")}</svg>`;
}

const files = [
  ...result.outputFiles.map(({ path, contents }) => ({ name: basename(path), contents })),
  { name: "icons.svg", contents: Buffer.from(await sprite()) },
];
const weight = files
  .filter(({ name }) => !name.endsWith(".woff2"))
  .reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
console.log(`console ${weight} of ${BUDGET} bytes gzip`);
if (weight > BUDGET) {
  console.error("The console is over its budget.");
  process.exit(1);
}

if (!checking) {
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all(files.map(({ name, contents }) => writeFile(join(out, name), contents)));
}
