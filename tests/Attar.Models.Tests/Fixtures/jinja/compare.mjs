// Renders the templates of cases.json by npm's @huggingface/jinja, in the environment of chat templates, and tells where Jinja2 says otherwise.
// usage: npm install @huggingface/jinja, then NODE_PATH=.../node_modules node compare.mjs
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
const { Template } = createRequire(process.env.NODE_PATH + "/")("@huggingface/jinja");

const cases = JSON.parse(readFileSync(new URL("cases.json", import.meta.url)));
let alike = 0;
for (const { template, values, text } of cases) {
  let theirs;
  try { theirs = new Template(template).render(values); } catch (fault) { theirs = `refused: ${fault.message}`; }
  if (theirs === text) alike++;
  else console.log(JSON.stringify({ template: template.slice(0, 90), jinja2: text.slice(0, 90), npm: theirs.slice(0, 90) }));
}
console.log(`${alike} of ${cases.length} alike`);
