import { join } from 'node:path';
import test from 'ava';
import { isNightly } from '../../patience.ts';
import { findingsIn, loadFolder } from '../folder.ts';
import { loadText, problems } from '../support.ts';

const services = (text: string) => loadText(text).canonical?.services ?? {};

test('a service starts from another, whatever the order, and over several steps', (t) => {
  const { web, base } = services(`services:
  web: {extends: base, environment: {B: two}, command: [web]}
  base: {extends: {service: common}, command: [base], environment: {A: one, B: one}}
  common: {command: [common], hostname: h, labels: {l: c}}
`);
  t.like(web, { command: ['web'], environment: { A: 'one', B: 'two' }, hostname: 'h', labels: { l: 'c' } });
  t.like(base, { command: ['base'], environment: { A: 'one', B: 'one' }, hostname: 'h' });
  t.false('extends' in web!);
});

test('!reset and !override apply to what is inherited', (t) => {
  const { web } = services(`services:
  web: {extends: base, hostname: !reset null, dns: !override [2.2.2.2], cap_add: [!reset KILL]}
  base: {command: x, hostname: h, dns: [1.1.1.1], cap_add: [KILL, CHOWN]}
`);
  t.like(web, { dns: ['2.2.2.2'], cap_add: ['CHOWN'] });
  t.is(web!.hostname, undefined);
});

test('!reset in a service that extends applies to the files below as well', (t) => {
  const { web } = services(`services:
  web: {command: x, hostname: below, user: below}
---
services:
  base: {command: y, hostname: base}
  web: {extends: base, hostname: !reset null}
`);
  t.is(web!.hostname, undefined);
  t.is(web!.user, 'below');
});

test('a service of an earlier file may be extended', (t) => {
  const { web } = services(
    'services: {base: {command: x, hostname: h}}\n---\nservices: {web: {extends: base}}\n',
  );
  t.is(web!.hostname, 'h');
});

test('a service of another file, whose paths are relative to that file', (t) => {
  const { canonical, diagnostics, root } = loadFolder(t, {
    'compose.yaml': `services:
  web: {extends: {service: app, file: common/app.yaml}, volumes: [./own:/own]}
`,
    'common/app.yaml': `services:
  app: {extends: base, env_file: app.env, volumes: [./data:/data]}
  base: {extends: {file: ../root.yaml, service: root}, command: x}
  other: {comand: y, image: "\${UNSET}"}
`,
    'common/app.env': 'A=1\n',
    'root.yaml': 'services: {root: {rootfs: ./rootfs}}\n',
  });
  t.deepEqual(diagnostics, [], 'what nobody extends is nobody’s business');
  const { web } = canonical!.services;
  t.is(web!.rootfs, join(root, 'rootfs'));
  t.deepEqual(web!.environment, { A: '1' });
  t.deepEqual(
    web!.volumes!.map(({ source }) => source),
    [join(root, 'common/data'), join(root, 'own')],
  );
  t.deepEqual(Object.keys(canonical!.services), ['web']);
});

test('networks that the other service uses have to be declared here', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': 'services:\n  web:\n    extends: {service: app, file: b.yaml}\n',
      'b.yaml': 'services:\n  app:\n    command: x\n    networks: [away]\nnetworks: {away: }\n',
    }),
  );
  t.deepEqual(found, ['error unknown-network b.yaml 4:16 away < `web` extends `app` compose.yaml 3:24']);
});

