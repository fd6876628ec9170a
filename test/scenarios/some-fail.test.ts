import { readFileSync } from 'node:fs';
import { isNightly, patience } from '../patience.ts';
import { eventually } from './harness/eventually.ts';
import { nothingWasMade } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const SERVICES = isNightly ? 300 : 45;

/** One in twenty fails, and each time otherwise: it exits, is unhealthy, or dies again and again. */
const FAILURES = [
  shell('exit 3'),
  `${stays()}, healthcheck: { test: "false", interval: 100ms, retries: 1 }`,
  `${shell('exit 4')}, restart: "on-failure:2"`,
] as const;

type Recorded = { readonly containers: Record<string, { restartCount?: number; service: string }> };

/** The ends of containers are written within a moment, so the file may be behind what `ps` shows. */
const recorded = (project: Project): Recorded =>
  JSON.parse(readFileSync(project.path('.state', project.name, 'project.json'), 'utf8'));

const isFailing = (index: number): boolean => index % 20 === 0;

scenario(
  'of many services one in twenty fails: the others run, a wait says so, and down leaves nothing',
  async (t, project) => {
    t.timeout(300_000 * patience);
    const service = (index: number): string =>
      isFailing(index) ? FAILURES[(index / 20) % FAILURES.length]! : stays();
    const all = Array.from({ length: SERVICES }, (_, index) => index);
    project.compose(
      `services:\n${all.map((index) => `  s${index}: { ${service(index)}, stop_grace_period: 0s }\n`).join('')}`,
    );
    const failing = all.filter(isFailing);

    const waited = await project.tscompose('--progress', 'quiet', 'up', '--wait');
    t.is(waited.code, 1);
    t.regex(waited.stderr, /error\[dependency-failed\]/);
    t.true(failing.some((index) => waited.stderr.includes(`-s${index}-1`)));
    await nothingWasMade(project);

    await project.ok('--progress', 'quiet', 'up', '-d');
    let longest = 0;
    await eventually('those that fail have failed', async () => {
      const before = performance.now();
      const found = await project.containers();
      longest = Math.max(longest, performance.now() - before);
      const wrong = found.filter(({ Service, State, Health, ExitCode }) => {
        const index = Number(Service.slice(1));
        if (!isFailing(index)) return State !== 'running';
        return (index / 20) % 3 === 1
          ? Health !== 'unhealthy'
          : State !== 'exited' || ![3, 4].includes(ExitCode);
      });
      if (found.length === SERVICES && wrong.length === 0) return true;
      throw new Error(wrong.map(({ Name, State }) => `${Name} ${State}`).join('\n'));
    });
    t.log(`answered within ${Math.round(longest)} ms`);
    await eventually('the record has the restarts', () => {
      for (const { service: name, restartCount = 0 } of Object.values(recorded(project).containers)) {
        const index = Number(name.slice(1));
        const wanted = isFailing(index) && (index / 20) % 3 === 2 ? 2 : 0;
        if (restartCount !== wanted) throw new Error(`${name} has ${restartCount} restarts, not ${wanted}`);
      }
      return true;
    });
    await project.ok('--progress', 'quiet', 'down');
    await nothingWasMade(project);
  },
);
