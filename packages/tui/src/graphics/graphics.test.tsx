import type { Prompt } from '@muster/api';
import { GraphicsContext, type Picture, PictureView } from '@muster/sdk/ui';
import { Box, render, Text } from 'ink';
import type { ReactNode } from 'react';
import { expect, test } from 'vitest';
import { Question } from '../screens/inbox/question.tsx';
import { NoInput } from '../terminal/no-input.ts';
import { ScreenOutput } from '../terminal/output.ts';
import { VirtualTerminal } from '../testing/virtual-terminal.ts';
import { type Capability, capabilityOf, mayAsk } from './capability.ts';
import { createGraphics } from './create-graphics.ts';
import { toSixel } from './sixel.ts';

const picture = (width: number, height: number): Picture => ({
  width,
  height,
  rgba: Uint8Array.from({ length: width * height * 4 }, (_, at) => (at % 4 === 3 || at % 16 < 4 ? 255 : 0)),
  png: Buffer.from('not looked at'),
});
const IMAGE = picture(20, 8);

interface Drawing {
  readonly terminal: VirtualTerminal;
  readonly show: (node: ReactNode) => Promise<string>;
}

/** Draws on a terminal that takes pictures so; answers with what each frame sends. */
async function drawOn(capability: Capability, work: (drawing: Drawing) => Promise<void>): Promise<void> {
  const terminal = new VirtualTerminal({ columns: 40, rows: 12 });
  const output = new ScreenOutput({ stdout: terminal as unknown as NodeJS.WriteStream });
  output.images.setCapability(capability);
  const graphics = { signOf: output.images.signOf, ask: () => {} };
  const whole = (node: ReactNode): ReactNode => <GraphicsContext value={graphics}>{node}</GraphicsContext>;
  const instance = render(whole(<Text>nothing</Text>), {
    stdout: output as unknown as NodeJS.WriteStream,
    stdin: new NoInput() as unknown as NodeJS.ReadStream,
    interactive: true,
    patchConsole: false,
    maxFps: 1_000,
  });
  try {
    await work({
      terminal,
      async show(node) {
        const before = terminal.raw.length;
        instance.rerender(whole(node));
        await instance.waitUntilRenderFlush();
        await terminal.drawn();
        return terminal.raw.slice(before);
      },
    });
  } finally {
    instance.unmount();
  }
}

const View = ({ beside = 'beside', over = '' }: { beside?: string; over?: string }): ReactNode => (
  <Box width={40} height={10}>
    <PictureView picture={IMAGE} width={24} height={6} />
    <Text>{`\n\n${beside}`}</Text>
    {over === '' ? null : (
      <Box position="absolute" top={2} left={4}>
        <Text>{over}</Text>
      </Box>
    )}
  </Box>
);

test('kitty gets the data once, places it by number, and takes it away', async () => {
  await drawOn({ protocol: 'kitty' }, async ({ terminal, show }) => {
    const first = await show(<View />);
    expect(first).toContain('\u001b[2;3H\u001b_Ga=t,f=100,i=1,q=2,m=0;');
    expect(first).toContain('\u001b_Ga=p,i=1,p=1,c=20,r=4,C=1,q=2\u001b\\');
    expect(terminal.line(3)).toBe('');
    expect(terminal.screen()).toContain('beside');
    expect(await show(<View beside="beside it" />)).not.toContain('\u001b_G');
    // A dialog in front of it: pictures would lie over it.
    const covered = await show(<View over="dialog" />);
    expect(covered).toContain('\u001b_Ga=d,d=I,i=1,q=2\u001b\\');
    expect(terminal.line(2)).toContain('dialog');
    expect(await show(<View />)).toContain('a=p,i=1');
    expect(await show(<Text>gone</Text>)).toContain('a=d,d=I,i=1');
  });
});

test('without a way to take pictures away, everything is drawn anew', async () => {
  await drawOn({ protocol: 'iterm' }, async ({ show }) => {
    expect(await show(<View />)).toContain('\u001b]1337;File=inline=1;size=13;width=20;height=4;');
    expect(await show(<View beside="漢字" />)).toContain(']1337;');
    expect(await show(<View beside="漢字" />)).toBe('');
    expect(await show(<Text>gone</Text>)).toContain('\u001b[2J');
  });
});

test('a large picture is called small where it is drawn from blocks, and not where the terminal draws it', async () => {
  const prompt: Prompt = {
    id: 'p1',
    kind: 'captcha',
    title: 'Which?',
    plugin: 'demo',
    job: 'j1',
    task: 't1',
    account: null,
    label: 'anna',
    text: null,
    hasImage: true,
    createdAt: 0,
    expiresAt: 60_000,
  };
  const question = (
    <Question
      prompt={prompt}
      view={{ cursor: 0, answer: null }}
      now={0}
      shown={{ prompt: 'p1', picture: picture(400, 40), problem: '' }}
      width={40}
      height={12}
    />
  );
  await drawOn({ protocol: 'kitty' }, async ({ terminal, show }) => {
    expect(await show(question)).toContain('a=p,i=1');
    expect(terminal.screen()).not.toContain('drawn small');
    await show(<GraphicsContext value={{ signOf: () => undefined, ask: () => {} }}>{question}</GraphicsContext>);
    expect(terminal.screen()).toContain('drawn small');
  });
});

