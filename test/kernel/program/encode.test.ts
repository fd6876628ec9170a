import test from 'ava';
import { encodeCall } from '../../../src/kernel/program/encode.ts';
import { Memory } from '../../../src/kernel/program/memory.ts';
import { type Call, call } from '../../../src/kernel/program/program.ts';

const BASE = 0x10000;

class Plain extends Memory {
  protected get address(): number {
    return BASE;
  }

  protected makeRoom(): void {
    throw new RangeError('too much for a test');
  }

  from(address: number | undefined): Buffer {
    return this.buffer.subarray((address as number) - BASE, this.used);
  }

  text(address: number | undefined): string {
    const bytes = this.from(address);
    return bytes.toString('utf8', 0, bytes.indexOf(0));
  }
}

const encode = (action: Call) => {
  const memory = new Plain(4096);
  const words: number[] = [];
  const values = {
    take: (ref: string) => (ref === '$pid' ? 4711 : 7),
    place: () => 0x7000,
    pointTo: () => 0x8000,
  };
  const number = encodeCall(action, 'x64', memory, values, words);
  return { number, words, memory };
};

test('flags become bits, strings become addresses', (t) => {
  const { number, words, memory } = encode(
    call('mount', 'proc', '/proc', 'proc', 'MS_NOSUID|MS_NODEV', null),
  );
  t.is(number, 165);
  t.deepEqual(words.slice(3), [6, 0]);
  t.deepEqual(
    words.slice(0, 3).map((word) => memory.text(word)),
    ['proc', '/proc', 'proc'],
  );
});

test('a length is that of the argument before it, in bytes', (t) => {
  t.deepEqual(encode(call('write', 3, 'max')).words, [3, BASE, 3]);
  t.deepEqual(encode(call('write', 3, 'größer')).words, [3, BASE, 8]);
});

test('setgroups has its length first', (t) => {
  const { words, memory } = encode(call('setgroups', [0, 33]));
  t.is(words[0], 2);
  t.is(memory.from(words[1]).readUInt32LE(4), 33);
});

test('a reference is its value, and in text its decimal digits', (t) => {
  t.deepEqual(encode(call('close', '$file')).words, [7]);
  const { words, memory } = encode(call('write', 3, '$pid'));
  t.is(memory.text(words[1]), '4711');
});

test('an iovec is made of room and of places that a later call takes from', (t) => {
  const { words, memory } = encode(call('readv', 3, [16, '$refused', 64]));
  const parts = memory.from(words[1]);
  t.is(words[2], 3);
  t.deepEqual(
    [1, 2, 3, 5].map((word) => Number(parts.readBigUInt64LE(word * 8))),
    [16, 0x7000, 4, 64],
  );
});

test('a vector of strings ends with a null', (t) => {
  const { words, memory } = encode(call('execve', '/bin/sh', ['sh', '-c'], []));
  const vector = memory.from(words[1]);
  const addresses = [0, 8, 16].map((offset) => Number(vector.readBigUInt64LE(offset)));
  t.deepEqual(
    addresses.slice(0, 2).map((address) => memory.text(address)),
    ['sh', '-c'],
  );
  t.is(addresses[2], 0);
  t.is(memory.from(words[2]).readBigUInt64LE(), 0n);
});

test('device numbers are split as the kernel splits them', (t) => {
  t.is(encode(call('mknodat', 'AT_FDCWD', '/dev/null', 'S_IFCHR|0666', [1, 3])).words[3], 0x103);
  t.is(encode(call('mknodat', 'AT_FDCWD', '/dev/x', 'S_IFBLK|0600', [259, 300])).words[3], 0x11032c);
});

test('a set of signals has a bit for each, and every bit for all', (t) => {
  const sets = (['~[]', ['SIGHUP', 'SIGCONT'], []] as const).map((set) => {
    const { words, memory } = encode(call('rt_sigprocmask', 'SIG_SETMASK', set, 0, 8));
    return memory.from(words[1]).readBigUInt64LE();
  });
  t.deepEqual(sets, [0xffffffffffffffffn, 0x20001n, 0n]);
});

test('prctl takes a number, a signal, a capability or a text', (t) => {
  t.deepEqual(encode(call('prctl', 'PR_SET_PDEATHSIG', 'SIGKILL')).words.slice(0, 2), [1, 9]);
  t.deepEqual(encode(call('prctl', 'PR_CAPBSET_DROP', 'CAP_KILL')).words.slice(0, 2), [24, 5]);
  const { words, memory } = encode(call('prctl', 'PR_SET_NAME', 'init'));
  t.is(memory.text(words[1]), 'init');
});

test('ioctl takes the address of an earlier result', (t) => {
  t.is(encode(call('ioctl', 0, 'TIOCSPGRP', '$command')).words[2], 0x8000);
});

test('unlimited is all bits', (t) => {
  const { words, memory } = encode(call('prlimit64', 0, 'RLIMIT_CORE', { soft: 0, hard: -1 }));
  t.is(memory.from(words[2]).readBigUInt64LE(8), 0xffffffffffffffffn);
});

test('capabilities above 31 stand in the second half', (t) => {
  const sets = { effective: ['CAP_CHOWN', 'CAP_BPF'], permitted: ['CAP_CHOWN'], inheritable: [] };
  const { words, memory } = encode(call('capset', null, sets));
  const data = memory.from(words[1]);
  t.deepEqual(
    [0, 1, 2, 3, 4, 5].map((word) => data.readUInt32LE(word * 4)),
    [1, 1, 0, 128, 0, 0],
  );
});

test('an unknown flag is a mistake of ours and throws', (t) => {
  t.throws(() => encode(call('unshare', 'CLONE_NEWTOY')), { message: /CLONE_NEWTOY/ });
});

test('clone3 gets the flags, the signal and the address for the PID of the child', (t) => {
  const { words, memory } = encode(
    call('clone3', { flags: 'CLONE_VFORK|CLONE_PARENT_SETTID', exitSignal: 'SIGCHLD', parentTid: '$hook' }),
  );
  t.is(words[1], 64);
  const fields = Array.from({ length: 8 }, (_, index) =>
    Number(memory.from(words[0]).readBigUInt64LE(index * 8)),
  );
  t.deepEqual(fields, [0x104000, 0, 0, 0x7000, 17, 0, 0, 0]);
});

test('a limit of time is a struct timespec, and none is no address', (t) => {
  const limited = encode(call('rt_sigtimedwait', ['SIGCHLD'], 0, { seconds: 5 }, 8));
  t.deepEqual(
    [0, 8].map((offset) => Number(limited.memory.from(limited.words[2]).readBigUInt64LE(offset))),
    [5, 0],
  );
  t.is(encode(call('rt_sigtimedwait', ['SIGCHLD'], 0, null, 8)).words[2], 0);
  t.deepEqual(encode(call('wait4', '$pid', '$ended', 0, 0)).words, [4711, 0x7000, 0, 0]);
});
