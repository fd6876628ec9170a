import test from 'ava';
import { networkPruneFilter } from '../../src/cli/grammar/network-values.ts';
import { imagePruneFilter, systemPruneFilter } from '../../src/cli/grammar/storage-values.ts';
import { suitsAll } from '../../src/cli/selection/image-selection.ts';
import { selectNetworks } from '../../src/cli/selection/network-selection.ts';
import type { ListedImage } from '../../src/engine/doors/images/list-images.ts';
import type { ListedNetwork } from '../../src/engine/doors/machine-networks.ts';

const YEARS = ['2024', '2025', '2026'];

const image = (created: string): ListedImage =>
  ({
    created,
    names: [created],
    config: { labels: { year: created.slice(0, 4) } },
  }) as unknown as ListedImage;

const images = [...YEARS.map((year) => image(`${year}-06-01T00:00:00Z`)), image('')];

const networks = YEARS.map(
  (name) => ({ name, created: Date.parse(name), labels: {}, isInternal: false }) as unknown as ListedNetwork,
);

// Red without: `until` in image-selection.ts.
test('images are chosen by age: those that do not say theirs are old', (t) => {
  const chosen = (...filters: readonly string[]): readonly string[] =>
    images.filter(suitsAll(filters.map(imagePruneFilter))).map(({ created }) => created.slice(0, 4));
  t.deepEqual(chosen('until=2025-07-01'), ['2024', '2025', '']);
  t.deepEqual(chosen('until=1h'), ['2024', '2025', '2026', '']);
  t.deepEqual(chosen('until=1970-01-02'), ['']);
  t.deepEqual(chosen('until=2026-01-01', 'label!=year=2024'), ['2025', '']);
});

// Red without: `until` in network-selection.ts.
test('networks are chosen by age', (t) => {
  const chosen = selectNetworks(networks, ['until=2025-01-01T00:00:00.001Z'].map(networkPruneFilter));
  t.deepEqual(
    chosen.map(({ name }) => name),
    ['2024', '2025'],
  );
});

test('what is no time, or another condition, is refused by name', (t) => {
  for (const read of [imagePruneFilter, networkPruneFilter, systemPruneFilter]) {
    t.throws(() => read('until=soon'), { message: /expected a time such as/ });
    t.throws(() => read('until'), { message: /expected `label=`, `label!=` or `until=`/ });
    t.throws(() => read('dangling=true'), { message: /`until=`/ });
  }
});
