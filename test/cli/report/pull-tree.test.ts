import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { layerText } from '../../../src/cli/report/layer-text.ts';
import { pullTreeReporter } from '../../../src/cli/report/pull-tree.ts';
import type { PullEvent } from '../../../src/engine/doors/images/pull-images.ts';
import { eventually } from '../../scenarios/harness/eventually.ts';

const layer = 'sha256:0123456789abcdef';
const digest = 'sha256:fedcba9876543210';

test('a layer has its bytes, their rate, and the time that is left', (t) => {
  const state = { layer, phase: 'downloading', done: 12_000_000, total: 48_000_000 } as const;
  t.is(
    layerText(state, { at: 1000, done: 2_000_000 }, 3000),
    '0123456789ab Downloading 12MB / 48MB, 5MB/s, 8 s left',
  );
  t.is(layerText(state, { at: 1000, done: 12_000_000 }, 1000), '0123456789ab Downloading 12MB / 48MB');
  t.is(layerText({ ...state, phase: 'complete' }, { at: 0, done: 0 }, 1), '0123456789ab Pull complete 48MB');
});

test.serial('an image is a line, with one for each layer until it is there', async (t) => {
  const written: string[] = [];
  const terminal = { columns: 80, rows: 24, write: (text: string) => written.push(text) };
  let time = 0;
  const reporter = pullTreeReporter(terminal as unknown as NodeJS.WriteStream, () => time);
  const image = 'app:1';
  const show = (...events: readonly PullEvent[]): void => {
    for (const event of events) reporter.event(event);
  };
  const seen = (text: string) =>
    eventually(text, () => written.some((each) => stripVTControlCharacters(each).includes(text)));
  const at = { kind: 'layer', image, layer, total: 4_000_000 } as const;
  show(
    { kind: 'pulling', image },
    { kind: 'pulling', image: 'other:1' },
    { kind: 'pulling', image: 'third:1' },
  );
  await seen('third:1 Pulling');
  show({ ...at, phase: 'downloading', done: 0 });
  time = 1000;
  show({ ...at, phase: 'downloading', done: 1_000_000 });
  await seen('0123456789ab Downloading 1MB / 4MB, 1MB/s, 3 s left');
  show({ ...at, phase: 'complete', done: 4_000_000 }, { kind: 'pulled', image, digest });
  show(
    { kind: 'failed', image: 'other:1', diagnostics: [] },
    { kind: 'interrupted', image: 'third:1', by: 'other:1' },
  );
  await reporter.finish();
  const shown = stripVTControlCharacters(written.findLast((text) => text.includes('app:1'))!);
  t.deepEqual(shown.trimEnd().split('\n'), ['✔ app:1 Pulled', '✖ other:1 Error', '✖ third:1 Interrupted']);
});
