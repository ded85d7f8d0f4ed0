// Builds the widget into ../static, which ships as package data. `--check` builds in memory and only weighs the result.
import { mkdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static");
const checking = process.argv.includes("--check");

// What a visitor's telephone has to fetch, in bytes after gzip.
const LOADER_BUDGET = 8 * 1024;
const WIDGET_BUDGET = 40 * 1024;

/** CSS imported by a script arrives minified, as text: it becomes a constructed style sheet. */
const cssText = {
  name: "css-text",
  setup(build) {
    build.onLoad({ filter: /loader[\\/].*\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

const result = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { widget: "src/loader/main.ts", panel: "src/panel/main.ts", builder: "src/builder/main.ts" },
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  charset: "utf8",
  target: ["chrome80", "edge80", "firefox78", "safari14"],
  legalComments: "none",
  plugins: [cssText],
  write: false,
});

const css = await esbuild.build({
  absWorkingDir: here,
  entryPoints: { panel: "src/panel/panel.css" },
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  target: ["chrome80", "firefox78", "safari14"],
  write: false,
});

const files = [...result.outputFiles, ...css.outputFiles];
const weight = (name) => gzipSync(files.find((file) => file.path.endsWith(name)).contents, { level: 9 }).length;
const loader = weight("widget.js");
const whole = loader + weight("panel.js") + weight("panel.css");
console.log(`widget.js ${loader} of ${LOADER_BUDGET} bytes gzip; whole widget ${whole} of ${WIDGET_BUDGET}`);
if (loader > LOADER_BUDGET || whole > WIDGET_BUDGET) {
  console.error("The widget is over its budget.");
  process.exit(1);
}

if (!checking) {
  const { writeFile } = await import("node:fs/promises");
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  await Promise.all(files.map((file) => writeFile(file.path, file.contents)));
}
