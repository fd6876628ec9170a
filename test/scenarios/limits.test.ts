import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { eventually } from './harness/eventually.ts';
import { isRefused } from './harness/failure.ts';
import { cgroupFile, cgroupPath, isUnified } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';

const v2 = isUnified();

scenario("limits stand in the files of the container's cgroup [kernel, limits]", async (t, project) => {
  project.compose(`services:
  web:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    mem_limit: 64m
    memswap_limit: 96m
    cpus: 0.5
    cpu_shares: 512
    pids_limit: 50
`);
  await project.up();
  const { Pid } = await project.container('web');
  const read = (controller: string, name: string) => cgroupFile(Pid, controller, name);
  if (v2) {
    t.is(read('memory', 'memory.max'), String(64 << 20));
    t.is(read('memory', 'memory.swap.max'), String(32 << 20));
    t.is(read('cpu', 'cpu.max'), '50000 100000');
    t.is(read('cpu', 'cpu.weight'), '59');
  } else {
    t.is(read('memory', 'memory.limit_in_bytes'), String(64 << 20));
    t.is(read('memory', 'memory.memsw.limit_in_bytes'), String(96 << 20));
    t.is(read('cpu', 'cpu.cfs_quota_us'), '50000');
    t.is(read('cpu', 'cpu.shares'), '512');
  }
  t.is(read('pids', 'pids.max'), '50');
});

scenario(
  'a process over the memory limit is killed and shown as such: 137, OOMKilled [kernel, limits]',
  async (t, project) => {
    project.compose(`services:
  hungry: { command: [sh, -c, 'head -c 100m /dev/zero | tail'], memory: 16m }
  modest: { command: [sh, -c, "exit 0"], memory: 16m }
`);
    await project.up();
    await eventually('both have ended', async () =>
      (await project.containers()).every(({ State }) => State === 'exited'),
    );
    t.like(await project.container('hungry'), { OOMKilled: true });
    t.like(await project.container('modest'), { OOMKilled: false, ExitCode: 0 });
    t.regex(await project.ok('ps', '-a'), /hungry .*Exited \(\d+\) .*\(out of memory\)/);
  },
);

scenario('PID 1 itself killed for its memory exits 137 [limits]', async (t, project) => {
  const eat = 'const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1));';
  project.compose(`services:\n  web: { command: [node, -e, "${eat}"], memory: 64m }\n`);
  const { code, stdout } = await project.tscompose('up');
  t.is(code, 0);
  t.regex(stdout, /web-1 exited with code 137 \(out of memory\)/);
  t.like(await project.container('web'), { OOMKilled: true, ExitCode: 137 });
});

scenario('processes beyond pids_limit cannot be made [kernel, limits]', async (t, project) => {
  const script = 'for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done; echo all';
  project.compose(`services:\n  web: { command: [sh, -c, "${script}"], pids_limit: 5 }\n`);
  const { stdout, code } = await project.tscompose('run', '--rm', 'web');
  t.not(stdout, 'all\n');
  t.not(code, 0);
});

scenario(
  'a container sees its own cgroup as the root, with its limit in it [kernel, limits]',
  async (t, project) => {
    project.compose('services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s, memory: 32m }\n');
    await project.up();
    t.notRegex(await project.exec('web', 'cat', '/proc/1/cgroup'), /tscompose/);
    const file = v2 ? '/sys/fs/cgroup/memory.max' : '/sys/fs/cgroup/memory/memory.limit_in_bytes';
    t.is(await project.exec('web', 'cat', file), String(32 << 20));
  },
);

scenario('an exec counts among the processes of its container [limits]', async (t, project) => {
  project.compose('services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s }\n');
  await project.up();
  const { Pid, Name } = await project.container('web');
  await project.ok('exec', '-d', 'web', 'sleep', '1000');
  await eventually('both are in it', () => cgroupFile(Pid, 'pids', 'cgroup.procs').split('\n').length === 2);
  t.regex(Name, /web-1$/);
});

