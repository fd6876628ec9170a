import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { type LoadOptions, loadProject } from '../../src/project/load.ts';
import { printCanonical } from '../../src/project/print.ts';

type Row = {
  readonly project: string;
  readonly services: string;
  /** Codes of the warnings besides `unsupported-key`, which tell of what is still to come. */
  readonly warnings?: readonly string[];
  readonly options?: Partial<LoadOptions>;
  readonly variant?: string;
};

const rows: readonly Row[] = [
  { project: 'blog', services: 'wordpress db' },
  { project: 'builds', services: 'app docs' },
  { project: 'databases', services: 'postgres redis migrate' },
  { project: 'environments', services: 'app worker', variant: 'for developers' },
  {
    project: 'environments',
    services: 'app worker',
    variant: 'for production',
    options: { files: ['compose.yaml', 'compose.production.yaml'] },
  },
  { project: 'extends', services: 'web jobs db' },
  { project: 'hardened', services: 'app', warnings: ['invalid-value'] },
  { project: 'hooks', services: 'app' },
  { project: 'includes', services: 'catalogue payment gateway' },
  {
    project: 'merge-keys',
    services: 'a one two three four',
    warnings: ['invalid-value'],
    options: { files: ['compose.json.yaml', 'compose.yaml'] },
  },
  { project: 'models', services: 'chat trainer', warnings: ['conflicting-keys'] },
  { project: 'monitoring', services: 'prometheus grafana node-exporter cadvisor' },
  { project: 'networks', services: 'router host sidecar' },
  { project: 'queue', services: 'rabbit producer consumer' },
  { project: 'runner', services: 'runner' },
  {
    project: 'runner',
    services: 'runner registry',
    variant: 'with a registry',
    options: { profiles: ['*'] },
  },
  { project: 'search', services: 'setup es01 kibana logstash' },
  { project: 'volumes', services: 'files copy' },
  { project: 'web-stack', services: 'proxy web api db', warnings: ['obsolete-key'] },
  {
    project: 'web-stack',
    services: 'proxy web api db adminer mail',
    warnings: ['obsolete-key'],
    variant: 'to look into it',
    options: { environment: { COMPOSE_PROFILES: 'debug' } },
  },
  { project: 'windows', services: 'web' },
];

const root = new URL('./real/', import.meta.url).pathname;

for (const { project, services, warnings = [], options, variant } of rows)
  test(`${project}${variant ? ` ${variant}` : ''} loads, and what is printed loads into the same`, (t) => {
    const cwd = `${root}${project}`;
    const common = { environment: { HOME: '/root' }, strict: false, toRun: false, ...options };
    const loaded = loadProject({ files: [], cwd, ...common });
    const told = loaded.diagnostics.filter(({ code }) => code !== 'unsupported-key');
    t.deepEqual(
      told.map(({ severity, code }) => `${severity} ${code}`),
      warnings.map((code) => `warning ${code}`),
    );
    t.is(Object.keys(loaded.canonical!.services).join(' '), services);
    for (const format of ['yaml', 'json'] as const) {
      const printed = printCanonical(loaded.canonical!, format);
      const again = loadProject({
        ...common,
        files: ['-'],
        stdin: () => printed,
        cwd: '/',
        projectDirectory: cwd,
        environment: {},
        profiles: ['*'],
      });
      t.deepEqual(again.canonical, loaded.canonical);
      t.is(printCanonical(again.canonical!, format), printed);
    }
  });

test('every project of the folder is in the table', (t) => {
  t.deepEqual([...new Set(rows.map(({ project }) => project))], readdirSync(root).sort());
});

/** What makes each of them worth having: a value that only comes out right if all of it does. */
const values: readonly (readonly [project: string, path: string, expected: unknown])[] = [
  ['databases', 'services.migrate.environment.DATABASE_URL', 'postgres://app:not so secret@postgres/app'],
  ['environments', 'services.app.environment.MODE', 'development'],
  ['extends', 'services.jobs.environment.QUEUES', 'default,mail'],
  ['extends', 'services.jobs.ports', undefined],
  ['extends', 'services.db.environment.GREETING', 'hello\nworld'],
  ['extends', 'services.jobs.volumes.1.source', `${root}extends/app`],
  ['includes', 'services.payment.image', 'payment:2.1'],
  ['includes', 'services.payment.volumes.0.source', `${root}includes/payment/data`],
  ['includes', 'services.catalogue.environment.SEARCH_URL', 'http://search.test/?q=$q'],
  ['search', 'services.es01.environment.ELASTIC_PASSWORD', 'change$me'],
  ['search', 'services.es01.mem_limit', '1073741824'],
  ['windows', 'services.web.environment.NAME', 'René'],
  ['windows', 'services.web.environment.GREETING', 'first\nsecond\n'],
  ['queue', 'services.consumer.environment.PREFETCH', '10'],
  ['hardened', 'services.app.privileged', undefined],
];

for (const [project, path, expected] of values)
  test(`${path} of ${project}`, (t) => {
    const options = { files: [], environment: {}, cwd: `${root}${project}`, strict: false, toRun: false };
    const { canonical } = loadProject(options);
    t.deepEqual(
      path.split('.').reduce<unknown>((at, step) => (at as Record<string, unknown>)?.[step], canonical),
      expected,
    );
  });

test('the files of Windows are what they should be', (t) => {
  const text = readFileSync(`${root}windows/compose.yaml`, 'utf8');
  t.true(text.startsWith('\uFEFF'));
  t.true(text.includes('\r\n'));
});
