// Builds ../assets/map.js and ../assets/LICENSES.txt. Run: npm ci && npm run build
// One file, no network, no eval: it is pasted into each map and named by digest in the page's security policy.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";

const assets = new URL("../assets/", import.meta.url).pathname;

const result = await build({
  entryPoints: [new URL("src/main.js", import.meta.url).pathname],
  outfile: assets + "map.js",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022"],
  charset: "ascii",
  legalComments: "none",
  metafile: true,
  define: { "process.env.NODE_ENV": '"production"' },
});

const script = readFileSync(assets + "map.js", "utf8");
if (/<\/script|<!--/i.test(script)) throw new Error("map.js could end its own script block");

const packages = [...new Set(Object.keys(result.metafile.inputs).map(packageOf).filter(Boolean))].sort();
const licences = packages.map((name) => {
  const folder = new URL(`node_modules/${name}/`, import.meta.url);
  const { version, license, homepage = "" } = JSON.parse(readFileSync(new URL("package.json", folder), "utf8"));
  return `${name} ${version} (${license}) ${homepage}\n\n${licenceText(folder).trim()}\n`;
});
const head = "map.js holds, beside graphkit's own code (Apache-2.0), these packages:\n\n";
writeFileSync(assets + "LICENSES.txt", head + licences.join("\n" + "-".repeat(78) + "\n\n"));
console.log(`${(script.length / 1024).toFixed(0)} kB: ${packages.join(", ")}`);

function packageOf(path) {
  return path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
}

function licenceText(folder) {
  for (const name of ["LICENSE", "LICENSE.txt", "LICENSE.md"]) {
    try {
      return readFileSync(new URL(name, folder), "utf8");
    } catch {
      continue;
    }
  }
  throw new Error(`no licence text in ${folder.pathname}`);
}
