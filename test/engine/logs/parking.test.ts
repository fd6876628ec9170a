import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openParking, type Parking } from '../../../src/engine/logs/parking.ts';
import { sendTo, socketPair } from '../../../src/kernel/ffi/sockets.ts';
import { bundled } from '../../bundled.ts';

/** A named pipe whose descriptors are all closed, but for those that are parked. */
const named = (t: ExecutionContext) => {
  const directory = mkdtempSync(join(tmpdir(), 'tscompose-parking-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'fifo');
  execFileSync('mkfifo', [path]);
  const open = (): number => openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  return {
    open,
    /** What is in it. */
    read: (): string => {
      const [fd, bytes] = [open(), Buffer.alloc(100)];
      try {
        return bytes.toString('utf8', 0, readSync(fd, bytes));
      } catch (error) {
        return (error as NodeJS.ErrnoException).code!;
      } finally {
        closeSync(fd);
      }
    },
  };
};

const pairOf = (t: ExecutionContext): readonly [number, number] => {
  const pair = socketPair();
  t.teardown(() => pair.forEach(closeSync));
  return pair;
};

const begun = (pair: readonly [number, number]): Parking => {
  const parking = openParking(pair);
  parking.renew();
  return parking;
};

/** proc_pid_fdinfo(5): how many descriptors are in the messages. */
const parkedIn = ([, outlet]: readonly [number, number]): number =>
  Number(/^scm_fds:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${outlet}`, 'latin1'))?.[1]);

/** A pipe that is parked by one supervisor, which has ended. */
const left = (t: ExecutionContext) => {
  const [pair, fifo] = [pairOf(t), named(t)];
  const fd = fifo.open();
  begun(pair).park([fd]);
  writeSync(fd, 'last words');
  closeSync(fd);
  return { pair, ...fifo };
};

test('what is in a pipe stays when all have closed it', (t) => {
  t.is(left(t).read(), 'last words');
});

test('what was parked by the supervisor before is closed with the first renewal, and not sooner', (t) => {
  const { pair, open, read } = left(t);
  const parking = openParking(pair);
  const fd = open();
  // More than there may be changes.
  for (let count = 0; count < 100; count++) parking.park([fd])();
  t.is(parkedIn(pair), 1);
  const leave = parking.park([fd]);
  parking.renew();
  t.is(parkedIn(pair), 1);
  leave();
  closeSync(fd);
  t.is(read(), 'last words');
  parking.renew();
  t.is(parkedIn(pair), 0);
  t.is(read(), 'EAGAIN', 'nobody has it open');
});

test('of those that come and go, few are left', (t) => {
  const [pair, { open }] = [pairOf(t), named(t)];
  const [parking, fd] = [begun(pair), open()];
  for (let count = 0; count < 1000; count++) {
    parking.park([fd, fd])();
    t.true(parkedIn(pair) <= 64);
  }
  closeSync(fd);
});

// Red without: MOST_CHANGES, or the blocks of `renew`: there is room for some 280 messages.
test('thousands are parked at once, and all of them', (t) => {
  const [pair, { open }] = [pairOf(t), named(t)];
  const [parking, fd] = [begun(pair), open()];
  const leave = Array.from({ length: 4000 }, () => parking.park([fd, fd]));
  t.is(parkedIn(pair), 8000);
  for (const one of leave) one();
  t.true(parkedIn(pair) <= 128);
  parking.renew();
  t.is(parkedIn(pair), 0);
  closeSync(fd);
});

test('a mark that a killed supervisor has left does not end the renewal of the next', (t) => {
  const [pair, fifo] = [pairOf(t), named(t)];
  const fd = fifo.open();
  const parking = begun(pair);
  writeSync(pair[0], Buffer.alloc(16, 1));
  parking.park([fd]);
  begun(pair);
  t.is(parkedIn(pair), 0);
  closeSync(fd);
});

test('where there is no room for a mark, all goes all the same', (t) => {
  const { pair, open } = left(t);
  while (sendTo(pair[0], Buffer.alloc(1)) >= 0);
  const [parking, fd] = [openParking(pair), open()];
  parking.park([fd, fd]);
  parking.renew();
  t.is(parkedIn(pair), 2);
  closeSync(fd);
});

/** A program of root that may do little: -ETOOMANYREFS where as many descriptors as it may open are in messages of root. */
const SENDS = `
  import { sendDescriptors, socketPair } from '${resolve('src/kernel/ffi/sockets.ts')}';
  console.log(sendDescriptors(socketPair()[0], Buffer.alloc(1), [0]));
`;

/** Red without: asUncounted. */
const ofRoot = process.geteuid?.() === 0 ? test : test.skip;
ofRoot('other programs can send as many descriptors as before', (t) => {
  const [pair, { open }] = [pairOf(t), named(t)];
  const [parking, fd] = [begun(pair), open()];
  for (let count = 0; count < 300; count++) parking.park([fd, fd]);
  t.is(parkedIn(pair), 600);
  t.deepEqual([process.getuid?.(), process.geteuid?.()], [0, 0]);
  const limited = ['prlimit', '--nofile=500', 'setpriv', '--bounding-set=-all', '--inh-caps=-all'];
  const node = [process.execPath, bundled(SENDS)];
  const [program = '', ...args] = [...limited, ...node];
  t.is(execFileSync(program, args, { encoding: 'utf8' }), '1\n');
  closeSync(fd);
});
