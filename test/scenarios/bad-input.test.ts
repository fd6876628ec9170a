import { cpSync, mkdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { tscomposePath } from './harness/cli.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

type Case = {
  readonly title: string;
  readonly yaml: string;
  /** Where the files alone do not say that it is wrong; an `up` reads them as `config` does. */
  readonly words?: readonly string[];
  readonly errors: readonly string[];
  readonly at: readonly string[];
  readonly code?: number;
  readonly says?: RegExp;
};

const cases: readonly Case[] = [
  {
    title: 'YAML that does not parse',
    yaml: 'services:\n  web:\n    command: [a\n',
    errors: ['yaml-syntax'],
    at: ['compose.yaml:4:1'],
  },
  {
    title: 'an unknown key, with what was probably meant',
    yaml: 'services:\n  web:\n    command: "true"\n    enviroment: {}\n',
    errors: ['unknown-key'],
    at: ['compose.yaml:4:5'],
    says: /did you mean `environment`/,
  },
  {
    title: 'a value of the wrong type',
    yaml: 'services:\n  web:\n    command: "true"\n    tmpfs: { a: 1 }\n',
    errors: ['invalid-type'],
    at: ['compose.yaml:4:12'],
  },
  {
    title: 'a rootfs that is not there',
    words: ['up', '-d'],
    yaml: 'services:\n  web:\n    rootfs: ./nowhere\n    command: "true"\n',
    errors: ['rootfs-missing'],
    at: ['compose.yaml:3:13'],
  },
  {
    title: 'a rootfs that is not a directory',
    words: ['up', '-d'],
    yaml: 'services:\n  web:\n    rootfs: ./compose.yaml\n    command: "true"\n',
    errors: ['rootfs-missing'],
    at: ['compose.yaml:3:13'],
  },
  {
    title: 'an image that is not there',
    words: ['up', '-d'],
    yaml: 'services:\n  web:\n    image: nginx\n    pull_policy: never\n    command: "true"\n',
    errors: ['no-image'],
    at: ['compose.yaml:3:12'],
    says: /rootfs:/,
  },
  {
    title: 'a network that is not declared',
    yaml: 'services:\n  web:\n    command: "true"\n    networks: [back]\n',
    errors: ['unknown-network'],
    at: ['compose.yaml:4:16'],
  },
  {
    title: 'a dependency that is not a service',
    yaml: 'services:\n  web:\n    command: "true"\n    depends_on: [db]\n',
    errors: ['unknown-service'],
    at: ['compose.yaml:4:18'],
  },
  {
    title: 'services that depend on each other in a circle',
    yaml: `services:
  a: { command: "true", depends_on: [b] }
  b: { command: "true", depends_on: [a] }
`,
    errors: ['dependency-cycle'],
    at: ['compose.yaml:2:38'],
  },
  {
    title: 'subnets that overlap',
    words: ['up', '-d'],
    yaml: `services:
  web: { command: "true", networks: [a, b] }
networks:
  a: { ipam: { config: [{ subnet: 10.211.0.0/16 }] } }
  b: { ipam: { config: [{ subnet: 10.211.4.0/24 }] } }
`,
    errors: ['subnet-overlap'],
    at: ['compose.yaml:5:35'],
  },
  {
    title: 'a missing source of a long bind without `bind:`',
    words: ['up', '-d'],
    yaml: `services:
  web:
    command: "true"
    volumes:
      - { type: bind, source: ./missing, target: /data }
`,
    errors: ['bind-source-missing'],
    at: ['compose.yaml:5:31'],
  },
  {
    title: 'a missing source with `create_host_path: false`',
    words: ['up', '-d'],
    yaml: `services:
  web:
    command: "true"
    volumes:
      - { type: bind, source: ./missing, target: /data, bind: { create_host_path: false } }
`,
    errors: ['bind-source-missing'],
    at: ['compose.yaml:5:31'],
  },
  {
    title: 'less memory than 6 MiB',
    words: ['up', '-d'],
    yaml: 'services:\n  web:\n    command: "true"\n    memory: 5m\n',
    errors: ['invalid-value'],
    at: ['compose.yaml:4:13'],
  },
  {
    title: 'memory and mem_limit that differ',
    yaml: 'services:\n  web:\n    command: "true"\n    memory: 64m\n    mem_limit: 65m\n',
    errors: ['conflicting-keys'],
    at: ['compose.yaml:4:13'],
  },
  {
    title: 'three mistakes: three places in one run',
    words: ['up', '-d'],
    yaml: `services:
  web:
    command: "true"
    enviroment: {}
    memory: 256 megs
    hostname: -bad-
`,
    errors: ['unknown-key', 'invalid-value', 'invalid-value'],
    at: ['compose.yaml:4:5', 'compose.yaml:5:13', 'compose.yaml:6:15'],
  },
];

for (const { title, yaml, words = ['config', '-q'], ...expected } of cases) {
  scenario(`refused, with its place: ${title}`, async (t, project) => {
    project.compose(yaml);
    isRefused(t, await project.tscompose(...words), expected);
    await nothingWasMade(project);
  });
}

scenario('refused: no file', async (t, project) => {
  isRefused(t, await project.tscompose('up', '-d'), { errors: ['no-file'], says: /compose\.yaml/ });
  isRefused(t, await project.tscompose('-f', 'other.yaml', 'up', '-d'), {
    errors: ['no-file'],
    says: /other\.yaml/,
  });
  await nothingWasMade(project);
});

scenario('refused: an unknown service or command', async (t, project) => {
  project.compose('services:\n  web:\n    command: "true"\n');
  isRefused(t, await project.tscompose('up', '-d', 'wbe'), { errors: ['unknown-service'], says: /wbe/ });
  isRefused(t, await project.tscompose('frobnicate'), { errors: ['usage'], says: /frobnicate/ });
  isRefused(t, await project.tscompose('up', '--detatch'), { errors: ['usage'], says: /--detach/ });
  await nothingWasMade(project);
});

scenario('refused: a subnet that overlaps a route of the host', async (t, project) => {
  const yaml = (subnet: string) => `services:
  web: { ${stays()} }
networks:
  default: { ipam: { config: [{ subnet: ${subnet} }] } }
`;
  const other = `${project.name}-other`;
  project.alsoTakeDown(other);
  project.write('other.yaml', yaml('10.199.16.0/20'));
  await project.ok('-p', other, '-f', 'other.yaml', 'up', '-d');
  project.compose(yaml('10.199.17.0/24'));
  isRefused(t, await project.tscompose('up', '-d'), {
    errors: ['subnet-overlap'],
    at: ['compose.yaml:4:41'],
  });
  project.write(
    'without.yaml',
    'services: { alone: { command: "true", networks: [own] } }\nnetworks: { own: }\n',
  );
  const files = ['-f', 'compose.yaml', '-f', 'without.yaml'];
  for (const words of [
    ['up', '-d'],
    ['run', '--rm'],
  ]) {
    const { code, stderr } = await project.tscompose(...files, ...words, 'alone');
    t.is(code, 0, stderr);
  }
});

scenario('refused: a user that the root does not know', async (t, project) => {
  project.compose('services:\n  web:\n    command: "true"\n    user: nobody-at-all\n');
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, { errors: ['invalid-value'], at: ['compose.yaml:4:11'], says: /nobody-at-all/ });
  await nothingWasMade(project);
});

