import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { isNightly, patience } from '../patience.ts';
import type { Background } from './harness/cli.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';

const SERVICES = 4;

const many = `services:\n${Array.from({ length: SERVICES }, (_, index) => `  s${index + 1}: { command: [sleep, "1000"], stop_grace_period: 0s, memory: 64m }\n`).join('')}`;

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
const moments = isNightly ? every : every.filter((_, index) => index % 2 === 0);

scenario(
  'kill -9 of the supervisor at any moment of an up leaves no container that is half made',
  async (t, project) => {
    t.timeout(180_000 * patience);
    project.compose(many);
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
        await project.ok('up', '-d');
        const states = (await project.containers()).map(({ State }) => State);
        t.deepEqual(states, Array(SERVICES).fill('running'));
        t.is(programs(project).length, SERVICES);
      }
      await project.ok('down', '-t', '0');
      await nothingWasMade(project);
    }
    t.log(`${cut} of ${moments.length} were cut off, with ${found.join(', ')} containers`);
    t.true(cut > 3, `${cut} were cut off`);
  },
);
