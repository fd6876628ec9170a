import test from 'ava';
import type { LoadOptions } from '../../../src/project/load.ts';
import { loadText, problems } from '../support.ts';

const text = `services:
  web: {command: x, depends_on: {cache: {condition: service_started, required: false}}}
  cache: {command: x, profiles: [fast]}
  admin: {command: x, profiles: [debug, ops], depends_on: [tools]}
  tools: {command: x, profiles: [debug]}
  report: {command: x, profiles: [ops], networks: [away]}
networks: {away: }
`;

const services = (options: Partial<LoadOptions> = {}) => {
  const { project, diagnostics } = loadText(text, options);
  return project ? Object.keys(project.services).join(' ') : diagnostics.map(({ message }) => message);
};

test('a service with profiles is left out unless one of them is active', (t) => {
  t.is(services(), 'web');
  t.is(services({ profiles: ['fast'] }), 'web cache');
  t.is(services({ profiles: ['fast', 'debug'] }), 'web cache admin tools');
  t.is(services({ profiles: ['*'] }), 'web cache admin tools report');
});

test('COMPOSE_PROFILES counts where no profile is named', (t) => {
  const environment = { COMPOSE_PROFILES: 'fast, debug' };
  t.is(services({ environment }), 'web cache admin tools');
  t.is(services({ environment, profiles: ['fast'] }), 'web cache');
  t.is(services({ environment: { COMPOSE_PROFILES: '*' } }), 'web cache admin tools report');
  t.is(services({ environment: { COMPOSE_PROFILES: '' } }), 'web');
});

test('to name a service makes its profiles active', (t) => {
  t.is(services({ services: ['tools'] }), 'web admin tools');
  t.is(services({ services: ['web'] }), 'web');
});

test('what has a profile that is not active is known to be in the file', (t) => {
  t.deepEqual(loadText(text).project!.inactive, ['cache', 'admin', 'tools', 'report']);
});

test('a network that only such a service uses is not made', (t) => {
  t.deepEqual(Object.keys(loadText(text).project!.networks), ['default']);
});

test('to need a service without an active profile is an error that says which', (t) => {
  t.deepEqual(problems(text, { profiles: ['ops'] }), ['error unknown-service 4:60 tools']);
  const { diagnostics } = loadText(text, { profiles: ['ops'] });
  t.is(diagnostics[0]!.message, 'no profile of the service `tools` is active');
  t.regex(diagnostics[0]!.help!, /--profile debug/);
});

test('to use a part of such a service is one as well', (t) => {
  const shared = `services:
  a: {command: x, network_mode: "service:b"}
  b: {command: x, profiles: [p]}
`;
  t.deepEqual(
    problems(shared).filter((problem) => problem.startsWith('error')),
    ['error unknown-service 2:33 "service:b"'],
  );
});

test('what is wrong in a service is told whether its profile is active or not', (t) => {
  t.deepEqual(problems('services:\n  a: {command: x}\n  b: {comand: x, profiles: [p]}\n'), [
    'error unknown-key 3:7 comand',
  ]);
});

test('an unknown profile is a warning on the command line, not in the variable', (t) => {
  t.deepEqual(problems(text, { profiles: ['fsat'] }), ['warning unknown-profile']);
  t.is(loadText(text, { profiles: ['fsat'] }).diagnostics[0]!.help, 'did you mean `fast`?');
  t.deepEqual(problems(text, { environment: { COMPOSE_PROFILES: 'fsat' } }), []);
});

test('several files add profiles up', (t) => {
  const files = 'services: {a: {command: x, profiles: [p]}}\n---\nservices: {a: {profiles: [q, p]}}\n';
  t.deepEqual(loadText(files, { profiles: ['q'] }).canonical!.services.a!.profiles, ['p', 'q']);
});

test('names of profiles', (t) => {
  t.deepEqual(problems('services:\n  a: {command: x, profiles: ["a b", c]}\n', { profiles: ['c'] }), [
    'error invalid-value 2:30 "a b"',
  ]);
});
