import test from 'ava';
import { canonicalService, loadText, problems, service, web } from '../support.ts';

const bind = { from: 'services.web.volumes[0]', kind: 'bind', target: '/data', readOnly: false };

test('the short form makes a missing source', (t) => {
  const { mounts } = service(t, web('volumes: ["./data:/data"]'));
  t.deepEqual(mounts as unknown, [{ ...bind, source: '/project/data', createHostPath: true }]);
});

test('options of the short form', (t) => {
  const { mounts } = service(t, web('volumes: ["/srv:/data:ro,rslave"]'));
  t.like(mounts[0], { source: '/srv', readOnly: true, propagation: 'rslave' });
});

test('of options that exclude each other, the last one counts', (t) => {
  // Red without: findLast in shortVolume.
  const text = web('volumes: ["/srv:/a:ro,rw", "/srv:/b:rw,ro", "v:/c:ro,rw", "/srv:/d:shared,z,slave,Z"]');
  const { volumes } = canonicalService(`${text}volumes: {v: }\n`);
  t.deepEqual(
    volumes?.map(({ read_only }) => read_only ?? false),
    [false, true, false, false],
  );
  t.like(volumes?.[3]?.bind, { propagation: 'slave', selinux: 'Z' });
});

test('an absolute source is as it is written, a relative one is not', (t) => {
  const sources = canonicalService(
    web('volumes: ["/srv/x/../oil:/a", "/srv/oil/:/b", "./x/../oil/:/c"]'),
  ).volumes;
  t.deepEqual(
    sources?.map(({ source }) => source),
    ['/srv/x/../oil', '/srv/oil/', '/project/oil'],
  );
});

test('a tilde is the home directory', (t) => {
  const options = { environment: { HOME: '/home/me' } };
  t.like(service(t, web('volumes: ["~/data:/data"]'), options).mounts[0], { source: '/home/me/data' });
});

test('the long form makes a missing source only with bind', (t) => {
  const plain = web('volumes: [{type: bind, source: ./data, target: /data}]');
  const made = web('volumes: [{type: bind, source: ./data, target: /data, bind: {propagation: shared}}]');
  const never = web(
    'volumes: [{type: bind, source: ./data, target: /data, bind: {create_host_path: false}}]',
  );
  t.like(service(t, plain).mounts[0], { createHostPath: false, source: '/project/data' });
  t.like(service(t, made).mounts[0], { createHostPath: true, propagation: 'shared' });
  t.like(service(t, never).mounts[0], { createHostPath: false });
});

test('a tmpfs in long form', (t) => {
  const { mounts } = service(t, web('volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m, mode: 0o1777}}]'));
  t.like(mounts[0], { kind: 'tmpfs', target: '/t', options: ['size=1048576', 'mode=1777'] });
});

test('the canonical form is the long one', (t) => {
  t.deepEqual(canonicalService(web('volumes: ["./data:/data/:ro"]')).volumes, [
    {
      type: 'bind',
      source: '/project/data',
      target: '/data',
      read_only: true,
      bind: {},
    },
  ]);
});

test('volumes of other kinds are an error, for their data would be missing', (t) => {
  for (const type of ['cluster', 'npipe'])
    t.deepEqual(problems(web(`volumes: [{type: ${type}, source: data, target: /a}]`)), [
      `error unsupported-key 4:22 ${type}`,
    ]);
});

test('a named volume that is not declared', (t) => {
  const text = `${web('volumes: ["dta:/data"]')}volumes: {data: }\n`;
  t.deepEqual(problems(text, { toRun: false }), ['error unknown-volume 4:15 "dta:/data"']);
  t.is(loadText(text, { toRun: false }).diagnostics[0]!.help, 'did you mean `data`?');
});

test('targets that are refused', (t) => {
  for (const target of ['data', '/', '/proc/sys', '/proc', '/x/../proc/1']) {
    t.deepEqual(problems(web(`volumes: [./data:${target}]`)), [`error invalid-value 4:15 ./data:${target}`]);
  }
});

test('a volume and a tmpfs on one target', (t) => {
  t.deepEqual(problems(web('volumes: ["./a:/data"]\ntmpfs: /data')), ['error duplicate-mount 5:12 /data']);
});

test('one target written in several ways, in volumes and tmpfs', (t) => {
  // As in Docker Compose, the last entry of the list counts.
  t.deepEqual(
    service(t, web('volumes: ["./a:/data", "./b:/data/"]')).mounts.map(
      (mount) => 'source' in mount && mount.source,
    ),
    ['/project/b'],
  );
  t.deepEqual(problems(web('volumes: ["./a:/x/../data"]\ntmpfs: ["/data/", /data]')), [
    'error duplicate-mount 5:13 "/data/"',
    'error duplicate-mount 5:23 /data',
  ]);
});

