// A server through bad company: callers that ask properly and check every answer, callers that vanish, read slowly, stall or send garbage,
// while its model is replaced again and again; in the middle SIGTERM and a new start. Fails on a wrong or lost answer, a 5xx, or memory that grows.
// usage: node benchmarks/soak.mjs WORKSPACE [--seconds 600] [--swap 20] [--clients 4] [--drift 5] [--port 8473]
//   WORKSPACE  with data/ and a student that 'attar bench model' wrote; its weights are replaced, and put back in the end
import fs from 'node:fs';
import net from 'node:net';
import http from 'node:http';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Server, ask, attar, build, median, readLines, sleep } from './server.mjs';

const { values: options, positionals: [workspace] } = parseArgs({
  allowPositionals: true,
  options: { seconds: { type: 'string', default: '600' }, swap: { type: 'string', default: '20' }, clients: { type: 'string', default: '4' }, drift: { type: 'string', default: '5' }, port: { type: 'string', default: '8473' } },
});
if (!workspace) throw new Error('usage: node benchmarks/soak.mjs WORKSPACE [OPTIONS]');
const port = +options.port, seconds = +options.seconds, tolerance = 1e-5, requests = 50;
const student = path.join(workspace, 'student'), weights = weightsOf(student);
/** Models with marks keep their weights apart. */
function weightsOf(folder) {
  return [path.join(folder, 'attar', 'model.safetensors'), path.join(folder, 'model.safetensors')].find(file => fs.existsSync(file));
}
const config = JSON.parse(fs.readFileSync(path.join(student, 'config.json')));

build();
const lists = path.join(workspace, 'soak-texts.jsonl'), other = path.join(workspace, 'soak-model'), kept = path.join(workspace, 'soak-weights');
attar('bench', 'lists', workspace, '--texts', '--out', lists);
attar('bench', 'model', '--seed', '2', '--layers', `${config.num_hidden_layers}`, '--hidden', `${config.hidden_size}`, '--heads', `${config.num_attention_heads}`, '--ffn', `${config.intermediate_size}`, '--tokenizer', student, '--out', other);
if (fs.statSync(weights).size !== fs.statSync(weightsOf(other)).size) throw new Error(`${student} is not of the shape that 'attar bench model' writes; make it so`);
fs.copyFileSync(weights, kept);
const models = [kept, weightsOf(other)], bodies = readLines(lists).slice(0, requests);

/** Takes a model's weights in one step, as a deployment should. */
function put(model) {
  fs.copyFileSync(models[model], `${weights}.tmp`);
  fs.renameSync(`${weights}.tmp`, weights);
}

const start = () => Server.attar(workspace, port, '--score-cache', '2000', '--drain-ms', '1000', '--log-level', 'error');
const scores = body => new Map(JSON.parse(body).results.map(result => [result.index, result]));
const expected = [];
for (const model of [1, 0]) {
  put(model);
  const quiet = await start();
  expected[model] = [];
  for (const body of bodies) expected[model].push(scores((await ask(port, 'POST', '/v1/rerank', body)).body));
  await quiet.kill('SIGTERM');
}
if (bodies.every((_, i) => [...expected[0][i]].every(([index, result]) => Math.abs(result.relevance_score - expected[1][i].get(index).relevance_score) < tolerance))) throw new Error('both models give the same scores; a swap would not show');

const count = { right: 0, partly: 0, told_to_come_back: 0, turned_away: 0, wrong: 0, lost: 0, vanished: 0, slow: 0, stalled: 0, garbage: 0, garbage_5xx: 0, garbage_unanswered: 0, swaps: 0, by_model: [0, 0] };
const said = new Set();
const complain = (kind, what) => { count[kind]++; if (said.size < 20 && !said.has(what)) { said.add(what); console.error(`${kind}: ${what}`); } };
const random = most => Math.floor(Math.random() * most), pick = list => list[random(list.length)];
let server = await start(), over = false, terminated = 0, away = false;
const until = performance.now() + seconds * 1000;
const going = () => !over && performance.now() < until;

/** An answer is right where every score is one model's, and the order is theirs; what was not scored is marked. */
function judge(list, answer) {
  const results = JSON.parse(answer.body).results, documents = expected[0][list].size;
  if (results.length !== documents || new Set(results.map(result => result.index)).size !== documents) return 'not every document is there';
  for (let i = 1; i < results.length; i++) if (results[i].relevance_score > results[i - 1].relevance_score) return 'out of order';
  const scored = results.filter(result => result.scored !== false);
  const model = expected.findIndex(own => scored.every(result => Math.abs(result.relevance_score - own[list].get(result.index).relevance_score) < tolerance));
  if (model < 0) return 'scores of neither model';
  count.by_model[model]++;
  return scored.length < documents ? 'partly' : 'right';
}

