import type { SessionRow } from '@muster/api';
import { type Column, createQr, fitColumns, Lines, Panel, QrCode, type Spans, Table, useTheme, windowTop } from '@muster/sdk/ui';
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { bytes, shortSpan } from '../../parts/format.ts';
import { useMinute, useSecond } from '../../parts/use-minute.ts';
import { useStore } from '../../parts/use-store.ts';
import type { Shell } from '../../shell.ts';
import type { Area } from '../../state/overlays.ts';
import { detailLines, limitsText, linkLines } from './session-lines.ts';
import { SESSION_LOOKS, sessionPhrase } from './session-looks.ts';
import type { SessionsModel, SessionsView as View } from './sessions-model.ts';

const WIDE = 110;
/** The pointer and the mark of a table. */
const MARGIN = 5;
/** Beside a code the list keeps so many columns, and what to do below it so many rows. */
const LIST_LEAST = 45;
const LINK_ROWS = 17;
/** Room for the wide quiet zone of a code. */
const QUIET_COLUMNS = 4;

interface Props extends Area {
  readonly shell: Shell;
  readonly model: SessionsModel;
}

const columnsOf = (now: number): Column<SessionRow>[] => [
  { title: 'SESSION', width: 14, cut: 'middle', cell: ({ label }) => label },
  {
    title: 'STATE',
    width: 11,
    cell({ state }) {
      const { sign, word, tone } = SESSION_LOOKS[state];
      return { text: `${sign} ${word}`, tone };
    },
  },
  { title: 'WHAT', width: 14, grow: true, cell: (row) => ({ text: sessionPhrase(row, now), tone: 'faint' }) },
  {
    title: 'MEMORY',
    width: 8,
    align: 'right',
    cell: ({ figures }) => (figures.memoryBytes === undefined ? '' : bytes(figures.memoryBytes)),
  },
  {
    title: 'CPU',
    width: 6,
    align: 'right',
    cell: ({ figures }) => (figures.cpuPercent === undefined ? '' : `${figures.cpuPercent.toFixed(1)}%`),
  },
  {
    title: 'ACTIVE',
    width: 6,
    align: 'right',
    cell: ({ figures }) => (figures.lastActivityAt === undefined ? '' : shortSpan(Math.max(0, now - figures.lastActivityAt))),
  },
  { title: 'QUEUE', width: 5, align: 'right', cell: ({ figures }) => String(figures.queued ?? '') },
  { title: 'RECON', width: 5, align: 'right', cell: ({ figures }) => String(figures.reconnects ?? '') },
];

function List({ shell, model, width, height }: Props): ReactNode {
  const list = useStore(shell.live.sessions);
  const { filter } = useStore(model.view);
  const rows = model.rows();
  const cursor = model.cursor();
  const shown = height - 3;
  const top = windowTop({ cursor, top: 0, height: shown, total: rows.length });
  const hidden = (list?.sessions.length ?? 0) - rows.length;
  const empty: Spans[] = [
    [],
    [
      {
        text: list === null ? ' …' : ' No session is open. One keeps its account connected, over restarts too.',
        tone: 'faint',
      },
    ],
    ...(list === null
      ? []
      : [[{ text: ` n opens one${hidden > 0 ? `, f shows ${hidden} more` : ''}`, tone: 'faint' }] satisfies Spans]),
  ];
  return (
    <Panel
      title="Sessions"
      aside={`${rows.length} · ${filter}`}
      footer={list ? limitsText(list) : ''}
      focused
      width={width}
      height={height}
    >
      {rows.length === 0 ? (
        <Lines lines={empty.slice(0, height - 2)} width={width - 2} />
      ) : (
        <Table
          columns={fitColumns(columnsOf(shell.now()), width - 2 - MARGIN)}
          rows={rows.slice(top, top + shown)}
          top={top}
          cursor={cursor}
          width={width - 2}
          height={height - 2}
        />
      )}
    </Panel>
  );
}

interface LinkProps extends Props {
  readonly row: SessionRow;
  readonly challenge: NonNullable<View['challenge']>;
}

/** The code and what to do with it; where it does not fit, what else there is. */
function useCode({ challenge, width, height }: { challenge: View['challenge']; width: number; height: number }) {
  const { ascii } = useTheme();
  if (challenge?.kind !== 'qr') return { fits: false, needed: undefined };
  const qr = createQr(challenge.text, { ascii });
  return { fits: qr.fits(width, height), needed: qr.size() };
}

function LinkPanel({ shell, row, challenge, width, height, fits, needed }: LinkProps & ReturnType<typeof useCode>): ReactNode {
  useSecond(shell, challenge.expiresAt !== null);
  const lines = linkLines(row, { challenge, fits, needed, width: width - 2, now: shell.now() });
  return (
    <Panel title={`Link ${row.label}`} tone="ask" width={width} height={height}>
      <Lines lines={lines.slice(0, height - 2)} width={width - 2} />
    </Panel>
  );
}

function Detail({ shell, model, row, width, height }: Props & { row: SessionRow }): ReactNode {
  const { detail } = useStore(model.view);
  const events = useStore(shell.live.events);
  useSecond(shell, row.reopensAt !== null);
  const lines = detailLines(row, { detail, events, width: width - 2, now: shell.now() });
  return (
    <Panel title={row.label} aside={row.plugin} width={width} height={height}>
      <Lines lines={lines.slice(0, height - 2)} width={width - 2} />
    </Panel>
  );
}

/** Where things go: the code alone, beside the list, or what else there is where it does not fit. */
export function SessionsView(props: Props): ReactNode {
  const { shell, model, width, height } = props;
  const { challenge, big } = useStore(model.view);
  const list = useStore(shell.live.sessions);
  useMinute(shell);
  useSecond(shell, list?.sessions.some(({ reopensAt }) => reopensAt !== null) ?? false);
  const row = model.current();
  const inside = shell.navigation.place().item !== undefined && row !== undefined;
  const asked = row?.challenge && challenge?.account === row.account ? challenge : null;
  const wide = width >= WIDE;
  const whole = useCode({ challenge: asked, width, height });
  const codeWidth = Math.min(width - LIST_LEAST, (whole.needed?.columns ?? 0) + QUIET_COLUMNS);
  const beside = useCode({ challenge: asked, width: codeWidth, height });
  const detailWidth = wide && row ? Math.max(48, Math.floor(width * 0.42)) : 0;

  if (row && asked) {
    const link = { ...props, row, challenge: asked };
    if (whole.fits && (big || (inside && !beside.fits))) return <QrCode text={asked.text} width={width} height={height} />;
    if (beside.fits) {
      const lower = Math.min(height - 6, LINK_ROWS);
      const left = width - codeWidth;
      return (
        <Box width={width} height={height}>
          <Box flexDirection="column" width={left}>
            <List {...props} width={left} height={height - lower} />
            <LinkPanel {...link} {...beside} width={left} height={lower} />
          </Box>
          <QrCode text={asked.text} width={codeWidth} height={height} />
        </Box>
      );
    }
    if (inside && !wide) return <LinkPanel {...link} {...whole} />;
    if (wide) {
      return (
        <Box width={width} height={height}>
          <List {...props} width={width - detailWidth} />
          <LinkPanel {...link} {...beside} width={detailWidth} />
        </Box>
      );
    }
  }
  if (inside && !wide) return <Detail {...props} row={row} />;
  return (
    <Box width={width} height={height}>
      <List {...props} width={width - detailWidth} />
      {detailWidth > 0 && row && <Detail {...props} row={row} width={detailWidth} />}
    </Box>
  );
}
