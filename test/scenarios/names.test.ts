import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { kill } from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchEvents } from './harness/events.ts';
import { eventually } from './harness/eventually.ts';
import { isAlive } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

const idle = 'command: [sleep, "1000"], stop_grace_period: 0s';

/** The status, the answers and the time of a query, as dig prints them. */
const dig = async (project: Project, service: string, ...words: readonly string[]) => {
  const text = await project.exec(service, 'dig', '+tries=1', '+time=8', ...words);
  return {
    status: /status: (\w+)/.exec(text)?.[1],
    answers: [...text.matchAll(/^[^;\s]\S*\s.*\s(\S+)$/gm)].map(([, data]) => data!),
    milliseconds: Number(/Query time: (\d+)/.exec(text)?.[1]),
  };
};

needs('dig')('containers find each other by name over UDP and TCP', async (t, project) => {
  project.compose(`services:
  web: { ${idle}, links: ["db:store"], networks: [front, back], extra_hosts: ["host=host-gateway"] }
  db: { ${idle}, networks: { front: { aliases: [both] } } }
  other: { ${idle}, networks: { front: { aliases: [both] } } }
  far: { ${idle}, networks: [back] }
networks: { front: , back: }
`);
  await project.up();
  const { ID } = await project.container('db');
  const [address] = (await dig(project, 'web', 'db')).answers;
  for (const words of [
    ['db-1'],
    [`${project.name}-db-1`],
    [ID.slice(0, 12)],
    ['store'],
    ['db.front'],
    [`db.${project.name}_front`],
    ['DB'],
    ['+tcp', 'db'],
    ['+noedns', 'db'],
  ])
    t.deepEqual((await dig(project, 'web', ...words)).answers, [address], words.join(' '));
  t.deepEqual((await dig(project, 'web', '-x', address!)).answers, [
    `${project.name}-db-1.${project.name}_front.`,
  ]);
  const six = await dig(project, 'web', 'db', 'AAAA');
  t.deepEqual([six.status, six.answers], ['NOERROR', []]);
  const first = [];
  for (const _ of [1, 2]) first.push((await dig(project, 'web', 'both')).answers[0]);
  t.not(first[0], first[1]);
  t.true((await project.exec('web', 'getent', 'hosts', 'db')).startsWith(address!));
  t.is(
    await project.exec('web', 'sh', '-c', 'getent hosts host | cut -d" " -f1'),
    await project.exec('web', 'sh', '-c', "ip route | sed -n 's/default via \\([^ ]*\\) .*/\\1/p'"),
  );

  // Names follow at once. Red without: `ended` or `began` in engine/names/names.ts.
  await project.change('stop', 'other');
  t.deepEqual((await dig(project, 'web', 'both')).answers, [address]);
  await project.change('start', 'other');
  t.is((await dig(project, 'web', 'both')).answers.length, 2);

  // Red without: `openNameServer` in engine/supervisor/adopt.ts.
  const supervisor = project.supervisor()!;
  kill(supervisor, 'SIGKILL');
  await eventually('the supervisor has ended', () => !isAlive(supervisor));
  await project.ok('ps');
  t.deepEqual((await dig(project, 'web', 'db')).answers, [address]);
  t.deepEqual((await dig(project, 'web', '+tcp', 'store')).answers, [address]);
  t.is(project.complaints(), '');
});

/** Asks for `db` as soon as it is told to, and writes what dig says. */
const ASKS =
  'n=0; while :; do if [ -e /data/ask ]; then rm /data/ask; dig +tries=1 +time=20 db >/data/part; mv /data/part /data/answer; fi; sleep 0.01; done';

/** Red without: `hasEnded` in `lookUp` of engine/names/zone.ts. */
needs('dig')(
  'a name is gone with its container, before its end is heard, and is there again with the event of its next start',
  async (t, project) => {
    project.compose(`services:
  web: { ${shell(ASKS)}, volumes: [./data:/data], stop_grace_period: 0s, networks: [inside] }
  db: { ${stays()}, deploy: { restart_policy: { delay: 2s } }, networks: [inside] }
networks: { inside: { internal: true } }
`);
    project.write('data/.keep', '');
    await project.up();
    const answered = () => eventually('an answer', () => existsSync(project.path('data/answer')));
    const answer = async (): Promise<string> => {
      await answered();
      const text = project.read('data/answer');
      rmSync(project.path('data/answer'));
      return [/status: (\w+)/, /IN\s+A\s+(\d\S+)/].map((found) => found.exec(text)?.[1] ?? '').join(' ');
    };
    const ask = (): string => project.write('data/ask', '');
    ask();
    const before = await answer();
    t.regex(before, /^NOERROR \d/);
    const { Pid: db } = await project.container('db');
    const supervisor = project.supervisor()!;
    const { events, stop } = watchEvents(project);
    try {
      kill(supervisor, 'SIGSTOP');
      kill(db, 'SIGKILL');
      await eventually('it has ended', () => !isAlive(db));
      ask();
      await eventually('it asks', () => !existsSync(project.path('data/ask')));
      await sleep(200);
      kill(supervisor, 'SIGCONT');
      t.is(await answer(), 'NXDOMAIN ');
      await eventually('it is started again', () =>
        events().some(({ type }) => type === 'container.started'),
      );
      ask();
      t.is(await answer(), before);
    } finally {
      kill(supervisor, 'SIGCONT');
      stop();
    }
    t.is(project.complaints(), '');
  },
);