scenario('what else a service may use, and what its process is [limits]', async (t, project) => {
  project.compose(`services:
  web:
    command: [sleep, "1000"]
    stop_grace_period: 0s
    user: "1000"
    cpu_period: 50000
    cpu_quota: 20000
    mem_reservation: 16m
    shm_size: 16m
    oom_score_adj: 300
    group_add: ["1234", root]
    security_opt: ["no-new-privileges:true"]
`);
  await project.up();
  const { Pid } = await project.container('web');
  const read = (controller: string, name: string) => cgroupFile(Pid, controller, name);
  if (v2) {
    t.is(read('cpu', 'cpu.max'), '20000 50000');
    t.is(read('memory', 'memory.low'), String(16 << 20));
  } else {
    t.is(read('cpu', 'cpu.cfs_period_us'), '50000');
    t.is(read('cpu', 'cpu.cfs_quota_us'), '20000');
    t.is(read('memory', 'memory.soft_limit_in_bytes'), String(16 << 20));
  }
  const status = readFileSync(`/proc/${Pid}/status`, 'utf8');
  t.regex(status, /^NoNewPrivs:\t1$/m);
  t.regex(status, /^Groups:\t0 (\d+ )*1234 /m);
  t.is(readFileSync(`/proc/${Pid}/oom_score_adj`, 'utf8'), '300\n');
  t.is(await project.exec('web', 'cat', '/proc/self/oom_score_adj'), '300');
  t.regex(await project.exec('web', 'sh', '-c', 'df -k /dev/shm'), / 16384 /);
  t.regex(await project.exec('web', 'id', '-G'), /\b1234\b/);
});

scenario('a group that the root does not know is refused', async (t, project) => {
  project.compose('services:\n  web: { command: "true", group_add: [nosuchgroup] }\n');
  isRefused(t, await project.tscompose('up', '-d'), { errors: ['invalid-value'], at: ['compose.yaml:2:39'] });
});

scenario('limits hold in a part of the tree that has processes itself [limits]', async (t, project) => {
  project.compose('services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s, memory: 32m }\n');
  const tree = ['', '/unified', '/memory'].find((name) => existsSync(`/sys/fs/cgroup${name}/cgroup.procs`));
  const given = `/sys/fs/cgroup${tree}/given-${project.name}`;
  // The owner of a part of the tree gets controllers from the one above.
  if (v2) writeFileSync('/sys/fs/cgroup/cgroup.subtree_control', '+memory +cpu +pids');
  mkdirSync(given);
  try {
    // As in a container: a cgroup namespace whose root is the cgroup of the caller.
    const enter = `echo $$ > ${given}/cgroup.procs; exec unshare -C -m sh -c`;
    const mount = v2 ? 'umount /sys/fs/cgroup; mount -t cgroup2 cgroup2 /sys/fs/cgroup;' : '';
    const up = `${mount} ${project.command('up', '-d').replaceAll("'", '"')}; cat /proc/self/cgroup`;
    const { code, stdout, stderr } = await project.launch('sh', ['-c', `${enter} '${up}'`]).ended;
    t.is(code, 0, stderr);
    t.notRegex(stderr, /warning/);
    const { Pid } = await project.container('web');
    t.is(cgroupFile(Pid, 'memory', v2 ? 'memory.max' : 'memory.limit_in_bytes'), String(32 << 20));
    if (v2) {
      t.is(stdout.trim(), '0::/tscompose-callers');
      t.is(readFileSync(`${given}/cgroup.procs`, 'utf8'), '');
      t.regex(cgroupPath(Pid, 'memory', ''), new RegExp(`/given-${project.name}/tscompose/`));
    }
    await project.change('down');
  } finally {
    // The supervisor and its guardian leave it as they end.
    await eventually('nobody is in it', () => {
      for (const path of [`${given}/tscompose-callers`, given]) if (existsSync(path)) rmdirSync(path);
      return true;
    });
  }
});
