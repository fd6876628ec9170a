import test from 'ava';
import { loadFolder } from '../folder.ts';
import { canonicalService, web } from '../support.ts';

const template = { leaveOut: new Set(['interpolation'] as const), toRun: false };
const port = { mode: 'ingress', target: 80, published: '8080', protocol: 'tcp' };
const made = { create_host_path: true };

/** Without interpolation, values with several forms stay as they are written, and what is short in parts is long. */
const forms = [
  ['command', 'sh -c "x ${Y}"', 'sh -c "x ${Y}"'],
  ['environment', '["A=${B}", C]', ['A=${B}', 'C']],
  ['environment', '{PORT: 8000, C: }', { PORT: 8000, C: null }],
  ['labels', '[a=b]', ['a=b']],
  ['expose', '[3000]', [3000]],
  ['mem_limit', '1g', '1g'],
  ['privileged', 'false', false],
  ['deploy', '{}', {}],
  ['dns_search', 'a.b', 'a.b'],
  ['dns', '1.1.1.1', ['1.1.1.1']],
  ['extra_hosts', '{a: 1.1.1.1}', { a: '1.1.1.1' }],
  ['healthcheck', '{test: "true", interval: 90s}', { test: 'true', interval: '90s' }],
  ['ports', '["${P}:80", "8080:80"]', ['${P}:80', '8080:80']],
  ['ports', '["8080:80"]', [port]],
  ['ports', '[{target: "80", published: "${P}"}]', [{ ...port, target: '80', published: '${P}' }]],
  ['ports', '["${P}:80", {target: 80}]', ['${P}:80', { mode: 'ingress', target: 80, protocol: 'tcp' }]],
  ['volumes', '[/x]', [{ type: 'volume', target: '/x', volume: {} }]],
  ['volumes', '["${JUG}:/x"]', [{ type: 'volume', source: '${JUG}', target: '/x', volume: {} }]],
  [
    'volumes',
    '["${JUG:-a}:/x:ro"]',
    [{ type: 'volume', source: '${JUG:-a}', target: '/x', read_only: true, volume: {} }],
  ],
  ['volumes', '["./${A}:/x"]', [{ type: 'bind', source: '/project/${A}', target: '/x', bind: made }]],
  [
    'volumes',
    '[{type: bind, source: ./a, target: /x, bind: {propagation: shared}}]',
    [{ type: 'bind', source: '/project/a', target: '/x', bind: { ...made, propagation: 'shared' } }],
  ],
  ['env_file', '"${E}"', [{ path: '${E}', required: true }]],
  ['networks', '[default]', { default: null }],
  ['secrets', '["${S}"]', [{ source: '${S}', target: '/run/secrets/${S}' }]],
  ['gpus', 'all', [{ count: 'all' }]],
  ['devices', '["${D}:/dev/x"]', [{ source: '${D}', target: '/dev/x', permissions: 'rwm' }]],
  ['devices', '["${D:-/dev/a}:/dev/x"]', ['${D:-/dev/a}:/dev/x']],
  [
    'build',
    '{context: "./${C}", args: [A=1, B], ssh: [default, k=./k]}',
    {
      context: '/project/${C}',
      dockerfile: 'Dockerfile',
      args: ['A=1'],
      ssh: { default: null, k: '/project/k' },
    },
  ],
  ['depends_on', '["${S}"]', ['${S}']],
] as const;

for (const [key, written, form] of forms)
  test(`${key}: ${written}`, (t) => {
    t.deepEqual(canonicalService(web(`${key}: ${written}`), template)[key] as unknown, form);
  });

test('keys that the file does not have are those of networks and names', (t) => {
  const { command: _, ...others } = canonicalService(web('image: x'), template);
  t.deepEqual(others as object, { image: 'x', networks: { default: null } });
});

/** Names with values in two files are lines, of which the later one counts. */
const merged = [
  ['environment', '{A: 1, B: 2}', '{B: 3, C: }', ['A=1', 'B=3', 'C']],
  ['environment', '[A=1]', '{B: 2}', ['A=1', 'B=2']],
  ['environment', '["A=${X}", B=1]', '["A=${Y}"]', ['A=${Y}', 'B=1']],
  ['environment', '{A: 1, B: 2}', '{A: !reset }', ['B=2']],
  ['environment', '{A: 1}', '!override {B: 2}', { B: 2 }],
  ['labels', '{a: 1}', '[a=2]', ['a=2']],
  ['extra_hosts', '{a: [1.1.1.1, 2.2.2.2]}', '["a=1.1.1.1"]', ['a=1.1.1.1', 'a=2.2.2.2']],
  ['tmpfs', '/a', '/b', ['/a', '/b']],
  ['command', 'a b', '[c]', ['c']],
  [
    'depends_on',
    '[o]',
    '{o: {condition: service_healthy}}',
    { o: { condition: 'service_healthy', required: true } },
  ],
  ['ports', '["80:80", "${P}:81"]', '["${P}:81"]', ['80:80', '${P}:81']],
  ['ports', '["${P}:81"]', '["8080:80"]', ['${P}:81', '8080:80']],
] as const;

for (const [key, below, above, form] of merged)
  test(`${key}: ${below} under ${above}`, (t) => {
    const file = (value: string) => `services: {web: {image: x, ${key}: ${value}}}\n`;
    const files = { 'compose.yaml': file(below), 'compose.override.yaml': file(above) };
    const { canonical } = loadFolder(t, files, template);
    t.deepEqual(canonical!.services.web![key] as unknown, form);
  });
