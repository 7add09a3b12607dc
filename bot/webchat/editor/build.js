// Makes the file named by the first argument from entry.js and the packages beside it, and the list of their licences.

import { readFile, writeFile } from "node:fs/promises";
import { build } from "esbuild";

const OUT = process.argv[2];

const made = await build({
  entryPoints: ["entry.js"],
  bundle: true,
  format: "esm",
  minify: true,
  target: "es2020",
  legalComments: "none",
  metafile: true,
  write: false,
});
const inputs = Object.keys(made.metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path));
const names = [...new Set(inputs.filter(Boolean).map((found) => found[1]))].sort();
const packages = await Promise.all(
  names.map(async (name) => {
    const about = JSON.parse(await readFile(`node_modules/${name}/package.json`, "utf-8"));
    const licence = await readFile(`node_modules/${name}/LICENSE`, "utf-8");
    if (about.license !== "MIT") throw new Error(`${name} is under ${about.license}`);
    return { name, version: about.version, licence: licence.trim() };
  }),
);
const list = packages.map(({ name, version }) => `${name} ${version}`).join(", ");
const banner = `/* Made by "make editor" from ${list}. All under the MIT licence; see codemirror.LICENSES.txt. */\n`;
const licences = packages.map(({ name, version, licence }) => `${name} ${version}\n\n${licence}\n`);
await writeFile(OUT, banner + made.outputFiles[0].text);
await writeFile(OUT.replace(/\.js$/, ".LICENSES.txt"), licences.join(`\n${"-".repeat(78)}\n\n`));
