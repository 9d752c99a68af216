import { renderToString } from 'ink';
import { expect, test } from 'vitest';
import { Panel } from './panel.tsx';

const edges = (width: number, title: string, aside: string, footer = ''): (string | undefined)[] => {
  const lines = renderToString(<Panel title={title} aside={aside} footer={footer} width={width} height={3} />, {
    columns: width,
  }).split('\n');
  return [lines[0], lines.at(-1)];
};

test('the title stays whole before what stands at the right, which is cut or left out', () => {
  expect(edges(40, 'Validate', 'done · by me')[0]).toBe('╭─ Validate ──────────── done · by me ─╮');
  expect(edges(32, 'Validate', 'done · by schedule nightly')[0]).toBe('╭─ Validate ─ done · by sche… ─╮');
  expect(edges(22, 'Validate', 'done · by schedule')[0]).toBe('╭─ Validate ─────────╮');
});

test('a title too long is cut, and the frame keeps its width', () => {
  for (const edge of edges(16, 'a title that is too long', 'aside', 'a footer that is too long')) expect(edge).toHaveLength(16);
  expect(edges(16, 'a title that is too long', '')[0]).toBe('╭─ a title tha…╮');
});
