import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ContainerDetails, ContainerSummary } from '../../src/api/calls/containers.ts';
import { type Place, writeProject } from './prepare.ts';
import type { Figures, Subject } from './rounds.ts';
import { supervisorOf, timed } from './workload.ts';

/** The cost of health checks for the supervisor: one beside an exec of the same program, and some in an idle project. */
export function health(place: Place): readonly Subject[] {
  return [oneCheck(place), idle(place)];
}

const COMMAND = ['/bin/busybox', 'false'];
const MEASURED = 4000;

/** Processor time of the supervisor for one of each, and descriptors and cgroups that checks leave. */
function oneCheck(place: Place): Subject {
  const own = `rootfs: ./root, command: [/bin/sleep, '1000'], stop_grace_period: 0s`;
  const plain = project(place, 'unchecked', 1, `{${own}}`);
  const test = JSON.stringify(['CMD', ...COMMAND]);
  const checked = project(place, 'checked', 1, `{${own}, healthcheck: {test: ${test}, interval: 10ms}}`);
  return {
    name: 'health check',
    run: async (): Promise<Figures> => {
      for (const words of [plain, checked]) timed(process.execPath, [...words, 'up', '-d'], place);
      const [id] = await idsOf(place, 'unchecked');
      const ping = await costOf('unchecked', (count) =>
        repeated(count, () => ask(place, 'unchecked', 'GET', '/_ping')),
      );
      const exec = await costOf('unchecked', (count) => repeated(count, () => execInside(place, id!)));
      const descriptors = openDescriptors('checked');
      const check = await costOf('checked', async () => {
        const before = await streakOf(place);
        await sleep(MEASURED);
        return (await streakOf(place)) - before;
      });
      const left = Math.max(0, openDescriptors('checked') - descriptors - OF_A_CHECK);
      for (const words of [plain, checked]) timed(process.execPath, [...words, 'down'], place);
      return { 'health check': check, 'health exec': exec - CALLS * ping, 'health left': left };
    },
  };
}

/** 100 services, 20 of them checked every 10 seconds, and nothing else. */
function idle(place: Place): Subject {
  const sleeps = `rootfs: ./root, command: [/bin/sleep, '1000'], stop_grace_period: 0s`;
  const test = JSON.stringify(['CMD', ...COMMAND]);
  const check = `, healthcheck: {test: ${test}, interval: 10s}`;
  const words = project(place, 'idle', 100, (index) => `{${sleeps}${index <= 20 ? check : ''}}`);
  return {
    name: 'idle supervisor',
    run: async (): Promise<Figures> => {
      timed(process.execPath, [...words, 'up', '-d'], place);
      // The first checks come with the starts.
      await sleep(5000);
      const supervisor = supervisorOf('idle');
      const before = processorTime(supervisor);
      await sleep(IDLE);
      const used = processorTime(supervisor) - before;
      timed(process.execPath, [...words, 'down'], place);
      return { 'health idle ‰': (used / IDLE) * 1000 };
    },
  };
}

const IDLE = 20_000;

/** Calls of an exec; what they cost is not part of it. */
const CALLS = 3;

/** Pipe, memfd, pidfds and the like: a check may be in progress. */
const OF_A_CHECK = 12;

const execInside = async (place: Place, container: string): Promise<void> => {
  const made = await ask(place, 'unchecked', 'POST', `/containers/${container}/exec`, { Cmd: COMMAND });
  const { Id } = JSON.parse(made) as { readonly Id: string };
  await ask(place, 'unchecked', 'POST', `/exec/${Id}/start`, { Detach: true });
  await ask(place, 'unchecked', 'POST', `/exec/${Id}/wait`);
};

const repeated = async (milliseconds: number, work: () => Promise<unknown>): Promise<number> => {
  let count = 0;
  for (const end = performance.now() + milliseconds; performance.now() < end; count++) await work();
  return count;
};

/** Milliseconds of processor time of a supervisor for one piece of a work that returns how many it has done. */
const costOf = async (name: string, work: (milliseconds: number) => Promise<number>): Promise<number> => {
  const supervisor = supervisorOf(name);
  const before = processorTime(supervisor);
  const count = await work(MEASURED);
  return (processorTime(supervisor) - before) / count;
};

/** Milliseconds of all threads; the first number of /proc/PID/task/TID/schedstat is in nanoseconds. */
const processorTime = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map(
      (thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]) / 1e6,
    )
    .reduce((sum, each) => sum + each, 0);

const openDescriptors = (name: string): number => readdirSync(`/proc/${supervisorOf(name)}/fd`).length;

const idsOf = async (place: Place, name: string): Promise<readonly string[]> =>
  (JSON.parse(await ask(place, name, 'GET', '/containers/json')) as readonly ContainerSummary[]).map(
    ({ Id }) => Id,
  );

/** The number of checks that have failed, which is all of them. */
const streakOf = async (place: Place): Promise<number> => {
  const [id] = await idsOf(place, 'checked');
  const { State } = JSON.parse(
    await ask(place, 'checked', 'GET', `/containers/${id}/json`),
  ) as ContainerDetails;
  return State.Health?.FailingStreak ?? 0;
};

const ask = (place: Place, name: string, method: string, path: string, body?: object): Promise<string> =>
  new Promise((resolve, reject) => {
    const socketPath = join(place.environment.TSCOMPOSE_RUN_DIR!, name, 'supervisor.sock');
    const asking = request({ socketPath, method, path, agent: false }, (response) => {
      text(response).then(resolve, reject);
    });
    asking.once('error', reject).end(body && JSON.stringify(body));
  });

const project = (
  place: Place,
  name: string,
  services: number,
  service: string | ((index: number) => string),
): readonly string[] => [
  '--',
  place.tscompose,
  '--progress',
  'quiet',
  '-f',
  writeProject(place.directory, name, services, service, `name: ${name}`),
];
