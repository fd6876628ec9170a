import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { problems, service, web } from '../support.ts';

testServiceKey('restart', {
  forms: [
    ['"no"', 'no'],
    ['always', 'always'],
    ['on-failure', 'on-failure'],
    ['on-failure:3', 'on-failure:3'],
    ['unless-stopped', 'unless-stopped'],
  ],
  faults: [
    ['allways', 'invalid-value 4:14 allways'],
    ['always:3', 'invalid-value 4:14 always:3'],
    ['false', 'invalid-type 4:14 false'],
  ],
});

for (const [written, policy] of [
  ['restart: "no"', undefined],
  ['restart: ""', undefined],
  ['restart: always', { kind: 'always' }],
  ['restart: unless-stopped', { kind: 'unless-stopped' }],
  ['restart: on-failure', { kind: 'on-failure' }],
  ['restart: on-failure:0', { kind: 'on-failure' }],
  ['restart: on-failure:3', { kind: 'on-failure', attempts: 3 }],
  ['deploy: {restart_policy: {condition: any}}', { kind: 'always' }],
  ['deploy: {restart_policy: {delay: 5s}}', { kind: 'always', delay: 5000 }],
  ['deploy: {restart_policy: {condition: none}}', undefined],
  [
    'deploy: {restart_policy: {condition: on-failure, delay: 500ms, max_attempts: 3, window: 2m}}',
    { kind: 'on-failure', attempts: 3, delay: 500, window: 120_000 },
  ],
  ['deploy: {restart_policy: {condition: on-failure, delay: 0s, max_attempts: 0}}', { kind: 'on-failure' }],
  ['restart: always\ndeploy: {restart_policy: {condition: none}}', undefined],
  ['restart: always\ndeploy: {restart_policy: {condition: on-failure}}', { kind: 'on-failure' }],
  ['deploy: {replicas: 1}\nrestart: always', { kind: 'always' }],
] as const)
  test(`the policy of ${written.replace('\n', ', ')}`, (t) => {
    t.deepEqual(service(t, web(written)).restart, policy);
    t.deepEqual(problems(web(written)), []);
  });
