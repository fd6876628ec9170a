import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { chosenServices } from '../../../src/project/model/chosen-services.ts';
import { contentsOf } from '../../../src/project/model/grant-contents.ts';
import { printCanonical } from '../../../src/project/print.ts';
import { loadText, service, web } from '../support.ts';

const TOP = `configs:
  app: {file: ./app.conf}
  inline: {content: "port: \${PORT:-80}"}
  empty: {content: ""}
secrets:
  token: {environment: TOKEN}
`;

test('the model of a service has where contents come from, and the files that they become', (t) => {
  const text = `${web('configs: [app, {source: inline, target: etc/inline}]\nsecrets: [token, {source: token, target: a/b, uid: "5", gid: "6", mode: 0440}]')}${TOP}`;
  const root = { uid: 0, gid: 0, mode: 0o444 };
  const { project } = loadText(text, { environment: { TOKEN: 'x' } });
  t.deepEqual(project!.services.web!.grants, [
    {
      from: 'services.web.configs[0]',
      kind: 'config',
      key: 'app',
      target: '/app',
      ...root,
      source: { kind: 'file', path: '/project/app.conf' },
    },
    {
      from: 'services.web.configs[1]',
      kind: 'config',
      key: 'inline',
      target: '/etc/inline',
      ...root,
      source: { kind: 'content' },
    },
    {
      from: 'services.web.secrets[0]',
      kind: 'secret',
      key: 'token',
      target: '/run/secrets/token',
      ...root,
      source: { kind: 'environment', variable: 'TOKEN' },
    },
    {
      from: 'services.web.secrets[1]',
      kind: 'secret',
      key: 'token',
      target: '/run/secrets/a/b',
      uid: 5,
      gid: 6,
      mode: 0o440,
      source: { kind: 'environment', variable: 'TOKEN' },
    },
  ]);
});

test('a service without configs and secrets has no grants', (t) => {
  t.is(service(t, web('secrets: []')).grants, undefined);
});

test('contents are beside the project and not in it', (t) => {
  const text = `${web('configs: [inline, empty]\nsecrets: [token]')}  other: {command: x, configs: [app]}\n${TOP}`;
  const { project, canonical, contentOf } = loadText(text, {
    environment: { TOKEN: 'marker-1', PORT: 'marker-2' },
  });
  const chosen = chosenServices({ project: project!, services: [] });
  t.deepEqual(contentsOf(project!, chosen, contentOf!), {
    'configs.inline': 'port: marker-2',
    'configs.empty': '',
    'secrets.token': 'marker-1',
  });
  t.notRegex(JSON.stringify(project), /marker/);
  // `config` prints what the file says, as in Docker Compose: the content of a config, and the name of a variable.
  t.deepEqual(printCanonical(canonical!, 'json').match(/marker-\d/g), ['marker-2']);
  t.deepEqual(contentsOf(project!, ['other'], contentOf!), {});
});

test('an included file takes the content from its own variables', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'grants-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  mkdirSync(join(directory, 'part'));
  writeFileSync(join(directory, 'part/.env'), 'OWN=inner\n');
  writeFileSync(
    join(directory, 'part/compose.yaml'),
    'services: {inner: {command: x, secrets: [s]}}\nsecrets: {s: {environment: OWN}}\n',
  );
  const { project, contentOf, diagnostics } = loadText('include: [part/compose.yaml]\n', { cwd: directory });
  t.deepEqual(diagnostics, []);
  // Red without: reading.variables in assemble.ts
  t.deepEqual(contentsOf(project!, ['inner'], contentOf!), { 'secrets.s': 'inner' });
});
