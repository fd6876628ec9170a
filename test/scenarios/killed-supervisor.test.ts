import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNightly, patience } from '../patience.ts';
import type { Background } from './harness/cli.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const SERVICES = 4;

const many = (color: string | number) =>
  `services:\n${Array.from({ length: SERVICES }, (_, index) => `  s${index + 1}: { ${shell('echo $COLOR >/srv/color; exec sleep 1000')}, stop_grace_period: 0s, memory: 64m, environment: { COLOR: "${color}" } }\n`).join('')}`;

/** What runs in the cgroups of the project. */
function programs({ name }: Project): readonly string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(`/${name}/`)) return [];
      return [readlinkSync(`/proc/${pid}/exe`)];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

/** Resolves as soon as it has printed so many lines, or has ended. */
const printed = (command: Background, lines: number): Promise<unknown> =>
  Promise.race([
    command.ended,
    new Promise<void>((resolve) =>
      command.onOutput(() => {
        if (`${command.stdout()}${command.stderr()}`.split('\n').length > lines) resolve();
      }),
    ),
  ]);

/** Lines of an `up`: two of the network, two of each container that is created, two of each that is started. */
const FIRST_START = 2 * SERVICES + 3;
const every: readonly (readonly [line: number, milliseconds: number])[] = [
  [1, 0],
  [4, 0],
  ...Array.from({ length: 2 * SERVICES }, (_, index): [number, number] => [FIRST_START + index, 0]),
  ...[1, 2, 3, 5, 8, 13].map((milliseconds): [number, number] => [FIRST_START, milliseconds]),
];
const chosen = <Moment>(all: readonly Moment[]): readonly Moment[] =>
  isNightly ? all : all.filter((_, index) => index % 3 === 0);
const moments = chosen(every);

/**
 * On a busy machine the supervisor has done more than its command has printed, and this process has read; both are to be
 * told first, or each kill comes too late.
 */
const atOnce: typeof scenario = (title, body) =>
  scenario(title, async (t, project) => {
    setPriority(constants.priority.PRIORITY_HIGH);
    try {
      await body(t, project);
    } finally {
      setPriority(constants.priority.PRIORITY_NORMAL);
    }
  });

atOnce(
  'kill -9 of the supervisor at any moment of an up leaves no container that is half made',
  async (t, project) => {
    t.timeout(180_000 * patience);
    project.compose(many('red'));
    let cut = 0;
    const found: number[] = [];
    for (const [line, milliseconds] of moments) {
      const up = project.begin(['--progress', 'json', 'up', '-d']);
      await printed(up, line);
      if (milliseconds > 0) await sleep(milliseconds);
      const supervisor = project.supervisor();
      if (supervisor !== undefined) kill(supervisor, 'SIGKILL');
      await eventually('what was being started is a program or gone', () =>
        programs(project).every((program) => !/node|tscompose/.test(program)),
      );
      const { code } = await up.ended;
      if (code !== 0) cut++;
      const half = programs(project).length;
      t.true(half <= SERVICES);
      found.push(half);
      // Every second time the next command is one that goes on, otherwise one that takes down.
      if ((line + milliseconds) % 2 === 0) {
        await project.up();
        const states = (await project.containers()).map(({ State }) => State);
        t.deepEqual(states, Array(SERVICES).fill('running'));
        t.is(programs(project).length, SERVICES);
      }
      await project.takeDown();
      await nothingWasMade(project);
    }
    t.log(`${cut} of ${moments.length} were cut off, with ${found.join(', ')} containers`);
    t.true(cut > moments.length / 4, `${cut} were cut off`);
  },
);

const written = (project: Project, container: string): string | undefined => {
  const file = `${project.stateDirectory}/${project.name}/layers/${container}/upper/srv/color`;
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
};

/** An `up` that makes all anew: two lines of each create, stop, rename, start and remove. */
const STOPS = 2 * SERVICES;
const recreateMoments = chosen<readonly [line: number, milliseconds: number]>([
  [1, 0],
  ...Array.from({ length: 2 * SERVICES }, (_, index): [number, number] => [STOPS + 4 * index, 0]),
  ...[1, 3, 8].map((milliseconds): [number, number] => [2 * STOPS, milliseconds]),
]);

atOnce(
  'kill -9 of the supervisor at any moment of a recreate leaves the old container or the new one',
  async (t, project) => {
    t.timeout(240_000 * patience);
    const names = Array.from({ length: SERVICES }, (_, index) => `${project.name}-s${index + 1}-1`);
    const found: string[] = [];
    let cut = 0;
    project.compose(many(-1));
    await project.up();
    for (const [number, [line, milliseconds]] of recreateMoments.entries()) {
      const before = new Map((await project.containers()).map(({ Name, ID }) => [Name, ID]));
      project.compose(many(number));
      const up = project.begin(['--progress', 'json', 'up', '-d']);
      await printed(up, line);
      if (milliseconds > 0) await sleep(milliseconds);
      const supervisor = project.supervisor();
      if (supervisor !== undefined) kill(supervisor, 'SIGKILL');
      await eventually('what was being started is a program or gone', () =>
        programs(project).every((program) => !/node|tscompose/.test(program)),
      );
      if ((await up.ended).code !== 0) cut++;
      const left = await project.containers();
      t.deepEqual(left.map(({ Name }) => Name).toSorted(), names, `after line ${line}`);
      const isOld = ({ Name, ID }: { readonly Name: string; readonly ID: string }) => ID === before.get(Name);
      found.push(left.map((container) => (isOld(container) ? 'o' : 'n')).join(''));
      for (const { Name } of left.filter(isOld)) t.is(written(project, Name), String(number - 1), Name);
      await project.up();
      t.deepEqual(
        (await project.containers()).map(({ State }) => State),
        Array(SERVICES).fill('running'),
      );
      t.is(programs(project).length, SERVICES);
      await eventually('each has written', () =>
        names.every((name) => written(project, name) === String(number)),
      );
      t.deepEqual(project.layers(), names);
    }
    t.log(`${cut} of ${recreateMoments.length} were cut off, and left ${found.join(', ')}`);
    t.true(cut > recreateMoments.length / 4, `${cut} were cut off`);
    t.true(found.some((kept) => kept.includes('o')) && found.some((kept) => kept.includes('n')));
  },
);
