import test from 'ava';
import {
  pruneFilter,
  usageFormat,
  volumeFilter,
  volumeFormat,
} from '../../../src/cli/grammar/storage-values.ts';
import { selectVolumes } from '../../../src/cli/selection/volume-selection.ts';
import { usageDetails, usageLines } from '../../../src/cli/show/usage-list.ts';
import { volumeLines } from '../../../src/cli/show/volume-list.ts';
import type { ListedVolume } from '../../../src/engine/doors/volumes.ts';

const volume = (name: string, more: Partial<ListedVolume> = {}): ListedVolume => ({
  ...{ name, driver: 'local', options: {}, labels: {}, isAnonymous: false, created: 0, isFilled: true },
  ...{ mountpoint: `/volumes/${name}/data`, uses: [], isUnused: true, isAbandoned: true },
  ...more,
});

const volumes = [
  volume('app_data', { project: 'app', key: 'data', isUnused: false, labels: { tier: 'db' } }),
  volume('app_logs', { project: 'app', key: 'logs', labels: { tier: 'db', keep: '' } }),
  volume('shared'),
];

const selected = (read: typeof volumeFilter, ...filters: readonly string[]): readonly string[] =>
  selectVolumes(volumes, filters.map(read)).map(({ name }) => name);

test('labels must all match, and of names one is enough', (t) => {
  t.deepEqual(selected(volumeFilter, 'name=data', 'name=^sh'), ['app_data', 'shared']);
  t.deepEqual(selected(volumeFilter, 'label=tier=db', 'label=keep'), ['app_logs']);
  t.deepEqual(selected(volumeFilter, 'label=tier=web'), []);
  t.deepEqual(selected(volumeFilter, 'label=com.docker.compose.project=app', 'dangling=true'), ['app_logs']);
  t.deepEqual(selected(volumeFilter, 'dangling=0'), ['app_data']);
  t.deepEqual(selected(volumeFilter, 'driver=local', 'name=s$'), ['app_logs']);
  t.deepEqual(selected(volumeFilter, 'driver=nfs'), []);
  t.deepEqual(selected(pruneFilter, 'label!=keep', 'all=1'), ['app_data', 'shared']);
  t.deepEqual(selected(pruneFilter, 'label!=tier=web', 'label=tier'), ['app_data', 'app_logs']);
});

test('a filter or a format of another form is refused', (t) => {
  for (const wrong of ['', 'data', 'dangling=maybe', 'name=(', 'size=3'])
    t.throws(() => volumeFilter(wrong), { instanceOf: TypeError }, wrong);
  for (const wrong of ['name=x', 'until=1h', 'label'])
    t.throws(() => pruneFilter(wrong), { instanceOf: TypeError });
  for (const wrong of ['yaml', '{{.Nome}}']) t.throws(() => volumeFormat(wrong), { instanceOf: TypeError });
  t.throws(() => usageFormat('{{.Name}}'), { instanceOf: TypeError });
});

test('a list is a table, JSON lines, or lines of a template', (t) => {
  t.deepEqual(volumeLines([], 'table'), ['DRIVER    VOLUME NAME']);
  t.deepEqual(volumeLines(volumes.slice(2), 'table').slice(1), ['local     shared']);
  t.deepEqual(volumeLines(volumes.slice(0, 1), volumeFormat('table {{.Name}}\t{{.Labels}}')), [
    'NAME       LABELS',
    'app_data   tier=db,com.docker.compose.project=app,com.docker.compose.volume=data',
  ]);
});

test('system df counts, sums up and shows what can be freed', (t) => {
  const item = (name: string, bytes: number, isReclaimable: boolean) => ({
    ...{ name, project: 'app', links: isReclaimable ? 0 : 1, isActive: !isReclaimable },
    ...{ isReclaimable, bytes },
  });
  const usage = {
    Layers: [item('app-web-1', 3000, false), item('app-db-1', 1000, true)],
    ...{ Volumes: [], Logs: [], Trash: [], Images: [] },
  };
  t.deepEqual(usageLines(usage, 'table').slice(0, 3), [
    'TYPE      TOTAL     ACTIVE    SIZE      RECLAIMABLE',
    'Layers    2         1         4kB       1kB (25%)',
    'Volumes   0         0         0B        0B',
  ]);
  t.is(
    usageLines(usage, 'json')[0],
    '{"Active":"1","Reclaimable":"1kB (25%)","Size":"4kB","TotalCount":"2","Type":"Layers"}',
  );
  t.deepEqual(usageDetails(usage).slice(0, 5), [
    'Layers space usage:',
    '',
    'CONTAINER   PROJECT   LINKS   SIZE',
    'app-web-1   app       1       3kB',
    'app-db-1    app       0       1kB',
  ]);
});
