// A patch of the drawing library, put on when the screen is bundled. Ink 8 makes its caches of measured and tokenised text
// anew for each frame, and measures, cleans and tokenises every line of the screen again for each, though nearly all of
// them are as they were: most of what a frame costs. With the caches kept, a frame costs what changed in it.
// tools/ink-patch.test.ts fails when a new version no longer needs this, or when a place is not found any more.

/** Texts remembered before everything is forgotten: some screens full. */
const MOST = 600;

/** A function of one text that remembers its answers. */
const remembering = (name) =>
  `((known) => (text) => { let answer = known.get(text); if (answer === undefined) { if (known.size > ${MOST}) known.clear(); known.set(text, answer = ${name}(text)); } return answer; })(new Map())`;

/** By file of the library: what stands there, and what stands there instead. */
export const REPLACEMENTS = {
  'build/output.js': [
    // One set of caches for all frames.
    ['caches = new OutputCaches();', 'caches = sharedCaches;'],
    [
      'export default class Output {',
      `const emptyCell = Object.freeze({ type: 'char', value: ' ', fullWidth: false, styles: Object.freeze([]) });
const sharedCaches = new OutputCaches();
const lastRows = [];
const isSameRow = (a, b) => {
    if (a.length !== b.length) return false;
    for (let x = 0; x < a.length; x++) if (a[x] !== b[x]) return false;
    return true;
};
const forgetMuch = () => {
    for (const cache of [sharedCaches.widths, sharedCaches.blockWidths, sharedCaches.styledChars]) if (cache.size > ${MOST}) cache.clear();
};
export default class Output {`,
    ],
    [
      '        const clips = [];\n        for (const operation',
      '        forgetMuch();\n        const clips = [];\n        for (const operation',
    ],
    // Cells are replaced and never changed: all empty ones can be one.
    [
      `const row = [];
            for (let x = 0; x < this.width; x++) {
                row.push({
                    type: 'char',
                    value: ' ',
                    fullWidth: false,
                    styles: [],
                });
            }`,
      'const row = new Array(this.width).fill(emptyCell);',
    ],
    // Cells are kept with their texts, and their widths with them.
    [
      'const characterWidth = Math.max(1, this.caches.getStringWidth(character.value));',
      'const characterWidth = (character.columns ??= Math.max(1, this.caches.getStringWidth(character.value)));',
    ],
    // A row of the same cells as in the last frame is the same text.
    [
      '.map(line => {\n            // See https://github.com/vadimdemedes/ink/pull/564#issuecomment-1637022742',
      `.map((line, y) => {
            const last = lastRows[y];
            if (last !== undefined && isSameRow(last.line, line)) return last.text;`,
    ],
    [
      'return styledCharsToString(lineWithoutEmptyItems).trimEnd();',
      `const text = styledCharsToString(lineWithoutEmptyItems).trimEnd();
            lastRows[y] = { line, text };
            return text;`,
    ],
    // A text of one line is that line; it need not be taken apart and put together.
    [
      'let lines = characterLines.map(line => styledCharsToString(line));',
      "let lines = text.includes('\\n') ? characterLines.map(line => styledCharsToString(line)) : [text];",
    ],
    [
      'for (const character of this.caches.getStyledChars(text)) {',
      "for (const character of text.includes('\\n') ? this.caches.getStyledChars(text) : []) {",
    ],
    // What is not cut need not be sliced.
    ['if (from >= to) {', 'if (from === 0 && to >= this.caches.getStringWidth(line)) return line;\n        if (from >= to) {'],
  ],
  'build/render-node-to-output.js': [
    ['const currentWidth = widestLine(text);', 'const currentWidth = widthOf(text);'],
    ['const renderNodeToOutput = (', `const widthOf = ${remembering('widestLine')};\nconst renderNodeToOutput = (`],
  ],
  'build/squash-text-nodes.js': [
    ["text = sanitizeAnsi(text.replaceAll('\\r\\n', '\\n'));", 'text = clean(text);'],
    [
      'const squashTextNodes = (',
      `const clean = ${remembering("((text) => sanitizeAnsi(text.replaceAll('\\r\\n', '\\n')))")};\nconst squashTextNodes = (`,
    ],
  ],
};

/** The source with all replacements made; an error names the place that is not there any more. */
export function patched(file, source) {
  let text = source;
  for (const [before, after] of REPLACEMENTS[file] ?? []) {
    if (text.split(before).length !== 2)
      throw new Error(`ink: ${file} has no longer exactly one "${before}": look at tools/ink-patch.mjs`);
    text = text.replace(before, () => after);
  }
  return text;
}

/** For esbuild. */
export const inkPatch = {
  name: 'ink-patch',
  setup(build) {
    build.onLoad(
      { filter: /[\\/]node_modules[\\/]ink[\\/]build[\\/](output|render-node-to-output|squash-text-nodes)\.js$/ },
      async ({ path }) => {
        const { readFile } = await import('node:fs/promises');
        const file = `build/${path.split(/[\\/]/).at(-1)}`;
        return { contents: patched(file, await readFile(path, 'utf8')), loader: 'js' };
      },
    );
  },
};
