import { readFileSync } from 'node:fs';
import { kill } from 'node:process';
import { callSupervisor } from './harness/control.ts';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

/** It says what it hears; a frozen process hears nothing. */
const listens = shell(
  'trap "echo heard" USR1; trap "exit 7" TERM; echo ready; while :; do sleep 1000 & wait $!; done',
);

const prints = (project: Project, service: string, text: string) =>
  eventually(`${service} prints ${text}`, async () => (await logOf(project, service)).includes(text));

const logOf = async (project: Project, service: string): Promise<string> => {
  const { ID } = await project.container(service);
  return (await callSupervisor(project, { path: `/containers/${ID}/logs` })).text;
};

/** proc_pid_status(5): SIGUSR1 was sent, and waits. */
const hasPendingSignal = (pid: number): boolean =>
  /^ShdPnd:\t0*200$/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));

scenario(
  'pause freezes the processes of a service until unpause, with both runners [limits]',
  async (t, project) => {
    project.compose(`services:\n  a: { ${listens} }\n  b: { ${listens} }\n`);
    await project.up('a');
    await project.ok('--runner', 'reexec', 'up', '-d', 'b');
    for (const service of ['a', 'b']) {
      await prints(project, service, 'ready');
      const { Pid: pid, ID: id } = await project.container(service);
      t.regex((await project.tscompose('pause', service)).stderr, /paused/i);
      kill(pid, 'SIGUSR1');
      t.true(hasPendingSignal(pid));
      t.notRegex(await logOf(project, service), /heard/);
      const { State, Status, ID } = await project.container(service);
      t.deepEqual([State, ID], ['paused', id]);
      t.regex(Status, /^Up .* \(Paused\)$/);

      await project.ok('unpause', service);
      t.is((await project.container(service)).State, 'running');
      await prints(project, service, 'heard');
      t.is((await project.container(service)).Pid, pid);
    }
  },
);

scenario(
  'a paused container can be stopped, killed, restarted and taken down, and up continues it [limits]',
  async (t, project) => {
    project.compose(
      `services:\n  a: { ${listens}, stop_grace_period: 60s }\n  b: { ${listens}, stop_grace_period: 60s }\n`,
    );
    await project.up();
    await Promise.all(['a', 'b'].map((service) => prints(project, service, 'ready')));
    await project.ok('pause');
    await project.change('stop', 'a');
    t.is((await project.container('a')).ExitCode, 7);
    await project.change('kill', 'b');
    t.is((await project.container('b')).ExitCode, 137);

    await project.change('start');
    await prints(project, 'a', 'ready');
    const first = await project.container('a');
    await project.ok('pause', 'a');
    await project.up();
    const second = await project.container('a');
    t.deepEqual([second.State, second.Pid], ['running', first.Pid]);
    await project.ok('pause', 'a');
    await project.changeAtOnce('restart', 'a');
    const third = await project.container('a');
    t.is(third.State, 'running');
    t.not(third.Pid, first.Pid);
    // What is left to `down` is paused, and its end is reported as that of any other.
    await project.ok('pause', 'a');
    await project.changeAtOnce('down');
    t.deepEqual(await project.containers(), []);
  },
);

scenario('the next supervisor finds a container paused, and continues it [limits]', async (t, project) => {
  project.compose(`services:\n  a: { ${listens} }\n  gone: { ${listens} }\n`);
  await project.up();
  await Promise.all(['a', 'gone'].map((service) => prints(project, service, 'ready')));
  await project.ok('pause');
  const [a, gone] = [await project.container('a'), await project.container('gone')];
  await project.endSupervision();
  kill(gone.Pid, 'SIGKILL');
  await project.ok('ps');
  t.is((await project.container('a')).State, 'paused');
  kill(a.Pid, 'SIGUSR1');
  t.true(hasPendingSignal(a.Pid));
  // A frozen process does not end on version 1 of cgroups before it is thawed.
  await project.ok('unpause');
  await prints(project, 'a', 'heard');
  await eventually('the other has ended', async () => (await project.container('gone')).State === 'exited');
  t.is((await project.tscompose('pause', 'gone')).code, 0);
});

scenario(
  'pause and unpause twice and exec in between are refused, as the calls are [limits]',
  async (t, project) => {
    project.compose(`services:\n  a: { ${listens} }\n`);
    t.is((await project.tscompose('pause', 'a')).code, 0);
    t.is(project.supervisor(), undefined);
    isRefused(t, await project.tscompose('pause', 'nobody'), { errors: ['unknown-service'] });
    await project.up();
    const { ID } = await project.container('a');
    const post = async (what: string) =>
      (await callSupervisor(project, { method: 'POST', path: `/containers/${ID}/${what}` })).status;
    t.deepEqual([await post('unpause'), await post('pause'), await post('pause')], [409, 204, 409]);
    const { body } = await callSupervisor(project, { path: `/containers/${ID}/json` });
    t.like(body, { State: { Status: 'paused', Running: true, Paused: true } });
    isRefused(t, await project.tscompose('pause', 'a'), { errors: ['paused'], says: /already paused/ });
    isRefused(t, await project.tscompose('exec', '-T', 'a', 'true'), {
      errors: ['paused'],
      says: /is paused, unpause the container before exec/,
    });
    t.is(await post('unpause'), 204);
    isRefused(t, await project.tscompose('unpause', 'a'), { errors: ['not-paused'] });
  },
);
