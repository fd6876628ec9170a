import test from 'ava';
import { problems, web } from '../support.ts';

/**
 * Files that describe a valid project which cannot be started as it is, with the error of a start. Red without: a
 * row of `texts` or the ports in values-to-run.ts, validNetworkNames, and with parsedValue for validValues in cap_add.ts.
 */
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
  [web('healthcheck: {test: [CMD-SHELL, a, b]}'), 'error invalid-value'],
  [web('healthcheck: {test: x, interval: 900us}'), 'error invalid-value'],
  [web('healthcheck: {test: x, start_period: 1ns}'), 'error invalid-value'],
  [web('restart: on-failure:x'), 'error invalid-value'],
  [web('cap_add: [NET_ADMN]'), 'error invalid-value'],
  [web('cap_drop: [ALL, "${NONE:-}"]'), 'error invalid-value'],
  [web('security_opt: [no-new-privileges, secomp=unconfined]'), 'error invalid-value'],
  [web('ports: [{target: 0}]'), 'error invalid-value'],
  [web('ports: [{target: 70000}]'), 'error invalid-value'],
  [web('ports: [{target: 80, published: 90-80}]'), 'error invalid-value'],
  [web('ports: [{target: 80, protocol: tpc}]'), 'error invalid-value'],
  [`${web('network_mode: "service:b"\nports: ["80:80"]')}  b: {command: x}\n`, 'error conflicting-keys'],
  [web('network_mode: "container:b"\nports: [80]'), 'error conflicting-keys'],
  [`${web('networks: [n]')}networks: {n: {name: .}}\n`, 'error invalid-value'],
  [`${web('networks: [n]')}networks: {n: {external: true, name: ../x}}\n`, 'error invalid-value'],
  [`${web('networks: [n]')}networks: {n: {name: "a\\nb"}}\n`, 'error invalid-value'],
  [`${web('uts: "service:b"')}  b: {command: x}\n`, 'error invalid-value'],
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
  'secrets: {k: {labels: [a=b]}}',
  'configs: {k: }',
  'services: {a: {command: x, depends_on: {b: {restart: true}}}}',
];

for (const text of wrongInThemselves)
  test(`${text} is refused without a look at what fits together too`, (t) => {
    const found = problems(text, { toRun: false, leaveOut: new Set(['consistency']) });
    t.deepEqual(found.filter((problem) => problem.startsWith('error')).length, 1);
  });

const wrongTogether = [
  'services: {a: {command: x, image: "${NONE:-}"}}',
  'services: {a: {command: x, healthcheck: {test: [x]}}}',
  'services: {a: {command: x, secrets: [k]}}\nsecrets: {k: {driver: d}}',
  'services: {a: {command: x, uts: "service:nobody"}}',
];

for (const text of wrongTogether)
  test(`${text} is refused, unless what fits together is not looked at`, (t) => {
    const errors = (...leaveOut: readonly 'consistency'[]) =>
      problems(text, { toRun: false, leaveOut: new Set(leaveOut) }).filter((one) => one.startsWith('error'));
    t.is(errors().length, 1);
    t.deepEqual(errors('consistency'), []);
  });

const valid = [
  'services: {a: {command: x, configs: [c]}}\nconfigs: {c: {external: false}}',
  'services: {a: {command: x, configs: [c]}}\nconfigs: {c: {content: ""}}',
  'services: {a: {command: x, image: "", build: .}}',
  'services: {a: {command: x, env_file: [{path: none, required: false, format: ""}]}}',
  'services: {a: {command: x, volumes: [{type: bind, source: ., target: /a, bind: {propagation: ""}}]}}',
  'services: {a: {command: x, pull_refresh_after: ""}}',
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
