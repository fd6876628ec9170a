import { readFileSync } from 'node:fs';
import { isNightly, patience } from '../patience.ts';
import { askTcp } from './harness/ask.ts';
import { eventually } from './harness/eventually.ts';
import { cablesOf } from './harness/leftovers.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const composed = (third: number): string => `services:
  web:
    ${shell('while :; do echo web | nc -l -p 80; done')}
    rootfs: ./root
    stop_grace_period: 0s
    ports: ["127.0.0.1:20531:80"]
    networks: [one, two]
networks:
  one: { ipam: { config: [{ subnet: 10.213.${third}.0/24 }] } }
  two: { ipam: { config: [{ subnet: 10.213.33.0/24 }] } }
`;

/** What runs `up` while the supervisor is killed at its message with this number: to rtnetlink, nf_tables or the relay. */
const upKilledAt = async (project: Project, message: number): Promise<boolean> => {
  const supervisor = await eventually('there is a supervisor', () => project.supervisor());
  const inject = `inject=sendto:signal=KILL:when=${message}`;
  const strace = project.launch('strace', ['-qq', '-o', 'trace', '-e', inject, '-p', `${supervisor}`]);
  await eventually('it is traced', () => {
    if (/^TracerPid:\t0$/m.test(readFileSync(`/proc/${supervisor}/status`, 'utf8')))
      throw new Error('not yet');
    return true;
  });
  await project.tscompose('up', '-d');
  const isKilled = project.supervisor() !== supervisor;
  if (!isKilled) strace.signal('SIGINT');
  await strace.ended;
  return isKilled;
};

/** The addresses of the container, as `eth0 10.213.31.2/24`. */
const addresses = async (project: Project): Promise<readonly string[]> =>
  (await project.exec('web', 'ip', '-4', '-o', 'addr'))
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, name]) => name !== 'lo')
    .map(([, name, , address]) => `${name} ${address}`)
    .toSorted();

needs('busybox', 'strace')(
  'a supervisor that is killed between two messages of an attach: the next up brings it to its end, and nothing is left',
  async (t, project) => {
    project.root();
    let third = 31;
    project.compose(composed(third));
    await project.up();
    const [{ Pid: pid } = { Pid: 0 }] = await project.containers('web');
    const links = cablesOf(project).length;
    t.is(links, 2);
    const step = isNightly ? 1 : 8;
    t.timeout(600_000 * patience);
    for (let message = 1 + (isNightly ? 0 : Date.now() % step); ; message += step) {
      third = third === 31 ? 32 : 31;
      project.compose(composed(third));
      const isKilled = await upKilledAt(project, message);
      await project.up();
      const after = `after message ${message}`;
      t.deepEqual(await addresses(project), [`eth0 10.213.${third}.2/24`, 'eth1 10.213.33.2/24'], after);
      t.is((await project.containers('web'))[0]?.Pid, pid, `it runs on ${after}`);
      t.is(cablesOf(project).length, links, `no cable is left ${after}`);
      t.is(await askTcp('127.0.0.1', 20531), 'web', after);
      if (!isKilled) {
        t.true(message > step, 'there were messages');
        t.log(`${message - 1} messages`);
        break;
      }
    }
    await project.change('down');
  },
);
