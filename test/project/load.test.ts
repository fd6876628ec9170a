import { join } from 'node:path';
import test from 'ava';
import { type LoadOptions, loadProject } from '../../src/project/load.ts';
import { folder } from './folder.ts';

function load(cwd: string, options: Partial<LoadOptions> = {}) {
  return loadProject({ files: [], environment: {}, cwd, strict: false, ...options });
}

const one = (hostname: string) => `services: {a: {command: x, hostname: "${hostname}"}}\n`;

test('a file is found in the directory or above, with its override', (t) => {
  const root = folder(t, { 'compose.yaml': one('base'), 'compose.override.yml': one('over'), 'a/b/': '' });
  const { project, diagnostics } = load(join(root, 'a/b'));
  t.deepEqual(diagnostics, []);
  t.is(project!.services.a!.hostname, 'over');
  t.is(project!.workingDir, root);
  t.deepEqual(project!.files, [join(root, 'compose.yaml'), join(root, 'compose.override.yml')]);
});

test('compose.yaml comes before the others, with a warning', (t) => {
  const root = folder(t, { 'docker-compose.yml': one('old'), 'compose.yaml': one('new') });
  const { project, diagnostics } = load(root);
  t.is(project!.services.a!.hostname, 'new');
  t.deepEqual(
    diagnostics.map(({ severity }) => severity),
    ['warning'],
  );
});

test('no file at all', (t) => {
  const { project, diagnostics } = load(folder(t, {}));
  t.is(project, undefined);
  t.deepEqual(
    diagnostics.map(({ code }) => code),
    ['no-file'],
  );
});

test('files by name are merged in their order, relative to the first', (t) => {
  const root = folder(t, { 'x/a.yml': one('base'), 'y/b.yml': 'services: {a: {rootfs: ./r}}\n', 'x/r/': '' });
  const { project, diagnostics } = load(root, { files: ['x/a.yml', 'y/b.yml'] });
  t.deepEqual(diagnostics, []);
  t.deepEqual(project!.services.a!.rootfs, { kind: 'directory', path: join(root, 'x/r') });
  t.is(project!.name, 'x');
});

test('two files that publish one port of a service are asked whether that is meant', (t) => {
  const root = folder(t, {
    'compose.yaml': 'services:\n  a: {command: x, ports: ["8080:80", "8081:80"]}\n',
    'compose.override.yaml': 'services:\n  a: {ports: ["9090:80"]}\n',
  });
  const { diagnostics } = load(root);
  const asked = diagnostics.filter(({ code }) => code === 'duplicate-port');
  t.deepEqual(
    asked.map(({ severity, at, labels }) => [severity, at?.file, at?.column, labels?.[0]?.at.file]),
    [['warning', join(root, 'compose.override.yaml'), 15, join(root, 'compose.yaml')]],
  );
});

test('COMPOSE_FILE names files', (t) => {
  const root = folder(t, { 'a.yml': one('base'), 'b.yml': one('over') });
  const { project } = load(root, { environment: { COMPOSE_FILE: 'a.yml:b.yml' } });
  t.is(project!.services.a!.hostname, 'over');
});

test('a missing file and a directory are errors, and the others are checked all the same', (t) => {
  const root = folder(t, { 'a.yml': 'services: {a: {comand: x}}\n', 'd/': '' });
  const { diagnostics } = load(root, { files: ['a.yml', 'none.yml', 'd'] });
  t.deepEqual(
    diagnostics.map(({ code }) => code),
    ['no-file', 'unreadable-file', 'unknown-key'],
  );
});

test('problems of all files are sorted by file and place', (t) => {
  const root = folder(t, {
    'a.yml': 'services:\n  a: {command: x, nope: 1}\nnetwork: {}\n',
    'b.yml': 'services:\n  a: {memory: much}\n',
  });
  const { diagnostics } = load(root, { files: ['b.yml', 'a.yml'] });
  t.deepEqual(
    diagnostics.map(({ code, at }) => `${at?.file.slice(-5)}:${at?.line} ${code}`),
    ['b.yml:2 invalid-value', 'a.yml:2 unknown-key', 'a.yml:3 unknown-key'],
  );
});

