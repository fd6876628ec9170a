import { closeSync } from 'node:fs';
import { ARCHITECTURE } from '../program/architecture.ts';
import { SYSCALLS } from '../program/syscalls.ts';
import { addressOf, syscall } from './libc.ts';

const BPF_PROG_GET_FD_BY_ID = 13;
const BPF_OBJ_GET_INFO_BY_FD = 15;
const BPF_PROG_QUERY = 16;
const BPF_CGROUP_DEVICE = 6;
const BPF_F_QUERY_EFFECTIVE = 1;
const MOST_PROGRAMS = 64;

/**
 * The programs that decide about devices for a cgroup of version 2, those of its ancestors included, as instructions
 * of 8 bytes; see bpf(2). `cgroup` is a descriptor of its directory. Undefined if the kernel does not tell.
 */
export const devicePrograms = (cgroup: number): readonly Uint8Array[] | undefined => {
  const ids = Buffer.alloc(MOST_PROGRAMS * 4);
  const query = Buffer.alloc(64);
  query.writeUInt32LE(cgroup, 0);
  query.writeUInt32LE(BPF_CGROUP_DEVICE, 4);
  query.writeUInt32LE(BPF_F_QUERY_EFFECTIVE, 8);
  query.writeBigUInt64LE(BigInt(addressOf(ids)), 16);
  query.writeUInt32LE(MOST_PROGRAMS, 24);
  if (bpf(BPF_PROG_QUERY, query) < 0) return undefined;
  const programs = Array.from({ length: query.readUInt32LE(24) }, (_, index) =>
    instructionsOf(ids.readUInt32LE(index * 4)),
  );
  return programs.includes(undefined) ? undefined : (programs as Uint8Array[]);
};

const instructionsOf = (id: number): Uint8Array | undefined => {
  const request = Buffer.alloc(16);
  request.writeUInt32LE(id);
  const program = bpf(BPF_PROG_GET_FD_BY_ID, request);
  if (program < 0) return undefined;
  try {
    const length = infoOf(program, Buffer.alloc(0))?.readUInt32LE(LENGTH) ?? 0;
    const instructions = Buffer.alloc(length);
    return length > 0 && infoOf(program, instructions) ? instructions : undefined;
  } finally {
    closeSync(program);
  }
};

/** struct bpf_prog_info, with the verified instructions written to a buffer of their length. */
const infoOf = (program: number, instructions: Buffer): Buffer | undefined => {
  const info = Buffer.alloc(64);
  info.writeUInt32LE(instructions.length, LENGTH);
  if (instructions.length > 0) info.writeBigUInt64LE(BigInt(addressOf(instructions)), INSTRUCTIONS);
  const request = Buffer.alloc(16);
  request.writeUInt32LE(program, 0);
  request.writeUInt32LE(info.length, 4);
  request.writeBigUInt64LE(BigInt(addressOf(info)), 8);
  return bpf(BPF_OBJ_GET_INFO_BY_FD, request) < 0 ? undefined : info;
};

const [LENGTH, INSTRUCTIONS] = [20, 32];

const bpf = (command: number, attributes: Buffer): number =>
  syscall(SYSCALLS.bpf[ARCHITECTURE], [command, addressOf(attributes), attributes.length]);
