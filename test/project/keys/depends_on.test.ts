import test from 'ava';
import { loadText, problems, service, web } from '../support.ts';

const db = '  db:\n    command: sleep 1\n';
const started = { condition: 'service_started', restart: false, required: true };

test('a list and a mapping mean the same', (t) => {
  t.deepEqual(service(t, web('depends_on: [db]') + db).dependsOn as unknown, { db: started });
  const long = 'depends_on: {db: {condition: service_started}}';
  t.deepEqual(service(t, web(long) + db).dependsOn as unknown, { db: started });
});

test('a service that does not exist', (t) => {
  const text = web('depends_on: [bd]') + db;
  t.deepEqual(problems(text), ['error unknown-service 4:18 bd']);
  t.is(loadText(text).diagnostics[0]!.help, 'did you mean `db`?');
});

test('one that need not exist', (t) => {
  const text = web('depends_on: {cache: {condition: service_started, required: false}}');
  t.deepEqual(service(t, text).dependsOn, {});
});

test('one that is restarted together with the other', (t) => {
  const text = web('depends_on: {db: {condition: service_started, restart: true}}') + db;
  t.deepEqual(problems(text), []);
  t.deepEqual(service(t, text).dependsOn as unknown, { db: { ...started, restart: true } });
});

test('other conditions are not supported yet', (t) => {
  const text = web('depends_on: {db: {condition: service_healthy}}') + db;
  t.deepEqual(problems(text), ['warning unsupported-key 4:34 service_healthy']);
});

test('a condition is needed, and must be one', (t) => {
  t.deepEqual(problems(web('depends_on: {db: {}}') + db), ['error missing-key 4:22 {}']);
  t.deepEqual(problems(web('depends_on: {db: {condition: up}}') + db), ['error invalid-value 4:34 up']);
});

test('a later file may say a part of what an earlier one says', (t) => {
  const base = web('depends_on: {db: {condition: service_started, required: false}}') + db;
  const dependency = (over: string) => {
    const loaded = loadText(`${base}---\nservices: {web: {depends_on: {db: ${over}}}}\n`);
    t.deepEqual(loaded.diagnostics, []);
    return loaded.canonical!.services.web!.depends_on!.db as unknown;
  };
  t.deepEqual(dependency('{restart: true}'), {
    condition: 'service_started',
    restart: true,
    required: false,
  });
  t.deepEqual(dependency('{condition: service_started}'), { condition: 'service_started', required: false });
});

test('a circle names every edge', (t) => {
  const text = `services:
  web: {command: a, depends_on: [api]}
  api: {command: a, depends_on: [db]}
  db: {command: a, depends_on: [web]}
`;
  t.deepEqual(problems(text), ['error dependency-cycle 2:34 api']);
  const [cycle] = loadText(text).diagnostics;
  t.is(cycle!.message, 'services depend on each other in a circle: web → api → db → web');
  t.is(cycle!.label, 'web needs api');
  t.deepEqual(
    cycle!.labels?.map(({ text, at }) => [text, at.line]),
    [
      ['api needs db', 3],
      ['db needs web', 4],
    ],
  );
});

test('a service that depends on itself', (t) => {
  t.deepEqual(problems(web('depends_on: [web]')), ['error dependency-cycle 4:18 web']);
});
