import test from 'ava';
import { problems } from '../support.ts';

const errors = (text: string) =>
  problems(text, { toRun: false }).filter((problem) => problem.startsWith('error'));

test('a build for several platforms is for that of the service too', (t) => {
  const text = (platform: string) =>
    `services:
  a:
    platform: ${platform}
    build: {platforms: [linux/amd64, linux/arm64]}
`;
  t.deepEqual(errors(text('linux/arm64')), []);
  t.deepEqual(errors(text('linux/riscv64')), ['error conflicting-keys 4:24 [linux/amd64, linux/arm64]']);
});

test('an additional context names a service that is built', (t) => {
  const text = (service: string) =>
    `services:
  a: {build: {additional_contexts: {base: "service:${service}"}}}
  built: {build: .}
  fetched: {image: x}
`;
  t.deepEqual(errors(text('built')), []);
  t.deepEqual(errors(text('fetched')), ['error unknown-service 2:43 "service:fetched"']);
  t.deepEqual(errors(text('nobody')), ['error unknown-service 2:43 "service:nobody"']);
});
