import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { roots, stays } from './harness/yaml.ts';

/** A command that is there and can be executed, whose start fails all the same: nobody has its interpreter. */
const BROKEN = 'command: [/data/broken], volumes: ["./data:/data"]';
const writeBroken = (project: Project) => project.write('data/broken', '#!/no/such/interpreter\n', 0o755);

/** What tells one container, or one run of it, from another. */
const named = async (project: Project, service: string) => {
  const { Name, ID, Pid, State } = await project.container(service);
  return { Name, ID, Pid, State };
};

const address = async (project: Project, service: string) =>
  /^(\S+)\t[0-9a-f]{12}$/m.exec(await project.exec(service, 'cat', '/etc/hosts'))?.[1];

for (const { where, rootfs } of roots)
  scenario(
    `a command that is not there, or cannot be executed, is told before anything is stopped (${where})`,
    async (t, project) => {
      if (rootfs !== 'host') project.root();
      project.write('data/plain.txt', 'no program\n');
      const yaml = (command: string, db = '') => `services:
  web: { rootfs: ${rootfs}, ${command}, volumes: ["./data:/data"] }
  db: { rootfs: ${rootfs}, ${stays()}, environment: { COLOR: "${db}" } }
`;
      project.compose(yaml(stays()));
      await project.up();
      const before = [await named(project, 'web'), await named(project, 'db')];
      for (const [command, code, error] of [
        ['nothing-like-this', 127, 'command-not-found'],
        ['/bin/nothing-like-this', 127, 'command-not-found'],
        ['/data/none', 127, 'command-not-found'],
        ['/data/plain.txt', 126, 'command-not-executable'],
      ] as const) {
        project.compose(yaml(`command: [${command}]`, 'changed'));
        const result = await project.tscompose('up', '-d');
        isRefused(t, result, { code, errors: [error], says: /web-1 was not replaced: command/ });
        t.deepEqual([await named(project, 'web'), await named(project, 'db')], before);
      }
    },
  );

scenario(
  'a container that cannot be replaced is started again, with its name, address, files and log',
  async (t, project) => {
    writeBroken(project);
    const yaml = (web: string) => `services:
  web: { ${web}, stop_grace_period: 0s }
  db: { ${stays()}, stop_grace_period: 0s }
`;
    project.compose(yaml(stays('echo first')));
    await project.up();
    await project.exec('web', 'sh', '-c', 'echo kept >/srv/file');
    const [before, at] = [await named(project, 'web'), await address(project, 'web')];
    project.compose(yaml(BROKEN));
    const { code, stderr } = await project.tscompose('up', '-d');
    t.is(code, 127);
    t.regex(stderr, /-web-1 Error \(failed to start\)$/m);
    t.regex(stderr, /-web-1 Undone \(not replaced; the one before was started again\)$/m);
    t.regex(
      stderr,
      /error\[command-not-found\][\s\S]*web-1 could not be replaced; the one before was started/,
    );
    const after = await named(project, 'web');
    t.deepEqual({ ...after, Pid: 0 }, { ...before, Pid: 0 });
    t.not(after.Pid, before.Pid);
    t.is(await project.exec('web', 'cat', '/srv/file'), 'kept');
    t.is(await address(project, 'web'), at);
    t.true((await project.exec('db', 'sh', '-c', 'getent hosts web || nslookup web')).includes(at!));
    await eventually('both runs are in its log', async () =>
      /first\n.*ready\n.*first\n/.test(await project.logs('web')),
    );
    project.compose(yaml(stays('echo second')));
    await project.up();
    t.not((await named(project, 'web')).ID, before.ID);
    t.is(await address(project, 'web'), at);
    t.is(await project.exec('web', 'sh', '-c', 'ls /srv'), '');
    await eventually('its log is its own', async () => (await project.logs('web')) === 'second\nready\n');
  },
);

scenario('a failure of a later service brings back what was replaced before it', async (t, project) => {
  writeBroken(project);
  const yaml = (color: string, more = '') => `services:
  db: { ${stays()}, stop_grace_period: 0s, environment: { COLOR: ${color} } }
  web: { ${stays()}, stop_grace_period: 0s, depends_on: { db: { condition: service_started, restart: true } } }
${more}`;
  project.compose(yaml('red'));
  await project.up();
  const [db, web] = [await named(project, 'db'), await named(project, 'web')];
  project.compose(yaml('green', `  log: { ${BROKEN}, depends_on: [web] }\n`));
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 127);
  t.regex(stderr, /-db-1 Undone \(the one before was started again\)$/m);
  t.regex(stderr, /-web-1 Undone \(started again\)$/m);
  t.is((await named(project, 'db')).ID, db.ID);
  t.is((await named(project, 'web')).ID, web.ID);
  t.deepEqual(
    (await project.containers()).map(({ Service, State }) => [Service, State]),
    [
      ['db', 'running'],
      ['web', 'running'],
    ],
  );
  t.is(await project.exec('db', 'printenv', 'COLOR'), 'red');
});

scenario(
  'a network that cannot be recreated with its containers is put back with them',
  async (t, project) => {
    writeBroken(project);
    const yaml = (subnet: string, web: string) => `services:
  web: { ${web}, stop_grace_period: 0s }
  db: { ${stays()}, stop_grace_period: 0s }
networks: { default: { ipam: { config: [{ subnet: ${subnet} }] } } }
`;
    project.compose(yaml('10.213.37.0/24', stays()));
    await project.up();
    const before = await Promise.all(['web', 'db'].map((service) => address(project, service)));
    project.compose(yaml('10.213.39.0/24', BROKEN));
    t.is((await project.tscompose('up', '-d')).code, 127);
    t.deepEqual(await Promise.all(['web', 'db'].map((service) => address(project, service))), before);
    await project.exec('db', 'sh', '-c', 'getent hosts web');
  },
);

scenario('a container that was stopped and cannot be replaced stays stopped', async (t, project) => {
  writeBroken(project);
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
  await project.up();
  await project.change('stop');
  const before = await named(project, 'web');
  project.compose(`services:\n  web: { ${BROKEN} }\n`);
  const { code, stderr } = await project.tscompose('up', '-d');
  t.is(code, 127);
  t.regex(stderr, /-web-1 Undone \(not replaced; the one before stays\)$/m);
  t.deepEqual(await named(project, 'web'), before);
});

scenario('a container takes another name when its service asks for it', async (t, project) => {
  const name = `front-${project.name}`;
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s }\n`);
  await project.up();
  const at = await address(project, 'web');
  project.compose(`services:\n  web: { ${stays()}, stop_grace_period: 0s, container_name: ${name} }\n`);
  await project.up();
  t.is((await named(project, 'web')).Name, name);
  t.is(await address(project, 'web'), at);
  const taken = `services:
  db: { ${stays()}, stop_grace_period: 0s, container_name: ${name} }
`;
  project.compose(taken);
  isRefused(t, await project.tscompose('up', '-d', '--remove-orphans'), {
    errors: ['name-in-use'],
    at: [`compose.yaml:2:${taken.split('\n')[1]!.indexOf(name) + 1}`],
  });
  t.is((await named(project, 'web')).State, 'running');
});
