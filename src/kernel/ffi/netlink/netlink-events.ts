import { addressOf, syscall } from '../libc.ts';

const NUMBERS = process.arch === 'arm64' ? { bind: 200, setsockopt: 208 } : { bind: 49, setsockopt: 54 };

/** An instruction of a socket filter: operation, jumps if true and if false, operand. See linux/filter.h. */
export type Instruction = readonly [operation: number, isTrue: number, isFalse: number, operand: number];

/**
 * Makes a netlink socket a listener of multicast groups; the kernel drops messages for which the program returns 0.
 * Returns 0 or a negative errno.
 */
export const listenToGroups = (socket: number, groups: number, program: readonly Instruction[]): number => {
  const code = encoded(program);
  const header = Buffer.alloc(16);
  header.writeUInt16LE(program.length);
  header.writeBigUInt64LE(BigInt(addressOf(code)), 8);
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK);
  address.writeUInt32LE(groups, 8);
  return (
    syscall(NUMBERS.setsockopt, [socket, SOL_SOCKET, SO_ATTACH_FILTER, addressOf(header), header.length]) ||
    syscall(NUMBERS.bind, [socket, addressOf(address), address.length])
  );
};

const encoded = (program: readonly Instruction[]): Buffer =>
  Buffer.concat(
    program.map(([operation, isTrue, isFalse, operand]) => {
      const instruction = Buffer.alloc(8);
      instruction.writeUInt16LE(operation);
      instruction.writeUInt8(isTrue, 2);
      instruction.writeUInt8(isFalse, 3);
      instruction.writeUInt32LE(operand, 4);
      return instruction;
    }),
  );

/** Words are loaded in network byte order, and the type of a message has the host's. */
export const swapped = (type: number): number => ((type & 0xff) << 8) | (type >>> 8);

/** In struct nlmsghdr. */
export const TYPE_OFFSET = 4;

export const BPF_LD_BYTE = 0x30;
export const BPF_LD_HALF = 0x28;
export const BPF_LD_WORD = 0x20;
export const BPF_JUMP_EQUAL = 0x15;
export const BPF_RETURN = 0x06;
export const WHOLE_MESSAGE = 0xffff;

const AF_NETLINK = 16;
const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;