/** The colour numbers of the pixels of sixel graphics. */
function pixelsOf(sixel: string, width: number): number[] {
  const body = /"1;1;\d+;\d+(?:#\d+;2;\d+;\d+;\d+)*([^]*)\\$/.exec(sixel)?.[1]?.slice(0, -1) ?? '';
  const pixels: number[] = [];
  for (const [band, lines] of body.split('-').entries())
    for (const line of lines.split('$')) {
      const [, register = '', signs = ''] = /^#(\d+)([^]*)$/.exec(line) ?? [];
      const all = signs.replaceAll(/!(\d+)(.)/g, (_, count: string, sign: string) => sign.repeat(Number(count)));
      for (let x = 0; x < width; x++)
        for (let y = 0; y < 6; y++)
          if ((all.charCodeAt(x) - 63) & (1 << y)) pixels[(band * 6 + y) * width + x] = Number(register);
    }
  return pixels;
}

test('sixels have every pixel in its colour', () => {
  const pixels = pixelsOf(toSixel(IMAGE, 20, 8), 20);
  expect(pixels).toHaveLength(160);
  expect(pixels.slice(0, 4)).toEqual([215, 0, 0, 0]);
  expect(toSixel(IMAGE, 20, 8)).toContain('#215;2;100;100;100');
});

const capabilityIn = (replies: readonly string[], width = 80, height = 24): ReturnType<typeof capabilityOf> =>
  capabilityOf(replies, { width, height });

test('xterm, which tells no size of a cell, is asked how much of it takes pictures', () => {
  const attributes = '\u001b[?63;1;2;4;6;9;15;16;22;28c';
  const sixel = (width: number, height: number) => ({ protocol: 'sixel', cell: { width, height } });
  expect(capabilityIn(['\u001b[?2;0;800;450S', attributes], 100, 30)).toEqual(sixel(8, 15));
  // As much as it is set to take: then a picture is smaller than its place, never larger.
  expect(capabilityIn(['\u001b[?2;0;1000;675S', attributes], 140, 45)).toEqual(sixel(7, 15));
  expect(capabilityIn(['\u001b[6;20;10t', '\u001b[?2;0;1000;675S', attributes])).toEqual(sixel(10, 20));
  for (const refused of ['\u001b[?2;3;0S', '\u001b[?2;0;0;0S', '\u001b[?2;0;99999;99999S'])
    expect(capabilityIn([refused, attributes])).toBeUndefined();
});

test('what a terminal can is what it says, and nothing is concluded from silence', () => {
  const attributes = '\u001b[?62;4;22c';
  expect(capabilityIn(['\u001b_Gi=31;OK\u001b\\', '\u001b[?62c'])).toEqual({ protocol: 'kitty' });
  expect(capabilityIn(['\u001bP>|iTerm2 3.5.0\u001b\\', attributes])).toEqual({ protocol: 'iterm' });
  expect(capabilityIn(['\u001b[6;20;10t', attributes])).toEqual({ protocol: 'sixel', cell: { width: 10, height: 20 } });
  for (const replies of [
    [attributes],
    ['\u001b[6;0;10t', attributes],
    ['\u001b[6;20;10t', '\u001b[?1;2c'],
    ['\u001b_Gi=31;EBADF\u001b\\'],
    [],
  ])
    expect(capabilityIn(replies)).toBeUndefined();
  expect(['xterm-256color', 'tmux-256color', 'linux', 'dumb', undefined].map((TERM) => mayAsk({ TERM }))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('a terminal is asked once, and an answer that comes late changes nothing', async () => {
  const written: string[] = [];
  const layer = new ScreenOutput({ stdout: new VirtualTerminal({ columns: 9, rows: 9 }) as unknown as NodeJS.WriteStream })
    .images;
  const asked = createGraphics({
    layer,
    write: (sequence) => written.push(sequence),
    size: () => ({ width: 9, height: 9 }),
    mayAsk: true,
  });
  const before = asked.graphics.get();
  expect(asked.hear('\u001b[?62c')).toBe(false);
  before.ask();
  before.ask();
  expect(written).toHaveLength(1);
  expect(asked.hear('\u001b_Gi=31;OK\u001b\\')).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked.hear('\u001b[?62c')).toBe(false);
  expect(asked.graphics.get()).toBe(before);
  expect(before.signOf(IMAGE, 5, 5)).toBeUndefined();
  asked.close();
});
