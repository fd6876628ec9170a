import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ping } from './ping.ts';
import type { Place } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';

/** The start of Node, of which figures of all groups are multiples. */
export const start = (place: Place): readonly Subject[] => [
  { name: 'node', run: () => ({ node: timed(process.execPath, ['-e', '0'], place) }) },
];

/** What one more container costs where there are a hundred, and where there are a thousand. */
export const many = (place: Place): readonly Subject[] => [
  ...(place.limit === undefined ? [] : MANY.map((size) => limit(place, size))),
  ...MANY.map((size) => project(place, size)),
];

const MANY = [100, 1000];

/** The subjects of the README's figures. */
export function workload(place: Place, sizes: readonly number[]): readonly Subject[] {
  return [
    { name: 'help', run: () => ({ help: tscompose(place, ['--help']) }) },
    ...(place.limit === undefined ? [] : sizes.map((size) => limit(place, size))),
    ...sizes.map((size) => project(place, size)),
  ];
}

function limit(place: Place, size: number): Subject {
  return {
    name: `limit ${size}`,
    run: () => {
      const places = [place.run, place.state].map((path) => emptyDirectory(path, 'limit'));
      const answer = execFileSync(place.limit!, [place.root, ...places, `${size}`], { encoding: 'utf8' });
      const times = answer.split(' ').map((text) => Number(text) / 1e6);
      return Object.fromEntries(LIMIT.map((name, index) => [`limit ${size} ${name}`, times[index]!]));
    },
  };
}

/** What limit.c prints. */
const LIMIT = ['up', 'down', 'last', 'confining'];

/** A project from nothing to nothing, and what one asks of it in between. */
function project(place: Place, size: number): Subject {
  const file = ['-f', place.project(size)];
  return {
    name: `up ${size}`,
    run: async (): Promise<Figures> => {
      const begin = performance.now();
      const up = spawnSync(place.tscompose, ['--progress', 'json', ...file, 'up', '-d'], {
        encoding: 'utf8',
        env: place.environment,
      });
      const whole = performance.now() - begin;
      if (up.status !== 0) throw new Error(up.stderr);
      const figures = {
        [`up ${size} whole`]: whole,
        [`up ${size} starts`]: startsOf(up.stderr),
        [`up ${size} last`]: startsOf(up.stderr, 100),
        [`supervisor ${size} MB`]: memoryOf(supervisorOf(`bench${size}`)) / 1024,
        [`guardian ${size} KB`]: memoryOf(pidOf(`^tscompose guardian bench${size} *$`)),
        [`ps ${size}`]: tscompose(place, [...file, 'ps']),
        [`config ${size}`]: tscompose(place, [...file, 'config', '-q']),
        // Not at once: the kernel is busy with new veth pairs for a while.
        [`up ${size} again`]: tscompose(place, ['--progress', 'quiet', ...file, 'up', '-d']),
        [`exec ${size}`]: tscompose(place, [...file, 'exec', '-T', 's1', '/bin/true']),
        [`gap ${size}`]: await gap(place, `bench${size}`),
      };
      return { ...figures, [`down ${size}`]: tscompose(place, ['--progress', 'quiet', ...file, 'down']) };
    },
  };
}

/** From the supervisor's first start to its last execve, by the clock of its events; or from the start of the last so many. */
export function startsOf(lines: string, most = Number.POSITIVE_INFINITY): number {
  const events = lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { text: string; at: number });
  const timesOf = (word: string): readonly number[] =>
    events.flatMap(({ text, at }) => (text === word ? [at] : [])).toSorted((a, b) => a - b);
  const [starting, started] = [timesOf('Starting'), timesOf('Started')];
  return (started.at(-1)! - starting[Math.max(0, starting.length - most)]!) / 1e6;
}

/** From `kill -9` of the supervisor to the first answer of the next one, for which no command is given. */
async function gap({ environment }: Place, project: string): Promise<number> {
  const socketPath = join(environment.TSCOMPOSE_RUN_DIR!, project, 'supervisor.sock');
  const before = supervisorOf(project);
  const begin = performance.now();
  process.kill(before, 'SIGKILL');
  while (!(await ping(socketPath))) await sleep(1);
  return performance.now() - begin;
}

/** KB. */
function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

export const supervisorOf = (project: string): number => pidOf(`supervise ${project} `);

const pidOf = (pattern: string): number =>
  Number(execFileSync('pgrep', ['-f', pattern], { encoding: 'utf8' }).split('\n')[0]);

/** As people type it. */
const tscompose = (place: Place, words: readonly string[]): number => timed(place.tscompose, words, place);

export function timed(program: string, words: readonly string[], place: Place): number {
  const begin = performance.now();
  const { status, stderr } = spawnSync(program, words, {
    env: place.environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ms = performance.now() - begin;
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`);
  return ms;
}

export const emptyDirectory = (parent: string, name: string): string => {
  const path = join(parent, name);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path);
  return path;
};