test('the name: -p, the variable, the key, the directory', (t) => {
  const root = folder(t, {
    'My.App/compose.yaml': `name: from-key-\${WHO}\n${one('x')}`,
    'My.App/none.yaml': one('x'),
  });
  const cwd = join(root, 'My.App');
  const environment = { COMPOSE_PROJECT_NAME: 'from-variable', WHO: 'me' };
  const named = (options: Partial<LoadOptions>) => {
    const { project, nameIsExplicit } = load(cwd, options);
    return [project!.name, nameIsExplicit];
  };
  t.deepEqual(named({ projectName: 'from-option', environment }), ['from-option', true]);
  t.deepEqual(named({ environment }), ['from-variable', true]);
  t.deepEqual(named({ environment: { WHO: 'me' } }), ['from-key-me', false]);
  t.deepEqual(named({ files: ['none.yaml'] }), ['myapp', false]);
});

test('a name in the file is without what a name may not have', (t) => {
  const nameOf = (name: string) =>
    load(folder(t, { 'compose.yaml': `name: ${name}\n${one('x')}` })).project?.name;
  t.is(nameOf('Big Lamp'), 'biglamp');
  t.is(nameOf('my.lamp'), 'mylamp');
  t.is(nameOf('_Not_OK'), 'not_ok');
  t.is(nameOf('"!!!"'), undefined);
  t.is(nameOf('"${NONE:-}"'), undefined);
  t.regex(nameOf('""')!, /./);
});

test('a name that is none', (t) => {
  const root = folder(t, { 'compose.yaml': one('x') });
  t.deepEqual(
    load(root, { projectName: 'A' }).diagnostics.map(({ code, help }) => [code, help]),
    [['invalid-project-name', 'use `a`']],
  );
  const variable = load(root, { environment: { COMPOSE_PROJECT_NAME: 'A.b' } });
  t.deepEqual(
    variable.diagnostics.map(({ code }) => code),
    ['invalid-project-name'],
  );
});

test('the name of the project is a variable', (t) => {
  const root = folder(t, { 'compose.yaml': one('${COMPOSE_PROJECT_NAME}') });
  t.is(load(root, { projectName: 'p' }).project!.services.a!.hostname, 'p');
});

test('.env adds variables, the environment wins', (t) => {
  const root = folder(t, { 'compose.yaml': one('${A}-${B}'), '.env': 'A=file\nB=file\n' });
  t.is(load(root, { environment: { A: 'env' } }).project!.services.a!.hostname, 'env-file');
});

// Red without: `isDisabled`, or EISDIR, in environment.ts.
test('.env is not read where it is disabled, or is a directory', (t) => {
  const disabled = { A: 'env', COMPOSE_DISABLE_ENV_FILE: '1' };
  const text = one('${A-a}.${B-b}');
  const root = folder(t, { 'compose.yaml': text, '.env': 'A=file\nB=file\n' });
  t.is(load(root, { environment: disabled }).project!.services.a!.hostname, 'env.b');
  const other = folder(t, { 'compose.yaml': text, '.env/dev.env': 'A=dev\n' });
  t.is(load(other).project!.services.a!.hostname, 'a.b');
});

test('files of variables take the place of .env, and the last one wins', (t) => {
  const root = folder(t, {
    'compose.yaml': one('${C-}${A}-${B}'),
    '.env': 'A=no\nB=no\nC=no\n',
    'one.env': 'A=1\nB=1\n',
    'two.env': 'B=${A}2\n',
  });
  const hostname = (options: Partial<LoadOptions>) => load(root, options).project!.services.a!.hostname;
  t.is(hostname({ envFiles: ['one.env', 'two.env'] }), '1-12');
  t.is(hostname({ environment: { COMPOSE_ENV_FILES: 'one.env, two.env' } }), '1-12');
  t.is(hostname({ envFiles: ['one.env'], environment: { COMPOSE_ENV_FILES: 'two.env' } }), '1-1');
  t.is(hostname({ envFiles: ['one.env'], environment: { B: 'own' } }), '1-own');
});

test('a file of variables that is named has to be there', (t) => {
  const root = folder(t, { 'compose.yaml': one('x') });
  const { diagnostics } = load(root, { envFiles: ['none.env'] });
  t.deepEqual(
    diagnostics.map(({ code }) => code),
    ['no-file'],
  );
  t.regex(diagnostics[0]!.message, /none\.env/);
});

