import test from 'ava';
import { foreignVolumes, planDown } from '../../src/plan/down.ts';
import type { Observed, ObservedVolume } from '../../src/plan/observed.ts';
import { reconcile } from '../../src/plan/reconcile.ts';
import { planRemove } from '../../src/plan/remove.ts';
import type { Mount, Project, Service, Volume } from '../../src/project/model/project.ts';
import { lines, nothing, project, running, service } from './samples.ts';

const mount = (volume: string): Mount => ({
  kind: 'volume',
  from: 'services.web.volumes[0]',
  target: '/data',
  readOnly: false,
  volume,
});

const volume = (more: Partial<Volume> = {}): Volume => ({
  key: 'data',
  name: 'app_data',
  external: false,
  options: {},
  labels: {},
  ...more,
});

const mounting = (...services: readonly Service[]) => services.map((each) => ({ ...each, networks: {} }));

const withVolume = (more: Partial<Volume> = {}, name = 'app_data'): Project => ({
  ...project(...mounting(service('web', { mounts: [mount(name)] }), service('db'))),
  volumes: { data: volume({ name, ...more }) },
});

const stored = (more: Partial<ObservedVolume> = {}): ObservedVolume => ({
  name: 'app_data',
  project: 'app',
  key: 'data',
  options: {},
  labels: {},
  users: [],
  ...more,
});

const having = (...volumes: readonly ObservedVolume[]): Observed => ({ ...nothing, volumes });

const findings = (desired: Project, observed: Observed) =>
  reconcile(desired, observed).diagnostics.map(({ severity, code, from }) => `${severity} ${code} ${from}`);

test('a volume is created before the containers that mount it', (t) => {
  t.deepEqual(lines(reconcile(withVolume(), nothing)), [
    '[] -> #1 volume app_data, create, no volume yet',
    '[1] -> #2 web-1, create, no container yet',
    '[] -> #3 db-1, create, no container yet',
    '[2] -> #4 web-1, start, container is new',
    '[3] -> #5 db-1, start, container is new',
  ]);
});

test('a volume that exists, or that no chosen service mounts, is not created', (t) => {
  const created = (plan: ReturnType<typeof reconcile>) =>
    lines(plan).filter((line) => line.includes('volume'));
  t.deepEqual(created(reconcile(withVolume(), having(stored()))), []);
  t.deepEqual(created(reconcile(withVolume(), nothing, { services: ['db'] })), []);
});

test('an external volume is never created, and one that is missing is an error at the volume', (t) => {
  const external = withVolume({ external: true }, 'data');
  t.deepEqual(findings(external, nothing), ['error no-volume volumes.data']);
  t.deepEqual(findings(external, having(stored({ name: 'data', project: 'other' }))), []);
});

test('a changed definition keeps the volume, and the warning names the difference', (t) => {
  const changed = withVolume({ options: { type: 'tmpfs', device: 'tmpfs' }, labels: { a: 'b' } });
  const observed = having(stored({ labels: { a: 'c' } }));
  t.deepEqual(findings(changed, observed), ['warning changed-volume volumes.data']);
  const [warning] = reconcile(changed, observed).diagnostics;
  t.deepEqual(warning!.facts, [
    ['driver_opts.type', 'not set (created), tmpfs (file)'],
    ['driver_opts.device', 'not set (created), tmpfs (file)'],
    ['labels.a', 'c (created), b (file)'],
  ]);
  t.false(lines(reconcile(changed, observed)).some((line) => line.includes('volume')));
});

test('a volume of another project, or of none, is a warning that says external', (t) => {
  for (const foreign of [{ project: 'other', key: 'data' }, {}]) {
    const { project: _, key: __, ...plain } = stored();
    const observed = having({ ...plain, ...foreign });
    t.deepEqual(findings(withVolume(), observed), ['warning foreign-volume volumes.data']);
    t.regex(reconcile(withVolume(), observed).diagnostics[0]!.help!, /external: true/);
  }
});

test('another name of the volume is another container', (t) => {
  const before = running(withVolume());
  const plan = reconcile(withVolume({}, 'mine'), { ...before, volumes: [stored()] });
  t.true(lines(plan).includes('[] -> #1 volume mine, create, no volume yet'));
  t.true(lines(plan).some((line) => line.includes('create, configuration changed: volumes')));
});

const user = (container: string, name = 'app') => ({ project: name, container });

const down = (volumes: readonly ObservedVolume[], options: Parameters<typeof planDown>[1] = {}) => {
  const plan = planDown({ ...running(withVolume()), volumes }, { volumes: true, ...options });
  return {
    removed: lines(plan).filter((line) => line.includes('volume')),
    warned: plan.diagnostics.map(({ code }) => code),
  };
};

test('down -v removes a volume after its containers', (t) => {
  const { removed } = down([stored({ users: [user('app-web-1')] })]);
  t.deepEqual(removed, ['[3] -> #5 volume app_data, remove, asked for']);
});

test('a volume that a container of another project uses stays, with a warning', (t) => {
  const shared = stored({ users: [user('app-web-1'), user('other-web-1', 'other')] });
  t.deepEqual(down([shared]), { removed: [], warned: ['volume-in-use'] });
});

test('a volume that the files do not have, or that is external there, stays', (t) => {
  t.deepEqual(down([stored()], { knownVolumes: ['else'] }), { removed: [], warned: [] });
  t.is(down([stored()], { knownVolumes: ['data'] }).removed.length, 1);
});

test('down -v names the maker of a volume that it keeps', (t) => {
  const volumes = [stored(), stored({ name: 'box', project: 'other' })];
  const messages = foreignVolumes(volumes, 'app').map(({ message }) => message);
  t.deepEqual(messages, ['volume `box` is not removed: it was created for project `other`']);
});

test('down -v of a service removes its volumes only, and those that others mount stay', (t) => {
  const data = stored({ users: [user('app-web-1')] });
  const options = { services: ['web'], known: ['web', 'db'] };
  t.is(down([data, stored({ name: 'app_other' })], options).removed.length, 1);
  const both = stored({ users: [user('app-web-1'), user('app-db-1')] });
  t.deepEqual(down([both], options), { removed: [], warned: ['volume-in-use'] });
});

test('the anonymous volumes of a container go with it only if that is asked for', (t) => {
  const volumes = (plan: ReturnType<typeof planDown>) =>
    plan.operations.flatMap((one) =>
      one.kind === 'container' && one.verb === 'remove' ? [one.volumes] : [],
    );
  const observed = running(withVolume(), { web: 'exited', db: 'exited' });
  t.deepEqual(volumes(planDown(observed)), [undefined, undefined]);
  t.deepEqual(volumes(planDown(observed, { volumes: true })), [true, true]);
  t.deepEqual(volumes(planRemove(observed, { volumes: true })), [true, true]);
});
