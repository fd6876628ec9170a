import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { loadText, web } from '../support.ts';

testServiceKey('storage_opt', {
  forms: [['{size: 1G}', { size: '1G' }]],
  faults: [['[size=1G]', 'invalid-type 4:18 [size=1G]']],
});

test('storage_opt is a warning that says why it has no effect', (t) => {
  const { diagnostics } = loadText(web('storage_opt: {size: 1G}'));
  t.deepEqual(
    diagnostics.map(({ severity, from, message, label = '' }) => [
      severity,
      from,
      message,
      label.slice(0, 36),
    ]),
    [
      [
        'warning',
        'services.web.storage_opt',
        '`storage_opt` has no effect',
        'ignored: there is no storage driver;',
      ],
    ],
  );
});
