import { testTopLevelKey } from '../key-tests.ts';

testTopLevelKey('volumes', {
  forms: [
    ['', { name: 'project_it' }],
    ['{}', { name: 'project_it' }],
    ['{name: mine}', { name: 'mine' }],
    [
      '{driver: local, driver_opts: {type: nfs, o: "addr=10.0.0.1", device: ":/x", size: 5}, labels: {a: b}}',
      {
        driver: 'local',
        driver_opts: { type: 'nfs', o: 'addr=10.0.0.1', device: ':/x', size: '5' },
        labels: { a: 'b' },
        name: 'project_it',
      },
    ],
    [
      '{driver: local, driver_opts: {type: none, o: bind, device: ./jug}}',
      {
        driver: 'local',
        driver_opts: { type: 'none', o: 'bind', device: '/project/jug' },
        name: 'project_it',
      },
    ],
    ['{external: true}', { external: true, name: 'it' }],
    ['{external: true, name: real}', { external: true, name: 'real' }],
    ['{external: {name: real}}', { external: true, name: 'real' }],
  ],
  faults: [
    ['text', 'invalid-type 5:15 text'],
    ['{drivr: x}', 'unknown-key 5:16 drivr'],
    ['{external: true, driver: local}', 'conflicting-keys 5:32 driver'],
    ['{name: a, external: {name: b}}', 'conflicting-keys 5:42 b'],
    ['{external: maybe}', 'invalid-value 5:26 maybe'],
    ['{driver_opts: [a=b]}', 'invalid-type 5:29 [a=b]'],
  ],
});
