import { randomInt } from 'node:crypto';
import { closeSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { cgroupDirectory, joined } from '../../../src/container/cgroups/hierarchies.ts';
import { compile } from '../../../src/container/compile.ts';
import { holdCgroups } from '../../../src/engine/cgroups/cgroup-parents.ts';
import type { Context } from '../../../src/engine/context/context.ts';
import { projectPaths } from '../../../src/engine/directories/project-paths.ts';
import { describe } from '../../../src/engine/facts/describe.ts';
import { makeHostRoot } from '../../../src/engine/facts/host-root.ts';
import { newContainer } from '../../../src/engine/facts/new-container.ts';
import { openParking } from '../../../src/engine/logs/parking.ts';
import { openHandover } from '../../../src/engine/names/handover.ts';
import { freeAddresses } from '../../../src/engine/networks/addresses.ts';
import { ensureBridge, removeBridge } from '../../../src/engine/networks/bridges.ts';
import { planNetworks } from '../../../src/engine/networks/plan-networks.ts';
import { openContext, openEquipment } from '../../../src/engine/supervisor/open-context.ts';
import { launch, NO_WITNESS } from '../../../src/kernel/launch/launch.ts';
import { call, type Program, type Step, stepsOf } from '../../../src/kernel/program/program.ts';
import type { Runner } from '../../../src/kernel/program/runner.ts';
import { service } from '../../container/samples.ts';
import { isNightly, patience } from '../../patience.ts';

/** A call that fails whatever happens, put in before the step with this index, on the same side. */
const breakAt = (program: Program, broken: number): Program => {
  let index = 0;
  const withFault = (step: Step): readonly Step[] => {
    const fault: Step = {
      on: step.on,
      why: 'is to fail',
      ...call('umount2', '/no/such/mount', 'MNT_DETACH'),
    };
    return index++ === broken ? [fault, step] : [step];
  };
  const sections = program.sections.map((section) => ({
    ...section,
    steps: section.steps.flatMap(withFault),
  }));
  return { ...program, sections };
};

const openProject = (directory: string, init: boolean) => {
  const environment = {
    TSCOMPOSE_RUN_DIR: join(directory, 'run'),
    TSCOMPOSE_STATE_DIR: join(directory, 'state'),
  };
  const name = `faults-${process.pid}`;
  const context = openContext(
    { project: name, nofile: { soft: 256, hard: 256 } },
    projectPaths(name, environment),
    openEquipment(),
    openParking(),
  );
  const web = service({
    rootfs: { kind: 'host' },
    command: ['/bin/sleep', '1000'],
    init,
    networks: { default: { aliases: [] } },
    limits: { memory: 1 << 26, pids: 20 },
  });
  const project = {
    name,
    workingDir: directory,
    files: [],
    inactive: [],
    services: { web },
    volumes: {},
    networks: { default: { key: 'default', name: `${name}_default` } },
  };
  Object.assign(
    context.record.networks,
    planNetworks(
      project,
      {},
      context.route.routes().map(({ to }) => to),
    ),
  );
  const record = newContainer(freeAddresses(context.record, []), web, 1, `${name}-web-1`, 'direct');
  context.record.containers[record.name] = record;
  return { context, record };
};

/** Everything that a start makes outside of the process. */
const traces = ({ host, paths, record }: Context, container: string): readonly string[] => [
  ...joined(host.cgroups)
    .map((hierarchy) => cgroupDirectory(hierarchy, `tscompose/${record.name}/${container}`))
    .filter(existsSync),
  ...[paths.container(container).run].filter((path) => existsSync(path) && readdirSync(path).length > 0),
  ...readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.includes(paths.run)),
];

/** Cables of this network alone: other projects of the machine come and go. */
const ends = (context: Context, network: string): number =>
  context.route.links().filter(({ master }) => master === context.bridges.get(network)).length;

/** Breaks a start at every step, or at each of them that is so far from the one before, beginning anywhere. */
const check = async (
  t: {
    readonly is: (a: unknown, b: unknown, m?: string) => unknown;
    readonly deepEqual: (a: unknown, b: unknown, m?: string) => unknown;
  },
  runnerName: Runner['name'],
  every: number,
  init = false,
) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-faults-'));
  const mainModule = process.argv[1]!;
  process.argv[1] = resolve(import.meta.dirname, '../../../dist/tscompose.js');
  const { context, record } = openProject(directory, init);
  const network = context.record.networks.default!;
  try {
    const runner = await context.runners.choose(runnerName);
    t.is(runner.name, runnerName);
    ensureBridge(context, network);
    // As in every start: otherwise another project that ends meanwhile removes the cgroups above.
    holdCgroups(context, record);
    makeHostRoot(context.hostRoot);
    const compiled = (run: number): Program =>
      compile({ ...describe(context, { ...record, startedAt: run }), stdio: 'given' });
    const nothing = context.values['$host.null'] as number;
    const values = { ...context.values, $stdin: nothing, $stdout: nothing, $stderr: nothing };
    // All that an init adds stands behind this.
    const first = init ? stepsOf(compiled(0)).findIndex(({ why }) => why.includes('outlives')) : 0;
    for (let index = first + randomInt(every); ; index += every) {
      // Fewer than before, once the cpusets above the container's have what it needs.
      const program = compiled(index);
      const steps = stepsOf(program);
      if (index >= steps.length) break;
      // While it is in the container's namespaces, this process must not be stopped: no call between can fail.
      if (['spawn', 'setns'].includes(steps[index]!.call)) continue;
      // A step between these two would be left out in place of the second.
      if (steps.slice(Math.max(0, index - 2), index).some(({ skip }) => skip)) continue;
      const handover = openHandover();
      const given = { ...values, ...handover.values };
      const launched = await launch(breakAt(program, index), runner, given, NO_WITNESS);
      Object.values(handover.take() ?? {}).forEach(closeSync);
      handover.close();
      const what = `step ${index + 1}: ${steps[index]!.call}`;
      t.is(launched.ok, false, what);
      if (!launched.ok) t.is(launched.failure.number, index + 1, what);
      t.deepEqual(traces(context, record.name), [], what);
    }
    // Network namespaces are taken apart a little later than the processes in them.
    for (let round = 0; round < 200 && ends(context, network.key) > 0; round++)
      await new Promise((next) => setTimeout(next, 10));
    t.is(ends(context, network.key), 0);
  } finally {
    process.argv[1] = mainModule;
    removeBridge(context, network);
    context.filter.remove();
    for (const hierarchy of joined(context.host.cgroups))
      rmEmpty(cgroupDirectory(hierarchy, `tscompose/${context.record.name}`));
    rmSync(directory, { recursive: true, force: true });
  }
};

const rmEmpty = (path: string): void => {
  if (existsSync(path)) rmdirSync(path);
};

const asRoot = process.geteuid?.() === 0 ? test.serial : test.serial.skip;

asRoot('direct: wherever a start fails, it names the step and leaves nothing [kernel]', async (t) => {
  t.timeout(120_000 * patience);
  await check(t, 'direct', isNightly ? 1 : patience > 1 ? 25 : 5);
});

asRoot('reexec: wherever a start fails, it names the step and leaves nothing', async (t) => {
  t.timeout(120_000 * patience);
  await check(t, 'reexec', isNightly ? 11 : 40);
});

for (const runner of ['direct', 'reexec'] as const)
  asRoot(`${runner}: the same of a start with an init`, async (t) => {
    t.timeout(120_000 * patience);
    await check(t, runner, (runner === 'direct' ? 1 : 3) * (isNightly ? 1 : 4), true);
  });
