import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { loadText } from '../support.ts';

testServiceKey('provider', {
  forms: [
    [
      '{type: model, options: {model: ai/x, size: 5, all: [a, 1]}}',
      { type: 'model', options: { model: ['ai/x'], size: ['5'], all: ['a', '1'] } },
    ],
  ],
  faults: [
    ['{options: {}}', 'missing-key 4:15 {options: {}}'],
    ['{type: x, option: {}}', 'unknown-key 4:25 option'],
    ['{type: x, options: {a: {b: c}}}', 'invalid-type 4:38 {b: c}'],
  ],
});

test('a provider joins no network', (t) => {
  const { canonical } = loadText('services: {mains: {provider: {type: grid}}}', { toRun: false });
  t.deepEqual(canonical as unknown, {
    name: 'project',
    services: { mains: { command: null, entrypoint: null, provider: { type: 'grid' } } },
  });
});
