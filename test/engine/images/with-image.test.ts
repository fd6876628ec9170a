import test from 'ava';
import { Problem } from '../../../src/base/diagnostic.ts';
import { withImage } from '../../../src/engine/images/with-image.ts';
import type { ImageConfig } from '../../../src/images/model/config.ts';
import type { Mount, Service, WantedImage } from '../../../src/project/model/project.ts';
import { service } from '../../container/samples.ts';

const PLAIN: ImageConfig = {
  os: 'linux',
  architecture: 'amd64',
  environment: {},
  labels: {},
  volumes: [],
  exposedPorts: [],
  diffIds: [],
  history: [],
};

type Case = {
  readonly service?: Partial<Service>;
  readonly image?: Partial<ImageConfig>;
  readonly wanted?: Partial<WantedImage>;
};

const merged = ({ service: given, image, wanted }: Case): Service =>
  withImage(
    service({ command: null, ...given }),
    { kind: 'wanted-image', reference: 'app:1', ...wanted },
    {
      id: 'sha256:c',
      digest: 'sha256:m',
      layers: ['sha256:l'],
      config: { ...PLAIN, command: ['run'], ...image },
    },
  );

const CHECK = { interval: 30_000, timeout: 30_000, retries: 3, startPeriod: 0, startInterval: 5000 };
const BOTH = { entrypoint: ['entry'], command: ['word'] };
const MOUNT: Mount = {
  kind: 'tmpfs',
  target: '/data',
  from: 'services.web.tmpfs[0]',
  readOnly: false,
  options: [],
};
const ANONYMOUS = { kind: 'volume', from: 'services.web.image', readOnly: false } as const;

const tcp = (port: number) => ({ protocol: 'tcp', first: port, last: port }) as const;

