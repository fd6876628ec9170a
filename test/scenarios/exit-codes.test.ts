import type { ExecutionContext } from 'ava';
import type { Project } from './harness/project.ts';
import { scenario } from './harness/scenario.ts';
import { shell, stays } from './harness/yaml.ts';

/** Each row of the table of exit codes: what is there, what is run, and its status. */
type Row = {
  readonly title: string;
  readonly services?: string;
  /** Commands before. */
  readonly first?: readonly (readonly string[])[];
  readonly words: readonly string[];
  /** Sent once the output has this text. */
  readonly signals?: readonly (readonly [after: string | RegExp, signal: NodeJS.Signals])[];
  readonly code: number;
  readonly says?: RegExp;
  readonly check?: (t: ExecutionContext, project: Project) => Promise<void>;
};

const QUICK = 'stop_grace_period: 0s';
const web = `web: { ${stays()}, ${QUICK} }`;
const UP = ['up', '-t', '5'];
/** Ends when it is told to, with this code. */
const obeys = (code: number, name: string): string =>
  `${name}: { ${shell(`trap "exit ${code}" TERM; echo ${name} is ready; while :; do sleep 1000 & wait $!; done`)} }`;
/** Ends with this code once the other one is ready to be stopped. */
const ends = (code: number, name: string): string =>
  `${name}: { ${shell(`while [ ! -e /data/ready ]; do sleep 0.1; done; exit ${code}`)}, volumes: [./data:/data] }`;
const readies = (code: number, name: string): string =>
  `${name}: { ${shell(`trap "exit ${code}" TERM; touch /data/ready; while :; do sleep 1000 & wait $!; done`)}, volumes: [./data:/data] }`;
const dies = (name: string): string =>
  `${name}: { ${shell('touch /data/ready; exec sleep 1000')}, init: true, volumes: [./data:/data] }`;

const allAre = (state: 'exited') => async (t: ExecutionContext, project: Project) => {
  for (const { Service, State } of await project.containers()) t.is(State, state, Service);
};

