import test from 'ava';
import { linesOf } from '../../../src/cli/actions/images.ts';
import type { ListedImage } from '../../../src/engine/doors/images/list-images.ts';

const image: ListedImage & { readonly container: string } = {
  container: 'shop-db-1',
  digest: `sha256:${'1'.repeat(64)}`,
  id: `sha256:${'2'.repeat(64)}`,
  config: {
    ...{ os: 'linux', architecture: 'amd64', environment: {}, labels: {}, volumes: [], exposedPorts: [] },
    ...{ diffIds: [], history: [] },
  },
  layers: [],
  size: 432_100_000,
  platform: 'linux/amd64',
  created: '2026-01-01T00:00:00Z',
  references: [],
  names: ['localhost:5000/postgres:16'],
  repoDigests: [],
  lastTagTime: '2026-01-02T00:00:00.000Z',
  uses: [],
};
const now = Date.parse('2026-01-15T00:00:00Z');

test('images has the columns of Docker Compose', (t) => {
  const [header, row] = linesOf([image], { format: 'table', quiet: undefined }, now);
  t.deepEqual(header?.split(/ {2,}/), [
    'CONTAINER',
    'REPOSITORY',
    'TAG',
    'PLATFORM',
    'IMAGE ID',
    'SIZE',
    'CREATED',
  ]);
  t.deepEqual(row?.split(/ {2,}/), [
    ...['shop-db-1', 'localhost:5000/postgres', '16', 'linux/amd64', '222222222222', '432MB', '2 weeks ago'],
  ]);
});

test('images has the keys of Docker Compose, and IDs once each', (t) => {
  t.deepEqual(JSON.parse(linesOf([image], { format: 'json', quiet: undefined }, now)[0]!), [
    {
      ID: image.id,
      ContainerName: 'shop-db-1',
      Repository: 'localhost:5000/postgres',
      Tag: '16',
      Platform: 'linux/amd64',
      Size: 432_100_000,
      Created: '2026-01-01T00:00:00Z',
      LastTagTime: '2026-01-02T00:00:00.000Z',
    },
  ]);
  t.deepEqual(linesOf([image, image], { format: 'table', quiet: true }, now), ['2'.repeat(64)]);
  t.deepEqual(
    linesOf([{ ...image, names: [] }], { format: 'table', quiet: undefined }, now)[1]
      ?.split(/ {2,}/)
      .slice(1, 3),
    [...['<none>', '<none>']],
  );
});
