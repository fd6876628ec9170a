import { testTopLevelKey } from '../key-tests.ts';

testTopLevelKey('configs', {
  forms: [
    ['{file: ./app.conf}', { file: '/project/app.conf', name: 'project_it' }],
    ['{content: "a: b"}', { content: 'a: b', name: 'project_it' }],
    ['{environment: APP}', { environment: 'APP', name: 'project_it' }],
    ['{external: true, name: real}', { external: true, name: 'real' }],
    [
      '{content: x, labels: {a: b}, template_driver: golang}',
      { content: 'x', labels: { a: 'b' }, template_driver: 'golang', name: 'project_it' },
    ],
  ],
  faults: [
    ['{}', 'missing-key 5:11 it'],
    ['{file: a, content: b}', 'conflicting-keys 5:25 content'],
    ['{environment: a, content: b}', 'conflicting-keys 5:32 content'],
    ['{driver: x}', 'unknown-key 5:16 driver'],
    ['text', 'invalid-type 5:15 text'],
  ],
});
