// Whether one key can starve another: what an honest key that asks for 40 % of the capacity gets scored alone, and beside a key that attacks.
// usage: node benchmarks/two_keys.mjs WORKSPACE [ROUNDS] [SECONDS] [PORT]
// Without a WORKSPACE there, makes one: 2,000 generated products and a 2x128 student of random weights. The server remembers no scores.
// In each of ROUNDS (3) the honest key asks at an even rate for SECONDS (4), alone and beside each attack. Its goodput: documents scored of answers within a second.
// Prints the ratios to its goodput alone in the same round; fails where an attack's median is below .8.
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { Server, ask, attar, build, median, readLines, sleep } from './server.mjs';

const [workspace, rounds = '3', seconds = '4', port = '8475'] = process.argv.slice(2);
if (!workspace) throw new Error('usage: node benchmarks/two_keys.mjs WORKSPACE [ROUNDS] [SECONDS] [PORT]');
const Documents = 20, Share = .4, Deadline = 1000, Hour = 3_600_000;
build();
if (!fs.existsSync(path.join(workspace, 'student', 'config.json'))) {
  attar('import', 'generated', workspace, '--shop-products', '2000', '--shop-queries', '200');
  attar('tokenizer', workspace);
  attar('bench', 'model', '--layers', '2', '--hidden', '128', '--heads', '2', '--ffn', '512', '--tokenizer', path.join(workspace, 'tokenizer'), '--out', path.join(workspace, 'student'));
}
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'attar-keys-')), lists = path.join(folder, 'lists.jsonl'), keys = path.join(folder, 'keys');
attar('bench', 'lists', workspace, '--texts', '--candidates', `${Documents}`, '--out', lists);
const bodies = readLines(lists).filter(line => JSON.parse(line).documents.length === Documents);
const long = JSON.stringify({ query: 'q', documents: Array.from({ length: 1000 / Documents }, (_, i) => JSON.parse(bodies[i % bodies.length]).documents).flat() });
const short = JSON.stringify({ query: 'q', documents: JSON.parse(bodies[0]).documents.slice(0, 1) });
fs.writeFileSync(keys, ['honest', 'attacker'].map(name => `${name} sha256:${crypto.createHash('sha256').update(name).digest('hex')}\n`).join(''));
async function rerank(key, body, deadline, agent) {
  const answer = await ask(+port, 'POST', '/v1/rerank', body, { agent, timeout: deadline + 30_000, headers: { authorization: `Bearer ${key}`, 'x-deadline-ms': `${deadline}` } });
  if (answer.status !== 200 && answer.status !== 429) throw new Error(`${answer.status}: ${answer.body}`);
  return answer;
}

/** A client that asks again once it has its answer, and soon where it was refused; in the end it vanishes. */
async function attack({ body, deadline }, agent, going) {
  while (going()) {
    const answer = await rerank('attacker', body, deadline, agent).catch(error => { if (going()) throw error; });
    if (answer?.status === 429) await sleep(100);
  }
}

const scored = answer => answer.status === 200 ? +answer.headers['x-scored'].split('/')[0] : 0;

/** Documents a second that one server scores, asked by four clients. */
async function capacity() {
  const begun = performance.now();
  let done = 0;
  await Promise.all(Array.from({ length: 4 }, async (_, client) => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    for (let i = client; performance.now() - begun < 1000 * seconds; i++) {
      const answer = await rerank('honest', bodies[i % bodies.length], Hour, agent);
      done += scored(answer);
    }
    agent.destroy();
  }));
  return done / ((performance.now() - begun) / 1000);
}

/** Documents a second scored of what the honest key asks for at an even rate, and the share of its requests that were refused. */
async function honest(rate) {
  const agent = new http.Agent({ keepAlive: true }), begun = performance.now(), asked = [];
  for (let i = 0; i < rate * seconds; i++) {
    await sleep(Math.max(0, begun + 1000 * i / rate - performance.now()));
    const sent = performance.now();
    asked.push(rerank('honest', bodies[i % bodies.length], Deadline, agent).then(answer => performance.now() - sent < 1.2 * Deadline ? answer : { ...answer, status: 'late' }));
  }
  const answers = await Promise.all(asked);
  agent.destroy();
  return { goodput: answers.reduce((sum, answer) => sum + scored(answer), 0) / seconds, refused: answers.filter(answer => answer.status === 429).length / answers.length };
}

const attacks = {
  'lists of 1,000 that may wait an hour, 40 connections': { body: long, deadline: Hour, connections: 40 },
  'lists of 1,000 within 300 ms, 40 connections': { body: long, deadline: 300, connections: 40 },
  'single documents that may wait an hour, 200 connections': { body: short, deadline: Hour, connections: 200 },
};
const server = await Server.attar(workspace, +port, '--keys', keys, '--score-cache', '0', '--log-level', 'error');
await capacity(); // compiles what is hot
const peak = await capacity(), rate = Share * peak / Documents, ratios = Object.fromEntries(Object.keys(attacks).map(name => [name, []]));
console.log(`capacity ${peak.toFixed(0)} documents a second; the honest key asks for ${(rate * Documents).toFixed(0)}, in lists of ${Documents}`);
for (let round = 1; round <= +rounds; round++) {
  const alone = await honest(rate);
  console.log(`round ${round}, alone: ${alone.goodput.toFixed(0)} documents a second, refused ${alone.refused.toFixed(3)}`);
  for (const [name, way] of Object.entries(attacks)) {
    let over = false;
    const agent = new http.Agent({ keepAlive: true, maxSockets: way.connections }), attackers = Array.from({ length: way.connections }, () => attack(way, agent, () => !over));
    await sleep(500);
    const beside = await honest(rate);
    over = true;
    agent.destroy();
    ratios[name].push(beside.goodput / alone.goodput);
    console.log(`round ${round}, ${name}: ${beside.goodput.toFixed(0)} documents a second, refused ${beside.refused.toFixed(3)}, ratio ${ratios[name].at(-1).toFixed(3)}`);
    await Promise.all(attackers);
    await sleep(500);
  }
}
await server.kill('SIGTERM');
const told = Object.fromEntries(Object.entries(ratios).map(([name, values]) => [name, { median: +median(values).toFixed(3), least: +Math.min(...values).toFixed(3) }]));
console.log(JSON.stringify({ capacity: +peak.toFixed(0), ...told }));
process.exitCode = Object.values(told).every(ratio => ratio.median >= .8) ? 0 : 1;
