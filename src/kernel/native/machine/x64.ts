import type { Instruction } from '../../direct/stage.ts';
import type { Comparison, Labels, Operation, Operator, Register } from './instruction.ts';

/** Numbers of the registers. A system call overwrites rax, rcx and r11 only. */
const NUMBERS: Readonly<Record<Register, number>> = {
  a: 0,
  b: 1,
  number: 0,
  base: 3,
  p0: 7,
  p1: 6,
  p2: 2,
  p3: 10,
  p4: 8,
  p5: 9,
};

const WIDE = ['rax', 'rcx', 'rdx', 'rbx', 'rsp', 'rbp', 'rsi', 'rdi', 'r8', 'r9', 'r10'];
const NARROW = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'r8d', 'r9d', 'r10d'];

const wide = (register: Register): string => WIDE[NUMBERS[register]] as string;
const narrow = (register: Register): string => NARROW[NUMBERS[register]] as string;

const COMPUTE: Readonly<Record<Operator, Instruction>> = {
  '+': ['4801c8', 'add rax,rcx'],
  '-': ['4829c8', 'sub rax,rcx'],
  '*': ['480fafc1', 'imul rax,rcx'],
  '&': ['4821c8', 'and rax,rcx'],
  '|': ['4809c8', 'or rax,rcx'],
};

const BRANCHES: Readonly<Record<Comparison, readonly [opcode: string, name: string]>> = {
  '==': ['0f84', 'je'],
  '!=': ['0f85', 'jne'],
  '<': ['0f8c', 'jl'],
  '>=': ['0f8d', 'jge'],
  '<=': ['0f8e', 'jle'],
  '>': ['0f8f', 'jg'],
};

/** The instructions of one operation that begins at `at`. */
export const encodeX64 = (operation: Operation, at: number, labels: Labels): readonly Instruction[] => {
  switch (operation.do) {
    case 'set':
      return [set(operation.to, operation.value)];
    case 'load': {
      const { to, from, bytes } = operation;
      const place = `PTR ${memory(from, operation.at)}`;
      const operand = modrmMemory(to, from, operation.at);
      return [
        bytes === 8
          ? [`${rex(to, from)}8b${operand}`, `mov ${wide(to)},QWORD ${place}`]
          : [`${rex(to, from)}63${operand}`, `movsxd ${wide(to)},DWORD ${place}`],
      ];
    }
    case 'store': {
      const { to, from, bytes } = operation;
      const place = `PTR ${memory(to, operation.at)}`;
      const operand = modrmMemory(from, to, operation.at);
      return [
        bytes === 8
          ? [`${rex(from, to)}89${operand}`, `mov QWORD ${place},${wide(from)}`]
          : [`89${operand}`, `mov DWORD ${place},${narrow(from)}`],
      ];
    }
    case 'move': {
      const { to, from } = operation;
      return [[`${rex(from, to)}89${modrm(3, from, to)}`, `mov ${wide(to)},${wide(from)}`]];
    }
    case 'address': {
      const { to } = operation;
      return [
        [
          `${rex(to, 'base')}8d${modrmMemory(to, 'base', operation.at)}`,
          `lea ${wide(to)},${memory('base', operation.at)}`,
        ],
      ];
    }
    case 'stack':
      return [['4889e0', 'mov rax,rsp']];
    case 'compute':
      return [COMPUTE[operation.operator]];
    case 'shift': {
      const [opcode, name] = operation.to === 'left' ? ['48c1e0', 'shl'] : ['48c1e8', 'shr'];
      return [[`${opcode}${byte(operation.by)}`, `${name} rax,${hex(operation.by)}`]];
    }
    case 'branch': {
      const [opcode, name] = BRANCHES[operation.when];
      return [['4839c8', 'cmp rax,rcx'], jump(opcode, name, at + 3, labels(operation.label))];
    }
    case 'jump':
      return [jump('e9', 'jmp', at, labels(operation.label))];
    case 'call':
      return [jump('e8', 'call', at, labels(operation.label))];
    case 'return':
      return [['c3', 'ret']];
    case 'syscall':
      return [['0f05', 'syscall']];
    case 'enter':
    case 'label':
      return [];
  }
};

const set = (to: Register, value: number): Instruction => {
  const number = NUMBERS[to];
  if (value < 0)
    return [
      `${rex('a', to)}c7${modrm(3, 'a', to)}${word(value)}`,
      `mov ${wide(to)},${hex(BigInt.asUintN(64, BigInt(value)))}`,
    ];
  const opcode = byte(0xb8 + (number & 7));
  return [`${number > 7 ? '41' : ''}${opcode}${word(value)}`, `mov ${narrow(to)},${hex(value)}`];
};

/** A jump to a target, relative to its own end. */
const jump = (opcode: string, name: string, at: number, target: number): Instruction => [
  `${opcode}${word(target - (at + opcode.length / 2 + 4))}`,
  `${name} ${hex(target)}`,
];

/** The prefix for 64 bits, with the fourth bits of the two register numbers. */
const rex = (register: Register, other: Register): string =>
  byte(0x48 | ((NUMBERS[register] >> 3) << 2) | (NUMBERS[other] >> 3));

const modrm = (mode: number, register: Register, other: Register): string =>
  byte((mode << 6) | ((NUMBERS[register] & 7) << 3) | (NUMBERS[other] & 7));

/** A register, and a place in memory at a small or large offset from another one. */
const modrmMemory = (register: Register, pointer: Register, offset: number): string =>
  offset < 128
    ? `${modrm(1, register, pointer)}${byte(offset)}`
    : `${modrm(2, register, pointer)}${word(offset)}`;

const memory = (pointer: Register, offset: number): string => `[${wide(pointer)}+${hex(offset)}]`;

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

const byte = (value: number): string => value.toString(16).padStart(2, '0');

const word = (value: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes.toString('hex');
};
