// What a browser waits for a search over 50,000 products with a rerank of 100 while experiments run, on an idle machine.
// usage: node benchmarks/experiment_latency.mjs WORKSPACE [SEARCHES] [PORT]
// Without a WORKSPACE there, makes one: a generated shop, and students of 2x128, 3x384 and 6x384 of random weights; the last two serve in 8 bits.
// SEARCHES (300) of each way to answer, in turn, each another query of another client, and every other one followed by a click. The server remembers no scores.
// Fails where the experiments of 2x128 and 3x384 have a 95th percentile of 100 ms or more; 6x384 is stated.
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { Server, ask, at, attar, build, readLines } from './server.mjs';

const [workspace, searches = '300', port = '8473'] = process.argv.slice(2);
if (!workspace) throw new Error('usage: node benchmarks/experiment_latency.mjs WORKSPACE [SEARCHES] [PORT]');
build();
const shapes = { student: [2, 128, 2], 'student-3x384': [3, 384, 12], 'student-6x384': [6, 384, 12] };
if (!fs.existsSync(path.join(workspace, 'student', 'config.json'))) {
  attar('import', 'generated', workspace, '--shop-products', '50000', '--shop-queries', '4000');
  attar('tokenizer', workspace);
  for (const [name, [layers, hidden, heads]] of Object.entries(shapes))
    attar('bench', 'model', '--overlap', '--layers', `${layers}`, '--hidden', `${hidden}`, '--heads', `${heads}`, '--ffn', `${4 * hidden}`, '--tokenizer', path.join(workspace, 'tokenizer'), '--out', path.join(workspace, name));
}
const arms = other => [{ name: '2x128', ranker: 'student' }, { name: 'other', ranker: `student-${other}@int8` }];
const ways = [
  { name: '2x128, no experiment', more: '&systems=student' },
  ...['3x384', '6x384'].flatMap(other => ['ab', 'interleave'].map(kind => ({ name: `2x128 and ${other} in 8 bits, ${kind}`, kind, other, experiment: `${kind}-${other}`, bar: other === '3x384' ? 100 : Infinity }))),
];
const file = path.join(workspace, 'latency.json');
for (const end of ['', '-shm', '-wal']) fs.rmSync(path.join(workspace, `latency.db${end}`), { force: true });
fs.writeFileSync(file, JSON.stringify({ salt: '0123456789abcdef', store: 'latency.db', experiments: ways.filter(way => way.kind).map(way => ({ name: way.experiment, kind: way.kind, arms: arms(way.other), traffic: 1 })) }));
const server = await Server.attar(workspace, +port, '--models', 'student-3x384@int8,student-6x384@int8', '--experiments', file, '--score-cache', '0');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 }), queries = readLines(path.join(workspace, 'data', 'queries.jsonl')).map(line => JSON.parse(line).text);
const took = ways.map(() => []), byArm = {};
for (let round = -20; round < +searches; round++) // the first twenty of each warm up
  for (const [i, way] of ways.entries()) {
    const number = (round + 20) * ways.length + i, client = `c${number}`, begun = performance.now();
    const more = way.experiment ? `&experiment=${way.experiment}&client=${client}` : way.more;
    const answer = await ask(+port, 'GET', `/search?q=${encodeURIComponent(queries[number % queries.length])}&size=10&candidates=100${more}`, undefined, { agent });
    const ms = performance.now() - begun, body = JSON.parse(answer.body);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${answer.body}`);
    if (round >= 0) {
      took[i].push(ms);
      if (way.kind === 'ab') (byArm[`${way.name}, ${body.experiment.arm === 'other' ? way.other : '2x128'}`] ??= []).push(ms);
    }
    const shown = body.systems.at(-1).results[0];
    if (!way.experiment || !shown || number % 2) continue;
    const event = { action_name: 'click', query_id: body.experiment.query_id, client_id: client, timestamp: new Date().toISOString(), event_attributes: { object: { object_id: shown.id }, position: { ordinal: 1 } } };
    if ((await ask(+port, 'POST', '/ubi/events', JSON.stringify(event), { agent })).status >= 300) throw new Error('an event was refused');
  }
await server.kill('SIGTERM');
const told = Object.fromEntries([...ways.map((way, i) => [way.name, took[i]]), ...Object.entries(byArm)].map(([name, ms]) => [name, { searches: ms.length, p50_ms: +at(ms, .5).toFixed(1), p95_ms: +at(ms, .95).toFixed(1) }]));
for (const [name, figures] of Object.entries(told)) console.log(`${name}: ${figures.searches} searches, p50 ${figures.p50_ms} ms, p95 ${figures.p95_ms} ms`);
console.log(JSON.stringify(told));
process.exitCode = ways.every(way => told[way.name].p95_ms < (way.bar ?? 100)) ? 0 : 1;
