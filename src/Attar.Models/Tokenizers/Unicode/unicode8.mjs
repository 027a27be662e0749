// node unicode8.mjs   writes Unicode8.txt: which characters Hugging Face's library (npm package "tokenizers") treats as what.
import fs from 'node:fs';
import { bertNormalizer, punctuationPreTokenizer, stripAccentsNormalizer } from 'tokenizers';

const none = { cleanText: false, handleChineseChars: false, stripAccents: false, lowercase: false };
const nonSpacing = bertNormalizer({ ...none, stripAccents: true }), marks = stripAccentsNormalizer(), clean = bertNormalizer({ ...none, cleanText: true }), punctuation = punctuationPreTokenizer('isolated');
const kinds = {
  P: (c) => punctuation.preTokenizeString(`a${c}a`).length > 1,
  N: (c) => nonSpacing.normalizeString(c) === '',
  M: (c) => marks.normalizeString(c) === '',
  C: (c) => c !== '\ufffd' && clean.normalizeString(c) === '',
};
const hex = (code) => code.toString(16).toUpperCase();
const lines = ['# Categories as of Unicode 8.0 beyond ASCII, which decide in Hugging Face\'s BERT normalizer and pre-tokenizer: P punctuation,', '# N nonspacing marks, M all marks, C control, format and private use. A line: category, then ranges of code points.'];
for (const [kind, test] of Object.entries(kinds)) {
  const ranges = [];
  for (let code = 0x80; code < 0x110000; code++) {
    if ((code >= 0xd800 && code < 0xe000) || !test(String.fromCodePoint(code))) continue;
    if (ranges.at(-1)?.[1] === code - 1) ranges.at(-1)[1] = code;
    else ranges.push([code, code]);
  }
  const words = ranges.map(([first, last]) => (first === last ? hex(first) : `${hex(first)}-${hex(last)}`));
  for (let at = 0; at < words.length; at += 20) lines.push([kind, ...words.slice(at, at + 20)].join(' '));
}
fs.writeFileSync('Unicode8.txt', lines.join('\n') + '\n');
