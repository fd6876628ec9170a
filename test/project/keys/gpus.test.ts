import { testServiceKey } from '../key-tests.ts';

testServiceKey('gpus', {
  forms: [
    ['all', [{ count: -1 }]],
    [
      '[{driver: nvidia, count: 2, capabilities: [gpu], options: {a: 1}}]',
      [{ driver: 'nvidia', count: 2, capabilities: ['gpu'], options: { a: '1' } }],
    ],
    ['[{count: all}]', [{ count: -1 }]],
    ['[{device_ids: ["0", "1"]}]', [{ device_ids: ['0', '1'] }]],
    ['[{}]', [{ count: -1 }]],
  ],
  faults: [
    ['some', 'invalid-value 4:11 some'],
    ['[{count: few}]', 'invalid-value 4:20 few'],
    ['[{count: 1, device_ids: ["0"]}]', 'conflicting-keys 4:23 device_ids'],
    ['[{driver: 5}]', 'invalid-type 4:21 5'],
  ],
});
