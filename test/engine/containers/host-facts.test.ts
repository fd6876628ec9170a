import test from 'ava';
import { hostFacts } from '../../../src/engine/facts/gather-facts.ts';

test('the facts of a machine are plain data: what reads them later looks at nothing', (t) => {
  const facts = hostFacts({ soft: 1024, hard: 4096 });
  const fields = Object.entries(Object.getOwnPropertyDescriptors(facts));
  t.true(fields.length > 0);
  for (const [name, field] of fields) t.true('value' in field, name);
  t.deepEqual(structuredClone(facts), facts);
});
