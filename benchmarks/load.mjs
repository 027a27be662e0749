// Attar's server under closed and open load, and the same load on ONNX Runtime behind ort_server.mjs: rates, latencies, memory, ratios.
// usage: node benchmarks/load.mjs WORKSPACE [--model student] [--seconds 10] [--rounds 3] [--candidates 100] [--split test] [--ort NODE_MODULES] [--port 8472]
//   WORKSPACE  with data/ and a student; one of 4x256 and random weights:
//              attar bench model --layers 4 --hidden 256 --heads 4 --ffn 1024 --tokenizer WORKSPACE/tokenizer --out WORKSPACE/student
//   --ort      a folder with onnxruntime-node; without it only Attar is measured
// Run it on an idle machine. The server remembers no scores, so that every document is computed.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Server, ask, attar, build, readLines, root } from './server.mjs';

const { values: options, positionals: [workspace] } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: 'student' }, seconds: { type: 'string', default: '10' }, rounds: { type: 'string', default: '3' }, candidates: { type: 'string', default: '100' }, split: { type: 'string', default: 'test' }, ort: { type: 'string' }, port: { type: 'string', default: '8472' } },
});
if (!workspace) throw new Error('usage: node benchmarks/load.mjs WORKSPACE [OPTIONS]');
const port = +options.port, lists = path.join(workspace, 'load-texts.jsonl'), tokens = path.join(workspace, 'load-tokens.jsonl'), folder = path.join(workspace, options.model);
build();
const which = [workspace, '--split', options.split, '--candidates', options.candidates];
attar('bench', 'lists', ...which, '--texts', '--out', lists);
attar('bench', 'lists', ...which, '--model', options.model, '--out', tokens);

const mean = values => values.reduce((sum, value) => sum + value, 0) / values.length;
const engine = () => attar('bench', 'rerank', '--model', folder, '--lists', tokens, '--requests', `${25 * options.seconds}`).pairs_per_s;

/**
 * The clients that reach the peak; then rounds of the engine alone, a closed loop for an unloaded p50 and one for the peak, open
 * loops at half of it and at three times. Ratios are of means over the rounds: the speed of few machines is steady, and what is
 * compared must be measured within the same minute.
 */
async function measure(name, server) {
  const load = (...args) => attar('bench', 'serve', `http://127.0.0.1:${port}`, '--lists', lists, '--seconds', options.seconds, ...args);
  const show = (what, r) => {
    console.log(`${name}, ${what}: ${r.requests_per_second.toFixed(1)} requests and ${r.documents_per_second.toFixed(0)} documents a second, p50 ${r.p50_ms?.toFixed(1)} ms, p99 ${r.p99_ms?.toFixed(1)} ms; full ${r.full.toFixed(3)}, partly ${r.partial.toFixed(3)}, 429 ${r.refused.toFixed(3)}, failed ${r.failed.toFixed(3)}, documents unscored ${r.unscored.toFixed(3)}; resident ${server.rss().toFixed(0)} MiB`);
    return r;
  };
  load('--clients', '1'); // warms up
  const tried = [2, 4, 8].map(clients => ({ clients, rate: show(`${clients} clients`, load('--clients', `${clients}`)).documents_per_second }));
  const { clients } = tried.reduce((best, next) => next.rate > best.rate ? next : best);
  const rounds = [];
  for (let round = 1; round <= +options.rounds; round++) {
    const alone = engine();
    console.log(`engine alone: ${alone.toFixed(0)} documents a second`);
    const peak = show(`${clients} clients`, load('--clients', `${clients}`)), before = server.rss();
    const over = show('three times the peak', load('--rate', `${3 * peak.requests_per_second}`, '--seed', `${round}`)), after = server.rss();
    const lone = show('one client', load('--clients', '1')), limit = `${Math.round(1.7 * lone.p50_ms)}`, half = ['--rate', `${peak.requests_per_second / 2}`, '--seed', `${round}`];
    const free = show('half load', load(...half)), timely = show(`half load, deadline ${limit} ms`, load(...half, '--deadline-ms', limit));
    rounds.push({ engine: alone, peak: peak.documents_per_second, goodput: over.documents_per_second, over_failed: over.failed, lone_p50: lone.p50_ms, half_p99: free.p99_ms, timely_p99: timely.p99_ms, timely_unscored: timely.unscored, rss_before: before, rss_after: after });
  }
  return Object.fromEntries(Object.keys(rounds[0]).map(key => [key, mean(rounds.map(round => round[key]))]));
}

async function compare(first) {
  const [ours, theirs] = first.map(answers => answers.map(answer => new Map(JSON.parse(answer.body).results.map(result => [result.index, result.relevance_score]))));
  let most = 0;
  ours.forEach((scores, list) => scores.forEach((score, index) => { most = Math.max(most, Math.abs(score - theirs[list].get(index))); }));
  return most;
}

const sample = () => Promise.all(readLines(lists).slice(0, 10).map(line => ask(port, 'POST', '/v1/rerank', line)));
let server = await Server.attar(workspace, port, '--model', options.model, '--score-cache', '0');
const answers = [await sample()];
const ours = await measure('attar', server);
await server.kill('SIGTERM');
const result = {
  ...ours,
  peak_over_engine: ours.peak / ours.engine, // at least 0.9 is wanted
  half_p99_over_lone_p50: ours.half_p99 / ours.lone_p50,
  timely_p99_over_lone_p50: ours.timely_p99 / ours.lone_p50, // under 2
  goodput_over_peak: ours.goodput / ours.peak, // at least 0.85
  rss_growth: ours.rss_after / ours.rss_before - 1,
};
if (options.ort) {
  server = await Server.start('node', [path.join(root, 'benchmarks/ort_server.mjs'), options.ort, folder, `${port}`], port, '/');
  answers.push(await sample());
  const theirs = await measure('onnxruntime', server);
  await server.kill('SIGTERM');
  Object.assign(result, {
    onnxruntime: theirs,
    largest_score_difference: await compare(answers),
    peak_over_onnxruntime: ours.peak / theirs.peak,
    lone_p50_over_onnxruntime: ours.lone_p50 / theirs.lone_p50,
    half_p99_over_onnxruntime: ours.half_p99 / theirs.half_p99,
  });
}
console.log(JSON.stringify(result, (_, value) => typeof value === 'number' ? +value.toPrecision(4) : value));
