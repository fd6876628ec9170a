import test from 'ava';
import { loadText, problems, projectOf, service, web } from '../support.ts';

test('without any, the default network', (t) => {
  const project = projectOf(t, web('tty: true'));
  t.deepEqual(project.services.web!.networks, { default: { aliases: [] } });
  t.deepEqual(project.networks, { default: { key: 'default', name: 'project_default' } });
});

test('a list and a mapping mean the same', (t) => {
  const networks = 'networks: {front: , back: }\n';
  const expected = { front: { aliases: [] }, back: { aliases: [] } };
  t.deepEqual(service(t, web('networks: [front, back]') + networks).networks, expected);
  t.deepEqual(service(t, web('networks: {front: , back: {}}') + networks).networks, expected);
});

test('aliases', (t) => {
  const text = `${web('networks: {front: {aliases: [www]}}')}networks: {front: }\n`;
  t.deepEqual(service(t, text).networks, { front: { aliases: ['www'] } });
});

test('a network that is not declared', (t) => {
  const text = `${web('networks: [frnt]')}networks: {front: }\n`;
  t.deepEqual(problems(text), ['error unknown-network 4:16 frnt']);
  t.regex(loadText(text).diagnostics[0]!.help!, /`front`/);
});

test('other keys of an attachment are not supported yet', (t) => {
  const text = `${web('networks: {front: {link_local_ips: [169.254.1.1]}}')}networks: {front: }\n`;
  t.deepEqual(problems(text), ['warning unsupported-key 4:24 link_local_ips']);
});

test('an alias is one word of a hosts file', (t) => {
  const alias = (name: string) =>
    problems(`${web(`networks: {front: {aliases: [${name}]}}`)}networks: {front: }\n`);
  t.deepEqual(alias('db_1.local'), []);
  t.deepEqual(alias('a b'), ['error invalid-value 4:34 a b']);
  t.deepEqual(alias('"x\\n6.6.6.6 web"'), ['error invalid-value 4:34 "x\\n6.6.6.6 web"']);
});
