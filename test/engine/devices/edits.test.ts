import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { lazy } from '../../../src/base/lazy.ts';
import { editProblems, editsOf } from '../../../src/engine/devices/cdi/edits.ts';
import { readRegistry } from '../../../src/engine/devices/cdi/registry.ts';
import { requireDevices } from '../../../src/engine/devices/sources.ts';
import { serviceFacts } from '../../../src/engine/facts/gather-facts.ts';
import { planHostRoot } from '../../../src/engine/facts/host-root.ts';
import type { Service } from '../../../src/project/model/project.ts';
import { service } from '../../container/samples.ts';
import { directoriesWith, specification } from './specifications.ts';

/** Calls with these specifications as those of the machine. */
const onMachine = <Value>(directories: readonly string[], look: () => Value): Value => {
  process.env.TSCOMPOSE_CDI_DIRS = directories.join(':');
  try {
    return look();
  } finally {
    delete process.env.TSCOMPOSE_CDI_DIRS;
  }
};

const named = (...names: readonly string[]): Partial<Service> => ({
  devices: names.map((name) => ({ source: name, target: name, permissions: 'rwm' })),
});

const requested = (request: Partial<NonNullable<Service['deviceRequests']>[number]>): Partial<Service> => ({
  deviceRequests: [{ capabilities: ['gpu'], from: 'services.web.gpus[0]', ...request }],
});

const problems = (t: ExecutionContext, changes: Partial<Service>, files: Readonly<Record<string, string>>) =>
  onMachine(directoriesWith(t, files), () => editProblems(service(changes)));

const USER = { uid: 1000, gid: 7 };

test('the edits of a specification come once, before those of its devices', (t) => {
  const directories = directoriesWith(t, {
    'etc/a.json': specification(
      'a.com/b',
      { x: { env: ['WHICH=x', 'X=1=2'] }, y: { env: ['WHICH=y'], additionalGids: [44] } },
      { env: ['COMMON=1'], additionalGids: [27] },
    ),
  });
  const edits = onMachine(directories, () =>
    editsOf(service(named('a.com/b=x', 'a.com/b=y', 'a.com/b=x')), USER),
  );
  t.deepEqual(edits.environment, { COMMON: '1', WHICH: 'y', X: '1=2' });
  t.deepEqual(edits.groups, [27, 44]);
});

test('a start reads the specifications once: its checks and its facts have the same ones', (t) => {
  const directories = directoriesWith(t, { 'etc/a.json': specification('a.com/b', { x: { env: ['X=1'] } }) });
  const registryOf = lazy(() => readRegistry(directories));
  const asked = service(named('a.com/b=x'));
  // Red without: `registryOf` in requireDevices, in editsOf or in serviceFacts.
  t.notThrows(() => requireDevices(asked, registryOf));
  writeFileSync(join(directories[0]!, 'a.json'), '{}');
  const { edits } = serviceFacts(asked, planHostRoot('/nowhere'), new Map(), registryOf);
  t.deepEqual(edits.environment, { X: '1' });
});

test('a node is completed by that of the host, and belongs to the user', (t) => {
  const directories = directoriesWith(t, {
    'etc/a.json': specification('a.com/b', {
      x: {
        deviceNodes: [
          { path: '/dev/x', hostPath: '/dev/null', permissions: 'r' },
          { path: '/dev/y', type: 'b', major: 8, minor: 3, fileMode: 0o440, uid: 0, gid: 6 },
        ],
      },
    }),
  });
  const { devices } = onMachine(directories, () => editsOf(service(named('a.com/b=x')), USER));
  t.deepEqual(devices, [
    { path: '/dev/x', type: 'c', major: 1, minor: 3, fileMode: 0o666, ...USER, permissions: 'r' },
    { path: '/dev/y', type: 'b', major: 8, minor: 3, fileMode: 0o440, uid: 0, gid: 6, permissions: 'rwm' },
  ]);
});

test('mounts are binds; recursive options are for directories', (t) => {
  const directories = directoriesWith(t, {
    'etc/a.json': specification('a.com/b', {
      x: {
        mounts: [
          { hostPath: '/etc/passwd', containerPath: '/a', options: ['ro', 'nodev', 'rbind'] },
          { hostPath: '/usr', containerPath: '/b' },
          { hostPath: 'tmpfs', containerPath: '/c', type: 'tmpfs', options: ['size=1m'] },
        ],
      },
    }),
  });
  const { mounts } = onMachine(directories, () => editsOf(service(named('a.com/b=x')), USER));
  t.deepEqual(mounts, [
    { destination: '/a', type: 'bind', source: '/etc/passwd', options: ['ro', 'nodev', 'bind'] },
    { destination: '/b', type: 'bind', source: '/usr', options: ['rbind'] },
    { destination: '/c', type: 'tmpfs', source: 'tmpfs', options: ['size=1m'] },
  ]);
});

const processors = {
  'etc/a.json': specification('amd.com/gpu', { all: { env: ['GPU=amd-all'] } }),
  'etc/n.json': specification('nvidia.com/gpu', {
    all: { env: ['GPU=all'] },
    0: { env: ['FIRST=1'] },
    1: { env: ['SECOND=1'] },
    'GPU-12': { env: ['GPU=12'] },
  }),
};

