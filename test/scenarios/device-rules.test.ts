import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
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

const opened = async (
  project: Project,
  service: string,
  devices: readonly string[],
  ...options: readonly string[]
) =>
  (await project.ok('exec', '-T', ...options, service, 'sh', '-c', probe(devices)))
    .trim()
    .split('\n')
    .map((line) => line.trim());

const all = (devices: readonly string[]) => devices.map((device) => `${device} rw`);

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

// Red without: ruleSteps in container/compile.ts; the shared descriptor is red without SharedDescriptors in launch.ts.
scenario(
  'root in a container creates any device node and opens those of Docker only [kernel]',
  async (t, project) => {
    project.compose(`services:
  web: { ${stays()} }
  other: { ${stays()} }
  privileged: { ${stays()}, privileged: true }
`);
    await project.ok('up', '-d');
    t.deepEqual(await opened(project, 'web', [...CLOSED, ...OPEN]), [...CLOSED, ...all(OPEN)]);
    const supervisor = project.supervisor()!;
    t.is(programsOf(supervisor), hasProgram ? 1 : 0, 'two services share a program');
    t.deepEqual(await opened(project, 'privileged', ['c 1:11', 'c 10:237']), all(['c 1:11', 'c 10:237']));
    const terminal = project.launch('script', [
      '-qec',
      project.command('exec', 'web', 'sh', '-c', TERMINALS),
      '/dev/null',
    ]);
    t.regex((await terminal.ended).stdout, /^\/dev\/pts\/\d+\s+ptmx\s/);
    process.kill(supervisor, 'SIGKILL');
    t.deepEqual(await opened(project, 'web', ['c 1:11', 'c 1:3']), ['c 1:11', 'c 1:3 rw'], 'after adoption');
  },
);

const TERMINALS = 'tty; : </dev/tty; : <>/dev/ptmx && echo ptmx';
