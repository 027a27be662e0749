// Small tokenizers of every kind, learned from the text below, and what Hugging Face's own library (npm package "tokenizers") makes
// of the small corpus with them:
//   node fixtures.mjs               writes corpus.jsonl, tokenizers.jsonl, checksums.tsv and ids.tsv
//   node fixtures.mjs NAME NUMBER   shows what a checksum is of: that tokenizer on that line of the corpus, from 0
import fs from 'node:fs';
import { Tokenizer } from 'tokenizers';
import { asciiJson, smallCorpus } from './corpus.mjs';

const text = `cordless drill with two batteries and charger 18 V. hammer drill 1/2in. chuck, corded, 8 amp. drill bit set 29-piece.
red oak table for six persons, round, 48 in. white lamp with shade; the lamp's cord is 6 ft. long. it's what they'll need: we've tested it.
caf\u00e9 chairs, set of 4. cr\u00e8me curtain 52 x 84 in. curtain rod 28-48 in. brushed nickel. stainless steel screws #10 x 1-1/2 in. (100-pack).
garden hose 50 ft. x 5/8 in. hose reel. outdoor chair, outdoor table, outdoor lamp. paint, interior, white, 1 gal. paint roller 9 in.
LED bulb 60 W equivalent, soft white, 2700 K (4-pack). ceiling fan 52 in. with light and remote. fan blade. \u65e5\u672c\u8a9e \u4e2d\u6587 \u00bd \u2033 \u20ac12`;

function merge(pieces, left, right) {
  const merged = [];
  for (let i = 0; i < pieces.length; i++) {
    const match = pieces[i] === left && pieces[i + 1] === right;
    merged.push(match ? left + right : pieces[i]);
    if (match) i++;
  }
  return merged;
}

