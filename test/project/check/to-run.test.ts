import test from 'ava';
import { problems, web } from '../support.ts';

/** Files that describe a valid project which cannot be started as it is, with the error of a start. */
const onlyToRun = [
  [`${web('ports: ["80:80"]')}  b: {command: x, ports: ["80:80"]}\n`, 'error duplicate-port'],
  [web('cpus: 0.005'), 'error invalid-value'],
  [web('deploy: {resources: {limits: {cpus: "0.001"}}}'), 'error invalid-value'],
  [web('mem_limit: 1m'), 'error invalid-value'],
  [web('cpu_period: 5'), 'error invalid-value'],
  [web('cpu_period: 2000000'), 'error invalid-value'],
  [web('cpu_quota: 5'), 'error invalid-value'],
  [web('cpus: 0.5\ncpu_quota: 20000'), 'error conflicting-keys'],
  [web('memswap_limit: 1g'), 'error conflicting-keys'],
  [web('uts: host\nhostname: a'), 'error conflicting-keys'],
  [web('ulimits: {nofile: {soft: 20, hard: 10}}'), 'error conflicting-keys'],
  [web('healthcheck: {test: x, start_interval: 1s}'), 'error missing-key'],
] as const;

for (const [text, error] of onlyToRun)
  test(`${text.split('\n').slice(3).join(' ').trim()} is an error of a start alone`, (t) => {
    const errors = (toRun: boolean) =>
      problems(text, { toRun })
        .filter((problem) => problem.startsWith('error'))
        .map((problem) => problem.split(' ').slice(0, 2).join(' '));
    t.deepEqual(errors(false), []);
    t.deepEqual(errors(true), [error]);
  });

const wrongInThemselves = [
  'volumes: {v: {external: true, driver: local}}',
  'secrets: {k: {file: ./k, environment: K}}',
  'services: {a: {command: x, gpus: [{count: 1, device_ids: ["0"]}]}}',
  'services: {a: {command: x, volumes: [{type: bind, target: /x}]}}',
  'networks: {n: {name: a, external: {name: b}}}',
  'services: {a: {command: x, depends_on: {b: {restart: true}}}}',
];

for (const text of wrongInThemselves)
  test(`${text} is refused without a look at what fits together too`, (t) => {
    const found = problems(text, { toRun: false, leaveOut: new Set(['consistency']) });
    t.deepEqual(found.filter((problem) => problem.startsWith('error')).length, 1);
  });

const valid = [
  'services: {a: {command: x, networks: [n]}}\nnetworks: {n: {external: true, internal: true, labels: [a=b]}}',
  'services: {a: {command: x, secrets: [k]}}\nsecrets: {k: {file: f, driver: d}}',
  'services: {a: {command: x, cpu_period: 0, cpu_rt_period: 0}}',
  'services: {a: {command: x, ports: ["::1:6000:6001"]}}',
];

for (const text of valid)
  test(`${text.replace('\n', ' ')} is valid`, (t) => {
    t.deepEqual(
      problems(text, { toRun: false }).filter((problem) => problem.startsWith('error')),
      [],
    );
  });