const rows: readonly Row[] = [
  { title: 'success', services: web, words: ['up', '-d'], code: 0 },
  { title: 'an unknown command', words: ['fly'], code: 1, says: /unknown command/ },
  {
    title: 'Ctrl-C of up',
    services: obeys(0, 'web'),
    words: UP,
    signals: [['web is ready', 'SIGINT']],
    code: 130,
    check: allAre('exited'),
  },
  {
    title: 'SIGTERM of up',
    services: obeys(0, 'web'),
    words: UP,
    signals: [['web is ready', 'SIGTERM']],
    code: 143,
    check: allAre('exited'),
  },
  {
    title: 'Ctrl-C of up --abort-on-container-exit is no abort',
    services: obeys(7, 'web'),
    words: [...UP, '--abort-on-container-exit'],
    signals: [['web is ready', 'SIGINT']],
    code: 130,
  },
  {
    title: 'the code of the first container that exits',
    services: `${ends(3, 'first')}\n  ${readies(9, 'second')}`,
    words: [...UP, '--abort-on-container-exit'],
    code: 3,
    check: allAre('exited'),
  },
  {
    title: 'the first container that exits succeeds',
    services: `${ends(0, 'first')}\n  ${readies(9, 'second')}`,
    words: [...UP, '--abort-on-container-exit'],
    code: 0,
  },
  {
    title: 'a container that has exited before up has started the others',
    services: `first: { ${shell('exit 5')} }\n  second: { ${stays()}, ${QUICK}, depends_on: [first] }`,
    words: [...UP, '--abort-on-container-exit'],
    code: 5,
  },
  // Red without: `stopped` in exit-rule.ts.
  {
    title: 'what up itself stops to replace it has not exited, and its successor has',
    services: `web: { ${shell('trap "exit 9" TERM; [ -e /data/again ] && exit 3; touch /data/again; while :; do sleep 1000 & wait $!; done')}, volumes: [./data:/data], healthcheck: { test: test -e /data/again, interval: 50ms } }`,
    first: [['up', '--wait']],
    words: [...UP, '--abort-on-container-exit', '--force-recreate'],
    code: 3,
  },
  {
    title: '--exit-code-from a service that exits',
    services: `${ends(42, 'test')}\n  ${readies(0, 'db')}`,
    words: [...UP, '--exit-code-from', 'test'],
    code: 42,
    check: allAre('exited'),
  },
  {
    title: '--exit-code-from a service that another one stops',
    services: `${ends(0, 'db')}\n  ${dies('test')}`,
    words: [...UP, '--exit-code-from', 'test'],
    code: 143,
  },
  {
    title: '--exit-code-from a service that another one stops, and that ends well',
    services: `${ends(0, 'db')}\n  ${readies(0, 'test')}`,
    words: [...UP, '--exit-code-from', 'test'],
    code: 143,
  },
  {
    title: 'a failure with --abort-on-container-failure',
    services: `well: { ${shell('exit 0')} }\n  ${ends(111, 'bad')}\n  ${readies(0, 'db')}`,
    words: [...UP, '--abort-on-container-failure'],
    code: 111,
  },
  {
    title: 'no failure with --abort-on-container-failure',
    services: `well: { ${shell('exit 0')} }\n  also: { ${shell('exit 0')} }`,
    words: [...UP, '--abort-on-container-failure'],
    code: 0,
  },
  {
    title: 'a dependency that is unhealthy',
    services: `db: { ${stays()}, ${QUICK}, healthcheck: { test: "false", interval: 100ms, retries: 1 } }\n  web: { ${stays()}, ${QUICK}, depends_on: { db: { condition: service_healthy } } }`,
    words: ['up', '-d'],
    code: 1,
    says: /is unhealthy/,
  },
  {
    title: 'a dependency that fails',
    services: `job: { ${shell('exit 3')} }\n  web: { ${stays()}, ${QUICK}, depends_on: { job: { condition: service_completed_successfully } } }`,
    words: ['up', '-d'],
    code: 1,
    says: /service "job" didn't complete successfully: exit 3/,
  },
  {
    title: '--wait for what runs, and for a one-shot',
    services: `${web}\n  job: { ${shell('exit 0')} }`,
    words: ['up', '--wait'],
    code: 0,
  },
  {
    title: '--wait for a one-shot that fails',
    services: `${web}\n  job: { ${shell('exit 3')} }`,
    words: ['up', '--wait'],
    code: 1,
    says: /job-1 exited \(3\)/,
  },
  {
    title: '--wait with a limit',
    services: `db: { ${stays()}, ${QUICK}, healthcheck: { test: "false", interval: 1h } }`,
    words: ['up', '--wait', '--wait-timeout', '1'],
    code: 1,
    says: /application not healthy after 1s/,
  },
  ...(
    [
      ['--wait', '--abort-on-container-exit', '--wait cannot be combined with'],
      ['-d', '--abort-on-container-exit', '--detach cannot be combined with'],
      ['--force-recreate', '--no-recreate', '--force-recreate and --no-recreate are incompatible'],
      [
        '--abort-on-container-exit',
        '--abort-on-container-failure',
        '--abort-on-container-failure cannot be combined with --abort-on-container-exit',
      ],
    ] as const
  ).map(
    ([one, other, text]): Row => ({
      title: `up ${one} ${other}`,
      services: web,
      words: ['up', one, other],
      code: 1,
      says: new RegExp(text),
    }),
  ),
  { title: 'run', services: web, words: ['run', '--rm', '-T', 'web', 'sh', '-c', 'exit 42'], code: 42 },
  {
    title: 'run passes signals on',
    services: `web: { ${shell('echo it runs; exec sleep 1000')}, init: true }`,
    words: ['run', '--rm', '-T', 'web'],
    signals: [['it runs', 'SIGTERM']],
    code: 143,
  },
  { title: 'run of no program', services: web, words: ['run', '--rm', '-T', 'web', '/nothing'], code: 127 },
  {
    title: 'exec',
    services: web,
    first: [['up', '-d']],
    words: ['exec', '-T', 'web', 'sh', '-c', 'exit 9'],
    code: 9,
  },
  {
    title: 'exec of no program',
    services: web,
    first: [['up', '-d']],
    words: ['exec', '-T', 'web', '/nothing'],
    code: 127,
  },
  {
    title: 'exec of no program that may be executed',
    services: web,
    first: [['up', '-d']],
    words: ['exec', '-T', 'web', '/etc/passwd'],
    code: 126,
  },
  {
    title: 'run of no program that may be executed',
    services: web,
    words: ['run', '--rm', '-T', 'web', '/etc/passwd'],
    code: 126,
  },
  {
    title: 'exec where nothing runs',
    services: web,
    first: [['create']],
    words: ['exec', '-T', 'web', 'true'],
    code: 1,
    says: /"web" is not running/,
  },
  {
    title: 'wait',
    services: `job: { ${shell('exit 6')} }`,
    first: [['up', '-d']],
    words: ['wait', 'job'],
    code: 6,
    says: /container "\w+" exited with status code 6/,
  },
  {
    title: 'wait for several, of which the second one is the first to fail',
    services: `well: { ${shell('exit 0')} }\n  bad: { ${shell('exit 4')} }\n  worse: { ${shell('exit 5')} }`,
    first: [['up', '-d']],
    words: ['wait', 'well', 'bad', 'worse'],
    code: 4,
  },
  {
    title: 'wait for nothing',
    services: web,
    words: ['wait', 'web'],
    code: 1,
    says: /no containers for project/,
  },
  {
    title: 'down with nothing',
    services: web,
    words: ['down'],
    code: 0,
    says: /No resource found to remove/i,
  },
  {
    title: 'ps of an unknown service',
    services: web,
    words: ['ps', 'other'],
    code: 1,
    says: /no such service: other/,
  },
  {
    title: 'logs of an unknown service',
    services: web,
    words: ['logs', 'other'],
    code: 1,
    says: /no such service: other/,
  },
  {
    title: 'pause twice',
    services: web,
    first: [['up', '-d'], ['pause']],
    words: ['pause'],
    code: 1,
    says: /is already paused/,
  },
  { title: 'stop twice', services: web, first: [['up', '-d'], ['stop']], words: ['stop'], code: 0 },
  { title: 'restart twice', services: web, first: [['up', '-d'], ['restart']], words: ['restart'], code: 0 },
  { title: 'start twice', services: web, first: [['up', '-d']], words: ['start'], code: 0 },
  { title: 'config -q of what is right', services: web, words: ['config', '-q'], code: 0, says: /^$/ },
  { title: 'config -q of what is wrong', services: 'web: { comand: a }', words: ['config', '-q'], code: 1 },
];

for (const { title, services, first = [], words, signals = [], code, says, check } of rows)
  scenario(`exit status ${code}: ${title}`, async (t, project) => {
    if (services !== undefined) project.compose(`services:\n  ${services}\n`);
    project.write('data/.keep', '');
    for (const before of first) await (before.join() === 'up,-d' ? project.up() : project.ok(...before));
    const command = project.begin(words);
    for (const [text, signal] of signals) {
      await command.prints(text);
      command.signal(signal);
    }
    const ended = await command.ended;
    t.is(ended.code, code, ended.stderr);
    if (says) t.regex(`${ended.stdout}${ended.stderr}`, says);
    await check?.(t, project);
  });
