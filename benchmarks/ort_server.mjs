// The simplest server around ONNX Runtime, to be loaded as Attar is: POST /v1/rerank with {"query","documents":[text or product]}.
// usage: node benchmarks/ort_server.mjs NODE_MODULES MODEL_FOLDER PORT
//   NODE_MODULES  a folder with onnxruntime-node;  MODEL_FOLDER  from 'attar export' or 'attar bench model': onnx/model.onnx, vocab.txt, config.json
// Pairs are written as Attar writes them, sorted by length and run in padded batches of BUCKET (10, the fastest); one request at a time, on THREADS (2).
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { createRequire } from 'node:module';

const [modules, folder, port] = process.argv.slice(2);
const ort = createRequire(path.join(path.resolve(modules), 'here.js'))('onnxruntime-node');
const bucket = +(process.env.BUCKET ?? 10), threads = +(process.env.THREADS ?? 2);
const session = await ort.InferenceSession.create(path.join(folder, 'onnx', 'model.onnx'), { intraOpNumThreads: threads, graphOptimizationLevel: 'all' });
const vocabulary = new Map(fs.readFileSync(path.join(folder, 'vocab.txt'), 'utf8').split('\n').map((token, id) => [token, id]));
const budget = Math.min(JSON.parse(fs.readFileSync(path.join(folder, 'config.json'))).max_position_embeddings, 128);
const [unknown, start, separator] = ['[UNK]', '[CLS]', '[SEP]'].map(token => vocabulary.get(token));
const markers = new Set(['[brand]', '[category]', '[attributes]', '[description]'].map(token => vocabulary.get(token)));

/** WordPiece as BERT has it. */
function tokens(text) {
  const ids = [];
  for (const word of text.toLowerCase().normalize('NFD').replace(/\p{Mn}/gu, '').match(/[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu) ?? []) {
    const pieces = [];
    for (let from = 0; from < word.length;) {
      let to = word.length, id;
      while (to > from && (id = vocabulary.get((from ? '##' : '') + word.slice(from, to))) === undefined) to--;
      if (to === from) { pieces.splice(0, pieces.length, unknown); break; }
      pieces.push(id);
      from = to;
    }
    ids.push(...pieces);
  }
  return ids;
}

/** A product's fields by priority, each behind its marker; a plain text is a title. */
function product(document) {
  if (typeof document === 'string') return tokens(document).slice(0, budget);
  const { title, brand = '', category = '', attributes = '', description = '' } = document;
  const ids = tokens(title);
  const values = attributes.split(';').map(part => part.trim()).filter(part => part).map(part => part.replace(/\s*=\s*/, ' ').trim()).join(', ');
  for (const [marker, text] of [['[brand]', title.toLowerCase().includes(brand.toLowerCase()) ? '' : brand], ['[category]', category], ['[attributes]', values], ['[description]', description]]) {
    if (ids.length >= budget) break;
    const own = tokens(text);
    if (own.length) ids.push(vocabulary.get(marker), ...own);
  }
  return ids.slice(0, budget);
}

const known = new Map(); // Attar's server remembers the tokens of documents too
function pair(query, document) {
  const key = JSON.stringify(document);
  if (!known.has(key)) known.set(key, product(document));
  let own = known.get(key).slice(0, budget - query.length - 3);
  while (markers.has(own.at(-1))) own = own.slice(0, -1);
  return { ids: [start, ...query, separator, ...own, separator], side: query.length + 2 };
}

async function batch(pairs) {
  const length = Math.max(...pairs.map(one => one.ids.length));
  const [ids, mask, types] = [0, 1, 2].map(() => new BigInt64Array(pairs.length * length));
  pairs.forEach((one, row) => one.ids.forEach((id, i) => {
    const at = row * length + i;
    ids[at] = BigInt(id);
    mask[at] = 1n;
    types[at] = i < one.side ? 0n : 1n;
  }));
  const tensor = data => new ort.Tensor('int64', data, [pairs.length, length]);
  return (await session.run({ input_ids: tensor(ids), attention_mask: tensor(mask), token_type_ids: tensor(types) })).logits.data;
}

async function rerank({ query, documents }) {
  const asked = tokens(query).slice(0, budget - 3), pairs = documents.map(document => pair(asked, document)), scores = [];
  const order = pairs.map((_, i) => i).sort((a, b) => pairs[a].ids.length - pairs[b].ids.length);
  for (let at = 0; at < order.length; at += bucket) {
    const part = order.slice(at, at + bucket), logits = await batch(part.map(i => pairs[i]));
    part.forEach((i, row) => { scores[i] = logits[row]; });
  }
  return { results: scores.map((score, index) => ({ index, relevance_score: 1 / (1 + Math.exp(-score)) })).sort((a, b) => b.relevance_score - a.relevance_score) };
}

let last = Promise.resolve();
http.createServer((request, response) => {
  const parts = [];
  request.on('data', part => parts.push(part)).on('end', () => {
    if (request.method !== 'POST') return response.end('ready');
    last = last.then(async () => {
      try {
        const answer = JSON.stringify(await rerank(JSON.parse(Buffer.concat(parts))));
        response.setHeader('content-type', 'application/json').end(answer);
      } catch (error) {
        response.writeHead(500).end(`${error}`);
      }
    });
  });
}).listen(+port, '127.0.0.1');