scenario('refused: a project name that another directory uses', async (t, project) => {
  project.compose(`name: ${project.name}\nservices:\n  web:\n    ${stays()}\n`);
  project.write('elsewhere/compose.yaml', project.read('compose.yaml'));
  await project.up();
  const elsewhere = { cwd: project.path('elsewhere') };
  const { Pid } = await project.container('web');
  isRefused(t, await project.begin(['up', '-d'], elsewhere).ended, { errors: ['project-elsewhere'] });
  t.is((await project.container('web')).Pid, Pid);
  const named = await project.begin(['-p', project.name, 'up', '-d'], elsewhere).ended;
  t.is(named.code, 0, 'who gives the name means that one');
});

scenario('refused: a container name that another project uses', async (t, project) => {
  const yaml = 'services:\n  web:\n    container_name: only-one\n    command: [sleep, "1000"]\n';
  project.compose(yaml);
  await project.up();
  const other = `${project.name}-other`;
  project.alsoTakeDown(other);
  const result = await project.tscompose('-p', other, 'up', '-d');
  isRefused(t, result, { errors: ['name-in-use'], at: ['compose.yaml:3:21'], says: /only-one/ });
});

scenario('refused: a default name that another project has given to a container', async (t, project) => {
  const other = `${project.name}-other`;
  project.alsoTakeDown(other);
  project.compose('services:\n  db:\n    command: [sleep, "1000"]\n');
  project.write(
    'other.yaml',
    `services: { web: { container_name: ${project.name}-db-1, command: [sleep, "1000"] } }\n`,
  );
  await project.ok('-p', other, '-f', 'other.yaml', 'up', '-d');
  isRefused(t, await project.tscompose('up', '-d'), { errors: ['name-in-use'], at: ['compose.yaml:3:5'] });
  const named = await project.tscompose('run', '--name', `${project.name}-db-1`, 'db');
  isRefused(t, named, { errors: ['name-in-use'] });
});

