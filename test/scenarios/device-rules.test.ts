import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isRefused, nothingWasMade } from './harness/failure.ts';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { stays } from './harness/yaml.ts';

/** A disk of this machine; without one, numbers that disks have. */
const disk = ((): string => {
  const [name] = readdirSync('/sys/block');
  const numbers = name === undefined ? '8:0' : readFileSync(join('/sys/block', name, 'dev'), 'utf8').trim();
  return `b ${numbers}`;
})();

/** Disk, mem, kmsg, tty1, net/tun, fuse, kvm, loop-control, the first partition of many. */
const CLOSED = [disk, 'c 1:1', 'c 1:11', 'c 4:1', 'c 10:200', 'c 10:229', 'c 10:232', 'c 10:237', 'b 259:1'];
/** The null device and others of every container. */
const OPEN = ['c 1:3', 'c 1:5', 'c 1:7', 'c 1:8', 'c 1:9'];

/** Makes each node and opens it: `c 1:3 rw` if neither is refused with EPERM, `c 1:3` if both are. */
const probe = (devices: readonly string[]): string =>
  `cd /tmp; may() { case "$(eval "$1" 2>&1)" in *'not permitted'*) ;; *) printf %s $2;; esac; }
   for d in ${devices.map((device) => `'${device}'`).join(' ')}; do
     rm -f n; mknod n $(echo "$d" | tr : ' ') || exit 1
     printf '%s ' "$d"; may '(: <n)' r; may '(: >n)' w; echo
   done`;

type Exec = (...command: readonly string[]) => Promise<string>;

const opened = async (exec: Exec, devices: readonly string[]): Promise<readonly string[]> =>
  (await exec('sh', '-c', probe(devices)))
    .trim()
    .split('\n')
    .map((line) => line.trim());

const all = (devices: readonly string[]) => devices.map((device) => `${device} rw`);

/** A device node of the host. */
const makeNode = (project: Project, name: string, ...numbers: readonly (string | number)[]): void => {
  execFileSync('mknod', ['-m', '640', project.path(name), ...numbers.map(String)]);
  chownSync(project.path(name), 1, 2);
};

/** Programs that the supervisor holds open. */
const programsOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).includes('bpf-prog');
    } catch {
      return false;
    }
  }).length;

const hasProgram = readdirSync('/sys/fs/cgroup').some((name) =>
  ['unified', 'cgroup.controllers'].includes(name),
);

// Red without: ruleSteps in container/cgroups/cgroups.ts, SharedDescriptors in kernel/launch/launch.ts, throughOpenCgroup in
// container/join.ts, fchownat and unlinkat in container/root/devices.ts, the walk or the links of nodesAt in
// engine/devices/nodes.ts.
scenario(
  'root in a container creates any device node and opens those of Docker only [kernel]',
  async (t, project) => {
    project.compose(`services:
  web: { ${stays()} }
  other: { ${stays()} }
  privileged: { ${stays()}, privileged: true }
  mapped:
    ${stays()}
    devices: ["${project.path('node')}:/dev/x:r", { source: ${project.path('link')}, target: /srv/made/here },
      "${project.path('several')}:/dev/several:r"]
    device_cgroup_rules: ["c 10:232 w"]
`);
    makeNode(project, 'node', 'c', 10, 229);
    makeNode(project, 'other', 'c', 10, 237);
    symlinkSync('other', project.path('link'));
    mkdirSync(project.path('several/below'), { recursive: true });
    makeNode(project, 'several/below/one', 'c', 10, 238);
    project.write('several/file', '');
    symlinkSync('below/one', project.path('several/linked'));
    symlinkSync('below', project.path('several/circle'));
    await project.up();
    const inside =
      (service: string): Exec =>
      (...command) =>
        project.exec(service, ...command);
    const byCommand =
      (...options: readonly string[]): Exec =>
      (...command) =>
        project.ok('exec', '-T', ...options, 'web', ...command);
    t.deepEqual(await opened(inside('web'), [...CLOSED, ...OPEN]), [...CLOSED, ...all(OPEN)]);
    const supervisor = project.supervisor()!;
    t.is(programsOf(supervisor), hasProgram ? 2 : 0, 'of four services, two share a program');
    t.deepEqual(await opened(inside('privileged'), ['c 1:11', 'c 10:237']), all(['c 1:11', 'c 10:237']));
    t.deepEqual(
      await opened(byCommand('--privileged'), ['c 1:11', 'c 10:237']),
      hasProgram ? all(['c 1:11', 'c 10:237']) : ['c 1:11', 'c 10:237'],
      'version 1 gives no cgroup more than the one above it',
    );
    t.deepEqual(await opened(inside('web'), ['c 1:11']), ['c 1:11'], 'only the privileged process');
    const mapped = await opened(inside('mapped'), ['c 10:229', 'c 10:237', 'c 10:232', 'c 10:238', 'c 1:11']);
    t.deepEqual(mapped, ['c 10:229 r', 'c 10:237 rw', 'c 10:232 w', 'c 10:238 r', 'c 1:11']);
    await project.changeAtOnce('restart', 'mapped');
    const nodes = await project.exec('mapped', 'stat', '-c', '%F %a %u:%g %t:%T', '/dev/x', '/srv/made/here');
    t.is(nodes, 'character special file 640 1:2 a:e5\ncharacter special file 640 1:2 a:ed');
    const several = await project.exec(
      'mapped',
      'find',
      '/dev/several',
      '-type',
      'c',
      '-printf',
      '%P %m %U:%G\n',
    );
    t.deepEqual(several.split('\n').toSorted(), ['below/one 640 1:2', 'linked 640 1:2']);
    const terminal = project.launch('script', [
      '-qec',
      project.command('exec', 'web', 'sh', '-c', TERMINALS),
      '/dev/null',
    ]);
    // script(1) types a NUL where its own input ends, and the terminal echoes it.
    t.regex((await terminal.ended).stdout, /\/dev\/pts\/\d+\s.*ptmx\s/s);
    process.kill(supervisor, 'SIGKILL');
    t.deepEqual(await opened(byCommand(), ['c 1:11', 'c 1:3']), ['c 1:11', 'c 1:3 rw'], 'after adoption');
  },
);

const TERMINALS = 'tty; : </dev/tty; : <>/dev/ptmx && echo ptmx';

scenario('devices that the machine does not have are refused before anything starts', async (t, project) => {
  mkdirSync(project.path('directory'));
  project.write('file', '');
  project.compose(`services:
  web:
    ${stays()}
    devices:
      - ${project.path('missing')}
      - ${project.path('directory')}:/dev/bus
      - ${project.path('file')}:/dev/x
      - relative:/dev/y
  wide:
    device_cgroup_rules: ["a 7:* rmw"]
    ${stays()}
`);
  const result = await project.tscompose('up', '-d');
  isRefused(t, result, {
    errors: ['invalid-value', 'invalid-value', 'invalid-value', 'invalid-value'],
    at: [...[5, 6, 7, 8].map((line) => `compose.yaml:${line}:9`), 'compose.yaml:10:27'],
  });
  t.regex(result.stderr, /warning\[invalid-value\]: the rule `a 7:\* rmw` opens all devices/);
  t.regex(result.stderr, /no device is in the directory/);
  await nothingWasMade(project);
});
