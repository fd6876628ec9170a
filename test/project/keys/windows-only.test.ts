import { testServiceKey } from '../key-tests.ts';

testServiceKey('cpu_count', {
  forms: [['2', 2]],
  faults: [['-1', 'invalid-value 4:16 -1']],
});

testServiceKey('cpu_percent', {
  forms: [['"12.5"', 12.5]],
  faults: [['101', 'invalid-value 4:18 101']],
});

testServiceKey('credential_spec', {
  forms: [
    ['{file: spec.json}', { file: 'spec.json' }],
    ['{registry: spec}', { registry: 'spec' }],
  ],
  faults: [
    ['{file: a, registry: b}', 'conflicting-keys 4:32 registry'],
    ['{config: a, fil: b}', 'unknown-key 4:34 fil'],
  ],
});

testServiceKey('isolation', {
  forms: [['hyperv', 'hyperv']],
  faults: [['true', 'invalid-type 4:16 true']],
});
