import { createColors } from 'picocolors';
import type { Facet, Held, IsolationReport, SharedMount } from '../../engine/doors/isolation.ts';
import type { Context } from '../command-context.ts';
import { cellOf } from './isolation-cells.ts';
import { openingRows } from './isolation-openings.ts';
import { table } from './table.ts';

const COLUMNS: readonly (readonly [title: string, facet: Facet])[] = [
  ['NAMESPACES', 'namespaces'],
  ['CAPABILITIES', 'capabilities'],
  ['SECCOMP', 'seccomp'],
  ['DEVICES', 'devices'],
  ['USER', 'user'],
  ['HOST MOUNTS', 'mounts'],
];

/** The table, then what is open and by which line, what differs from the file, and what containers share. */
export function isolationLines(
  { containers, sharedMounts }: IsolationReport,
  { color, cwd }: Pick<Context, 'color' | 'cwd'>,
): readonly string[] {
  const { yellow } = createColors(color.stdout);
  const label = labels(containers);
  const tables: readonly (readonly [header: readonly string[], rows: readonly (readonly string[])[]])[] = [
    [
      ['SERVICE', 'STATE', ...COLUMNS.map(([title]) => `  ${title}`)],
      containers.map((held) => [
        label(held.container),
        held.pid === undefined ? 'not running' : 'running',
        ...COLUMNS.map(([, facet]) => marked(facet, held)),
      ]),
    ],
    [
      ['SERVICE', 'OPEN', 'BY'],
      containers.flatMap((held) =>
        openingRows(held, cwd).map(({ text, by }) => [label(held.container), text, by]),
      ),
    ],
    [
      ['SERVICE', 'NOT AS IN THE FILE', 'BECAUSE'],
      containers.flatMap((held) =>
        held.differences.map(({ facet, since }) => [label(held.container), titleOf(facet), BECAUSE[since]]),
      ),
    ],
    [['SHARED PATH', 'OF'], sharedMounts.map((mount) => [mount.source, sharersText(mount, label)])],
  ];
  const paint = (cell: string): string => (cell.startsWith(MARK) ? yellow(cell) : cell);
  return tables
    .filter(([, rows], index) => index === 0 || rows.length > 0)
    .flatMap(([header, rows], index) => [
      ...(index === 0 ? [] : ['']),
      ...table(header, rows, { gap: 2, paint }),
    ]);
}

/** The same for a service that `explain` is about. */
export function isolationText(held: Held, { color, cwd }: Pick<Context, 'color' | 'cwd'>): string {
  const { yellow } = createColors(color.stdout);
  const rows = COLUMNS.map(([title, facet]) => [title.toLowerCase(), marked(facet, held)]);
  const openings = openingRows(held, cwd).map(({ text, by }) => [text, by]);
  const [facets, open] = [rows, openings].map(([first = [], ...others]) =>
    table(first, others, { gap: 2, paint: (cell) => (cell.startsWith(MARK) ? yellow(cell) : cell) }),
  );
  const indented = [...facets!, ...(openings.length > 0 ? ['', ...open!] : [])].map((line) =>
    line === '' ? line : `        ${line}`,
  );
  return ['Isolation by the file; `tscompose isolation` shows that of what runs', '', ...indented].join('\n');
}

/** Something in this column is open. */
function marked(facet: Facet, { facts, open }: Held): string {
  const isOpen = open.some((opening) => opening.facet === facet);
  return `${isOpen ? MARK : ' '} ${cellOf(facet, facts)}`;
}

const MARK = '!';

const BECAUSE = {
  file: 'the file has changed since the start: `up` creates the container again',
  start: 'it was changed while the container ran: `up --force-recreate` makes it as in the file',
} as const;

const titleOf = (facet: Facet): string => COLUMNS.find(([, one]) => one === facet)![0].toLowerCase();

/** A service, or a container if its service has several, as with `run`. */
function labels(containers: readonly Held[]): (container: string) => string {
  const services = new Map(containers.map(({ container, service }) => [container, service]));
  const counts = new Map<string, number>();
  for (const service of services.values()) counts.set(service, (counts.get(service) ?? 0) + 1);
  return (container) => {
    const service = services.get(container);
    return service !== undefined && counts.get(service) === 1 ? service : container;
  };
}

function sharersText({ in: sharers }: SharedMount, label: (container: string) => string): string {
  return sharers
    .map(
      ({ container, target, isWritable }) =>
        `${label(container)} (${target}${isWritable ? '' : ', read-only'})`,
    )
    .join(', ');
}
