import { join } from 'node:path';
import test from 'ava';
import { findingsIn, loadFolder } from '../folder.ts';

const web = 'services:\n  web: {command: x, depends_on: [db]}\n';

test('a file is included with its directory and its variables', (t) => {
  const { canonical, diagnostics, root } = loadFolder(t, {
    'compose.yaml': `include: [db/compose.yaml]\n${web}`,
    'db/compose.yaml': `name: ignored
services:
  db: {command: "run \${MODE}", volumes: [./data:/data], environment: [MODE, OTHER]}
networks: {away: }
x-own: 1
`,
    'db/.env': 'MODE=db\nOUTER=inner\n',
    '.env': 'OUTER=outer\n',
  });
  t.deepEqual(diagnostics, []);
  const { db } = canonical!.services;
  t.deepEqual(Object.keys(canonical!.services), ['db', 'web']);
  t.deepEqual(db!.command, ['run', 'db']);
  t.deepEqual(db!.environment, { MODE: 'db', OTHER: null });
  t.is(db!.volumes![0]!.source, join(root, 'db/data'));
  t.true('away' in canonical!.networks!);
  t.false('x-own' in canonical!);
  t.is(canonical!.name, 'p');
});

test('variables outside win over those of the included file', (t) => {
  const { canonical } = loadFolder(
    t,
    {
      'compose.yaml': `include: [db/compose.yaml]\n${web}`,
      'db/compose.yaml': 'services: {db: {command: "${A} ${B}"}}\n',
      'db/.env': 'A=inner\nB=inner\n',
    },
    { environment: { A: 'outer' } },
  );
  t.deepEqual(canonical!.services.db!.command, ['outer', 'inner']);
});

test('several paths are merged, with a directory and files of variables of their own', (t) => {
  const { canonical, diagnostics, root } = loadFolder(t, {
    'compose.yaml': `include:
  - path: [a/db.yaml, a/db.dev.yaml]
    project_directory: ./elsewhere
    env_file: [one.env, two.env]
${web}`,
    'a/db.yaml': 'services: {db: {command: "${X}", hostname: base}}\n',
    'a/db.dev.yaml': 'services: {db: {hostname: dev, volumes: [./d:/d]}}\n',
    'one.env': 'X=1\n',
    'two.env': 'X=2\n',
  });
  t.deepEqual(diagnostics, []);
  const { db } = canonical!.services;
  t.deepEqual(db!.command, ['2']);
  t.is(db!.hostname, 'dev');
  t.is(db!.volumes![0]!.source, join(root, 'elsewhere/d'));
});

test('what is defined here is laid over what is included', (t) => {
  const { canonical } = loadFolder(t, {
    'compose.yaml': 'include: [b.yaml]\nservices: {db: {hostname: mine, environment: {B: 2}}}\n',
    'b.yaml': 'services: {db: {command: x, hostname: theirs, environment: {A: 1}}}\n',
  });
  t.like(canonical!.services.db, { hostname: 'mine', environment: { A: '1', B: '2' } });
});

test('an override file changes what the first file includes', (t) => {
  const { canonical } = loadFolder(t, {
    'compose.yaml': 'include: [b.yaml]\n',
    'compose.override.yaml': 'services: {db: {hostname: !reset null, dns: [1.1.1.1]}}\n',
    'b.yaml': 'services: {db: {command: x, hostname: theirs}}\n',
  });
  t.is(canonical!.services.db!.hostname, undefined);
  t.deepEqual(canonical!.services.db!.dns, ['1.1.1.1']);
});

test('one file that two include is read once', (t) => {
  const { canonical, diagnostics } = loadFolder(t, {
    'compose.yaml': 'include: [a.yaml, b.yaml]\nservices: {web: {command: x}}\n',
    'a.yaml': 'include: [c.yaml]\nservices: {a: {command: x}}\n',
    'b.yaml': 'include: [c.yaml]\nservices: {b: {command: x}}\n',
    'c.yaml': 'services: {c: {command: x, post_start: [{command: once}]}}\n',
  });
  t.deepEqual(
    diagnostics.map(({ code }) => code),
    ['unsupported-key'],
  );
  t.deepEqual(Object.keys(canonical!.services), ['c', 'b', 'a', 'web']);
  t.is((canonical!.services.c!.post_start as unknown[]).length, 1);
});

test('a service that is included may be extended', (t) => {
  const { canonical } = loadFolder(t, {
    'compose.yaml': 'include: [b.yaml]\nservices: {web: {extends: base}}\n',
    'b.yaml': 'services: {base: {command: x, hostname: h}}\n',
  });
  t.is(canonical!.services.web!.hostname, 'h');
});

