import { mkdirSync } from 'node:fs';
import { compileLimit } from '../bench/prepare.ts';
import type { Project } from './harness/project.ts';
import { needs, whenNightly } from './harness/scenario.ts';

/** What makes a container. Node makes none of these by itself, and how a process is born is each program's own way. */
const COMPARED = [
  ...[
    'bpf',
    'capset',
    'close_range',
    'keyctl',
    'mkdirat',
    'mknodat',
    'mount',
    'mount_setattr',
    'move_mount',
    'open_tree',
  ],
  ...[
    'openat2',
    'pivot_root',
    'prctl',
    'readv',
    'seccomp',
    'sendmsg',
    'sendto',
    'setgroups',
    'sethostname',
    'setresgid',
  ],
  ...['setresuid', 'setsid', 'symlinkat', 'umount2'],
];

whenNightly(needs('busybox', 'strace', 'cc'))(
  'the limit program of the benchmark makes every call that one more service makes',
  async (t, project) => {
    const root = project.root();
    const limit = compileLimit(project.path('limit'))!;
    const byLimit = await oneMore(project, async (services) => {
      const places = ['run', 'state'].map((name) => project.path(`${name}${services}`));
      for (const place of places) mkdirSync(place);
      return [limit, root, ...places, String(services)];
    });
    const measure = () =>
      oneMore(project, async (services) => {
        const lines = Array.from({ length: services }, (_, index) => `  s${index}: ${SERVICE}\n`);
        project.write(`${services}.yaml`, `services:\n${lines.join('')}`);
        const name = `${project.name}-${services}`;
        project.alsoTakeDown(name);
        return project.words('-p', name, '-f', `${services}.yaml`, 'up', '-d');
      });
    // The command makes calls of its own, which are not those of the start.
    const byCommand = await count(project, [`${root}/bin/true`]);
    const lackingIn = (byProject: Counts): readonly string[] =>
      COMPARED.flatMap((name) => {
        const [has, needed] = [byLimit.get(name)!, byProject.get(name)! - (byCommand.get(name) ?? 0)];
        return has < needed ? [`${name}: ${has} of ${needed}`] : [];
      });
    // A supervisor looks at the machine's packet filters when another project changes them, which is no part of a start:
    // what a start makes is in every measurement.
    let byProject = await measure();
    for (let again = 0; again < 3 && lackingIn(byProject).length > 0; again++) {
      const [before, now] = [byProject, await measure()];
      byProject = new Map(COMPARED.map((name) => [name, Math.min(before.get(name)!, now.get(name)!)]));
    }
    t.deepEqual(lackingIn(byProject), []);
    t.true(byProject.get('mount')! > 20);
  },
);

// The service of the benchmark, but one that ends: strace(1) goes on until all that it follows have ended.
const SERVICE = '{rootfs: ./root, command: [/bin/true], memory: 64m, cpus: 0.5, pids_limit: 256}';

type Counts = ReadonlyMap<string, number>;

/** How many of each call the second container takes. */
async function oneMore(
  project: Project,
  commandFor: (services: number) => Promise<readonly string[]>,
): Promise<Counts> {
  const [one, two] = [await count(project, await commandFor(1)), await count(project, await commandFor(2))];
  return new Map(COMPARED.map((name) => [name, (two.get(name) ?? 0) - (one.get(name) ?? 0)]));
}

async function count(project: Project, command: readonly string[]): Promise<Counts> {
  const { code, stderr } = await project.launch('strace', ['-c', '-f', '-o', 'counts', ...command]).ended;
  if (code !== 0) throw new Error(stderr);
  const rows = [...project.read('counts').matchAll(/^ *[\d.]+ +[\d.]+ +\d+ +(\d+) +(?:\d+ +)?(\w+)$/gm)];
  return new Map(rows.map(([, calls, name]) => [name!, Number(calls)]));
}
