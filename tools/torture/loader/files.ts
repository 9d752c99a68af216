const MB = 1024 * 1024;
const PIECE = 256 * 1024;

/** Files that nobody has, made as they are read. Their sizes are of bytes. */
export const FILES: Readonly<Record<string, (bytes: number) => AsyncGenerator<Uint8Array>>> = {
  async *'a list'(bytes) {
    let line = 0;
    for (let done = 0; done < bytes;) {
      const lines: string[] = [];
      for (let length = 0; length < PIECE;) {
        const text = `ptc,trainer${line++},Reed-${line % 9_973}lake\n`;
        lines.push(text);
        length += text.length;
      }
      const piece = Buffer.from(lines.join(''));
      done += piece.length;
      yield piece;
    }
  },
  'one line without an end': (bytes) => repeat('abcdefghijklmnop', bytes),
  'one line of separators': (bytes) => repeat(',;:|\t', bytes),
  'quotes that never close': (bytes) => repeat('"a,b\n', bytes, 'username,password\n"'),
  'one JSON text without an end': (bytes) => repeat('a', bytes, '[{"username":"'),
  'JSON brackets without an end': (bytes) => repeat('[', bytes),
  'a mail without an end': (bytes) =>
    repeat('QUJD\n', bytes, 'From: a@b.example\nSubject: x\nContent-Transfer-Encoding: base64\n\n'),
  'a page without an end': (bytes) => repeat('<p>a', bytes, '<!doctype html><html><body>'),
  async *'random bytes'(bytes) {
    for await (const piece of noise(bytes)) yield piece;
  },
  async *'random letters'(bytes) {
    const signs = Buffer.from('abcXYZ0129,;:|"\'<>[]{}=@.#- \t\n\nptc,user,pass');
    for await (const piece of noise(bytes)) yield piece.map((byte) => signs[byte % signs.length] ?? 0);
  },
};

async function* repeat(text: string, bytes: number, head = ''): AsyncGenerator<Uint8Array> {
  if (head !== '') yield Buffer.from(head);
  const piece = Buffer.from(text.repeat(Math.ceil(PIECE / text.length)));
  for (let done = 0; done < bytes; done += piece.length) yield piece;
}

/** Always the same bytes, which no one can tell from random ones: a xorshift of 32 bits. */
async function* noise(bytes: number): AsyncGenerator<Uint8Array> {
  let state = 0x9e3779b9;
  for (let done = 0; done < bytes; done += MB) {
    const piece = new Uint32Array(MB / 4);
    for (let at = 0; at < piece.length; at++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      piece[at] = state >>> 0;
    }
    yield new Uint8Array(piece.buffer);
  }
}
