import { testTopLevelKey } from '../key-tests.ts';

testTopLevelKey('secrets', {
  forms: [
    ['{file: ./token}', { file: '/project/token', name: 'project_it' }],
    ['{environment: TOKEN, labels: [a=b]}', { environment: 'TOKEN', labels: { a: 'b' }, name: 'project_it' }],
    ['{external: true}', { external: true, name: 'it' }],
    ['{external: true, name: real}', { external: true, name: 'real' }],
    ['{external: {name: real}}', { external: true, name: 'real' }],
    [
      '{environment: T, driver: x, driver_opts: {a: 1}, template_driver: golang}',
      {
        environment: 'T',
        driver: 'x',
        driver_opts: { a: '1' },
        template_driver: 'golang',
        name: 'project_it',
      },
    ],
  ],
  faults: [
    ['{}', 'missing-key 5:11 it'],
    ['{driver: x}', 'missing-key 5:11 it'],
    ['{file: a, environment: B}', 'conflicting-keys 5:25 environment'],
    ['{content: x}', 'unknown-key 5:16 content'],
    ['{fil: a}', 'unknown-key 5:16 fil'],
  ],
});
