import test from 'ava';
import { ownPlatform, platformText, readPlatform, runnableOn } from '../../../src/base/images/platform.ts';

for (const [text, normal] of [
  ['linux/amd64', 'linux/amd64'],
  ['linux/amd64/v1', 'linux/amd64'],
  ['linux/amd64/v3', 'linux/amd64/v3'],
  ['Linux/X86_64', 'linux/amd64'],
  ['arm64', 'linux/arm64'],
  ['linux/arm64/v8', 'linux/arm64'],
  ['linux/arm64/8', 'linux/arm64'],
  ['linux/aarch64/v9', 'linux/arm64/v9'],
  ['linux/arm', 'linux/arm/v7'],
  ['linux/arm/6', 'linux/arm/v6'],
  ['armhf', 'linux/arm/v7'],
  ['armel', 'linux/arm/v6'],
  ['i386', 'linux/386'],
  ['windows/amd64', 'windows/amd64'],
] as const)
  test(`the platform ${text} is ${normal}`, (t) => t.is(platformText(readPlatform(text)!), normal));

test('a system alone has the architecture of this machine', (t) =>
  t.deepEqual(readPlatform('linux'), { ...ownPlatform(), os: 'linux' }));

// Red without: ARCHITECTURES in platform.ts. A misspelt platform would be that of an image with a warning.
for (const text of ['', 'amd46', 'linux/', 'linux/arm/v7/x', 'linux/a b', '../amd64'])
  test(`no platform: \`${text}\``, (t) => t.is(readPlatform(text), undefined));

// What `Only` of containerd's platforms package gives.
for (const [own, ...others] of [
  ['linux/amd64', 'linux/386'],
  ['linux/amd64/v3', 'linux/amd64/v2', 'linux/amd64', 'linux/386'],
  ['linux/386'],
  ['linux/arm64', 'linux/arm/v8', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'],
  ['linux/arm64/v9', 'linux/arm64', 'linux/arm/v8', 'linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'],
  ['linux/arm/v7', 'linux/arm/v6', 'linux/arm/v5'],
  ['linux/arm/v6', 'linux/arm/v5'],
  ['linux/arm/v5'],
  ['linux/arm/other'],
  ['linux/riscv64'],
] as const)
  test(`${own} runs images of ${others.length} other platforms`, (t) =>
    t.deepEqual(runnableOn(readPlatform(own)!), [own, ...others]));
