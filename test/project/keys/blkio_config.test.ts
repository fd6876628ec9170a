import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { service, web } from '../support.ts';

testServiceKey('blkio_config', {
  forms: [
    ['{weight: 300}', { weight: 300 }],
    [
      '{weight_device: [{path: /dev/sda, weight: "400"}]}',
      { weight_device: [{ path: '/dev/sda', weight: 400 }] },
    ],
    [
      '{device_read_bps: [{path: /dev/sda, rate: 12mb}], device_write_iops: [{path: /dev/sda, rate: 30}]}',
      {
        device_read_bps: [{ path: '/dev/sda', rate: '12582912' }],
        device_write_iops: [{ path: '/dev/sda', rate: '30' }],
      },
    ],
  ],
  faults: [
    ['{weight: 5}', 'invalid-value 4:28 5'],
    ['{wieght: 5}', 'unknown-key 4:20 wieght'],
    ['{weight_device: [{path: sda, weight: 10}]}', 'invalid-value 4:43 sda'],
    ['{weight_device: [{path: /dev/sda}]}', 'missing-key 4:36 {path: /dev/sda}'],
    ['{device_read_bps: [{path: /dev/sda, rate: fast}]}', 'invalid-value 4:61 fast'],
    ['{device_write_iops: [{path: /dev/sda, rate: 0}]}', 'invalid-value 4:63 0'],
  ],
});

test('every limit of a device with the place of its path', (t) => {
  const { blockIo } = service(
    t,
    web('blkio_config: {weight: 0, device_read_bps: [{path: /dev/sda, rate: 1m}]}'),
  ).limits;
  t.deepEqual(blockIo, {
    devices: [
      {
        limit: 'device_read_bps',
        path: '/dev/sda',
        value: 1 << 20,
        from: 'services.web.blkio_config.device_read_bps[0].path',
      },
    ],
  });
  t.is(service(t, web('blkio_config: {weight: 0}')).limits.blockIo, undefined);
});
