import { testServiceKey } from '../key-tests.ts';

testServiceKey('post_start', {
  forms: [
    [
      '[{command: ./setup.sh --all, user: root, privileged: true, working_dir: /x, environment: [A=1, B]}]',
      [
        {
          command: ['./setup.sh', '--all'],
          user: 'root',
          privileged: true,
          working_dir: '/x',
          environment: { A: '1', B: null },
        },
      ],
    ],
    ['[{command: [a, b c]}]', [{ command: ['a', 'b c'] }]],
  ],
  faults: [
    ['[{user: root}]', 'missing-key 4:18 {user: root}'],
    ['[{command: "a; b"}]', 'invalid-value 4:28 "a; b"'],
    ['[{command: a, user: 0x0}]', 'invalid-value 4:37 0x0'],
    ['{command: a}', 'invalid-type 4:17 {command: a}'],
  ],
});
