import test from 'ava';
import { testServiceKey } from '../key-tests.ts';
import { canonicalService, web } from '../support.ts';

testServiceKey('build', {
  forms: [
    ['./dir', { dockerfile: 'Dockerfile', context: '/project/dir' }],
    ['.', { dockerfile: 'Dockerfile', context: '/project' }],
    ['https://example.com/x.git', { dockerfile: 'Dockerfile', context: 'https://example.com/x.git' }],
    ['{}\nimage: x', { dockerfile: 'Dockerfile', context: '/project' }],
    [
      '{context: ./dir, dockerfile: ../Dockerfile, target: prod, args: [A=1, B], labels: [a=b], tags: [x:1], platforms: [linux/arm64]}',
      {
        dockerfile: '../Dockerfile',
        target: 'prod',
        labels: { a: 'b' },
        tags: ['x:1'],
        platforms: ['linux/arm64'],
        context: '/project/dir',
        args: { A: '1' },
      },
    ],
    ['{dockerfile_inline: "FROM x"}', { dockerfile_inline: 'FROM x', context: '/project' }],
    [
      '{additional_contexts: [src=./src, base=docker-image://alpine], ssh: [default, key=./key], secrets: [token, {source: token, mode: 0400}]}',
      {
        dockerfile: 'Dockerfile',
        additional_contexts: { src: '/project/src', base: 'docker-image://alpine' },
        ssh: ['default', 'key=/project/key'],
        secrets: [{ source: 'token' }, { source: 'token', mode: '0400' }],
        context: '/project',
      },
    ],
    [
      '{additional_contexts: {src: ./src}, ssh: {default: , key: ./key}}',
      {
        dockerfile: 'Dockerfile',
        additional_contexts: { src: '/project/src' },
        ssh: ['default', 'key=/project/key'],
        context: '/project',
      },
    ],
    [
      '{cache_from: [a], cache_to: [b], no_cache: "true", no_cache_filter: stage, pull: true, provenance: mode=max, sbom: true, privileged: false, entitlements: [network.host]}',
      {
        dockerfile: 'Dockerfile',
        cache_from: ['a'],
        cache_to: ['b'],
        no_cache: true,
        no_cache_filter: ['stage'],
        pull: true,
        provenance: 'mode=max',
        sbom: 'true',
        entitlements: ['network.host'],
        context: '/project',
      },
    ],
    [
      '{network: host, extra_hosts: {a: 1.2.3.4}, isolation: default, shm_size: 64m, ulimits: {nofile: {soft: 1, hard: 2}}}',
      {
        dockerfile: 'Dockerfile',
        network: 'host',
        isolation: 'default',
        shm_size: '67108864',
        ulimits: { nofile: { soft: 1, hard: 2 } },
        context: '/project',
        extra_hosts: ['a=1.2.3.4'],
      },
    ],
  ],
  faults: [
    ['[a]', 'invalid-type 4:12 [a]'],
    ['{contxt: .}', 'unknown-key 4:13 contxt'],
    ['{dockerfile: a, dockerfile_inline: b}', 'conflicting-keys 4:28 dockerfile_inline'],
    ['{no_cache: maybe}', 'invalid-value 4:23 maybe'],
    ['{shm_size: lots}', 'invalid-value 4:23 lots'],
    ['{ulimits: {nofil: 1}}', 'invalid-value 4:23 nofil'],
    ['{secrets: [tokn]}', 'unknown-secret 4:23 tokn'],
    ['{extra_hosts: [a]}', 'invalid-value 4:27 a'],
    ['{args: [=1]}', 'invalid-value 4:20 =1'],
    ['{platforms: linux/arm64}', 'invalid-type 4:24 linux/arm64'],
  ],
  beside: 'secrets: {token: {file: ./token}}\n',
});

test('an empty Dockerfile is none, and not the default', (t) => {
  t.deepEqual(canonicalService(web('build: {context: ., dockerfile: ""}'), { toRun: false }).build, {
    context: '/project',
  });
});