scenario('refused: a subnet without an address for every container', async (t, project) => {
  const ipam = '{ config: [{ subnet: 10.198.77.0/30 }] }';
  project.compose(`services:
  a: { command: [sleep, "1000"] }
  b: { command: [sleep, "1000"] }
networks:
  default:
    ipam: ${ipam}
`);
  isRefused(t, await project.tscompose('up', '-d'), { errors: ['subnet-exhausted'] });
  await nothingWasMade(project);
});

scenario('a kernel setting that does not exist is not passed over', async (t, project) => {
  project.compose('services:\n  web:\n    command: ["true"]\n    sysctls: { net.ipv4.nosuch: 1 }\n');
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, {
    errors: ['step-failed'],
    at: ['compose.yaml:4:33'],
    says: /net\/ipv4\/nosuch.*ENOENT/,
  });
});

scenario('a bundle that cannot be written is an error, not a bug and not endless', async (t, project) => {
  project.compose('services:\n  web:\n    command: ["true"]\n');
  for (const output of ['/etc/hosts', '/proc/nosuch', '/proc/nosuch/below'])
    isRefused(t, await project.tscompose('explain', '--format', 'oci', '-o', output), {
      errors: ['unwritable-output'],
    });
});

scenario('refused: to make containers without root; to look at the file needs none', async (t, project) => {
  project.compose('services:\n  web:\n    command: "true"\n');
  // Where the clone lies may be closed to others.
  cpSync(dirname(tscomposePath), project.path('dist'), { recursive: true });
  let state = '/tmp/of-nobody/state';
  const asNobody = (...words: readonly string[]) => {
    const program = [process.execPath, '--', project.path('dist', basename(tscomposePath))];
    const env = { TSCOMPOSE_RUN_DIR: '/tmp/of-nobody/run', TSCOMPOSE_STATE_DIR: state };
    return project.launch(
      'setpriv',
      ['--reuid=65534', '--regid=65534', '--clear-groups', ...program, ...words],
      { env },
    ).ended;
  };
  isRefused(t, await asNobody('up', '-d'), { errors: ['not-root'], says: /sudo/ });
  t.is((await asNobody('config', '-q')).code, 0);
  t.regex((await asNobody('explain', 'web')).stdout, /execve\(/);
  // Users other than root cannot see all that a start would meet.
  project.compose('services:\n  web:\n    command: no-such-command\n');
  t.is((await asNobody('--strict', 'config', '-q')).code, 0);
  // As in a shell that keeps the HOME of root.
  state = project.path('state-of-root');
  mkdirSync(state, { mode: 0o700 });
  project.compose('services:\n  web:\n    command: "true"\n');
  t.regex((await asNobody('explain', 'web')).stdout, /execve\(/);
  project.compose('services:\n  web:\n    image: app:1\n');
  const hidden = await asNobody('explain', 'web');
  isRefused(t, hidden, { errors: ['refused-path'], says: /permission denied.*help: run with sudo/s });
});

scenario('no cgroup controller is a warning, and an error under --strict', async (t, project) => {
  project.compose('services:\n  web:\n    memory: 64m\n    command: ["true"]\n');
  const hidden = (...words: readonly string[]) => {
    const line = `umount -lR /sys/fs/cgroup && ${project.command(...words)}`;
    return project.launch('unshare', ['-m', 'sh', '-c', line]).ended;
  };
  const warned = await hidden('run', '--rm', 'web');
  t.is(warned.code, 0, warned.stderr);
  t.regex(warned.stderr, /warning\[no-controller\]: `memory` cannot be set/);
  t.is((await hidden('down')).code, 0);
  const strict = await hidden('--strict', 'up', '-d');
  isRefused(t, strict, { errors: ['no-controller', 'no-controller'], at: ['compose.yaml:3:13'] });
});

scenario('a supervisor that cannot start is an error that says why', async (t, project) => {
  project.compose('services:\n  web:\n    command: ["true"]\n');
  const env = { TSCOMPOSE_RUN_DIR: project.write('a-file', '') };
  const result = await project.begin(['up', '-d'], { env }).ended;
  isRefused(t, result, { errors: ['supervisor-lost'], says: /ENOTDIR: .*a-file/ });
});
