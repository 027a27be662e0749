// Hugging Face's own tokenizer (npm package "tokenizers", its native library) as the reference:
//   node reference.mjs convert KIND OUT.json FILE...   a tokenizer.json from older files; KIND is gpt2 or qwen2 (vocab.json merges.txt) or llama2 (tokenizer.model)
//   node reference.mjs corpus OUT.jsonl FILE...        a JSON string a line: the hard corpus, then every distinct field of the .tsv and .csv files
//   node reference.mjs expect TOKENIZER.json CORPUS.jsonl OUT   ids and offsets of every line, with special tokens recognised
//   node reference.mjs speed TOKENIZER.json CORPUS.jsonl        lines and characters a second; set RAYON_NUM_THREADS=1
import fs from 'node:fs';
import readline from 'node:readline';
import { Tokenizer } from 'tokenizers';
import { asciiJson, hardCorpus } from './corpus.mjs';

const [command, ...args] = process.argv.slice(2);
const qwen2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

function added(id, content, special = true) {
  return { id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special };
}

function byteLevelFiles(kind, vocabFile, mergesFile) {
  const vocab = JSON.parse(fs.readFileSync(vocabFile, 'utf8'));
  const merges = fs.readFileSync(mergesFile, 'utf8').split('\n').slice(1).filter((line) => line.length > 0);
  const byteLevel = (options) => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false, ...options });
  const special = kind === 'gpt2' ? [added(50256, '<|endoftext|>')] : [added(151643, '<|endoftext|>'), added(151644, '<|im_start|>'), added(151645, '<|im_end|>')];
  return {
    version: '1.0', truncation: null, padding: null, added_tokens: special,
    normalizer: kind === 'gpt2' ? null : { type: 'NFC' },
    pre_tokenizer: kind === 'gpt2' ? byteLevel({ use_regex: true })
      : { type: 'Sequence', pretokenizers: [{ type: 'Split', pattern: { Regex: qwen2 }, behavior: 'Isolated', invert: false }, byteLevel()] },
    post_processor: byteLevel(),
    decoder: byteLevel(),
    model: { type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: '', end_of_word_suffix: '', fuse_unk: false, byte_fallback: false, vocab, merges },
  };
}

// SentencePiece's tokenizer.model: field 1 = pieces of text (1), score (2), kind (3: 1 normal, 2 unknown, 3 control, 6 byte).
function* fields(bytes) {
  let at = 0;
  const varint = () => {
    let value = 0, shift = 1;
    for (;;) {
      const byte = bytes[at++];
      value += (byte & 127) * shift;
      if (byte < 128) return value;
      shift *= 128;
    }
  };
  while (at < bytes.length) {
    const tag = varint(), wire = tag & 7;
    if (wire === 0) yield [tag >> 3, varint()];
    else {
      const length = wire === 2 ? varint() : wire === 1 ? 8 : 4;
      yield [tag >> 3, bytes.subarray(at, at + length)];
      at += length;
    }
  }
}

function llama2(file) {
  const pieces = [];
  for (const [number, content] of fields(fs.readFileSync(file))) {
    if (number !== 1) continue;
    const piece = { kind: 1, score: 0 };
    for (const [key, value] of fields(content)) {
      if (key === 1) piece.text = value.toString('utf8');
      if (key === 2) piece.score = value.readFloatLE(0);
      if (key === 3) piece.kind = value;
    }
    pieces.push(piece);
  }
  const ids = new Map(pieces.map((piece, id) => [piece.text, id]));
  const merges = [];
  for (const { text, score } of pieces) {
    const runes = [...text];
    for (let cut = 1; cut < runes.length; cut++) {
      const left = runes.slice(0, cut).join(''), right = runes.slice(cut).join('');
      if (ids.has(left) && ids.has(right)) merges.push({ left, right, score, order: [cut, runes.length - cut] });
    }
  }
  merges.sort((a, b) => b.score - a.score || b.order[0] - a.order[0] || b.order[1] - a.order[1]);
  const mark = '\u2581';
  return {
    version: '1.0', truncation: null, padding: null,
    added_tokens: pieces.map((piece, id) => [piece, id]).filter(([piece]) => piece.kind === 2 || piece.kind === 3).map(([piece, id]) => added(id, piece.text)),
    normalizer: { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: mark }, { type: 'Replace', pattern: { String: ' ' }, content: mark }] },
    pre_tokenizer: null,
    post_processor: null,
    decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: mark }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
    model: { type: 'BPE', dropout: null, unk_token: '<unk>', continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: true, byte_fallback: true, vocab: Object.fromEntries(ids), merges: merges.map(({ left, right }) => [left, right]) },
  };
}

function tableFields(file) {
  // home-depot's file is Latin-1
  const bytes = fs.readFileSync(file);
  let text = bytes.toString('utf8');
  if (text.includes('\ufffd')) text = bytes.toString('latin1');
  if (file.endsWith('.tsv')) return text.split('\n').flatMap((line) => line.split('\t'));
  const found = [];
  for (const match of text.matchAll(/"((?:[^"]|"")*)"|([^,"\r\n]+)/g)) found.push(match[1]?.replaceAll('""', '"') ?? match[2]);
  return found;
}

async function* lines(file) {
  for await (const line of readline.createInterface({ input: fs.createReadStream(file) })) yield JSON.parse(line);
}

function open(file) {
  const tokenizer = Tokenizer.fromFile(file);
  tokenizer.disablePadding();
  tokenizer.disableTruncation();
  return tokenizer;
}

// Half a surrogate pair has no UTF-8; it becomes U+FFFD.
const wellFormed = (text) => text.toWellFormed();

if (command === 'convert') {
  const [kind, out, ...files] = args;
  fs.writeFileSync(out, JSON.stringify(kind === 'llama2' ? llama2(...files) : byteLevelFiles(kind, ...files)));
} else if (command === 'corpus') {
  const [out, ...files] = args;
  const all = new Set([...hardCorpus(), ...files.flatMap(tableFields)]);
  fs.writeFileSync(out, [...all].map(asciiJson).join('\n') + '\n');
  console.log(`${all.size} lines`);
} else if (command === 'expect') {
  const [file, corpus, out] = args;
  const tokenizer = open(file), output = fs.createWriteStream(out);
  for await (const text of lines(corpus)) {
    const encoding = await tokenizer.encode(wellFormed(text), null, { addSpecialTokens: false });
    output.write(encoding.getIds().join(' ') + '\t' + encoding.getOffsets().map((pair) => pair.join(',')).join(' ') + '\n');
  }
  output.end();
} else if (command === 'speed') {
  const [file, corpus] = args;
  const tokenizer = open(file), texts = [];
  for await (const text of lines(corpus)) texts.push(wellFormed(text));
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    for (let at = 0; at < texts.length; at += 1000) await tokenizer.encodeBatch(texts.slice(at, at + 1000), { addSpecialTokens: false });
    const seconds = (performance.now() - start) / 1000;
    console.log(`${Math.round(texts.length / seconds)} lines/s ${(characters / seconds / 1e6).toFixed(2)} M characters/s`);
  }
} else {
  console.error('expected convert, corpus, expect or speed; see the head of this file');
  process.exit(2);
}
