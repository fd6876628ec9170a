import type { ExecutionContext } from 'ava';
import { eventually } from './harness/eventually.ts';
import { type Firewall, openFirewalld, openUfw } from './harness/firewall.ts';
import { HOST, NEIGHBOUR, type Outside, openOutside } from './harness/outside.ts';
import type { Project } from './harness/project.ts';
import { needs, whenNightly } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const WEB = `services:
  web:
    ${shell('while :; do echo web | nc -l -p 80; done')}
    rootfs: ./root
    stop_grace_period: 0s
    ports: ["8080:80"]
`;

/**
 * `up` names the firewall and its two commands; they are enough, and a reload of the firewall changes nothing.
 * `lets`: what the firewall lets pass before.
 */
const standsBeside = async (
  t: ExecutionContext,
  project: Project,
  { host, neighbour }: Outside,
  {
    firewall,
    name,
    commands,
    lets,
  }: {
    readonly firewall: Firewall;
    readonly name: string;
    readonly commands: readonly string[];
    readonly lets: { readonly published: boolean };
  },
): Promise<void> => {
  await neighbour.serve(7000);
  const goesOut = async (): Promise<boolean> => {
    const { stdout } = await project.attempt('web', 'nc', '-w', '2', NEIGHBOUR, '7000');
    return stdout.trim() === `from ${HOST}`;
  };
  let address = '';
  const answers = (): boolean => neighbour.ask(HOST, 8080) === 'web';
  const works = async (when: string): Promise<void> => {
    t.true(await goesOut(), `the way out ${when}`);
    // CVE-2025-54410: rules of others come and go, and the container is reached by its published port alone.
    t.is(neighbour.ask(address, 80), '', `its own address ${when}`);
    t.true(await eventually(`the published port ${when}`, () => answers() || undefined));
  };
  const doctor = async (): Promise<string> => (await project.tscompose('doctor')).stdout;
  project.root();
  project.compose(WEB);
  const { stderr, code } = await project.tscompose('up', '-d');
  t.is(code, 0, stderr);
  address = /inet ([\d.]+)/.exec(await project.exec('web', 'ip', '-o', '-4', 'addr', 'show', 'eth0'))![1]!;
  neighbour.run('ip', 'route', 'replace', `${address}/32`, 'via', HOST);
  t.regex(stderr, new RegExp(`foreign-firewall.*${name} drops packets`, 's'));
  t.deepEqual(
    [...stderr.matchAll(/`([^`]*)`/g)].map(([, command]) => command),
    commands,
  );
  t.is(/published ports are not reached/.test(stderr), !lets.published, stderr);
  t.regex(await doctor(), /! firewall .*FORWARD drops/);
  t.false(await goesOut(), 'the firewall is in the way');
  t.is(answers(), lets.published);

  for (const command of commands) firewall.run(command);
  await works('is open');
  t.notRegex((await project.tscompose('up', '-d')).stderr, /foreign-firewall/, 'nothing more to say');
  t.notRegex(await doctor(), /! firewall/);
  firewall.reload();
  await works('stays open after a reload');

  process.kill(project.supervisor()!, 'SIGKILL');
  firewall.reload();
  await project.ok('ps');
  await works('stays open under the next supervisor');
  const rules = (): string => host('/usr/sbin/nft', '-s', 'list', 'ruleset');
  t.regex(rules(), /table inet tscompose-/);
  await project.change('down');
  t.notRegex(rules(), /table inet tscompose-/);
  t.regex(rules(), /iifname "tsc\*"/, 'what the user has added stays');
};

const needsUfw = whenNightly(needs('busybox', 'nft', 'socat', 'iptables-nft', 'ufw'));
needsUfw('ufw: up names the two rules that let packets pass, and they are enough', async (t, project) => {
  const outside = await openOutside(t);
  await standsBeside(t, project, outside, {
    firewall: openUfw(t, outside),
    name: 'ufw',
    commands: ['ufw route allow in on tsc+', 'ufw route allow out on tsc+'],
    lets: { published: false },
  });
});

const needsFirewalld = whenNightly(needs('busybox', 'nft', 'socat', 'firewalld', 'dbus-daemon'));
needsFirewalld('firewalld: up names its two commands, and they are enough', async (t, project) => {
  const outside = await openOutside(t);
  await standsBeside(t, project, outside, {
    firewall: await openFirewalld(t, outside),
    name: 'firewalld',
    commands: ['firewall-cmd --permanent --zone=trusted --add-interface=tsc+', 'firewall-cmd --reload'],
    // Its rules accept what came by destination NAT.
    lets: { published: true },
  });
});
