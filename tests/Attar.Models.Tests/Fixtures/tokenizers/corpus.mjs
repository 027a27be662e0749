// Texts that tokenizers get wrong.

const handMade = [
  '', ' ', '  ', '\t', '\n', '\r\n', ' \n ', '\n\n\n', ' \r\n\t ', '\u00a0', '\u3000', '\u2028', '\u0085', '\u200b', '\ufeff', '\u0000', 'a\u0000b',
  '1/2in.', '1/2 in. x 4 ft.', '3/4"x10\'', '5 7/8"', '\u00bd in. \u00be in. \u215b\u215c\u215d\u215e', '\u2033\u2032 12\u2033 x 6\u2032', '12 in\u00b2 5 m\u00b3 20\u00b0C \u00b5F 10\u03a9 \u03bcF \u2126',
  '#10-24 x 1-1/2"', '$1,299.99', '\u20ac12,50 \u00a35 \u00a5100 \u20b9500', '100%', '2x4x8', 'M8-1.25', 'RJ-45/CAT6a', 'A/C & HVAC', 'http://example.com/a?b=c&d=%20', 'user@example.com', 'C:\\Temp\\x.txt',
  "it's what they'll say: we've, I'm, you're, he'd, don't, IT'S THEY'LL 'S 'Ll 'RE", "'s't'm'd'll've're", "' s 'x '' ''' 'll'll", "rock 'n' roll", "\u2019s don\u2019t", "'\u017f it'\u017f",
  'Caf\u00e9 Cafe\u0301 cr\u00e8me br\u00fbl\u00e9e na\u00efve \u00c5ngstr\u00f6m A\u030angstro\u0308m \u1e9b\u0323', '\u0130stanbul I\u0307 \u0131 \u00df \u1e9e \u01c5 \ufb01\ufb02\ufb03', '\u0391\u03a3 \u03c3\u03c2 \u039f\u0394\u039f\u03a3', 'e\u0301\u0323\u0302 e\u0323\u0301 q\u0307\u0323 q\u0323\u0307',
  '\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8', '\u4e2d\u6587\u5206\u8bcd abc\u4e2d\u6587123', '\ud55c\uad6d\uc5b4 \u1112\u1161\u11ab \uac00\u11a8', '\uff26\uff55\uff4c\uff4c \uff57\uff49\uff44\uff54\uff48\uff01', '\uff76\uff9e \u30ac \u30ab\u3099', '\u{20000}\u{2a6df}\u{2b740}\u{2f800}\ufa0e\uf900', '\u3007\u3400\u9fff\u3105',
  '\u0627\u0644\u0633\u0644\u0627\u0645 \u0639\u0644\u064a\u0643\u0645', '\u0645\u064f\u062d\u064e\u0645\u0651\u062f', '\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd', '\u202bRTL\u202c \u200fmark', '\u0928\u092e\u0938\u094d\u0924\u0947 \u0915\u094d\u0937 \u0958', '\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35', '\u0c95\u0ccd\u0cb7 \u0d15\u0d4d\u200d\u0d37', '\u1f08\u0345 \u1f80',
  '\u{1f600}', 'a\u{1f600}b', '\u{1f468}\u200d\u{1f469}\u200d\u{1f467}\u200d\u{1f466}', '\u{1f44d}\u{1f3fd}', '\u{1f1e9}\u{1f1ea}\u{1f1eb}\u{1f1f7}', '\u2764\ufe0f \u2764', '1\ufe0f\u20e3', '\u{1f600}\u{1f600}\u{1f600} \u{1f600}',
  '\u{1d49c}\u{1d4ea} \u{1d7d8}\u{1d7ff} \u{1d15e} \u{10400}\u{10428}', '\u2460 \u2167 \u00b2 \u0663\u0664 \u{1f100} \u24b6', '\ud800', '\udc00', 'a\ud800b', 'x\udfff\ud800y', '\ud83d \ude00', '\ud800\ud800\udc00', '\ufffd', '\ufffe\uffff', '\ue000 \u{f0000}',
  'zero\u200bwidth\u200cjoin\u200der\u2060\ufeffx', 'soft\u00adhyphen', '\u00a0nbsp\u00a0\u00a0two', 'thin\u2009space\u202fnarrow\u3000wide', 'a \u00a0 b', 'tab\tand\ttab', ' lead', 'trail ', '  two  spaces  ', 'line\nbreak\r\nand\rmore\n\n\nx', 'x   \n   y', '!\n?\r\n.\n\n-', '   !   ?',
  '[CLS] [SEP] [MASK] [UNK] [PAD]', '[SEP][SEP]x[SEP]', '<s> </s> <unk> <pad>', '<|endoftext|>', 'a<|endoftext|>b <|endoftext|> c', '<|im_start|>user\nhi<|im_end|>\n', '<s>x</s> y</s>', '<0x0A> <0xE2>', '\u2581 \u2581\u2581x', 'a\u2581b', '\u0120word \u010a', '##ing ##', '</w>', 'x<mask>y <mask> z',
  '1234567890', '1 12 123 1234 12345', '1,234,567.89', '0x1F', '1e-5', '\u0661\u0662\u0663', '12\u00bd34', '1\u0301\u0302', 'v2.0.1-beta', 'a1b2c3', 'ABCdefGHI', 'iPhone15ProMax', 'snake_case_name', 'kebab-case', '....', '...!!!???', '-----', '=====>', '(((())))', '"quoted" \u201ccurly\u201d \u00abguillemets\u00bb', '\u2026 \u2013 \u2014 \u2010 \u2212', '~`@#$%^&*()_+{}|:"<>?[]\\;\',./', '\u00d7 \u00f7 \u00b1 \u2264 \u2260 \u00ac \u221e \u2211', '\u2122\u00ae\u00a9\u2120', '\u061d\u2e4f\u{1e95e}', '\u166d \u1b4e',
  'supercalifragilisticexpialidocious antidisestablishmentarianism', 'Donaudampfschifffahrtsgesellschaftskapit\u00e4n',
];

