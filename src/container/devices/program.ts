import type { BpfProgram } from '../../kernel/program/program.ts';
import { type DeviceRules, type Exception, rulesText } from './rules.ts';

/**
 * Rules as a program of type BPF_PROG_TYPE_CGROUP_DEVICE. The kernel calls it with the address of a struct
 * bpf_cgroup_dev_ctx in r1: `{ u32 access_type; u32 major; u32 minor; }`, and allows the access if it returns 1. The
 * lower half of access_type is the type of the device, the upper half is the access.
 */
export const deviceProgram = (rules: DeviceRules): BpfProgram => {
  const byDefault = rules.default === 'allow' ? ALLOWED : REFUSED;
  const instructions = [
    ...READ_CONTEXT,
    ...rules.exceptions.flatMap((exception) => exceptionInstructions(exception, 1 - byDefault)),
    ...returns(byDefault),
  ];
  return { text: rulesText(rules), bytes: Buffer.concat(instructions.map(encoded)) };
};

/** struct bpf_insn. */
type Instruction = {
  readonly opcode: number;
  /** The register that is tested or changed. */
  readonly to?: number;
  readonly from?: number;
  /** Bytes for a load; for a jump, instructions to leave out. */
  readonly offset?: number;
  readonly constant?: number;
};

const encoded = ({ opcode, to = 0, from = 0, offset = 0, constant = 0 }: Instruction): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(opcode, 0);
  bytes.writeUInt8(to | (from << 4), 1);
  bytes.writeInt16LE(offset, 2);
  bytes.writeUInt32LE(constant, 4);
  return bytes;
};

// Opcodes of linux/bpf.h: class, operation and kind of operand; of 32 bits except MOVE and SET.
const LOAD = 0x61;
const MOVE = 0xbf;
const SET = 0xb7;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP_IF_EQUAL = 0x16;
const JUMP_IF_OTHER = 0x56;
const EXIT = 0x95;

const [RESULT, CONTEXT, TYPE, ACCESS, MAJOR, MINOR, SCRATCH] = [0, 1, 2, 3, 4, 5, 6];

const [REFUSED, ALLOWED] = [0, 1];

const READ_CONTEXT: readonly Instruction[] = [
  { opcode: LOAD, to: TYPE, from: CONTEXT, offset: 0 },
  { opcode: LOAD, to: MAJOR, from: CONTEXT, offset: 4 },
  { opcode: LOAD, to: MINOR, from: CONTEXT, offset: 8 },
  { opcode: MOVE, to: ACCESS, from: TYPE },
  { opcode: AND, to: TYPE, constant: 0xffff },
  { opcode: SHIFT_RIGHT, to: ACCESS, constant: 16 },
];

const returns = (result: number): readonly Instruction[] => [
  { opcode: SET, to: RESULT, constant: result },
  { opcode: EXIT },
];

/** BPF_DEVCG_DEV_BLOCK and BPF_DEVCG_DEV_CHAR. */
export const DEVICE_TYPES = { b: 1, c: 2 } as const;
/** BPF_DEVCG_ACC_MKNOD, BPF_DEVCG_ACC_READ and BPF_DEVCG_ACC_WRITE. */
export const DEVICE_ACCESSES = { m: 1, r: 2, w: 4 } as const;
const EVERY_ACCESS = 7;

/** Returns `result` if the exception applies, otherwise continues after it. */
const exceptionInstructions = (
  { type, major, minor, access }: Exception,
  result: number,
): readonly Instruction[] => {
  const tests: readonly Instruction[] = [
    { opcode: JUMP_IF_OTHER, to: TYPE, constant: DEVICE_TYPES[type] },
    ...accessTest(access, result),
    ...(major === undefined ? [] : [{ opcode: JUMP_IF_OTHER, to: MAJOR, constant: major }]),
    ...(minor === undefined ? [] : [{ opcode: JUMP_IF_OTHER, to: MINOR, constant: minor }]),
  ];
  const all = [...tests, ...returns(result)];
  return all.map((one, index) => (JUMPS.has(one.opcode) ? { ...one, offset: all.length - index - 1 } : one));
};

const JUMPS = new Set([JUMP_IF_EQUAL, JUMP_IF_OTHER]);

/** An exception that allows must cover all of the access; one that refuses is about any part of it. */
const accessTest = (access: string, result: number): readonly Instruction[] => {
  const bits = [...access].reduce(
    (sum, letter) => sum | DEVICE_ACCESSES[letter as keyof typeof DEVICE_ACCESSES],
    0,
  );
  if (bits === EVERY_ACCESS) return [];
  const copy = { opcode: MOVE, to: SCRATCH, from: ACCESS };
  return result === ALLOWED
    ? [
        copy,
        { opcode: AND, to: SCRATCH, constant: EVERY_ACCESS & ~bits },
        { opcode: JUMP_IF_OTHER, to: SCRATCH, constant: 0 },
      ]
    : [
        copy,
        { opcode: AND, to: SCRATCH, constant: bits },
        { opcode: JUMP_IF_EQUAL, to: SCRATCH, constant: 0 },
      ];
};
