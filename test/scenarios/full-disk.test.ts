import { existsSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { isAlive } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';
import { onSmallFileSystem } from './harness/small-file-system.ts';
import { shell } from './harness/yaml.ts';

const sleeps = 'command: [sleep, "1000"], stop_grace_period: 0s';

scenario(
  'a full disk at the first up is an error that names the directory, and leaves nothing',
  async (t, project) => {
    await onSmallFileSystem(project, project.stateDirectory, async ({ fill, free }) => {
      project.compose(`services:\n  web: { ${sleeps} }\n`);
      fill();
      isRefused(t, await project.tscompose('up', '-d'), {
        errors: ['supervisor-lost'],
        says: new RegExp(`ENOSPC.*${project.stateDirectory}`),
      });
      t.deepEqual(await project.containers(), []);
      free();
      await project.up();
      t.is((await project.container('web')).State, 'running');
    });
  },
);

scenario(
  'a full disk under containers that run: up is refused, they and the supervisor go on, and down works',
  async (t, project) => {
    await onSmallFileSystem(project, project.stateDirectory, async ({ fill }) => {
      project.compose(`services:\n  web: { ${sleeps} }\n  db: { ${sleeps} }\n`);
      await project.up();
      const [pids, supervisor] = [(await project.containers()).map(({ Pid }) => Pid), project.supervisor()];
      fill();
      project.compose(
        `services:\n  web: { ${sleeps} }\n  db: { ${sleeps}, memory: 64m }\n  new: { ${sleeps} }\n`,
      );
      isRefused(t, await project.tscompose('up', '-d'), { errors: ['no-space'] });
      t.deepEqual(
        (await project.containers()).map(({ Pid }) => Pid),
        pids,
      );
      t.is(project.supervisor(), supervisor);
      const { code, stderr } = await project.tscompose('down');
      t.is(code, 0, stderr);
      t.deepEqual(pids.filter(isAlive), []);
    });
  },
);

scenario('a full disk at restart and after kill -9 of the supervisor: down works', async (t, project) => {
  await onSmallFileSystem(project, project.stateDirectory, async ({ fill }) => {
    project.compose(
      `services:\n  web: { ${shell('head -c 30000 /dev/zero; sleep 1000')}, stop_grace_period: 0s }\n  db: { ${sleeps} }\n`,
    );
    await project.up();
    const before = (await project.container('web')).Pid;
    fill();
    // The overlay may find no inode for its work directory: then `web` stays stopped.
    await project.tscompose('restart', 'web');
    t.false(isAlive(before));
    const pids = (await project.containers()).map(({ Pid }) => Pid).filter((pid) => pid > 0);
    t.true(pids.length > 0 && pids.every(isAlive));
    await project.endSupervision();
    t.deepEqual(
      (await project.containers()).map(({ Pid }) => Pid).filter((pid) => pid > 0),
      pids,
    );
    const { code, stderr } = await project.tscompose('down');
    t.is(code, 0, stderr);
    t.deepEqual(pids.filter(isAlive), []);
  });
});

scenario(
  'what is printed while the disk is full waits, and is in the log when there is space',
  async (t, project) => {
    await onSmallFileSystem(project, project.stateDirectory, async ({ fill, free }) => {
      const loop = `i=0; while [ $i -lt ${LINES} ]; do i=$((i+1)); echo line $i; done`;
      const script = `echo first; while [ ! -e /go/on ]; do sleep 0.1; done; ${loop}; echo >/go/done; sleep 1000`;
      project.write('go/README', '');
      project.compose(
        `services:\n  web: { ${shell(script)}, stop_grace_period: 0s, volumes: ["./go:/go"] }\n`,
      );
      await project.up();
      const lines = async (): Promise<readonly string[]> =>
        (await project.ok('logs', '--no-log-prefix', 'web')).split('\n').filter(Boolean);
      await eventually('it prints', async () => (await lines()).includes('first'));
      const supervisor = project.supervisor()!;
      fill();
      project.write('go/on', '');
      await eventually('all is printed', () => existsSync(project.path('go/done')));
      t.true((await lines()).length < LINES);
      free();
      const all = await eventually('all is there', async () => {
        const found = await lines();
        return found.length > LINES && found;
      });
      t.deepEqual(all, ['first', ...Array.from({ length: LINES }, (_, index) => `line ${index + 1}`)]);
      t.is(project.supervisor(), supervisor);
    });
  },
);

/** More than fits into a page, and less than fits into a pipe. */
const LINES = 4000;

scenario('a full run directory: up is refused and leaves nothing, and down works', async (t, project) => {
  await onSmallFileSystem(project, project.runDirectory, async ({ fill, free }) => {
    project.compose(`services:\n  web: { ${sleeps} }\n`);
    await project.up();
    const { Pid } = await project.container('web');
    fill();
    project.compose(`services:\n  web: { ${sleeps} }\n  new: { ${sleeps} }\n`);
    const result = await project.tscompose('up', '-d');
    t.is(result.code, 1, result.stderr);
    t.regex(result.stderr, /ENOSPC/);
    t.deepEqual(
      (await project.containers()).map(({ Pid: pid }) => pid),
      [Pid],
    );
    await project.endSupervision();
    const { code, stderr } = await project.tscompose('down');
    t.is(code, 0, stderr);
    t.false(isAlive(Pid));
    free();
    await project.up();
    t.is((await project.containers()).length, 2);
  });
});
