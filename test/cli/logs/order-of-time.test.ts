import test from 'ava';
import type { Client } from '../../../src/api/client.ts';
import { inOrderOfTime } from '../../../src/cli/logs/order-of-time.ts';

type Line = readonly [time: string, text: string];

/** Gives the lines of each container, one container after the other, as a machine with one core might. */
const logsOf =
  (containers: Readonly<Record<string, readonly Line[]>>): Client['logs'] =>
  async (container, _options, onChunk) => {
    await new Promise((resolve) => setImmediate(resolve));
    for (const [time, text] of containers[container]!) onChunk('stdout', Buffer.from(`${time} ${text}\n`));
  };

const read = async (
  containers: Readonly<Record<string, readonly Line[]>>,
  options: { patience: number; timestamps?: boolean },
): Promise<string> => {
  let text = '';
  const logs = inOrderOfTime(logsOf(containers), options.patience);
  const settings = { follow: false, timestamps: options.timestamps ?? false };
  const all = Object.keys(containers).map((name) =>
    logs(name, settings, (_, chunk) => {
      text += chunk.toString();
    }),
  );
  await Promise.all(all);
  return text;
};

const containers: Readonly<Record<string, readonly Line[]>> = {
  web: [
    ['10:00', 'first'],
    ['10:03', 'fourth'],
  ],
  db: [
    ['10:01', 'second'],
    ['10:02', 'third'],
    ['10:04', 'fifth'],
  ],
  idle: [],
};

test('lines of several containers come in the order of time', async (t) => {
  t.is(
    await read(containers, { patience: Number.POSITIVE_INFINITY }),
    'first\nsecond\nthird\nfourth\nfifth\n',
  );
});

test('the time is shown where it is asked for', async (t) => {
  const text = await read({ web: containers.web! }, { patience: Number.POSITIVE_INFINITY, timestamps: true });
  t.is(text, '10:00 first\n10:03 fourth\n');
});

test('a line does not wait for ever for a container that is silent', async (t) => {
  let text = '';
  const never: Client['logs'] = async (container, _options, onChunk) => {
    if (container === 'web') onChunk('stdout', Buffer.from('10:00 first\n'));
    await new Promise(() => {});
  };
  const logs = inOrderOfTime(never, 10);
  await new Promise<void>((printed) => {
    for (const name of ['web', 'idle'])
      void logs(name, { follow: true, timestamps: false }, (_, chunk) => {
        text += chunk.toString();
        printed();
      });
  });
  t.is(text, 'first\n');
});