const table: readonly (readonly [rule: string, given: Case, expected: Partial<Service>])[] = [
  [
    'what the image exposes joins what the service does; what is no port is left out',
    { service: { expose: [tcp(80)] }, image: { exposedPorts: ['5432/tcp', 'x', '0/tcp', '53/udp'] } },
    { expose: [tcp(80), tcp(5432), { ...tcp(53), protocol: 'udp' }] },
  ],
  [
    'the files are those of the image',
    {},
    {
      rootfs: {
        kind: 'image',
        reference: 'app:1',
        id: 'sha256:c',
        digest: 'sha256:m',
        layers: ['sha256:l'],
      },
    },
  ],
  ['the process is that of the image', { image: BOTH }, BOTH],
  [
    'a command replaces that of the image and keeps its entrypoint',
    { image: BOTH, service: { command: ['mine'] } },
    { entrypoint: ['entry'], command: ['mine'] },
  ],
  [
    'an entrypoint drops the command of the image',
    { image: BOTH, service: { entrypoint: ['mine'] } },
    { entrypoint: ['mine'], command: null },
  ],
  [
    'an entrypoint and a command replace both',
    { image: BOTH, service: { entrypoint: ['mine'], command: ['word'] } },
    { entrypoint: ['mine'], command: ['word'] },
  ],
  [
    'an empty entrypoint drops that of the image and keeps its command',
    { image: BOTH, service: { entrypoint: [] } },
    { entrypoint: [], command: ['word'] },
  ],
  [
    'an empty command keeps that of the image',
    { image: BOTH, service: { command: [] } },
    { entrypoint: ['entry'], command: ['word'] },
  ],
  [
    'user, directory and stop signal are those of the image',
    { image: { user: 'app:web', workingDir: '/srv', stopSignal: 'SIGQUIT' } },
    { user: 'app:web', workingDir: '/srv', stopSignal: 'SIGQUIT' },
  ],
  [
    'those of the service count more',
    {
      image: { user: 'app', workingDir: '/srv', stopSignal: 'SIGQUIT' },
      service: { user: '7', workingDir: '/mine', stopSignal: 'SIGTERM' },
      wanted: { hasStopSignal: true },
    },
    { user: '7', workingDir: '/mine', stopSignal: 'SIGTERM' },
  ],
  [
    'the health check is that of the image, with the defaults of Docker',
    { image: { healthcheck: { test: ['CMD-SHELL', 'a'], interval: 5e9 }, shell: ['/bin/bash', '-c'] } },
    {
      healthcheck: {
        ...CHECK,
        test: ['CMD-SHELL', 'a'],
        interval: 5000,
        shell: ['/bin/bash', '-c'],
      },
    },
  ],
  [
    'each field of the health check of the service counts more, also without a test; 0 is none',
    {
      image: {
        healthcheck: { test: ['CMD', 'a'], interval: 5e9, timeout: 1e9, retries: 9, startPeriod: 7e9 },
      },
      wanted: { healthcheck: { interval: 2000, timeout: 0, retries: 1, startInterval: 50 } },
    },
    {
      healthcheck: {
        test: ['CMD', 'a'],
        interval: 2000,
        timeout: 1000,
        retries: 1,
        startPeriod: 7000,
        startInterval: 50,
      },
    },
  ],
  [
    'the test of the service counts more, the rest is that of the image',
    {
      image: { healthcheck: { test: ['CMD', 'a'], retries: 9 } },
      wanted: { healthcheck: { test: ['CMD', 'b'] } },
    },
    { healthcheck: { ...CHECK, test: ['CMD', 'b'], retries: 9 } },
  ],
  [
    'a service may have no health check although the image has one',
    {
      image: { healthcheck: { test: ['CMD', 'a'] } },
      wanted: { healthcheck: { test: ['NONE'] } },
    },
    { healthcheck: undefined } as object,
  ],
  ['a stop signal may be a number', { image: { stopSignal: '3' } }, { stopSignal: 'SIGQUIT' }],
  [
    'a relative directory begins at the root',
    { image: { workingDir: 'srv/../app' } },
    { workingDir: '/app' },
  ],
  [
    'variables of the image that the service neither sets nor drops',
    {
      image: { environment: { KEPT: 'image', SET: 'image', DROPPED: 'image' } },
      service: { environment: { SET: 'file', OWN: 'file' } },
      wanted: { unset: ['DROPPED', 'NOWHERE'] },
    },
    { environment: { KEPT: 'image', SET: 'file', OWN: 'file' } },
  ],
  [
    'labels of both, and those of the service count more',
    { image: { labels: { a: 'image', b: 'image' } }, service: { labels: { b: 'file', c: 'file' } } },
    { labels: { a: 'image', b: 'file', c: 'file' } },
  ],
  [
    'volumes of the image are anonymous, each once, and come before the mounts of the service',
    { image: { volumes: ['/log', 'log', '/data/'] }, service: { mounts: [{ ...MOUNT, target: '/mine' }] } },
    {
      mounts: [
        { ...ANONYMOUS, target: '/log' },
        { ...ANONYMOUS, target: '/data' },
        { ...MOUNT, target: '/mine' },
      ],
    },
  ],
  [
    'a mount of the service takes the place of a volume of the image',
    { image: { volumes: ['/data'] }, service: { mounts: [MOUNT] } },
    { mounts: [MOUNT] },
  ],
];

for (const [rule, given, expected] of table)
  test(rule, (t) => {
    const service = merged(given) as Readonly<Record<string, unknown>>;
    const found = Object.fromEntries(Object.keys(expected).map((key) => [key, service[key]]));
    t.deepEqual(found, expected as Readonly<Record<string, unknown>>);
  });

const refused: readonly (readonly [rule: string, given: Case, code: string, message: RegExp])[] = [
  ['neither has a command', { image: { command: [] } }, 'no-command', /has no command to run/],
  [
    'an empty entrypoint leaves no command',
    { image: { entrypoint: ['entry'], command: [] }, service: { entrypoint: [] } },
    'no-command',
    /has no command to run/,
  ],
  ['no such signal', { image: { stopSignal: 'SIGNONE' } }, 'damaged-image', /there is no signal `SIGNONE`/],
  ['a volume over the root', { image: { volumes: ['/'] } }, 'damaged-image', /the volume `\/` must/],
];

for (const [rule, given, code, message] of refused)
  test(`an image that cannot be run: ${rule}`, (t) => {
    const error = t.throws(() => merged(given), { instanceOf: Problem });
    t.like(error!.diagnostics[0], { code, from: 'services.web.image' });
    t.regex(error!.diagnostics[0]!.message, message);
  });
