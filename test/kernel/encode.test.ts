import test from 'ava';
import { encodeCall } from '../../src/kernel/encode.ts';
import { type Call, call } from '../../src/kernel/program.ts';

/** Encodes with memory that begins at 0x1000, and gives the words and what was put there. */
const encode = (action: Call) => {
  const memory: Buffer[] = [];
  let address = 0x1000;
  const { number, words } = encodeCall(
    action,
    'x64',
    (bytes) => {
      memory.push(Buffer.from(bytes));
      address += 0x1000;
      return address - 0x1000;
    },
    (ref) => (ref === '$pid' ? 4711 : 7),
  );
  return { number, words, memory };
};

test('flags become bits, strings become addresses', (t) => {
  const { number, words, memory } = encode(
    call('mount', 'proc', '/proc', 'proc', 'MS_NOSUID|MS_NODEV', null),
  );
  t.is(number, 165);
  t.deepEqual(words, [0x1000, 0x2000, 0x3000, 6, 0]);
  t.is(memory[1]?.toString(), '/proc\0');
});

test('a length is that of the argument before it', (t) => {
  t.deepEqual(encode(call('write', 3, 'max')).words, [3, 0x1000, 3]);
});

test('setgroups has its length first', (t) => {
  const { words, memory } = encode(call('setgroups', [0, 33]));
  t.deepEqual(words, [2, 0x1000]);
  t.is(memory[0]?.readUInt32LE(4), 33);
});

test('a reference is its value, and in text its decimal digits', (t) => {
  t.deepEqual(encode(call('close', '$file')).words, [7]);
  t.is(encode(call('write', 3, '$pid')).memory[0]?.toString(), '4711');
});

test('device numbers are split as the kernel splits them', (t) => {
  t.is(encode(call('mknodat', 'AT_FDCWD', '/dev/null', 'S_IFCHR|0666', [1, 3])).words[3], 0x103);
  t.is(encode(call('mknodat', 'AT_FDCWD', '/dev/x', 'S_IFBLK|0600', [259, 300])).words[3], 0x11032c);
});

test('unlimited is all bits', (t) => {
  const { memory } = encode(call('prlimit64', 0, 'RLIMIT_CORE', { soft: 0, hard: -1 }));
  t.is(memory[0]?.readBigUInt64LE(8), 0xffffffffffffffffn);
});

test('capabilities above 31 stand in the second half', (t) => {
  const sets = { effective: ['CAP_CHOWN', 'CAP_BPF'], permitted: ['CAP_CHOWN'], inheritable: [] };
  const { memory } = encode(call('capset', null, sets));
  t.deepEqual([...new Uint32Array(new Uint8Array(memory[1]!).buffer)], [1, 1, 0, 128, 0, 0]);
});

test('an unknown flag is a mistake of ours and throws', (t) => {
  t.throws(() => encode(call('unshare', 'CLONE_NEWTOY')), { message: /CLONE_NEWTOY/ });
});