test('what is wrong with a value shows the chain of services', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': `services:
  a: {extends: b}
  b: {extends: {service: c, file: c.yaml}, command: x}
`,
      'c.yaml': 'services:\n  c: {networks: [gone]}\n',
    }),
  );
  t.deepEqual(found, [
    'error unknown-network c.yaml 2:18 gone < `b` extends `c` compose.yaml 3:26 < `a` extends `b` compose.yaml 2:16',
  ]);
});

test('an error of the extended file is reported once, with the service that extends it', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': `services:
  a: {extends: {service: c, file: c.yaml}}
  b: {extends: {service: c, file: c.yaml}}
`,
      'c.yaml': 'services:\n  c: {command: x, memory: much, develop: {watch: []}}\n',
    }),
  );
  t.deepEqual(found, [
    'error invalid-value c.yaml 2:27 much < `a` extends it compose.yaml 2:26',
    'warning unsupported-key c.yaml 2:33 develop < `a` extends it compose.yaml 2:26',
  ]);
});

test('a command that is broken in the other service is not missing in this one', (t) => {
  t.deepEqual(problems('services:\n  a: {extends: b}\n  b: {command: {x: y}}\n'), [
    'error invalid-type 3:16 {x: y}',
  ]);
});

test('services that extend each other', (t) => {
  t.deepEqual(problems('services:\n  a: {command: x, extends: b}\n  b: {extends: c}\n  c: {extends: b}\n'), [
    'error extends-cycle 3:16 c',
  ]);
  t.deepEqual(problems('services:\n  a: {command: x, extends: a}\n'), ['error extends-cycle 2:28 a']);
});

test('services that extend each other across files', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': 'services:\n  a: {command: x, extends: {service: b, file: b.yaml}}\n',
      'b.yaml': 'services:\n  b: {extends: {service: a, file: compose.yaml}}\n',
    }),
  );
  t.is(found.length, 1);
  t.regex(found[0]!, /^error extends-cycle compose\.yaml 2:38 b/);
});

test('a service that is not there, with the nearest that is', (t) => {
  const text = 'services:\n  web: {extends: bsae}\n  base: {command: x}\n';
  t.deepEqual(problems(text).slice(0, 1), ['error unknown-service 2:18 bsae']);
  t.is(loadText(text).diagnostics[0]!.help, 'did you mean `base`?');
  const { diagnostics } = loadFolder(t, {
    'compose.yaml': 'services: {web: {command: x, extends: {service: bsae, file: b.yaml}}}\n',
    'b.yaml': 'services: {base: {command: x}}\n',
  });
  t.is(diagnostics[0]!.help, 'did you mean `base`?');
});

test('a file that is not there', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': 'services:\n  web: {command: x, extends: {service: b, file: none.yaml}}\n',
    }),
  );
  t.deepEqual(found, ['error no-file compose.yaml 2:49 none.yaml']);
});

test('what may stand in `extends`', (t) => {
  t.deepEqual(
    problems('services:\n  a: {command: x, extends: {file: x}}\n  b: {command: x, extends: [a]}\n'),
    ['error missing-key 2:28 {file: x}', 'error invalid-type 3:28 [a]'],
  );
});

test('services that extend each other over too many steps', (t) => {
  const chain = (length: number, next: (index: number) => number) =>
    `services:\n  s0: {command: x}\n${Array.from({ length }, (_, index) => `  s${length - index}: {extends: s${next(length - index)}}\n`).join('')}`;
  t.deepEqual(problems(chain(100, (index) => index - 1)), []);
  t.deepEqual(problems(chain(101, (index) => index - 1)), ['error invalid-value 103:17 s0']);
  const length = isNightly ? 5000 : 500;
  const circle = problems(chain(length, (index) => (index % length) + 1));
  t.regex(circle[0]!, /^error invalid-value /);
});

test('many services that start from one', (t) => {
  const many = Array.from({ length: 50 }, (_, index) => `  s${index}: {extends: base}\n`).join('');
  const all = services(`services:\n  base: {command: x, hostname: h}\n${many}`);
  t.is(Object.values(all).filter(({ hostname }) => hostname === 'h').length, 51);
});

test('without the resolution of paths, those of another file are relative to the project', (t) => {
  const files = {
    'compose.yaml': 'services: {a: {extends: {file: lib/b.yaml, service: base}, label_file: ./own}}\n',
    'lib/b.yaml':
      'services: {base: {command: x, build: ., volumes: ["./:/x", "../y:/y", "/z/:/z", "~/w:/w"], env_file: e.env}}\n',
    'lib/e.env': 'A=1\n',
    own: 'l=1\n',
  };
  const leaveOut = new Set(['path-resolution', 'model'] as const);
  const { canonical, diagnostics } = loadFolder(t, files, { leaveOut, toRun: false });
  t.deepEqual(
    diagnostics.filter(({ severity }) => severity === 'error'),
    [],
  );
  const { build, volumes, environment } = canonical!.services.a!;
  t.is(build!.context, 'lib');
  t.deepEqual(
    volumes!.map(({ source }) => source),
    ['lib', 'y', '/z/', '~/w'],
  );
  t.deepEqual(environment, { A: '1' });
});
