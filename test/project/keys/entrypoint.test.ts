import test from 'ava';
import { service, web } from '../support.ts';

test('an entrypoint is enough to run', (t) => {
  const { command, entrypoint } = service(t, web('entrypoint: sleep 1'));
  t.deepEqual({ command, entrypoint }, { command: null, entrypoint: ['sleep', '1'] });
});

test('an empty entrypoint leaves the command', (t) => {
  t.deepEqual(service(t, web('entrypoint: ""\ncommand: sleep 1')).entrypoint, []);
});

test('null is as good as nothing', (t) => {
  t.is(service(t, web('entrypoint: null\ncommand: sleep 1')).entrypoint, null);
});
