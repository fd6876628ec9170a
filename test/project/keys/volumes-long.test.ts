import { testServiceKey } from '../key-tests.ts';

testServiceKey('volumes', {
  forms: [
    ['["data:/data"]', [{ target: '/data', type: 'volume', source: 'data', volume: {} }]],
    [
      '["data:/data:ro,nocopy"]',
      [{ target: '/data', read_only: true, type: 'volume', source: 'data', volume: { nocopy: true } }],
    ],
    ['[/anonymous]', [{ target: '/anonymous', type: 'volume' }]],
    [
      '["./a:/a:z,cached,rslave"]',
      [
        {
          target: '/a',
          type: 'bind',
          source: '/project/a',
          bind: { propagation: 'rslave', selinux: 'z' },
        },
      ],
    ],
    [
      '[{type: volume, source: data, target: /a, volume: {nocopy: true, subpath: b, labels: [c=d]}}]',
      [
        {
          type: 'volume',
          source: 'data',
          target: '/a',
          volume: { nocopy: true, subpath: 'b', labels: { c: 'd' } },
        },
      ],
    ],
    ['[{type: volume, target: /a}]', [{ type: 'volume', target: '/a' }]],
    [
      '[{type: image, source: alpine, target: /a, image: {subpath: b}}]',
      [{ type: 'image', source: 'alpine', target: '/a', image: { subpath: 'b' } }],
    ],
    [
      '[{type: tmpfs, target: /a, tmpfs: {size: 64m, mode: 01777}}]',
      [{ type: 'tmpfs', target: '/a', tmpfs: { size: '67108864', mode: 1023 } }],
    ],
    ['[{type: tmpfs, target: /a, tmpfs: {size: 0, mode: 0}}]', [{ type: 'tmpfs', target: '/a', tmpfs: {} }]],
    [
      '[{type: volume, source: data, target: /a, read_only: false, volume: {nocopy: false, labels: {}}}]',
      [{ type: 'volume', source: 'data', target: '/a', volume: {} }],
    ],
    [
      '[{type: bind, source: ./a, target: /a, bind: {create_host_path: false}}]',
      [{ type: 'bind', source: '/project/a', target: '/a', bind: { create_host_path: false } }],
    ],
    ['[{type: bind, source: ./a, target: /a}]', [{ type: 'bind', source: '/project/a', target: '/a' }]],
    [
      '[{type: bind, source: ./a, target: /a, consistency: cached, bind: {recursive: readonly, selinux: Z}}]',
      [
        {
          type: 'bind',
          source: '/project/a',
          target: '/a',
          consistency: 'cached',
          bind: { recursive: 'readonly', selinux: 'Z' },
        },
      ],
    ],
    ['[{type: cluster, source: x, target: /a}]', [{ type: 'cluster', source: 'x', target: '/a' }]],
    ['[{type: npipe, source: x, target: /a}]', [{ type: 'npipe', source: 'x', target: '/a' }]],
  ],
  faults: [
    ['["daat:/data"]', 'unknown-volume 4:15 "daat:/data"'],
    ['["data:relative"]', 'invalid-value 4:15 "data:relative"'],
    ['[{type: volum, target: /a}]', 'invalid-value 4:22 volum'],
    ['[{type: volume, source: dta, target: /a}]', 'unknown-volume 4:38 dta'],
    ['[{type: bind, source: a, target: /a, bind: {recursive: some}}]', 'invalid-value 4:69 some'],
    ['[{type: volume, target: /a, volume: {nocpy: true}}]', 'unknown-key 4:51 nocpy'],
    ['[{type: tmpfs, target: /a, tmpfs: {mode: 99999}}]', 'invalid-value 4:55 99999'],
    ['[{type: tmpfs, target: /a, tmpfs: {size: lots}}]', 'invalid-value 4:55 lots'],
    ['[{type: tmpfs, target: /a, tmpfs: {size: -1}}]', 'invalid-value 4:55 -1'],
    ['[{type: bind, source: a, target: /a, bind: {propagation: rslav}}]', 'invalid-value 4:71 rslav'],
  ],
  beside: 'volumes: {data: }\n',
});
