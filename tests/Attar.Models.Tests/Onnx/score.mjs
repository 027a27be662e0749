// Scores pairs with ONNX Runtime, so that its answers can be compared with Attar's.
// usage: node score.mjs NODE_MODULES MODEL.onnx PAIRS.json BATCH
// PAIRS.json: [{"ids": [...], "segments": [...]}, ...]; pairs run in the order given, BATCH at a time, padded on the right. Prints [[logit, ...], ...].
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
const [modules, model, file, size] = process.argv.slice(2);
const ort = createRequire(path.join(path.resolve(modules), 'here.js'))('onnxruntime-node');
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, graphOptimizationLevel: 'all' });
const pairs = JSON.parse(fs.readFileSync(file, 'utf8')), logits = [];
for (let at = 0; at < pairs.length; at += +size) {
  const batch = pairs.slice(at, at + +size), length = Math.max(...batch.map(pair => pair.ids.length));
  const padded = value => {
    const data = new BigInt64Array(batch.length * length);
    batch.forEach((pair, row) => pair.ids.forEach((_, i) => { data[row * length + i] = BigInt(value(pair, i)); }));
    return new ort.Tensor('int64', data, [batch.length, length]);
  };
  const inputs = { input_ids: (pair, i) => pair.ids[i], attention_mask: () => 1, token_type_ids: (pair, i) => pair.segments[i] };
  const found = await session.run(Object.fromEntries(session.inputNames.map(name => [name, padded(inputs[name])])));
  const labels = found.logits.dims[1];
  for (let row = 0; row < batch.length; row++) logits.push(Array.from(found.logits.data.slice(row * labels, (row + 1) * labels)));
}
console.log(JSON.stringify(logits));
