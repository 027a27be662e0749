// How soon a server that was killed answers again: kill -9, start, until /health/ready is 200 and until the first list of 100 is ranked.
// usage: node benchmarks/restart.mjs WORKSPACE [ROUNDS] [PORT]
// Without a WORKSPACE there, makes one: 50,000 generated products and a 4x256 student of random weights. Fails at two seconds or more.
import fs from 'node:fs';
import path from 'node:path';
import { Server, ask, attar, build, median, readLines } from './server.mjs';

const [workspace, rounds = '5', port = '8471'] = process.argv.slice(2);
if (!workspace) throw new Error('usage: node benchmarks/restart.mjs WORKSPACE [ROUNDS] [PORT]');
const lists = path.join(workspace, 'restart-lists.jsonl');
build();
if (!fs.existsSync(path.join(workspace, 'student', 'config.json'))) {
  attar('import', 'generated', workspace, '--shop-products', '50000', '--shop-queries', '200');
  attar('tokenizer', workspace);
  attar('bench', 'model', '--layers', '4', '--hidden', '256', '--heads', '4', '--ffn', '1024', '--tokenizer', path.join(workspace, 'tokenizer'), '--out', path.join(workspace, 'student'));
}
if (!fs.existsSync(lists)) attar('bench', 'lists', workspace, '--texts', '--out', lists);
const request = readLines(lists)[0], ready = [], first = [];
let server = await Server.attar(workspace, +port);
for (let round = 1; round <= +rounds; round++) {
  await ask(+port, 'POST', '/v1/rerank', request);
  await server.kill('SIGKILL');
  server = await Server.attar(workspace, +port);
  ready.push(server.readyMs);
  const answer = await ask(+port, 'POST', '/v1/rerank', request);
  if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body}`);
  first.push(performance.now() - server.begun);
  console.log(`round ${round}: ready after ${ready.at(-1).toFixed(0)} ms, first list ranked after ${first.at(-1).toFixed(0)} ms`);
}
await server.kill('SIGTERM');
const products = readLines(path.join(workspace, 'data', 'products.jsonl')).length;
console.log(JSON.stringify({ products, rounds: +rounds, ready_ms: { median: +median(ready).toFixed(0), max: +Math.max(...ready).toFixed(0) }, first_ms: { median: +median(first).toFixed(0), max: +Math.max(...first).toFixed(0) } }));
process.exitCode = Math.max(...ready) < 2000 ? 0 : 1;