test('the .env of the working directory comes before that of the project', (t) => {
  const root = folder(t, { 'compose.yaml': one('${A}-${B}'), '.env': 'A=p\nB=p\n', 'sub/.env': 'A=sub\n' });
  t.is(load(join(root, 'sub')).project!.services.a!.hostname, 'sub-p');
});

test('the .env of the working directory is not read if the command line names the directory of the project', (t) => {
  const root = folder(t, {
    'compose.yaml': one('${A-}-${B}'),
    '.env': 'A=p\nB=p\nCOMPOSE_FILE=none.yaml\n',
    'sub/.env': 'A=sub\nB=sub\n',
    'sub/compose.yaml': one('${A-}-${B}'),
    'empty/compose.yaml': one('${A-none}'),
  });
  const hostname = (options: Partial<LoadOptions>) => load(root, options).project!.services.a!.hostname;
  t.is(hostname({ files: ['sub/compose.yaml'] }), 'sub-sub');
  t.is(hostname({ files: ['compose.yaml'], projectDirectory: 'sub' }), 'sub-sub');
  t.is(hostname({ files: ['compose.yaml', 'sub/compose.yaml'] }), 'p-p');
  t.is(hostname({ files: ['-', 'sub/compose.yaml'], stdin: () => one('x') }), 'sub-sub');
  t.is(hostname({ projectDirectory: 'sub' }), 'sub-sub');
  t.is(hostname({ files: ['empty/compose.yaml'] }), 'none');
});

test('the file is looked for in the directory of the project and above it', (t) => {
  const root = folder(t, { 'compose.yaml': one('here'), 'x/compose.yaml': one('there'), 'x/y/z/': '' });
  const loadedFrom = (projectDirectory: string) => load(root, { projectDirectory });
  t.is(loadedFrom('x').project!.services.a!.hostname, 'there');
  t.is(loadedFrom('x/y').project!.workingDir, join(root, 'x/y'));
  t.deepEqual(loadedFrom('x/y').project!.files, [join(root, 'x/compose.yaml')]);
  t.is(loadedFrom('.').project!.services.a!.hostname, 'here');
  t.deepEqual(
    loadedFrom('none').diagnostics.map(({ code, message }) => `${code}: ${message}`),
    [`no-file: the project directory ${join(root, 'none')} does not exist`],
  );
});

test('COMPOSE_FILE is relative to the working directory, whatever the directory of the project', (t) => {
  const root = folder(t, { 'a.yml': one('here'), 'x/a.yml': one('there'), 'x/.env': 'COMPOSE_FILE=a.yml\n' });
  t.is(load(root, { projectDirectory: 'x' }).project!.services.a!.hostname, 'here');
});

test('a required variable says where it was looked for', (t) => {
  const root = folder(t, { 'compose.yaml': one('${A:?set it}'), '.env': 'B=1\n' });
  const [missing] = load(root).diagnostics;
  t.like(missing, { code: 'missing-variable', label: 'set it' });
  t.deepEqual(missing!.notes, ['looked in the environment and in ./.env (1 variable)']);
  t.is(load(root).diagnostics.length, 1, 'nothing is said of the text that is left');
  t.deepEqual([missing!.at!.column, missing!.at!.end - missing!.at!.start], [39, 12]);
});

test('an unset variable is reported once', (t) => {
  const root = folder(t, { 'compose.yaml': 'services: {a: {command: "x $A $A ${B:-}", labels: {l: $A}}}\n' });
  t.deepEqual(
    load(root).diagnostics.map(({ code, at }) => `${code} ${at?.column}`),
    ['unset-variable 28'],
  );
});

test('a value that variables made wrong is shown as it is', (t) => {
  const root = folder(t, { 'compose.yaml': 'services: {a: {command: x, memory: "${M}"}}\n' });
  const [wrong] = load(root, { environment: { M: 'lots' } }).diagnostics;
  t.deepEqual(wrong!.notes, ['the value after interpolation is `lots`']);
});

/** Red without: `looksLikeFile` in host-paths.ts. */
test('a missing source that looks like a file is not to be made as a directory', (t) => {
  const helpFor = (source: string) => {
    const text = `services: {a: {command: x, volumes: [{type: bind, source: ${source}, target: /x}]}}`;
    return load(folder(t, { 'compose.yaml': text })).diagnostics[0]?.help ?? '';
  };
  for (const source of ['/none/site.conf', '/none/.htpasswd.txt'])
    t.regex(helpFor(source), /^create the file/);
  for (const source of ['/none/conf.d', '/none/data']) t.regex(helpFor(source), /mkdir -p/);
});

