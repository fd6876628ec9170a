import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

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

test('requests of gpus and of deploy are in the model, with their places', (t) => {
  const text = web(`gpus: all
deploy:
  resources:
    reservations:
      devices:
        - {driver: cdi, capabilities: [gpu], device_ids: [a.com/b=c]}
`);
  t.deepEqual(service(t, text).deviceRequests, [
    {
      driver: 'cdi',
      ids: ['a.com/b=c'],
      capabilities: ['gpu'],
      from: 'services.web.deploy.resources.reservations.devices[0]',
    },
    { count: -1, capabilities: ['gpu'], from: 'services.web.gpus[0]' },
  ]);
});
