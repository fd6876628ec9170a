import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { needs, whenNightly } from './harness/scenario.ts';

type Step = {
  readonly on: 'host' | 'container';
  readonly call: string;
  readonly args?: readonly unknown[];
  readonly skip?: number;
  /** Made for the first container that needs it. */
  readonly shared?: true;
};

/** The calls that strace saw these threads make, in the order of their times; each by name, with its first string. */
const traced = (...paths: readonly string[]): readonly string[] =>
  paths
    .flatMap((path) => readFileSync(path, 'utf8').split('\n'))
    .sort()
    .flatMap((line) => {
      const match = /^[\d.]+ (\w+)\((.*)$/.exec(line);
      return match ? [named(match[1]!, /"((?:[^"\\]|\\.)*)"/.exec(match[2]!)?.[1])] : [];
    });

const named = (call: string, text: string | undefined): string =>
  text === undefined ? call : `${call} ${text.slice(0, 24)}`;

const firstString = ({ args = [] }: Step): string | undefined =>
  args.find(
    (value): value is string =>
      typeof value === 'string' &&
      /^[/.]|^(?:proc|tmpfs|overlay|sysfs|cgroup|devpts|mqueue|shm)$/.test(value),
  );

/** What a Program's step looks like in a trace; calls whose strings vary are told by their name. */
const expected = (step: Step): string =>
  [
    'mount',
    'mkdirat',
    'mknodat',
    'openat',
    'openat2',
    'open_tree',
    'chdir',
    'pivot_root',
    'umount2',
  ].includes(step.call)
    ? named(step.call, firstString(step))
    : step.call;

/** The first step that is not found in its turn; those that a tolerated error leaves out may be missing. */
const missing = (steps: readonly Step[], found: readonly string[]): string | undefined => {
  let position = 0;
  let mayBeMissing = 0;
  for (const step of steps) {
    const wanted = expected(step);
    const isMatch = (seen: string | undefined): boolean =>
      seen === wanted || seen?.startsWith(`${wanted} `) === true;
    const optional = mayBeMissing-- > 0;
    if (step.skip) mayBeMissing = step.skip;
    if (optional && !isMatch(found[position])) continue;
    const next = found.findIndex((seen, index) => index >= position && isMatch(seen));
    if (next < 0) return wanted;
    position = next + 1;
  }
  return undefined;
};

/** The process that made the command by clone(2), in the PID namespace of another container. */
const parentOf = (trace: string): string =>
  readdirSync(dirname(trace))
    .filter((file) => file.startsWith(`${basename(trace)}.`))
    .find((file) => readFileSync(join(dirname(trace), file), 'latin1').includes('CLONE_PARENT|'))!
    .slice(`${basename(trace)}.`.length);

for (const [runner, init, shared] of [
  ['reexec', false, ''],
  ['direct', false, ''],
  ['reexec', true, ''],
  ['direct', true, ''],
  ['reexec', true, 'pid: "service:db", ipc: "service:db", uts: host'],
  ['direct', false, 'pid: "service:db", ipc: "service:db", uts: host'],
] as const) {
  const which = [runner, ...(init ? ['init'] : []), ...(shared ? ['namespaces of others'] : [])].join(', ');
  // The fifth row has both as well.
  const declare = runner === 'reexec' && init && !shared ? whenNightly(needs('strace')) : needs('strace');
  declare(`what explain prints is what runs, call by call (${which})`, async (t, project) => {
    project.compose(`services:
  web:
    init: ${init}
    ${shared ? shared.replaceAll(', ', '\n    ') : 'hostname: box'}
    memory: 64m
    pids_limit: 50
    # Settings of the cgroups above depend on what other projects have made; these are the container's alone.
    cgroup_parent: given-${project.name}
    read_only: true
    tmpfs: /scratch
    configs: [app]
    stop_grace_period: 0s
    command: [sleep, "1000"]
${shared ? '  db: { command: [sleep, "1000"], stop_grace_period: 0s }' : ''}
configs: { app: { content: some } }
`);
    const explained = JSON.parse(await project.ok('explain', 'web', '--format', 'json')) as readonly {
      readonly program: { readonly sections: readonly { readonly steps: readonly Step[] }[] };
    }[];
    const steps = explained[0]!.program.sections.flatMap(({ steps }) => steps);
    const trace = project.path('trace');
    const up = project.launch('strace', [
      '-f',
      '-ff',
      '-ttt',
      '-s',
      '200',
      '-o',
      trace,
      ...project.words('--runner', runner, 'up', '-d'),
    ]);
    // strace stays for as long as anything that it follows, which the supervisor is too.
    await up.prints(/web-1 Started/);
    const { Pid } = await project.container('web');
    const children = readFileSync(`/proc/${Pid}/task/${Pid}/children`, 'utf8').split(' ').filter(Boolean);
    t.is(children.length, init ? 1 : 0);
    const processes = [...(shared ? [parentOf(trace)] : []), Pid, ...children];
    const inside = traced(...processes.map((pid) => `${trace}.${pid}`));
    const executed = steps.filter(({ on, call }) => on === 'container' && call !== 'execve');
    t.is(missing(executed, inside), undefined, `in ${trace}.${Pid}`);
    const supervisor = project.supervisor();
    const threads = readdirSync(`/proc/${supervisor}/task`).map((thread) => `${trace}.${thread}`);
    const outside = traced(...threads);
    const made = steps.filter(
      (step) => step.on === 'host' && step.call !== 'spawn' && !(shared && step.shared),
    );
    t.is(missing(made, outside), undefined, `in ${trace}.${supervisor}`);
    await project.takeDown();
    await up.ended;
  });
}