test('roots and sources of binds are looked for unless the caller does not care', (t) => {
  const root = folder(t, {
    'compose.yaml': `services:
  a: {command: x, rootfs: ./none}
  b: {command: x, rootfs: ./compose.yaml}
  c: {command: x, volumes: ["./made:/data"]}
  d:
    command: x
    volumes:
      - {type: bind, source: ./none, target: /data}
      - {type: bind, source: ./made, target: /made, bind: {}}
`,
  });
  t.deepEqual(
    load(root).diagnostics.map(({ code, at }) => `${code} ${at?.line}:${at?.column}`),
    ['rootfs-missing 2:27', 'rootfs-missing 3:27', 'bind-source-missing 8:30'],
  );
  t.deepEqual(load(root, { checkFiles: false }).diagnostics, []);
});

test('a file on standard input', (t) => {
  const root = folder(t, {});
  const { project } = load(root, { files: ['-'], stdin: () => one('in') });
  t.is(project!.services.a!.hostname, 'in');
  t.is(project!.workingDir, root);
});

test('a later file without anything in it says nothing, and so does an earlier one', (t) => {
  const root = folder(t, { 'a.yaml': one('a'), 'b.yaml': '', 'c.yaml': '# nothing\n', 'd.yaml': '---\n' });
  for (const files of [
    ['a.yaml', 'b.yaml', 'c.yaml', 'd.yaml'],
    ['b.yaml', 'a.yaml'],
  ]) {
    const { project, diagnostics } = load(root, { files });
    t.deepEqual(diagnostics, []);
    t.is(project!.services.a!.hostname, 'a');
  }
  const problemsOf = (files: string[]) =>
    load(root, { files }).diagnostics.map(({ code, at }) => `${code} ${at?.file.slice(-6)}`);
  t.deepEqual(problemsOf(['b.yaml', 'c.yaml']), ['invalid-type b.yaml']);
});

test('an included file without anything in it is an error', (t) => {
  const root = folder(t, { 'compose.yaml': `include: [b.yaml]\n${one('a')}`, 'b.yaml': '' });
  t.deepEqual(
    load(root).diagnostics.map(({ code, at }) => `${code} ${at?.file.slice(-6)}`),
    ['invalid-type b.yaml'],
  );
});

test('a service with nothing behind its name says nothing', (t) => {
  const root = folder(t, {
    'a.yaml': `${one('a').trim().slice(0, -1)}, b: }\n`,
    'b.yaml': 'services: {a: , b: {command: y}}\n',
    'c.yaml': 'services:\n  a: {extends: {file: d.yaml, service: base}}\n',
    'd.yaml': 'services:\n  base:\n',
  });
  const { project, diagnostics } = load(root, { files: ['a.yaml', 'b.yaml', 'c.yaml'] });
  t.deepEqual(diagnostics, []);
  t.is(project!.services.a!.hostname, 'a');
  t.deepEqual(project!.services.b!.command, ['y']);
});

test('an error in a value of a variable that is not set has its name as the way out', (t) => {
  const text =
    'services: {a: {image: x, ports: ["${P}:${Q}"]}, b: {image: x, mem_limit: "${M}", cpus: "${C:-x}"}}\n';
  const root = folder(t, { 'compose.yaml': text });
  const helps = load(root).diagnostics.flatMap(({ severity, help }) => (severity === 'error' ? [help] : []));
  t.deepEqual(helps.slice(0, 2), ['set `P` and `Q`', 'set `M`']);
  t.is(helps.length, 3);
  t.falsy(helps[2]?.startsWith('set'), 'a value of a default is the fault of the file');
});

test('a service outside of `services` is told where it belongs', (t) => {
  const root = folder(t, { 'compose.yaml': 'web: {image: nginx}\nother: {a: 1}\n' });
  const helps = load(root).diagnostics.map(({ code, help }) => [code, help]);
  t.deepEqual(helps.slice(0, 2), [
    ['unknown-key', 'services stand below `services:`'],
    ['unknown-key', undefined],
  ]);
});
