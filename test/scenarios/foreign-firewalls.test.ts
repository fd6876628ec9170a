import { HOST, NEIGHBOUR, openOutside } from './harness/outside.ts';
import { needs } from './harness/scenario.ts';

const withTools = needs('busybox', 'nft', 'socat', 'iptables-nft');

const client = 'command: [sleep, "1000"], rootfs: ./root, stop_grace_period: 0s';

withTools(
  'beside Docker: two rules in its own chain, which the last project takes back',
  async (t, project) => {
    const { neighbour, host } = await openOutside(t);
    await neighbour.serve(7000);
    const iptables = (...words: readonly string[]): string => host('iptables-nft', ...words);
    iptables('-P', 'FORWARD', 'DROP');
    iptables('-N', 'DOCKER-USER');
    iptables('-A', 'FORWARD', '-j', 'DOCKER-USER');
    const before = iptables('-S');
    project.root();
    project.compose(`services:\n  web: { ${client} }\n`);
    const { stderr } = await project.tscompose('up', '-d');
    t.regex(stderr, /foreign-firewall.*Docker.*DOCKER-USER/s);
    t.regex(
      iptables('-S', 'DOCKER-USER'),
      /-A DOCKER-USER -o tsc\+ -j ACCEPT\n-A DOCKER-USER -i tsc\+ -j ACCEPT/,
    );
    // Red without: the two rules.
    t.is(await project.exec('web', 'nc', '-w', '2', NEIGHBOUR, '7000'), `from ${HOST}`);
    t.notRegex((await project.tscompose('up', '-d')).stderr, /foreign-firewall/, 'it is said once');

    process.kill(project.supervisor()!, 'SIGKILL');
    await project.changeAtOnce('down');
    t.is(iptables('-S'), before);
  },
);

withTools('another firewall in the way is named, with the rules to add', async (t, project) => {
  const { neighbour, host } = await openOutside(t);
  await neighbour.serve(7000);
  host(
    '/usr/sbin/nft',
    'add table inet mine { chain pass { type filter hook forward priority 0; policy drop; }; }',
  );
  project.root();
  project.compose(`services:\n  web: { ${client} }\n`);
  const { stderr, code } = await project.tscompose('up', '-d');
  t.is(code, 0);
  t.regex(stderr, /inet mine pass/);
  for (const [, command] of stderr.matchAll(/`nft (insert [^`]*)`/g)) host('/usr/sbin/nft', command!);
  t.is(await project.exec('web', 'nc', '-w', '2', NEIGHBOUR, '7000'), `from ${HOST}`);
});

withTools('a firewall of iptables-legacy too', async (t, project) => {
  const { neighbour, host } = await openOutside(t);
  await neighbour.serve(7000);
  host('iptables-legacy', '-P', 'FORWARD', 'DROP');
  project.root();
  project.compose(`services:\n  web: { ${client} }\n`);
  const { stderr, code } = await project.tscompose('up', '-d');
  t.is(code, 0);
  t.regex((await project.tscompose('doctor')).stdout, /firewall .*ip filter FORWARD drops/);
  const commands = [...stderr.matchAll(/`(iptables-legacy [^`]*)`/g)];
  t.is(commands.length, 2, stderr);
  for (const [, command] of commands) host('sh', '-c', command!);
  t.is(await project.exec('web', 'nc', '-w', '2', NEIGHBOUR, '7000'), `from ${HOST}`);
  t.notRegex((await project.tscompose('up', '-d')).stderr, /foreign-firewall/);
});
