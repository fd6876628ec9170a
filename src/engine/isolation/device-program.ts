import { DEVICE_ACCESSES, DEVICE_TYPES } from '../../container/devices/program.ts';
import type { DeviceVerdict } from './device-facts.ts';
import type { DeviceNumber } from './facts.ts';

/**
 * The verdict of programs of the type BPF_PROG_TYPE_CGROUP_DEVICE, as bytes from the kernel: the kernel allows what all
 * of them allow. The instructions are those of RFC 9669 that such programs need; with another one, such as a call, the
 * verdict is unknown.
 */
export const programVerdict = (programs: readonly Uint8Array[]): DeviceVerdict => {
  const views = programs.map((bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return (device, access) => {
    const context = contextOf(device, access);
    const results = views.map((program) => run(program, context));
    return results.includes(undefined) ? undefined : results.every((result) => (result! & 1n) === 1n);
  };
};

// struct bpf_cgroup_dev_ctx: type and access in one word, then the numbers.
const contextOf = ({ type, major, minor }: DeviceNumber, access: 'r' | 'w' | 'm'): readonly bigint[] => [
  BigInt((DEVICE_ACCESSES[access] << 16) | DEVICE_TYPES[type]),
  BigInt(major),
  BigInt(minor),
];

const run = (program: DataView, context: readonly bigint[]): bigint | undefined => {
  const registers = Array<bigint>(11).fill(0n);
  const length = program.byteLength / 8;
  // The verifier accepts no loop in them: every instruction runs once at most.
  for (let at = 0, left = length; at < length && left > 0; at++, left--) {
    const opcode = program.getUint8(at * 8);
    const [target, source] = [program.getUint8(at * 8 + 1) & 0xf, program.getUint8(at * 8 + 1) >> 4];
    const offset = program.getInt16(at * 8 + 2, true);
    const immediate = BigInt.asUintN(64, BigInt(program.getInt32(at * 8 + 4, true)));
    const operand = opcode & 8 ? registers[source]! : immediate;
    const operation = opcode >> 4;
    switch (opcode & 7) {
      case LDX: {
        const word = opcode === LOAD_WORD && source === 1 ? context[offset / 4] : undefined;
        if (word === undefined) return undefined;
        registers[target] = word;
        break;
      }
      case ALU32:
      case ALU64: {
        const width = (opcode & 7) === ALU64 ? 64 : 32;
        const result = ALU[operation]?.(cut(width, registers[target]!), cut(width, operand));
        if (result === undefined) return undefined;
        registers[target] = cut(width, result);
        break;
      }
      case JMP32:
      case JMP64: {
        if (opcode === EXIT) return registers[0];
        const width = (opcode & 7) === JMP64 ? 64 : 32;
        const isTaken = JUMPS[operation]?.(cut(width, registers[target]!), cut(width, operand));
        if (isTaken === undefined) return undefined;
        if (isTaken) at += offset;
        break;
      }
      default:
        return undefined;
    }
  }
  return undefined;
};

const cut = (width: number, value: bigint): bigint => BigInt.asUintN(width, value);

const [LDX, ALU32, JMP64, JMP32, ALU64] = [1, 4, 5, 6, 7];
const LOAD_WORD = 0x61;
const EXIT = 0x95;

type Operation<Result> = (target: bigint, operand: bigint) => Result;

const ALU: Readonly<Record<number, Operation<bigint>>> = {
  0: (a, b) => a + b,
  1: (a, b) => a - b,
  4: (a, b) => a | b,
  5: (a, b) => a & b,
  6: (a, b) => a << (b & 63n),
  7: (a, b) => a >> (b & 63n),
  10: (a, b) => a ^ b,
  11: (_, b) => b,
};

const JUMPS: Readonly<Record<number, Operation<boolean>>> = {
  0: () => true,
  1: (a, b) => a === b,
  2: (a, b) => a > b,
  3: (a, b) => a >= b,
  4: (a, b) => (a & b) !== 0n,
  5: (a, b) => a !== b,
  10: (a, b) => a < b,
  11: (a, b) => a <= b,
};
