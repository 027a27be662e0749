// Whether one build serves as fast as another: /search and /v1/rerank of both in turn, on an idle machine.
// usage: node benchmarks/versions.mjs OLD NEW WORKSPACE [ROUNDS] [SECONDS] [PORT]
//   OLD, NEW   folders of published builds, with Attar.Cli.dll
//   WORKSPACE  with data/ and a student that both read
// One caller asks again once it has its answer; the servers remember no scores. In each round each build is asked for SECONDS (4) at each interface,
// the older first in every other one. Prints the ratios new / old of requests a second, their median over ROUNDS (7), and from the least to the greatest,
// which holds the true median in 98 % of such series of seven.
import http from 'node:http';
import os from 'node:os';
import fs from 'node:fs';
import path from 'node:path';
import { Server, ask, attar, build, median, readLines } from './server.mjs';

const [old, young, workspace, rounds = '7', seconds = '4', port = '8474'] = process.argv.slice(2);
if (!workspace) throw new Error('usage: node benchmarks/versions.mjs OLD NEW WORKSPACE [ROUNDS] [SECONDS] [PORT]');
build();
const lists = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'attar-versions-')), 'lists.jsonl');
attar('bench', 'lists', workspace, '--texts', '--out', lists);
const requests = readLines(lists), queries = requests.map(line => JSON.parse(line).query);
const builds = [];
for (const [i, [name, folder]] of Object.entries({ old, new: young }).entries())
  builds.push({ name, port: +port + i, agent: new http.Agent({ keepAlive: true, maxSockets: 1 }), next: 0, server: await Server.of(path.join(folder, 'Attar.Cli.dll'), workspace, +port + i, '--score-cache', '0') });
const interfaces = {
  '/search': (build, i) => ask(build.port, 'GET', `/search?q=${encodeURIComponent(queries[i % queries.length])}&size=10&candidates=100`, undefined, build),
  '/v1/rerank': (build, i) => ask(build.port, 'POST', '/v1/rerank', requests[i % requests.length], build),
};

/** Requests a second. */
async function rate(build, send, forMs) {
  const begun = performance.now();
  let done = 0;
  for (; performance.now() - begun < forMs; done++) {
    const answer = await send(build, done);
    if (answer.status !== 200) throw new Error(`${build.name}: ${answer.status}: ${answer.body}`);
  }
  return done / ((performance.now() - begun) / 1000);
}

for (const build of builds) for (const send of Object.values(interfaces)) await rate(build, send, 3000); // compiles what is hot
const ratios = Object.fromEntries(Object.keys(interfaces).map(name => [name, []]));
for (let round = 0; round < +rounds; round++)
  for (const [name, send] of Object.entries(interfaces)) {
    const rates = {};
    for (const build of round % 2 ? [...builds].reverse() : builds) rates[build.name] = await rate(build, send, 1000 * seconds);
    ratios[name].push(rates.new / rates.old);
    console.log(`round ${round + 1}, ${name}: old ${rates.old.toFixed(1)}, new ${rates.new.toFixed(1)} requests a second, ratio ${ratios[name].at(-1).toFixed(3)}`);
  }
for (const build of builds) await build.server.kill('SIGTERM');
const told = Object.fromEntries(Object.entries(ratios).map(([name, values]) => [name, { median: +median(values).toFixed(3), least: +Math.min(...values).toFixed(3), greatest: +Math.max(...values).toFixed(3) }]));
for (const [name, ratio] of Object.entries(told)) console.log(`${name}: new / old median ${ratio.median} (${ratio.least} to ${ratio.greatest})`);
console.log(JSON.stringify(told));
process.exitCode = Object.values(told).every(ratio => ratio.greatest >= .97) ? 0 : 1;