async function proper() {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  while (going()) {
    if (away) { await sleep(50); continue; }
    const list = random(bodies.length), began = performance.now();
    try {
      const answer = await ask(port, 'POST', '/v1/rerank', bodies[list], { agent });
      if (answer.status === 429) {
        if (!answer.headers['retry-after']) complain('wrong', '429 without Retry-After');
        count.told_to_come_back++;
        await sleep(100);
      } else if (answer.status !== 200) complain('wrong', `status ${answer.status}: ${answer.body.slice(0, 200)}`);
      else {
        const verdict = judge(list, answer);
        if (verdict in count) count[verdict]++;
        else complain('wrong', verdict);
      }
    } catch (error) {
      // After SIGTERM new connections may be refused: the next server has them. What was asked before must be answered.
      if (terminated && began >= terminated) { count.turned_away++; await sleep(50); } else complain('lost', `${error.code ?? error.message} after ${(performance.now() - began).toFixed(0)} ms`);
    }
  }
  agent.destroy();
}

const head = (path, length) => `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
const socket = () => net.connect(port, '127.0.0.1').on('error', () => { });

async function vanishing() {
  for (; going(); await sleep(20)) {
    const one = socket(), body = pick(bodies);
    one.write(head('/v1/rerank', Buffer.byteLength(body)) + body);
    await sleep(random(30));
    one.destroy();
    count.vanished++;
  }
}

async function slow() {
  const long = JSON.stringify({ query: 'q', return_documents: true, documents: Array.from({ length: 500 }, (_, i) => `${i} ${'x'.repeat(2000)}`) });
  for (; going(); await sleep(200)) {
    const one = socket();
    one.pause();
    one.write(head('/v1/rerank', long.length) + long);
    for (let i = 0; i < 20 && going(); i++) { await sleep(100); one.read(16); }
    one.destroy();
    count.slow++;
  }
}

async function stalled() {
  for (; going(); await sleep(100)) {
    const one = socket();
    one.write(head('/v2/rerank', 1000) + '{"query":"q","docu');
    await sleep(500 + random(1000));
    one.destroy();
    count.stalled++;
  }
}

async function garbage() {
  const paths = ['/rerank', '/v1/rerank', '/v2/rerank', '/score', '/classify', '/predict', '/tokenize', '/search', '/nowhere'];
  for (; going(); await sleep(10)) {
    if (away) continue;
    let body = Buffer.from(Math.random() < .5 ? pick(bodies) : Array.from({ length: random(300) }, () => String.fromCharCode(random(256))).join(''), 'latin1');
    for (let i = random(4); i >= 0 && body.length; i--) body[random(body.length)] = random(256);
    if (Math.random() < .3) body = body.subarray(0, random(body.length));
    const began = performance.now();
    try {
      const answer = await ask(port, 'POST', pick(paths), body, { timeout: 15_000 });
      count.garbage++;
      if (answer.status >= 500) complain('garbage_5xx', `${answer.status}: ${answer.body.slice(0, 200)}`);
    } catch (error) {
      if (!terminated || began < terminated) complain('garbage_unanswered', error.code ?? error.message);
    }
  }
}

async function swapping() {
  for (let model = 1; going(); model = 1 - model) {
    await sleep(Math.min(+options.swap * 1000, Math.max(0, until - performance.now())));
    if (!going() || away) continue;
    put(model);
    server.process.kill('SIGHUP');
    count.swaps++;
  }
}

const lives = [[]];
async function watching() {
  for (; going(); await sleep(Math.min(1000, seconds * 10))) if (!away) lives.at(-1).push(server.rss());
}

async function stopping() {
  await sleep(seconds * 500);
  terminated = performance.now();
  const ended = server.kill('SIGTERM');
  await sleep(900); // still answers while it drains
  away = true;
  const { code } = await ended;
  if (code !== 0) complain('wrong', `the server ended with ${code}`);
  server = await start();
  lives.push([]);
  [away, terminated] = [false, 0];
}

try {
  await Promise.all([...Array.from({ length: +options.clients }, proper), vanishing(), slow(), stalled(), garbage(), swapping(), watching(), stopping()]);
} finally {
  over = true;
  if (!server.gone) await server.kill('SIGTERM');
  put(0);
  for (const made of [lists, other, kept]) fs.rmSync(made, { recursive: true });
}
// Of each life the middle third against the last: the first warms up.
const drift = lives.map(samples => {
  const third = Math.floor(samples.length / 3);
  return third === 0 ? 0 : 100 * (median(samples.slice(-third)) / median(samples.slice(third, 2 * third)) - 1);
});
console.log(JSON.stringify({ seconds, ...count, rss_mib: lives.map(samples => [samples[0], median(samples), Math.max(...samples)].map(value => +value.toFixed(1))), rss_drift_percent: drift.map(value => +value.toFixed(2)) }));
process.exitCode = count.wrong + count.lost + count.garbage_5xx + count.garbage_unanswered === 0 && Math.min(...count.by_model) > 0 && Math.max(...drift) < +options.drift ? 0 : 1;