test('more mounts than a start has room for', (t) => {
  const volumes = Array.from({ length: 10_001 }, (_, index) => `/tmp:/m/${index}`);
  t.deepEqual(
    loadText(web(`volumes: ${JSON.stringify(volumes)}`)).diagnostics.map(({ message }) => message),
    ['`web` has 10001 mounts, more than 10000'],
  );
});

test('kinds of mounts that are not for this machine', (t) => {
  const message = (type: string) =>
    loadText(web(`volumes: [{type: ${type}, source: x, target: /a}]`)).diagnostics.map(
      ({ code, message, at }) => `${code} ${at?.line}:${at?.column} ${message}`,
    );
  for (const [type, words] of [
    ['npipe', 'Windows'],
    ['cluster', 'swarm'],
  ] as const)
    t.regex(message(type)[0]!, new RegExp(`^unsupported-key 4:22 .*${words}`));
});

test('the mounts below the source of a bind', (t) => {
  const mount = (recursive: string) =>
    service(t, web(`volumes: [{type: bind, source: ./a, target: /a, bind: {recursive: ${recursive}}}]`))
      .mounts[0];
  for (const recursive of ['disabled', 'writable']) t.like(mount(recursive), { recursive });
  // Where mounts below the source cannot be read-only, nothing of tscompose works.
  for (const recursive of ['enabled', 'readonly']) t.false('recursive' in mount(recursive)!);
});

test('what is missing or misspelt in the long form', (t) => {
  t.deepEqual(problems(web('volumes: [{type: bind, source: ./a}]')), [
    'error missing-key 4:15 {type: bind, source: ./a}',
  ]);
  t.deepEqual(problems(web('volumes: [{type: bind, target: /a}]')), [
    'error missing-key 4:15 {type: bind, target: /a}',
  ]);
  t.deepEqual(problems(web('volumes: [{type: bnd, source: ./a, target: /a}]')), [
    'error invalid-value 4:22 bnd',
  ]);
  t.deepEqual(problems(web('volumes: [{type: bind, sorce: ./a, target: /a}]')), [
    'error missing-key 4:15 {type: bind, sorce: ./a, target: /a}',
    'error unknown-key 4:28 sorce',
  ]);
});

test('colons and options that mean nothing', (t) => {
  for (const text of ['./a:/b:ro:x', './a::/b']) {
    t.deepEqual(problems(web(`volumes: ["${text}"]`)), [`error invalid-value 4:15 "${text}"`]);
  }
});

test('options that are not known are left out with a warning each', (t) => {
  const text = web('volumes: ["./a:/b:ro,nosuid", "./a:/c:U,cachd"]');
  t.deepEqual(problems(text), [
    'warning unsupported-key 4:15 "./a:/b:ro,nosuid"',
    'warning unsupported-key 4:35 "./a:/c:U,cachd"',
    'warning unsupported-key 4:35 "./a:/c:U,cachd"',
  ]);
  t.deepEqual(
    loadText(text).project!.services.web!.mounts.map(({ target, readOnly }) => [target, readOnly]),
    [
      ['/b', true],
      ['/c', false],
    ],
  );
  t.is(loadText(text).diagnostics.at(-1)!.help, 'did you mean `cached`?');
  t.is(loadText(text, { strict: true }).project, undefined);
});

test('labels of SELinux and the consistency of macOS have no effect, and are no warning', (t) => {
  const long = '{type: bind, source: ./a, target: /c, consistency: delegated, bind: {selinux: Z}}';
  t.deepEqual(problems(web(`volumes: ["./a:/b:z,cached", ${long}]`)), []);
});

test('over /sys, below it, and over the files of /proc that runc allows', (t) => {
  const targets = ['/sys', '/sys/fs/cgroup', '/proc/meminfo', '/proc/sys/kernel/ns_last_pid', '/host/proc'];
  const { mounts } = service(t, web(`volumes: [${targets.map((target) => `"./a:${target}"`).join(', ')}]`));
  t.deepEqual(
    mounts.map(({ target }) => target),
    targets,
  );
});

test('an empty option mapping is none', (t) => {
  const { mounts } = service(t, web('volumes:\n  - type: tmpfs\n    target: /t\n    tmpfs:\n    bind:\n'));
  t.like(mounts[0], { kind: 'tmpfs', target: '/t', options: [] });
});
