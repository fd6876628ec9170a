import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { kill } from 'node:process';
import { isNightly } from '../patience.ts';
import type { Background } from './harness/cli.ts';
import { tscomposePath } from './harness/cli.ts';
import { eventually } from './harness/eventually.ts';
import { untilHealth } from './harness/health.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const DAY = 86_400_000;

/** A copy of the program whose processes have a clock that is off by the milliseconds in a file. */
const withOwnClock = (project: Project) => {
  const offset = project.write('offset', '0');
  cpSync(dirname(tscomposePath), project.path('dist'), { recursive: true });
  symlinkSync(resolve(import.meta.dirname, '../../node_modules'), project.path('node_modules'));
  const jumps = `{ const { readFileSync } = require('node:fs'), now = Date.now; Date.now = () => now() + Number(readFileSync('${offset}')); }`;
  for (const name of ['program', 'supervisor']) {
    const program = project.path(`dist/${name}.js`);
    writeFileSync(program, readFileSync(program, 'utf8').replace('"use strict";', `"use strict"; ${jumps}`));
  }
  return {
    begin: (...words: readonly string[]): Background =>
      project.launch(process.execPath, ['--', project.path('dist/tscompose.js'), ...words]),
    jump: (milliseconds: number): void => writeFileSync(offset, String(milliseconds)),
  };
};

const seconds = async (work: () => Promise<unknown>): Promise<number> => {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
};

scenario(
  'when the clock jumps, checks, restarts, stops and time limits take as long as before',
  async (t, project) => {
    const { begin, jump } = withOwnClock(project);
    const run = async (...words: readonly string[]): Promise<void> => {
      const { code, stderr } = await begin(...words).ended;
      t.is(code, 0, stderr);
    };
    project.compose(`services:
  probed: { ${stays()}, healthcheck: { test: "echo checked >>/tmp/checks", interval: 500ms } }
  falls: { ${shell('echo run; exit 3')}, deploy: { restart_policy: { delay: 2s } } }
  ignores: { command: [sleep, "1000"], stop_grace_period: 2s }
  sick: { ${stays()}, profiles: [sick], healthcheck: { test: "false", interval: 1h } }
`);
    await run('up', '-d');
    const checks = async (): Promise<number> =>
      (await project.exec('probed', 'cat', '/tmp/checks')).split('\n').length;
    const runs = async (): Promise<number> => (await project.logs('falls')).split('run').length;
    const next = async (what: string, count: () => Promise<number>): Promise<void> => {
      const before = await count();
      await eventually(`the next ${what}`, async () => (await count()) > before);
    };
    await untilHealth(project, 'probed', ({ Status }) => Status === 'healthy');
    for (const offset of isNightly ? [DAY, -DAY] : [-DAY]) {
      jump(offset);
      t.regex((await project.container('probed')).Status, /^Up .*\(healthy\)/);
      const [before, first] = [performance.now(), await checks()];
      await eventually('five checks', async () => (await checks()) >= first + 5);
      t.true(performance.now() - before > 4 * 500);
      await next('run', runs);
      // A run is seen some time after it, the one before as well.
      t.true((await seconds(() => next('run', runs))) > 0.7);
      // The next supervisor knows when the wait began by a clock that has jumped since.
      await eventually('it waits', async () => (await project.container('falls')).State === 'restarting');
      jump(-offset);
      kill(project.supervisor()!, 'SIGKILL');
      // Red without: the limits of the rest in resume.ts.
      await next('run', runs);
      t.is((await project.container('probed')).Health, 'healthy');
    }
    const wait = begin('up', '--wait', '--wait-timeout', '3', 'sick');
    await wait.prints(/sick-1 (Started|Waiting)/);
    jump(DAY);
    t.true((await seconds(async () => t.is((await wait.ended).code, 1))) < 20);
    t.regex((await wait.ended).stderr, /not healthy after 3s/);
    const stop = begin('stop', 'ignores');
    jump(-DAY);
    const took = await seconds(() => stop.ended);
    t.true(took > 1.5 && took < 20, `${took} s`);
    await run('down', '-t', '0');
  },
);

/** Red without: `after` in across-supervisors.ts (3 and 4), `first` in control/logs.ts (2), or `marks` in follow.ts (again). */
scenario(
  'when the clock is set back, who follows a log misses nothing: live, after a restart, and from the next supervisor',
  async (t, project) => {
    const { begin, jump } = withOwnClock(project);
    const waits = (number: number): string =>
      `echo line ${number}; until [ -e /data/${number} ]; do sleep 0.02; done`;
    const run = `if [ -e /data/4 ]; then echo again; exec sleep 1000; fi; ${[1, 2, 3, 4].map(waits).join('; ')}; exit 1`;
    project.compose(`services:
  web: { ${shell(run)}, volumes: [./data:/data], restart: on-failure, stop_grace_period: 0s }
`);
    project.write('data/.keep', '');
    const up = begin('up', '--no-log-prefix');
    await up.prints('line 1');
    const since = new Date(Date.now() - 60_000).toISOString();
    const followers = [up, begin('logs', '-f', '--no-log-prefix', '--since', since)];
    const next = async (text: string, number: number): Promise<void> => {
      project.write(`data/${number}`, '');
      await Promise.all(followers.map((one) => one.prints(text)));
    };
    await followers[1]!.prints('line 1');
    jump(-DAY);
    await next('line 2', 1);
    for (const number of [3, 4]) {
      const before = project.supervisor()!;
      kill(before, 'SIGKILL');
      await eventually('the next supervisor', () => ![before, undefined].includes(project.supervisor()));
      await next(`line ${number}`, number - 1);
    }
    await next('again', 4);
    t.is((await begin('down').ended).code, 0);
    for (const { ended } of followers) {
      const { stdout } = await ended;
      t.deepEqual(stdout.match(/^(line \d|again)$/gm), ['line 1', 'line 2', 'line 3', 'line 4', 'again']);
    }
  },
);