// Byte-pair merges: the most frequent pair first, ties by the pair's text.
function learn(words, count) {
  const splits = words.map((word) => [...word]), merges = [];
  while (merges.length < count) {
    const counts = new Map();
    for (const pieces of splits) for (let i = 1; i < pieces.length; i++) {
      const pair = pieces[i - 1] + ' ' + pieces[i];
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
    const [best] = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    if (!best || best[1] < 2) break;
    const [left, right] = best[0].split(' ');
    merges.push([left, right]);
    for (let i = 0; i < splits.length; i++) splits[i] = merge(splits[i], left, right);
  }
  return merges;
}

const byteChars = (() => {
  let next = 256;
  return Array.from({ length: 256 }, (_, b) => String.fromCharCode((b >= 33 && b <= 126) || (b >= 161 && b <= 172) || b >= 174 ? b : next++));
})();
const toByteLevel = (word) => [...Buffer.from(word, 'utf8')].map((b) => byteChars[b]).join('');
const gpt2Words = /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+/gu;
const byIndex = (tokens) => Object.fromEntries(tokens.map((token, id) => [token, id]));

const byteMerges = learn(text.match(gpt2Words).map(toByteLevel), 220);
const byteTokens = [...new Set([...byteChars, ...byteMerges.map((pair) => pair.join(''))])];
const mark = '\u2581';
const markedWords = text.replaceAll('\n', ' ').split(' ').map((word) => mark + word);
const charMerges = learn(markedWords, 160);
const bytePieces = Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`);
const charTokens = [...new Set(['<unk>', '<s>', '</s>', ...bytePieces, ...new Set(markedWords.join('')), ...charMerges.map((pair) => pair.join(''))])];
const plainWords = text.toLowerCase().replaceAll('\u00e9', 'e').replaceAll('\u00e8', 'e').match(/[a-z]+|[^\sa-z]/g);
const wordMerges = learn(plainWords, 120);
const pieceTokens = [...new Set(['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...new Set(plainWords.join('')), ...[...new Set(plainWords.join(''))].map((c) => '##' + c), ...wordMerges.map((pair) => pair.join('')), ...wordMerges.map((pair) => '##' + pair.join(''))])];

const added = (id, content, more = {}) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...more });
const byteLevel = (more) => ({ type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false, ...more });
const bpe = (tokens, merges, more) => ({ type: 'BPE', dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, vocab: byIndex(tokens), merges, ...more });
const split = (pattern, behavior = 'Isolated', invert = false) => ({ type: 'Split', pattern, behavior, invert });
const special = (id, type_id = 0) => ({ SpecialToken: { id, type_id } });
const sequence = (id, type_id = 0) => ({ Sequence: { id, type_id } });
const template = (single, pair, ids) => ({ type: 'TemplateProcessing', single, pair, special_tokens: Object.fromEntries(Object.entries(ids).map(([token, id]) => [token, { id: token, ids: [id], tokens: [token] }])) });
const file = (parts) => ({ version: '1.0', truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...parts });
const metaspace = (prepend_scheme, more) => ({ type: 'Metaspace', replacement: mark, prepend_scheme, split: true, ...more });

// SentencePiece's compiled character map: a double array in which every node's children have a block of 256 places.
function charsmap(rules) {
  const root = { children: new Map() };
  let replacements = Buffer.alloc(0);
  for (const [from, to] of Object.entries(rules)) {
    let node = root;
    for (const b of Buffer.from(from, 'utf8')) {
      if (!node.children.has(b)) node.children.set(b, { children: new Map() });
      node = node.children.get(b);
    }
    node.value = replacements.length;
    replacements = Buffer.concat([replacements, Buffer.from(to + '\0', 'utf8')]);
  }
  const units = new Array(256).fill(0);
  const place = (node, index, label) => {
    const base = units.length;
    units.push(...new Array(256).fill(0));
    units[index] = (((index ^ base) << 10) | (node.value === undefined ? 0 : 0x100) | label) >>> 0;
    if (node.value !== undefined) units[base] = (0x80000000 | node.value) >>> 0;
    for (const [b, child] of node.children) place(child, base + b, b);
  };
  place(root, 0, 0);
  const trie = Buffer.alloc(4 + units.length * 4);
  trie.writeUInt32LE(units.length * 4, 0);
  units.forEach((unit, i) => trie.writeUInt32LE(unit, 4 + 4 * i));
  return Buffer.concat([trie, replacements]).toString('base64');
}
const rules = { '\ufb01': 'fi', '\u00bd': '1/2', '\u3000': ' ', '\u200b': '', 'e\u0301': '\u00e9', '\uff21': 'A', '\uff76\uff9e': '\u30ac', '\t': ' ', '\u{1f600}': ':)' };

const qwen2 = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const o200k = ["[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?", "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?", '\\p{N}{1,3}', ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*', '\\s*[\\r\\n]+', '\\s+(?!\\S)', '\\s+'].join('|');
const endOfText = added(byteTokens.length, '<|endoftext|>');
const llama2 = {
  added_tokens: [added(0, '<unk>'), added(1, '<s>'), added(2, '</s>')],
  decoder: { type: 'Sequence', decoders: [{ type: 'Replace', pattern: { String: mark }, content: ' ' }, { type: 'ByteFallback' }, { type: 'Fuse' }, { type: 'Strip', content: ' ', start: 1, stop: 0 }] },
  model: bpe(charTokens, charMerges, { unk_token: '<unk>', fuse_unk: true, byte_fallback: true }),
};
const start = template([special('<s>'), sequence('A')], [special('<s>'), sequence('A'), special('<s>', 1), sequence('B', 1)], { '<s>': 1 });
const legacySpaces = { type: 'Sequence', normalizers: [{ type: 'Prepend', prepend: mark }, { type: 'Replace', pattern: { String: ' ' }, content: mark }] };
const unigramTokens = [['<unk>', 0], ['</s>', 0], ...charTokens.filter((token) => !token.startsWith('<')).map((token, i) => [token, -2 - Math.log(1 + i) - ([...token].length === 1 ? 4 : 0)])];
const bert = (lowercase, more) => ({
  added_tokens: pieceTokens.slice(0, 5).map((token, id) => added(id, token)),
  normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: template([special('[CLS]'), sequence('A'), special('[SEP]')], [special('[CLS]'), sequence('A'), special('[SEP]'), sequence('B', 1), special('[SEP]', 1)], { '[CLS]': 2, '[SEP]': 3 }),
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: { type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100, vocab: byIndex(pieceTokens) },
  ...more,
});

const tokenizers = {
  gpt2: { added_tokens: [endOfText], pre_tokenizer: byteLevel({ use_regex: true, trim_offsets: true }), post_processor: byteLevel({ trim_offsets: true }), decoder: byteLevel(), model: bpe(byteTokens, byteMerges) },
  qwen2: { added_tokens: [endOfText], normalizer: { type: 'NFC' }, pre_tokenizer: { type: 'Sequence', pretokenizers: [split({ Regex: qwen2 }), byteLevel()] }, post_processor: byteLevel(), decoder: byteLevel(), model: bpe(byteTokens, byteMerges.map((pair) => pair.join(' '))) },
  llama3: {
    added_tokens: [added(byteTokens.length, '<|begin_of_text|>')], pre_tokenizer: { type: 'Sequence', pretokenizers: [split({ Regex: qwen2.replace('\\p{N}|', '\\p{N}{1,3}|') }), byteLevel()] },
    post_processor: { type: 'Sequence', processors: [byteLevel({ trim_offsets: true }), template([special('<|begin_of_text|>'), sequence('A')], [special('<|begin_of_text|>'), sequence('A'), special('<|begin_of_text|>', 1), sequence('B', 1)], { '<|begin_of_text|>': byteTokens.length })] },
    decoder: byteLevel(), model: bpe(byteTokens, byteMerges.filter((_, i) => i % 7 !== 3), { ignore_merges: true }),
  },
  llama2: { ...llama2, normalizer: legacySpaces, post_processor: start },
  unigram: {
    added_tokens: [added(0, '<unk>'), added(1, '</s>')], normalizer: { type: 'Sequence', normalizers: [{ type: 'Precompiled', precompiled_charsmap: charsmap(rules) }, { type: 'Replace', pattern: { Regex: ' {2,}' }, content: ' ' }] }, pre_tokenizer: metaspace('always'),
    post_processor: template([sequence('A'), special('</s>')], [sequence('A'), special('</s>'), sequence('B'), special('</s>')], { '</s>': 1 }), decoder: metaspace('always'), model: { type: 'Unigram', unk_id: 0, vocab: unigramTokens, byte_fallback: false },
  },
  bert: bert(true),
  'bert-cased': bert(false, { added_tokens: [added(0, '[PAD]'), added(pieceTokens.length, 'abc', { special: false, single_word: true, normalized: true }), added(pieceTokens.length + 1, '<mask>', { lstrip: true, rstrip: true }), added(pieceTokens.length + 2, 'UNK', { normalized: true, special: false })], post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] } }),
  roberta: { added_tokens: [added(byteTokens.length, '<mask>', { lstrip: true }), added(byteTokens.length + 1, '<s>'), added(byteTokens.length + 2, '</s>')], pre_tokenizer: byteLevel({ add_prefix_space: true, trim_offsets: true, use_regex: true }), post_processor: { type: 'RobertaProcessing', sep: ['</s>', byteTokens.length + 2], cls: ['<s>', byteTokens.length + 1], trim_offsets: true, add_prefix_space: true }, decoder: byteLevel(), model: bpe(byteTokens, byteMerges) },
  'llama2-new': { ...llama2, pre_tokenizer: metaspace('first', { split: false }), post_processor: start },
  'llama2-crossing': { ...llama2, normalizer: legacySpaces, model: bpe([...charTokens, '.' + mark, 't' + mark], [...charMerges, ['.', mark], ['t', mark]], { unk_token: '<unk>', fuse_unk: true, byte_fallback: false }) },
  'unknown-not-fused': { ...llama2, normalizer: legacySpaces, model: bpe(charTokens.filter((token) => !token.startsWith('<0x4')), charMerges.filter((pair) => !pair.join('').startsWith('<')), { unk_token: '<unk>', fuse_unk: false }) },
  'unigram-bytes': { pre_tokenizer: metaspace('first'), decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, metaspace('first')] }, model: { type: 'Unigram', unk_id: 0, vocab: [...unigramTokens, ...bytePieces.map((token) => [token, -20])], byte_fallback: true } },
  suffixed: {
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFC' }, { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' }, { type: 'Lowercase' }] }, pre_tokenizer: { type: 'Sequence', pretokenizers: [split({ Regex: "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" }, 'Removed', true), byteLevel()] },
    decoder: { type: 'BPEDecoder', suffix: '</w>' }, model: bpe([...byteTokens, ...byteTokens.map((token) => token + '</w>')], [...byteMerges, ...byteMerges.map(([left, right]) => [left, right + '</w>'])], { end_of_word_suffix: '</w>' }),
  },
  o200k: { pre_tokenizer: { type: 'Sequence', pretokenizers: [split({ Regex: o200k }), byteLevel()] }, model: bpe(byteTokens, byteMerges) },
};
// every normalizer, spelled in bytes; every pre-tokenizer, by where its words stand
for (const [name, normalizer] of Object.entries({
  nfd: { type: 'NFD' }, nfkc: { type: 'NFKC' }, nfkd: { type: 'NFKD' }, lowercase: { type: 'Lowercase' }, strip: { type: 'Strip', strip_left: true, strip_right: true }, 'strip-accents': { type: 'Sequence', normalizers: [{ type: 'NFD' }, { type: 'StripAccents' }] }, nmt: { type: 'Nmt' },
  replace: { type: 'Replace', pattern: { String: 'in.' }, content: '"' }, 'replace-pattern': { type: 'Replace', pattern: { Regex: '[^\\s\\w]+|\\d{2}' }, content: '#' }, prepend: { type: 'Prepend', prepend: 'xy' }, 'byte-level': byteLevel(),
})) tokenizers[`normalizer ${name}`] = { normalizer, pre_tokenizer: byteLevel(), decoder: byteLevel(), model: bpe([...byteChars], []) };
for (const [name, pre_tokenizer] of Object.entries({
  whitespace: { type: 'Whitespace' }, 'whitespace-split': { type: 'WhitespaceSplit' }, digits: { type: 'Digits', individual_digits: true }, numbers: { type: 'Digits', individual_digits: false }, delimiter: { type: 'CharDelimiterSplit', delimiter: 'a' }, 'fixed-length': { type: 'FixedLength', length: 5 },
  'metaspace-never': metaspace('never'), 'split-text': split({ String: ' ' }, 'MergedWithNext'), 'split-regex': split({ Regex: '\\w+|[\\d&&[^0]]|[^\\s]'.replace('[\\d&&[^0]]|', '') }, 'Removed'), 'lookahead': split({ Regex: '\\d{1,3}(?=(?:\\d{3})*\\b)|\\p{^L}\\P{N}|\\h' }, 'Contiguous'),
  ...Object.fromEntries(['Removed', 'Isolated', 'MergedWithPrevious', 'MergedWithNext', 'Contiguous'].map((behavior) => [`punctuation ${behavior}`, { type: 'Punctuation', behavior }])),
  sequence: { type: 'Sequence', pretokenizers: [{ type: 'WhitespaceSplit' }, metaspace('always')] },
})) tokenizers[`words ${name}`] = { pre_tokenizer, model: { type: 'WordLevel', vocab: { '[UNK]': 0, a: 1 }, unk_token: '[UNK]' } };

const listed = ['gpt2', 'qwen2', 'llama3', 'llama2', 'unigram', 'bert']; // whose ids are written out

function checksum(content) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < content.length; i++) hash = Math.imul(hash ^ content.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

const corpus = [...new Set(smallCorpus(60))];

/** All that is compared of a line: ids, offsets, the text back, and the pair (line, "red drill") within its special tokens. */
async function facts(tokenizer, line) {
  const content = line.toWellFormed();
  const one = await tokenizer.encode(content, null, { addSpecialTokens: false }), two = await tokenizer.encode(content, 'red drill', { addSpecialTokens: true });
  const offsets = one.getOffsets().map((pair) => pair.join(',')).join(' ');
  return [one.getIds().join(' '), offsets, await tokenizer.decode(one.getIds(), false), two.getIds().join(' '), two.getTypeIds().join(' '), two.getSpecialTokensMask().join(' ')];
}

const open = (name) => Tokenizer.fromString(JSON.stringify(file(tokenizers[name])));
const [name, number] = process.argv.slice(2);
if (name) {
  console.log(JSON.stringify(corpus[number]));
  console.log((await facts(open(name), corpus[number])).join('\n'));
} else {
  const checksums = [], ids = [];
  for (const name of Object.keys(tokenizers)) {
    const tokenizer = open(name), row = [];
    for (const [number, line] of corpus.entries()) {
      const all = await facts(tokenizer, line);
      row.push(checksum(all.join('\n')));
      if (listed.includes(name)) ids.push([name, number, all[0]].join('\t'));
    }
    checksums.push(`${name}\t${row.join(' ')}`);
  }
  const write = (file, lines) => fs.writeFileSync(file, lines.join('\n') + '\n');
  write('corpus.jsonl', corpus.map(asciiJson));
  write('tokenizers.jsonl', Object.entries(tokenizers).map(([name, parts]) => asciiJson({ name, tokenizer: file(parts) })));
  write('checksums.tsv', checksums);
  write('ids.tsv', ids);
}
