import type { PromptRecord } from '@muster/core';
import { safeText } from '@muster/sdk';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const html = (text: string): string => safeText(text, 10_000).replaceAll(/[&<>"']/g, (char) => ENTITIES[char] ?? '');

/** Long texts keep their lines. */
const lines = (text: string): string => text.split('\n').map(html).join('<br>');

const STYLE = `
:root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif }
body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.3rem }
img { max-width: 100%; image-rendering: pixelated; background: #fff; border: 1px solid #8888 }
input, button { font: inherit; padding: .6rem .8rem; margin: .3rem .3rem .3rem 0 }
input { width: 100%; box-sizing: border-box }
.bar { height: .5rem; background: #8884 } .bar i { display: block; height: 100%; width: 100%; background: #c80; transform-origin: left }
.bad { color: #c22 } .faint { opacity: .7 }
@property --left { syntax: '<integer>'; initial-value: 0; inherits: false }
.left::after { counter-reset: left var(--left); content: counter(left) ' s left' }
@keyframes shrink { to { transform: scaleX(0) } }
`;

/** The seconds count down in the style alone: the page needs no script. */
const countdown = (left: number, share: number): string => `
@keyframes tick { from { --left: ${left} } to { --left: 0 } }
@keyframes rest { from { transform: scaleX(${share.toFixed(4)}) } to { transform: scaleX(0) } }
.left::after { animation: tick ${left}s linear forwards }
.bar i { animation: rest ${left}s linear forwards }
`;

const page = (
  title: string,
  body: string,
  { nonce, head = '', style = '' }: { nonce: string; head?: string; style?: string },
): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
  `<meta name="robots" content="noindex">${head}<title>${html(title)}</title><style nonce="${nonce}">${STYLE}${style}</style></head>` +
  `<body>${body}</body></html>`;

function fields({ kind }: PromptRecord): string {
  if (kind === 'confirm') return '<button name="answer" value="yes">Yes</button><button name="answer" value="no">No</button>';
  if (kind === 'qr') return '<input type="hidden" name="answer" value=""><button>I have scanned it</button>';
  const help = kind === 'otp' ? ' inputmode="numeric" autocomplete="one-time-code"' : ' autocomplete="off" autocapitalize="off"';
  return (
    `<label for="answer">Answer</label><input id="answer" name="answer" required autofocus spellcheck="false" maxlength="10000"${help}>` +
    '<button>Send</button>'
  );
}

export interface QuestionPage {
  readonly prompt: PromptRecord;
  /** Path of this page; the picture's is below it. */
  readonly path: string;
  readonly now: number;
  readonly nonce: string;
  /** What was wrong with the last answer. */
  readonly problem?: string;
}

/** One question, its picture and its deadline, with a form for the answer. */
export function questionPage({ prompt, path, now, nonce, problem }: QuestionPage): string {
  const left = Math.max(0, Math.ceil((prompt.expiresAt - now) / 1_000));
  const share = Math.max(0, Math.min(1, (prompt.expiresAt - now) / Math.max(1, prompt.expiresAt - prompt.createdAt)));
  const until = new Date(prompt.expiresAt).toISOString().slice(11, 19);
  const body = [
    `<p class="faint">${html(prompt.plugin)} · ${html(prompt.label)}</p><h1>${html(prompt.title)}</h1>`,
    prompt.image === null ? '' : `<p><img src="${path}/picture" alt="The picture that the question is about"></p>`,
    prompt.text === null ? '' : `<p>${lines(prompt.text)}</p>`,
    problem === undefined ? '' : `<p class="bad" role="alert">${html(problem)}</p>`,
    `<form method="post" action="${path}">${fields(prompt)}</form>`,
    `<p class="faint"><span class="left"></span> (until ${until} UTC)</p><div class="bar"><i></i></div>`,
  ].join('');
  // When the time is over the page says so by itself.
  const head = `<meta http-equiv="refresh" content="${left + 1}">`;
  return page(`${prompt.label}: ${prompt.title}`, body, { nonce, head, style: countdown(left, share) });
}

export const answeredPage = (nonce: string): string =>
  page('Answered', '<h1>Answered</h1><p>Thank you. The task goes on; this page can be closed.</p>', { nonce });

export const gonePage = (nonce: string): string =>
  page('Gone', '<h1>This question is gone</h1><p>It was answered, or its time is over. Nothing more to do here.</p>', { nonce });
