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
  t.deepEqual(loadText(text).project!.services.web!.dependsOn, {});
});

/** Red without: the severity of an optional one in dependency-cycles.ts. */
test('one that need not exist, and does not, is a warning; in an inactive profile it is none', (t) => {
  const optional = (name: string) =>
    web(`depends_on: {${name}: {condition: service_started, required: false}}`);
  t.deepEqual(problems(optional('bd') + db), ['warning unknown-service 4:18 bd']);
  t.is(loadText(optional('bd') + db).diagnostics[0]!.help, 'did you mean `db`?');
  t.deepEqual(problems(`${optional('db') + db}    profiles: [x]\n`), []);
});

test('one that is restarted together with the other', (t) => {
  const text = web('depends_on: {db: {condition: service_started, restart: true}}') + db;
  t.deepEqual(problems(text), []);
  t.deepEqual(service(t, text).dependsOn as unknown, { db: { ...started, restart: true } });
});

test('every condition is honoured', (t) => {
  for (const condition of ['service_started', 'service_healthy', 'service_completed_successfully'])
    t.deepEqual(problems(web(`depends_on: {db: {condition: ${condition}}}`) + db), []);
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
