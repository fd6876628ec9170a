import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from './harness/eventually.ts';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import { cgroupPath, isAlive, isUnified } from './harness/host.ts';
import type { Project } from './harness/project.ts';
import { needs, scenario } from './harness/scenario.ts';
import { shell } from './harness/yaml.ts';

const sleeps = 'command: [sleep, "1000"], stop_grace_period: 0s';

/** The supervisor and a service that has nothing to do with it: neither may be touched. */
async function bystanders(project: Project, compose: string): Promise<() => Promise<readonly boolean[]>> {
  project.compose(`services:\n  db: { ${sleeps} }\n${compose}`);
  await project.up('db');
  const [supervisor, { Pid }] = [project.supervisor(), await project.container('db')];
  return async () => [project.supervisor() === supervisor, isAlive(Pid)];
}

/** Variables of so many bytes together. */
const environment = (bytes: number): string => {
  const each = 100_000;
  const names = Array.from({ length: Math.ceil(bytes / each) }, (_, index) => `V${index}`);
  return `{ ${names.map((name) => `${name}: ${'x'.repeat(each)}`).join(', ')} }`;
};

scenario('2 MB of environment fit into a container of 6 MB [limits]', async (t, project) => {
  const untouched = await bystanders(
    project,
    `  web: { ${shell('echo "$V0" | wc -c')}, memory: 6m, environment: ${environment(1_900_000)} }\n`,
  );
  await project.up('web');
  await eventually('it has counted', async () => (await project.logs('web')).includes('100001'));
  t.deepEqual(await untouched(), [true, true]);
});