test('what is wrong in an included file shows how it came in', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': 'include:\n  - a.yaml\n',
      'a.yaml': 'include: [{path: b.yaml}]\n',
      'b.yaml': 'services:\n  db: {comand: x, networks: [gone], command: x}\n',
    }),
  );
  const via = ' < included here a.yaml 1:18 < included here compose.yaml 2:5';
  t.deepEqual(found, [
    `error unknown-key b.yaml 2:8 comand${via}`,
    `error unknown-network b.yaml 2:30 gone${via}`,
  ]);
});

test('files that include each other', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': 'include: [a.yaml]\nservices: {web: {command: x}}\n',
      'a.yaml': 'include: [compose.yaml]\n',
    }),
  );
  t.deepEqual(found, ['error include-cycle a.yaml 1:11 compose.yaml < included here compose.yaml 1:11']);
});

test('what cannot be included', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': `include:
  - none.yaml
  - oci://registry/app
  - https://github.com/a/b.git
  - {path: a.yaml, env_file: none.env}
  - {pth: a.yaml}
services: {web: {command: x}}
`,
      'a.yaml': 'services: {a: {command: x}}\n',
    }),
  );
  t.deepEqual(found, [
    'error no-file compose.yaml 2:5 none.yaml',
    'error no-file compose.yaml 3:5 oci://registry/app',
    'error no-file compose.yaml 4:5 https://github.com/a/b.git',
    'error no-file compose.yaml 5:30 none.env',
    'error missing-key compose.yaml 6:5 {pth: a.yaml}',
    'error unknown-key compose.yaml 6:6 pth',
  ]);
});

test('a file of which one part is included in several ways keeps its variables apart', (t) => {
  const { canonical } = loadFolder(t, {
    'compose.yaml': `include:
  - {path: [one.yaml, part.yaml], env_file: one.env}
  - {path: [two.yaml, part.yaml], env_file: two.env}
`,
    'one.yaml': 'services: {one: {command: "${X}"}}\n',
    'two.yaml': 'services: {two: {command: "${X}"}}\n',
    'part.yaml': 'services: {part: {command: x}}\n',
    'one.env': 'X=1\n',
    'two.env': 'X=2\n',
  });
  t.deepEqual(canonical!.services.one!.command, ['1']);
  t.deepEqual(canonical!.services.two!.command, ['2']);
});

test('a dependency on what is included is checked like any other', (t) => {
  const found = findingsIn(
    loadFolder(t, {
      'compose.yaml': `include: [b.yaml]\n${web}`,
      'b.yaml': 'services: {dc: {command: x}}\n',
    }),
  );
  t.deepEqual(found, ['error unknown-service compose.yaml 3:34 db']);
});

test('a build that names no directory finds its files where the included file is', (t) => {
  const files = {
    'compose.yaml': 'include: [in/b.yaml, {path: in/c.yaml, project_directory: yard}]\n',
    'in/b.yaml': 'services: {b: {build: {target: t}}}\n',
    'in/c.yaml': 'services: {c: {build: {dockerfile_inline: FROM x}}}\n',
    'yard/': '',
  };
  const { canonical, root } = loadFolder(t, files, { toRun: false });
  t.is(canonical!.services.b!.build!.context, `${root}/in`);
  t.is(canonical!.services.c!.build!.context, `${root}/yard`);
  const { services } = loadFolder(t, files, { toRun: false, leaveOut: new Set(['path-resolution']) })
    .canonical!;
  t.is(services.b!.build!.context, 'in');
  t.is(services.c!.build!.context, 'yard');
});

test('what is included first has the last word', (t) => {
  const { canonical } = loadFolder(
    t,
    {
      'compose.yaml': 'include: [{path: b.yaml, env_file: 1.env}, {path: b.yaml, env_file: 2.env}]\n',
      'b.yaml': 'services: {a: {image: "${K}", dns_search: ["${K}"]}}\n',
      '1.env': 'K=one\n',
      '2.env': 'K=two\n',
    },
    { toRun: false },
  );
  t.is(canonical!.services.a!.image, 'one');
  // Red without: the files of variables in the key of `reading.included`.
  t.deepEqual(canonical!.services.a!.dns_search, ['two', 'one']);
});

test('a file that is named on the command line may be included as well', (t) => {
  const files = {
    'compose.yaml': 'include: [part.yaml]\nservices: {a: {command: x}}\n',
    'part.yaml': 'services: {b: {command: y}}\n',
  };
  const loaded = loadFolder(t, files, { files: ['compose.yaml', 'part.yaml'] });
  t.deepEqual(findingsIn(loaded), []);
  t.deepEqual(Object.keys(loaded.canonical!.services).sort(), ['a', 'b']);
});
