import test from 'ava';
import { created, exited, paused, started, statusNow, statusText } from '../../src/base/status.ts';
import { roughly } from '../../src/base/text/rough-time.ts';

test('the text of a status is that of Docker', (t) => {
  const now = 1_000_000_000;
  t.is(statusText(created(), now), 'Created');
  t.is(statusText(started(now - 3000), now), 'Up 3 seconds');
  t.is(statusText(started(now - 90_000), now), 'Up About a minute');
  t.is(statusText({ ...started(now - 180_000), ...paused(true) }, now), 'Up 3 minutes (Paused)');
  const end = { exitCode: 137, oomKilled: false };
  t.is(statusText(exited(end, now - 120_000), now), 'Exited (137) 2 minutes ago');
  t.is(statusText(exited(end, now - 3000, true), now), 'Restarting (137) 3 seconds ago');
});

test('a container whose end is not recorded yet counts as exited, one without a start as created', (t) => {
  t.is(statusNow('running', false), 'exited');
  t.is(statusNow('created', false), 'created');
  t.is(statusNow('exited', true), 'running');
  t.is(statusNow('paused', true), 'paused');
  t.is(statusNow('paused', false), 'exited');
  t.is(statusNow('restarting', false), 'restarting');
  t.is(statusNow('restarting', true), 'running');
});

test('lengths of time are in the words of Docker', (t) => {
  const words = [0, 1, 59, 60, 3599, 3600, 47 * 3600, 48 * 3600, 15 * 86_400].map((each) =>
    roughly(each * 1000),
  );
  t.deepEqual(words, [
    'Less than a second',
    '1 second',
    '59 seconds',
    'About a minute',
    '59 minutes',
    'About an hour',
    '47 hours',
    '2 days',
    '2 weeks',
  ]);
});
