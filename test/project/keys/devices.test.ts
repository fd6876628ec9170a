import { testServiceKey } from '../key-tests.ts';

testServiceKey('devices', {
  forms: [
    ['[/dev/fuse]', [{ source: '/dev/fuse', target: '/dev/fuse', permissions: 'rwm' }]],
    [
      '["/dev/a:/dev/b", "/dev/c:/dev/d:r", "/dev/e:rw"]',
      [
        { source: '/dev/a', target: '/dev/b', permissions: 'rwm' },
        { source: '/dev/c', target: '/dev/d', permissions: 'r' },
        { source: '/dev/e', target: '/dev/e', permissions: 'rw' },
      ],
    ],
    [
      '[{source: /dev/a, target: /dev/b, permissions: rm}, {source: /dev/c}]',
      [
        { source: '/dev/a', target: '/dev/b', permissions: 'rm' },
        { source: '/dev/c', target: '/dev/c', permissions: 'rwm' },
      ],
    ],
    [
      '["vendor.com/gpu=all"]',
      [{ source: 'vendor.com/gpu=all', target: 'vendor.com/gpu=all', permissions: 'rwm' }],
    ],
  ],
  faults: [
    ['["/dev/a:/dev/b:x"]', 'invalid-value 4:15 "/dev/a:/dev/b:x"'],
    ['["a:b:r:w"]', 'invalid-value 4:15 "a:b:r:w"'],
    ['["/dev/a:"]', 'invalid-value 4:15 "/dev/a:"'],
    ['[{target: /dev/a}]', 'missing-key 4:15 {target: /dev/a}'],
    ['[{source: /dev/a, permissions: rr}]', 'invalid-value 4:45 rr'],
  ],
});
