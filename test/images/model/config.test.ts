import test from 'ava';
import { readImageConfig } from '../../../src/images/model/config.ts';

const read = (value: unknown) => readImageConfig(Buffer.from(JSON.stringify(value)));

const DIFF_ID = `sha256:${'ab'.repeat(32)}`;

test('the configuration of OCI and Docker', (t) => {
  t.deepEqual(
    read({
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      created: '2026-01-02T03:04:05Z',
      config: {
        User: 'postgres:999',
        WorkingDir: '/srv',
        Entrypoint: ['docker-entrypoint.sh'],
        Cmd: ['postgres'],
        Env: ['PATH=/bin', 'EMPTY=', 'A=b=c', 'NONE', '=odd'],
        Labels: { a: 'b' },
        Volumes: { '/data': {} },
        ExposedPorts: { '5432/tcp': {} },
        StopSignal: 'SIGINT',
        Healthcheck: { Test: ['CMD', 'true'], Interval: 30_000_000_000, Retries: 0 },
        OnBuild: ['RUN true'],
      },
      rootfs: { type: 'layers', diff_ids: [DIFF_ID] },
      history: [
        { created_by: 'ADD rootfs', comment: 'base' },
        { created_by: 'ENV A', empty_layer: true },
      ],
    }),
    {
      config: {
        os: 'linux',
        architecture: 'arm64',
        variant: 'v8',
        created: '2026-01-02T03:04:05Z',
        user: 'postgres:999',
        workingDir: '/srv',
        entrypoint: ['docker-entrypoint.sh'],
        command: ['postgres'],
        environment: { PATH: '/bin', EMPTY: '', A: 'b=c' },
        labels: { a: 'b' },
        volumes: ['/data'],
        exposedPorts: ['5432/tcp'],
        stopSignal: 'SIGINT',
        healthcheck: { test: ['CMD', 'true'], interval: 30_000_000_000 },
        diffIds: [DIFF_ID],
        history: [
          { createdBy: 'ADD rootfs', comment: 'base', isEmpty: false },
          { createdBy: 'ENV A', isEmpty: true },
        ],
      },
    },
  );
});

const nothing = {
  environment: {},
  labels: {},
  volumes: [],
  exposedPorts: [],
  diffIds: [],
  history: [],
};

test('what is empty or null says nothing', (t) => {
  const config = {
    ...{ User: '', WorkingDir: '', Entrypoint: [], Cmd: null, Env: null, Labels: null, Volumes: null },
    ...{ ExposedPorts: null, StopSignal: '', Healthcheck: { Test: null } },
  };
  for (const image of [{}, { config: null }, { config }, { config: {}, rootfs: null, history: null }])
    t.deepEqual(read({ architecture: 'amd64', ...image }), {
      config: { os: 'linux', architecture: 'amd64', ...nothing },
    });
});

for (const [title, image, fault] of [
  ['a list', [], ' is no object'],
  ['no architecture', { os: 'linux' }, '.architecture is no text'],
  ['a number as a variable', { config: { Env: [1] } }, '.config.Env.0 is no text'],
  ['a text as a command', { config: { Cmd: 'sh' } }, '.config.Cmd is no list'],
  // Red without: the look at the text in plain of config.ts
  ['a NUL in a variable', { config: { Env: ['A=\0'] } }, '.config.Env.0 contains a NUL'],
  ['a NUL in a volume', { config: { Volumes: { '/a\0b': {} } } }, '.config.Volumes.0 contains a NUL'],
  ['a NUL in a user', { config: { User: 'a\0' } }, '.config.User contains a NUL'],
  [
    'a digest that is a path',
    { rootfs: { diff_ids: ['../../etc'] } },
    '.rootfs.diff_ids.0 is no SHA-256 digest',
  ],
  [
    'negative time',
    { config: { Healthcheck: { Interval: -1 } } },
    '.config.Healthcheck.Interval is no whole number',
  ],
] as const)
  test(`refused: ${title}`, (t) => {
    const value =
      Array.isArray(image) || title === 'no architecture' ? image : { architecture: 'amd64', ...image };
    t.deepEqual(read(value), { fault });
  });

test('refused: what is no JSON', (t) => {
  const result = readImageConfig(Buffer.from('{'));
  t.true('fault' in result && result.fault.startsWith(' is no JSON: '));
});
