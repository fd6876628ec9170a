import { testServiceKey } from '../key-tests.ts';

/** What JSON has where nothing is run. */
const exec = { command: null };

testServiceKey('develop', {
  forms: [
    [
      '{watch: [{path: ./src, action: sync, target: /src, ignore: node_modules/}]}',
      { watch: [{ path: '/project/src', action: 'sync', target: '/src', ignore: ['node_modules/'], exec }] },
    ],
    [
      '{watch: [{path: ., action: rebuild, include: ["*.go"], ignore: [a, b]}, {path: c, action: sync+exec, target: /c, initial_sync: true, exec: {command: make all, user: root, environment: [A=1]}}]}',
      {
        watch: [
          { path: '/project', action: 'rebuild', include: ['*.go'], ignore: ['a', 'b'], exec },
          {
            path: '/project/c',
            action: 'sync+exec',
            target: '/c',
            initial_sync: true,
            exec: { command: ['make', 'all'], user: 'root', environment: { A: '1' } },
          },
        ],
      },
    ],
    ['{}', {}],
    ['{watch: []}', {}],
  ],
  faults: [
    ['{watch: [{path: a, action: snyc, target: /a}]}', 'invalid-value 4:41 snyc'],
    ['{watch: [{path: a, action: sync}]}', 'missing-key 4:23 {path: a, action: sync}'],
    ['{watch: [{action: rebuild}]}', 'missing-key 4:23 {action: rebuild}'],
    ['{watch: [{path: a, action: sync+exec, target: /a, exec: {user: x}}]}', 'missing-key 4:70 {user: x}'],
    [
      '{watch: [{path: a, action: sync+exec, target: /a, exec: {command: "a | b"}}]}',
      'invalid-value 4:80 "a | b"',
    ],
    ['{wach: []}', 'unknown-key 4:15 wach'],
  ],
});
