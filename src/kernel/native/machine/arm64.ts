import type { Instruction } from '../../direct/stage.ts';
import type { Comparison, Labels, Operation, Operator, Register } from './instruction.ts';

/** Numbers of the registers. A system call overwrites x0 only. */
const NUMBERS: Readonly<Record<Register, number>> = {
  a: 9,
  b: 10,
  number: 8,
  base: 19,
  p0: 0,
  p1: 1,
  p2: 2,
  p3: 3,
  p4: 4,
  p5: 5,
};

const wide = (register: Register): string => `x${NUMBERS[register]}`;
const narrow = (register: Register): string => `w${NUMBERS[register]}`;

const COMPUTE: Readonly<Record<Operator, Instruction>> = {
  '+': ['8b0a0129', 'add x9, x9, x10'],
  '-': ['cb0a0129', 'sub x9, x9, x10'],
  '*': ['9b0a7d29', 'mul x9, x9, x10'],
  '&': ['8a0a0129', 'and x9, x9, x10'],
  '|': ['aa0a0129', 'orr x9, x9, x10'],
};

const CONDITIONS: Readonly<Record<Comparison, readonly [code: number, name: string]>> = {
  '==': [0, 'eq'],
  '!=': [1, 'ne'],
  '>=': [10, 'ge'],
  '<': [11, 'lt'],
  '>': [12, 'gt'],
  '<=': [13, 'le'],
};

/** The instructions of one operation that begins at `at`: words, written highest byte first. */
export const encodeArm64 = (operation: Operation, at: number, labels: Labels): readonly Instruction[] => {
  switch (operation.do) {
    case 'set':
      return set(operation.to, operation.value);
    case 'load': {
      const { to, from, bytes } = operation;
      const [opcode, name] = bytes === 8 ? [0xf9400000, 'ldr'] : [0xb9800000, 'ldrsw'];
      return [
        [
          word(opcode + scaled(operation.at, bytes) + pair(from, to)),
          `${name} ${wide(to)}, ${memory(from, operation.at)}`,
        ],
      ];
    }
    case 'store': {
      const { to, from, bytes } = operation;
      const [opcode, source] = bytes === 8 ? [0xf9000000, wide(from)] : [0xb9000000, narrow(from)];
      return [
        [
          word(opcode + scaled(operation.at, bytes) + pair(to, from)),
          `str ${source}, ${memory(to, operation.at)}`,
        ],
      ];
    }
    case 'move': {
      const { to, from } = operation;
      return [[word(0xaa0003e0 + NUMBERS[from] * 2 ** 16 + NUMBERS[to]), `mov ${wide(to)}, ${wide(from)}`]];
    }
    case 'address':
      return address(operation.to, operation.at);
    case 'stack':
      return [['910003e9', 'mov x9, sp']];
    case 'compute':
      return [COMPUTE[operation.operator]];
    case 'shift': {
      const { to, by } = operation;
      // Both are forms of ubfm.
      const [opcode, name] =
        to === 'left'
          ? [0xd3400000 + (64 - by) * 2 ** 16 + (63 - by) * 2 ** 10, 'lsl']
          : [0xd340fc00 + by * 2 ** 16, 'lsr'];
      return [[word(opcode + pair('a', 'a')), `${name} x9, x9, #${by}`]];
    }
    case 'branch': {
      const [code, name] = CONDITIONS[operation.when];
      const target = labels(operation.label);
      const distance = ((target - (at + 4)) >> 2) & 0x7ffff;
      return [
        ['eb0a013f', 'cmp x9, x10'],
        [word(0x54000000 + distance * 2 ** 5 + code), `b.${name} ${hex(target)}`],
      ];
    }
    case 'jump':
      return [jump(0x14000000, 'b', at, labels(operation.label))];
    case 'call':
      return [jump(0x94000000, 'bl', at, labels(operation.label))];
    case 'enter':
      return [['f81f0ffe', 'str x30, [sp, #-16]!']];
    case 'return':
      return [
        ['f84107fe', 'ldr x30, [sp], #16'],
        ['d65f03c0', 'ret'],
      ];
    case 'syscall':
      return [
        ['d4000001', 'svc #0x0'],
        ['aa0003e9', 'mov x9, x0'],
      ];
    case 'label':
      return [];
  }
};

// movz and movk, 16 bits each; movn for negative numbers.
const set = (to: Register, value: number): readonly Instruction[] => {
  if (value < -0x10000) throw new Error(`${value} is too low`);
  if (value < 0)
    return [
      [
        word(0x92800000 + ~value * 2 ** 5 + NUMBERS[to]),
        `mov ${wide(to)}, #${hex(BigInt.asUintN(64, BigInt(value)))}`,
      ],
    ];
  const [low, high] = [value & 0xffff, value >>> 16];
  if (high !== 0 && low === 0)
    return [[word(0xd2a00000 + high * 2 ** 5 + NUMBERS[to]), `mov ${wide(to)}, #${hex(value)}`]];
  return [
    [word(0xd2800000 + low * 2 ** 5 + NUMBERS[to]), `mov ${wide(to)}, #${hex(low)}`],
    ...(high === 0
      ? []
      : [
          [
            word(0xf2a00000 + high * 2 ** 5 + NUMBERS[to]),
            `movk ${wide(to)}, #${hex(high)}, lsl #16`,
          ] as const,
        ]),
  ];
};

// An addition takes 12 bits, shifted by 0 or 12.
const address = (to: Register, offset: number): readonly Instruction[] => {
  const [low, high] = [offset & 0xfff, offset >> 12];
  const lower: Instruction = [
    word(0x91000000 + low * 2 ** 10 + pair('base', to)),
    `add ${wide(to)}, ${wide('base')}, #${hex(low)}`,
  ];
  if (high === 0) return [lower];
  return [
    lower,
    [
      word(0x91400000 + high * 2 ** 10 + pair(to, to)),
      `add ${wide(to)}, ${wide(to)}, #${hex(high)}, lsl #12`,
    ],
  ];
};

const jump = (opcode: number, name: string, at: number, target: number): Instruction => [
  word(opcode + (((target - at) >> 2) & 0x3ffffff)),
  `${name} ${hex(target)}`,
];

/** The fields Rn and Rd, or Rn and Rt. */
const pair = (from: Register, to: Register): number => NUMBERS[from] * 2 ** 5 + NUMBERS[to];

/** The offset of a load or store, in units of its width. */
const scaled = (offset: number, bytes: number): number => (offset / bytes) * 2 ** 10;

const memory = (pointer: Register, offset: number): string =>
  offset === 0 ? `[${wide(pointer)}]` : `[${wide(pointer)}, #${offset}]`;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

const word = (value: number): string => value.toString(16).padStart(8, '0');