// A small generator of numbers, so that the corpus is the same everywhere.
function randomFrom(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % limit;
  };
}

const alphabets = [
  () => 'abcdefghijklmnopqrstuvwxyz', () => 'ABCDEFGHIJ', () => '0123456789', () => ' ', () => '  \t\n\r', () => '.,;:!?\'"-/()[]&%$#@', () => "'s't'll've'RE",
  () => '\u00e9\u00e8\u00fc\u00f6\u00df\u00f1\u0130\u0131\u017f', () => '\u0300\u0301\u0308\u0323\u0327\u0345', () => '\u4e2d\u6587\u65e5\u672c\u30ab\u3099\u3042\uac00\u1100\u1161\u11a8', () => '\u0627\u0644\u0633\u064e\u0651\u05d0\u05b0\u0915\u094d\u0937',
  () => '\u200b\u200c\u200d\ufeff\u00ad\u00a0\u2028\u3000\u0085', () => '\u00bd\u00b2\u2033\u2032\u00b0\u2122\u2026\u20ac', () => '\u{1f600}\u{1f468}\u{1f3fd}\u{1d49c}\u{1d7d8}\u{20000}\u{10400}\u{1f1e9}', () => '\ud800\udfff\ufffd\u0000', () => '\u2581\u0120<>|s',
];

function mixture(random, length) {
  let text = '';
  while (text.length < length) {
    const alphabet = [...alphabets[random(alphabets.length)]()];
    for (let run = 1 + random(5); run > 0; run--) text += alphabet[random(alphabet.length)];
  }
  return text;
}

/** JSON in ASCII, so that no editor and no line reader sees what it might change. */
export function asciiJson(value) {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0'));
}

/** Texts made by hand and at random, short enough to be kept beside a test. */
export function* smallCorpus(mixtures = 150) {
  yield* handMade;
  const random = randomFrom(7);
  for (let i = 0; i < mixtures; i++) yield mixture(random, 3 + random(40));
}

/** The small corpus, every character of Unicode alone and among others, and texts of 100,000 characters. */
export function* hardCorpus() {
  yield* smallCorpus(20000);
  for (let first = 0; first < 0x110000; first += 16) {
    if (first >= 0xd800 && first < 0xe000) continue;
    if (first >= 0x33480 && first < 0xe0000) continue; // nothing is assigned there
    if (first >= 0xe0200 && first < 0x10fff0) continue;
    const characters = Array.from({ length: 16 }, (_, i) => String.fromCodePoint(first + i));
    yield characters.join('');
    yield characters.map((c) => `a${c}1 ${c}b`).join('');
  }
  const random = randomFrom(11), long = 100000;
  for (const unit of ['a', ' ', '1', '!', '\u00e9', 'e\u0301', '\u{1f600}', '\u4e2d', 'ab', 'word ', "'s", '\n', '\u0301', '\ud800', 'in. ', '\u2581']) yield unit.repeat(Math.ceil(long / unit.length));
  yield mixture(random, long);
  yield Array.from({ length: long }, () => String.fromCharCode(97 + random(26))).join('');
}
