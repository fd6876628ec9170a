import type { Architecture } from '../program/syscalls.ts';

const HEADER_BYTES = 64;
const PROGRAM_HEADER_BYTES = 56;

/** The address at which the file is loaded: the headers, then the code. */
const BASE = 0x400000;

/** e_machine of elf(5). */
const MACHINES: Readonly<Record<Architecture, number>> = { x64: 62, arm64: 183 };

/** A minimal ELF executable: the ELF header, one program header, and the code. */
export const elf = (code: Uint8Array, architecture: Architecture): Buffer => {
  const size = HEADER_BYTES + PROGRAM_HEADER_BYTES + code.length;
  const file = Buffer.alloc(size);
  // \x7fELF, 64 bits, little endian, version 1
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(MACHINES[architecture], 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(BASE + HEADER_BYTES + PROGRAM_HEADER_BYTES), 24); // e_entry
  file.writeBigUInt64LE(BigInt(HEADER_BYTES), 32); // e_phoff
  file.writeUInt16LE(HEADER_BYTES, 52);
  file.writeUInt16LE(PROGRAM_HEADER_BYTES, 54);
  file.writeUInt16LE(1, 56); // e_phnum
  const header = file.subarray(HEADER_BYTES);
  header.writeUInt32LE(1, 0); // PT_LOAD
  header.writeUInt32LE(4 | 1, 4); // PF_R | PF_X
  header.writeBigUInt64LE(BigInt(BASE), 16); // p_vaddr
  header.writeBigUInt64LE(BigInt(BASE), 24); // p_paddr
  header.writeBigUInt64LE(BigInt(size), 32); // p_filesz
  header.writeBigUInt64LE(BigInt(size), 40); // p_memsz
  header.writeBigUInt64LE(0x1000n, 48); // p_align
  file.set(code, HEADER_BYTES + PROGRAM_HEADER_BYTES);
  return file;
};
