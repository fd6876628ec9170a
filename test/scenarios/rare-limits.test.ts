import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isRefused } from './harness/failure.ts';
import { cgroupFile, cgroupPath, hostStatus, isUnified } from './harness/host.ts';
import { scenario } from './harness/scenario.ts';

const v2 = isUnified();

const sleeper = (keys: string): string =>
  `services:\n  web: { command: [sleep, "1000"], stop_grace_period: 0s, ${keys} }\n`;

/** A block device of this machine, by its path and numbers. */
const device = (): readonly [path: string, numbers: string] | undefined => {
  const name = readdirSync('/sys/block').find((one) => existsSync(`/dev/${one}`));
  return name === undefined
    ? undefined
    : [`/dev/${name}`, readFileSync(`/sys/block/${name}/dev`, 'utf8').trim()];
};

scenario('cpuset: its processes run on those CPUs only, those of exec too', async (t, project) => {
  project.compose(sleeper('cpuset: "0"'));
  await project.up();
  const { Pid } = await project.container('web');
  t.is(hostStatus(Pid, 'Cpus_allowed_list'), '0');
  t.is(cgroupFile(Pid, 'cpuset', 'cpuset.cpus'), '0');
  t.regex(await project.exec('web', 'cat', '/proc/self/status'), /^Cpus_allowed_list:\s+0$/m);
  const path = cgroupPath(Pid, 'cpuset', '.');
  await project.changeAtOnce('down');
  t.false(existsSync(path), 'its cgroup is gone');
});

scenario('cpuset: a CPU that is not there is refused before anything starts', async (t, project) => {
  project.compose(sleeper('cpuset: "0,4095"'));
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, { errors: ['invalid-value'], at: ['compose.yaml:2:67'] });
  t.regex(result.stderr, /requested CPUs are not available: requested 0,4095, available 0/);
});

scenario('swappiness and no kills are of version 1; version 2 says so', async (t, project) => {
  project.compose(sleeper('mem_limit: 32m, mem_swappiness: 10, oom_kill_disable: true'));
  const { stderr } = await project.tscompose('up', '-d');
  const { Pid } = await project.container('web');
  if (v2) {
    t.regex(stderr, /`mem_swappiness` cannot be set: version 2 of cgroups has no such limit/);
    t.regex(stderr, /`oom_kill_disable` cannot be set: version 2 of cgroups has no such limit/);
    return;
  }
  t.notRegex(stderr, /warning/);
  t.is(cgroupFile(Pid, 'memory', 'memory.swappiness'), '10');
  t.regex(cgroupFile(Pid, 'memory', 'memory.oom_control'), /^oom_kill_disable 1$/m);
});

scenario('real time: its share, or one warning that says why not', async (t, project) => {
  project.compose(sleeper('cpu_rt_runtime: 2ms, cpu_rt_period: 500ms'));
  const { stderr } = await project.tscompose('up', '-d');
  const { Pid } = await project.container('web');
  const file = cgroupPath(Pid, 'cpu', 'cpu.rt_runtime_us');
  if (v2 || !existsSync(file)) {
    t.regex(stderr, /`cpu_rt_runtime` cannot be set: (this kernel has no|version 2 of cgroups has no)/);
    return;
  }
  t.is(cgroupFile(Pid, 'cpu', 'cpu.rt_runtime_us'), '2000');
  t.is(cgroupFile(Pid, 'cpu', 'cpu.rt_period_us'), '500000');
});

scenario('blkio_config: rates and weights stand in the files of its cgroup', async (t, project) => {
  const found = device();
  if (!found) return void t.pass('no block device');
  const [path, numbers] = found;
  const rate = (value: number | string) => `[{ path: ${path}, rate: ${value} }]`;
  project.compose(
    sleeper(`blkio_config: { weight: 300, device_read_bps: ${rate('1mb')}, device_write_iops: ${rate(30)} }`),
  );
  const { stderr } = await project.tscompose('up', '-d');
  const { Pid } = await project.container('web');
  if (/no (blkio|io) controller/.test(stderr)) return void t.pass('no controller, and it says so');
  if (v2) {
    t.is(cgroupFile(Pid, 'io', 'io.max'), `${numbers} rbps=1048576 wbps=max riops=max wiops=30`);
  } else {
    t.is(cgroupFile(Pid, 'blkio', 'blkio.throttle.read_bps_device'), `${numbers} 1048576`);
    t.is(cgroupFile(Pid, 'blkio', 'blkio.throttle.write_iops_device'), `${numbers} 30`);
  }
  const weights = v2 ? ['io.weight', 'io.bfq.weight'] : ['blkio.weight', 'blkio.bfq.weight'];
  const present = weights.filter((file) => existsSync(cgroupPath(Pid, v2 ? 'io' : 'blkio', file)));
  t.is(present.length === 0, /`blkio_config.weight` cannot be set: this kernel has no/.test(stderr));
  for (const file of present)
    t.regex(cgroupFile(Pid, v2 ? 'io' : 'blkio', file), file === 'io.weight' ? /2930/ : /300/);
});

scenario('blkio_config: what is no block device is refused, each with its place', async (t, project) => {
  project.compose(`services:
  web:
    command: "true"
    blkio_config:
      weight_device: [{ path: /dev/nosuch, weight: 10 }]
      device_read_bps: [{ path: /dev/null, rate: 1m }]
`);
  isRefused(t, await project.tscompose('up', '-d'), {
    errors: ['invalid-value', 'invalid-value'],
    at: ['compose.yaml:5:31', 'compose.yaml:6:33'],
  });
});