scenario('more environment than execve takes is an error that says so', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps}, environment: ${environment(3_000_000)} }\n`);
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, { errors: ['step-failed'], says: /E2BIG[\s\S]*together are too large/ });
  t.true(result.stderr.length < 3000, 'the environment itself is no help');
  await nothingWasMade(project);
});

scenario('the largest environment that execve takes starts, and fits into its memory', async (t, project) => {
  project.compose(
    `services:\n  web: { ${sleeps}, memory: 8m, ulimits: { stack: 100000000 }, environment: ${environment(5_900_000)} }\n`,
  );
  await project.up();
  t.is((await project.container('web')).State, 'running');
});

/** Leaves a running container no page more than it has now. */
function fill(pid: number): void {
  const file = cgroupPath(pid, 'memory', isUnified() ? 'memory.max' : 'memory.limit_in_bytes');
  const usage = cgroupPath(pid, 'memory', isUnified() ? 'memory.current' : 'memory.usage_in_bytes');
  for (let limit = Number(readFileSync(file, 'utf8')); limit > 4096; limit -= 4096) {
    if (isUnified() && limit <= Number(readFileSync(usage, 'utf8'))) return;
    try {
      writeFileSync(file, String(limit));
    } catch {
      return;
    }
  }
}

scenario(
  'an exec into a container whose memory is full is killed and says so; the container goes on [limits]',
  async (t, project) => {
    const untouched = await bystanders(
      project,
      `  web: { ${sleeps}, memory: 16m, memswap_limit: 16m, tmpfs: "/fill" }\n`,
    );
    await project.up('web');
    const { Pid } = await project.container('web');
    await project.exec('web', 'sh', '-c', 'head -c 8m /dev/zero >/fill/x');
    fill(Pid);
    for (let round = 0; round < 3; round++) {
      const result = await project.tscompose('exec', '-T', 'web', 'true');
      isRefused(t, result, { code: 137, errors: ['out-of-memory'], says: /raise `memory`/ });
    }
    t.true(isAlive(Pid));
    t.deepEqual(await untouched(), [true, true]);
  },
);

scenario(
  'a start that the kernel kills for want of memory says so, and leaves nothing; the others go on [limits]',
  async (t, project) => {
    const parent = `tscompose-test-${process.pid}`;
    // Its environment needs twice of what is left, and of all that are in the cgroup the kernel takes the newborn first.
    const untouched = await bystanders(
      project,
      `  full: { ${sleeps}, cgroup_parent: ${parent} }
  web: { ${sleeps}, cgroup_parent: ${parent}, oom_score_adj: 1000, environment: ${environment(1_900_000)} }\n`,
    );
    await project.up('full');
    const { Pid } = await project.container('full');
    const [limit, usage] = isUnified()
      ? ['memory.max', 'memory.current']
      : ['memory.limit_in_bytes', 'memory.usage_in_bytes'];
    const used = Number(readFileSync(cgroupPath(Pid, 'memory', join('..', usage)), 'utf8'));
    writeFileSync(cgroupPath(Pid, 'memory', join('..', limit)), String(used + 1_000_000));
    for (let round = 0; round < 3; round++) {
      const result = await project.tscompose('up', '-d', 'web');
      isRefused(t, result, {
        code: 137,
        errors: ['out-of-memory'],
        says: /execve.*killed by signal 9[\s\S]*`memory`/,
      });
      t.deepEqual((await project.containers()).map(({ Service }) => Service).toSorted(), ['db', 'full']);
    }
    t.true(isAlive(Pid));
    t.deepEqual(await untouched(), [true, true]);
    await project.change('down');
    await nothingWasMade(project);
  },
);

scenario('a process limit of 1 is enough for a container of one process', async (t, project) => {
  project.compose(`services:\n  web: { ${sleeps}, pids_limit: 1 }\n`);
  await project.up();
  t.is((await project.container('web')).State, 'running');
});

for (const [what, keys] of [
  ['a container', 'pids_limit: 1'],
  ['a user', 'user: "54321", ulimits: { nproc: 1 }'],
] as const)
  scenario(`an exec beyond the process limit of ${what} is refused or can make none`, async (t, project) => {
    const untouched = await bystanders(project, `  web: { ${sleeps}, ${keys} }\n`);
    await project.up('web');
    const result = await project.tscompose('exec', '-T', 'web', 'sh', '-c', 'true & wait');
    t.not(result.code, 0);
    // Who is moved into a cgroup is counted and not refused, and setresuid(2) may go one beyond; the clone may not.
    if (what === 'a container')
      isRefused(t, result, { errors: ['step-failed'], says: /clone.* = EAGAIN[\s\S]*raise `pids_limit`/ });
    else t.regex(result.stderr, /fork/i);
    t.deepEqual(await untouched(), [true, true]);
  });

for (const nofile of [3, 4, 5])
  needs('busybox')(`a container of ${nofile} descriptors starts, and so does an exec`, async (t, project) => {
    project.root();
    const keys = `rootfs: ./root, ulimits: { nofile: ${nofile} }`;
    const untouched = await bystanders(project, `  web: { ${sleeps}, ${keys} }\n`);
    await project.up('web');
    t.is(await project.exec('web', 'sh', '-c', 'ulimit -n'), String(nofile));
    t.deepEqual(await untouched(), [true, true]);
  });

needs('prlimit')(
  'a supervisor without descriptors refuses a start and an exec, leaves nothing, and goes on when it has some',
  async (t, project) => {
    const web = `services:\n  web: { ${sleeps} }\n`;
    project.compose(web);
    await project.up();
    const { Pid } = await project.container('web');
    const supervisor = project.supervisor()!;
    const { soft, hard } = nofileOf(supervisor);
    const used = readdirSync(`/proc/${supervisor}/fd`).length;
    for (const spare of [3, 20, 100]) {
      limit(supervisor, used + spare, hard);
      project.compose(`${web}  other: { ${sleeps} }\n`);
      isRefused(t, await project.tscompose('up', '-d'), { errors: ['too-many-descriptors'], says: /ulimit/ });
      isRefused(t, await project.tscompose('exec', '-T', 'web', 'true'), {
        errors: ['too-many-descriptors'],
      });
      t.deepEqual(
        (await project.containers()).map(({ Service }) => Service),
        ['web'],
      );
    }
    limit(supervisor, soft, hard);
    await project.up();
    t.is(await project.exec('other', 'echo', 'fine'), 'fine');
    t.true(isAlive(Pid));
  },
);

const nofileOf = (pid: number): { readonly soft: string; readonly hard: string } => {
  const [, soft = '', hard = ''] = /^Max open files +(\d+) +(\d+)/m.exec(
    readFileSync(`/proc/${pid}/limits`, 'utf8'),
  )!;
  return { soft, hard };
};

const limit = (pid: number, soft: number | string, hard: string): void =>
  void execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${soft}:${hard}`]);