const answers: readonly (readonly [Parameters<typeof requested>[0], Readonly<Record<string, string>>])[] = [
  [{}, { GPU: 'all' }],
  [{ count: -1, driver: 'amd' }, { GPU: 'amd-all' }],
  [{ count: 2 }, { FIRST: '1', SECOND: '1' }],
  [
    { ids: ['GPU-12', '1'], driver: 'nvidia' },
    { GPU: '12', SECOND: '1' },
  ],
  [{ ids: ['amd.com/gpu=all'], driver: 'cdi', capabilities: [] }, { GPU: 'amd-all' }],
];

for (const [request, environment] of answers)
  test(`a request ${JSON.stringify(request)} is answered by specifications`, (t) => {
    const directories = directoriesWith(t, processors);
    t.deepEqual(
      onMachine(directories, () => editProblems(service(requested(request)))),
      [],
    );
    const edits = onMachine(directories, () => editsOf(service(requested(request)), USER));
    t.deepEqual(edits.environment, environment);
  });

const refused: readonly (readonly [what: string, Partial<Service>, message: RegExp, help: RegExp])[] = [
  [
    'a processor without a specification',
    requested({}),
    /describes a graphics processor/,
    /nvidia-ctk .*amd-ctk/,
  ],
  [
    'that of a vendor',
    requested({ driver: 'nvidia' }),
    /nvidia.com\/gpu=all/,
    /nvidia-ctk cdi generate --output=/,
  ],
  ['a device of another vendor', named('v.com/x=y'), /`v.com\/x=y`/, /tools of the vendor `v.com`/],
  ['a driver that is not known', requested({ driver: 'tpu' }), /no driver `tpu`/, /driver: cdi/],
  [
    'a capability that is not known',
    requested({ capabilities: ['tpu'] }),
    /capabilities `tpu`/,
    /driver: cdi/,
  ],
];

for (const [what, changes, message, help] of refused)
  test(`${what} is an error at its place, with the way out`, (t) => {
    const [problem, ...more] = problems(t, changes, {
      'etc/other.json': specification('o.com/o', { o: {} }),
    });
    t.deepEqual(more, []);
    t.regex(problem!.message, message);
    t.regex(problem!.help!, help);
    t.is(problem!.from, changes.devices ? 'services.web.devices[0]' : 'services.web.gpus[0]');
  });

test('a device that is not among those of its kind, and one that two files describe, are errors', (t) => {
  const files = {
    'etc/a.json': specification('a.com/b', { first: {}, twice: {} }),
    'etc/b.json': specification('a.com/b', { twice: {} }),
  };
  const [near, unknown, twice] = problems(t, named('a.com/b=firts', 'a.com/b=other', 'a.com/b=twice'), files);
  t.is(near!.help, 'did you mean `a.com/b=first`?');
  t.is(unknown!.help, 'the devices of this machine are a.com/b=first, a.com/b=twice');
  t.regex(twice!.message, /several specifications of one directory/);
  t.is(twice!.notes!.length, 2);
});

// Red without: nodeProblems, mountProblems, hookProblems or IGNORED in edits.ts.
test('what the machine does not have, or nothing can do, is told at the place of the request', (t) => {
  const found = problems(t, named('a.com/b=x'), {
    'etc/a.json': specification('a.com/b', {
      x: {
        deviceNodes: [
          { path: '/dev/gone' },
          { path: '/dev/null', type: 'b' },
          { path: '/dev/pipe', type: 'p' },
        ],
        mounts: [
          { hostPath: '/gone', containerPath: '/a' },
          { hostPath: 'relative', containerPath: '/a' },
          { hostPath: 'x', containerPath: '/a', type: 'ext4' },
        ],
        hooks: [
          { hookName: 'createRuntime', path: '/bin/true' },
          { hookName: 'createContainer', path: '/bin/gone' },
          { hookName: 'poststop', path: '/bin/true' },
        ],
        intelRdt: { closID: 'x' },
      },
    }),
  });
  t.deepEqual(
    found.map(({ severity }) => severity),
    [...Array.from({ length: 8 }, () => 'error'), 'warning', 'warning'],
  );
  t.true(found.every(({ from }) => from === 'services.web.devices[0]'));
  t.true(found.every(({ notes }) => notes![0]!.endsWith('/etc/a.json')));
});

// Red without: othersMayChange in hooks.ts.
test('a hook that others can change is refused', (t) => {
  const [directory] = directoriesWith(t, { 'etc/none.txt': '' });
  const program = join(directory!, 'hook');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  const files = {
    'etc/a.json': specification('a.com/b', {
      x: { hooks: [{ hookName: 'createContainer', path: program }] },
    }),
  };
  if (process.getuid!() === 0) t.deepEqual(problems(t, named('a.com/b=x'), files), []);
  chmodSync(program, 0o757);
  t.regex(problems(t, named('a.com/b=x'), files)[0]!.message, /other users than root can change/);
  chmodSync(program, 0o755);
  chmodSync(directory!, 0o777);
  t.regex(problems(t, named('a.com/b=x'), files)[0]!.help!, /chmod go-w/);
});