needs('busybox')('a static program resolves names, and a file of the user stays', async (t, project) => {
  project.root();
  project.write('resolv.conf', 'nameserver 192.0.2.1\n');
  project.compose(`services:
  web: { ${stays()}, rootfs: ./root, stop_grace_period: 0s, dns_search: [example.org, "example.com"], dns_opt: ["timeout:1"] }
  db: { ${idle}, rootfs: ./root }
  own: { ${idle}, rootfs: ./root, volumes: ["./resolv.conf:/etc/resolv.conf"] }
`);
  await project.up();
  t.regex(await project.exec('web', 'ping', '-c', '1', '-w', '5', 'db'), /1 packets received/);
  t.is(
    await project.exec('web', 'cat', '/etc/resolv.conf'),
    'nameserver 127.0.0.11\nsearch example.org example.com\noptions timeout:1 ndots:0',
  );
  t.is(await project.exec('own', 'cat', '/etc/resolv.conf'), 'nameserver 192.0.2.1');
});

needs(
  'dig',
  'dnsmasq',
  'ip',
)(
  'other names are asked of the servers of the host as they are now, and never for internal networks',
  async (t, project) => {
    project.compose(`services:
  web: { ${idle} }
  inside: { ${idle}, networks: [secret] }
  server:
    command: [dnsmasq, -k, --conf-file=/dev/null, --no-resolv, --no-hosts, --user=root, --pid-file=, --address=/own.test/10.1.1.1]
    stop_grace_period: 0s
    dns: 127.0.0.1
networks: { default: , secret: { internal: true } }
`);
    // The first server refuses.
    const servers = project.write('resolv.conf', 'nameserver 127.0.0.2\nnameserver 127.0.0.53\n');
    const server = (number: number) =>
      `dnsmasq --conf-file=/dev/null --no-resolv --no-hosts --user=root --bind-interfaces --listen-address=127.0.0.${number} --address=/outside.test/10.9.8.${number} --pid-file=${project.path(`${number}.pid`)}`;
    const words = `ip link set lo up; mount --bind ${servers} /etc/resolv.conf; ${server(53)}; ${server(54)}; exec ${project.command('up', '-d')}`;
    try {
      const { code, stderr } = await project.launch('unshare', ['-nm', 'sh', '-c', words]).ended;
      t.is(code, 0, stderr);
      // Red without: the errors of receiveFrom in ask-by-datagram.ts (it waits 2 seconds).
      const asked = await dig(project, 'web', 'outside.test');
      t.deepEqual(asked.answers, ['10.9.8.53']);
      t.true(asked.milliseconds < 1000, `${asked.milliseconds} ms`);
      t.deepEqual((await dig(project, 'web', '+tcp', 'outside.test')).answers, ['10.9.8.53']);
      t.is((await dig(project, 'web', 'no.such.test')).status, 'REFUSED');
      t.regex(await project.exec('web', 'dig', '+short', 'CH', 'TXT', 'version.bind'), /dnsmasq/);

      // Red without: the version in host-servers.ts.
      writeFileSync(servers, 'nameserver 127.0.0.54\n');
      t.deepEqual((await dig(project, 'web', 'outside.test')).answers, ['10.9.8.54']);

      // Red without: `isInside` in names.ts.
      t.is((await dig(project, 'inside', 'outside.test')).status, 'NXDOMAIN');
      t.is((await dig(project, 'inside', '+tcp', 'outside.test')).status, 'NXDOMAIN');

      // Its own server has port 53. Red without: `insideOf` in names.ts, or portSteps in container/resolver.ts.
      t.deepEqual((await dig(project, 'server', 'own.test')).answers, ['10.1.1.1']);
      t.deepEqual((await dig(project, 'server', 'own.test', '@127.0.0.1')).answers, ['10.1.1.1']);
      t.is((await dig(project, 'server', 'web')).answers.length, 1);
      t.is(project.complaints(), '');
    } finally {
      for (const number of [53, 54])
        try {
          kill(Number(readFileSync(project.path(`${number}.pid`), 'utf8')), 'SIGKILL');
        } catch {
          // It has not started.
        }
    }
  },
);
