import type { Architecture } from '../syscalls.ts';

/**
 * The stage: the smallest program that can make the calls of an arena. It maps descriptor 3 at ARENA_ADDRESS, steps
 * through the rows (see `arena.ts`) and ends at the first error that is not tolerated, or in execve(2). No library, no
 * stack, no data: what is not in these lines does not happen.
 *
 * One instruction a line: its bytes, and what a disassembler says of them, which the tests compare.
 */
export type Instruction = readonly [bytes: string, text: string];

const X64: readonly Instruction[] = [
  // arena = mmap(1 << 36, 1 << 24, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, 3, 0)
  ['6a01', 'push 0x1'],
  ['5f', 'pop rdi'],
  ['48c1e724', 'shl rdi,0x24'],
  ['be00000001', 'mov esi,0x1000000'],
  ['6a03', 'push 0x3'],
  ['5a', 'pop rdx'],
  ['6a11', 'push 0x11'],
  ['415a', 'pop r10'],
  ['6a03', 'push 0x3'],
  ['4158', 'pop r8'],
  ['4531c9', 'xor r9d,r9d'],
  ['6a09', 'push 0x9'],
  ['58', 'pop rax'],
  ['0f05', 'syscall'],
  // row = arena + 8, behind the number of rows
  ['488d5808', 'lea rbx,[rax+0x8]'],
  // 0x23: load the number and the six arguments, and call
  ['488b03', 'mov rax,QWORD PTR [rbx]'],
  ['488b7b08', 'mov rdi,QWORD PTR [rbx+0x8]'],
  ['488b7310', 'mov rsi,QWORD PTR [rbx+0x10]'],
  ['488b5318', 'mov rdx,QWORD PTR [rbx+0x18]'],
  ['4c8b5320', 'mov r10,QWORD PTR [rbx+0x20]'],
  ['4c8b4328', 'mov r8,QWORD PTR [rbx+0x28]'],
  ['4c8b4b30', 'mov r9,QWORD PTR [rbx+0x30]'],
  ['0f05', 'syscall'],
  // the result goes into the row, and to where a later row takes it
  ['48894350', 'mov QWORD PTR [rbx+0x50],rax'],
  ['488b4b38', 'mov rcx,QWORD PTR [rbx+0x38]'],
  ['488901', 'mov QWORD PTR [rcx],rax'],
  // not negative: the next row; tolerated: skip as many bytes as the row says, then the next row; otherwise the end
  ['4885c0', 'test rax,rax'],
  ['790a', 'jns 0x5a'],
  ['483b4340', 'cmp rax,QWORD PTR [rbx+0x40]'],
  ['750a', 'jne 0x60'],
  ['48035b48', 'add rbx,QWORD PTR [rbx+0x48]'],
  // 0x5a
  ['4883c358', 'add rbx,0x58'],
  ['ebc3', 'jmp 0x23'],
  // 0x60: exit(1)
  ['6a01', 'push 0x1'],
  ['5f', 'pop rdi'],
  ['6a3c', 'push 0x3c'],
  ['58', 'pop rax'],
  ['0f05', 'syscall'],
];

// Instructions of arm64 are words; they are written here as a disassembler shows them, highest byte first.
const ARM64: readonly Instruction[] = [
  // arena = mmap(1 << 36, 1 << 24, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_FIXED, 3, 0)
  ['d2c00200', 'mov x0, #0x1000000000'],
  ['d2a02001', 'mov x1, #0x1000000'],
  ['d2800062', 'mov x2, #0x3'],
  ['d2800223', 'mov x3, #0x11'],
  ['d2800064', 'mov x4, #0x3'],
  ['d2800005', 'mov x5, #0x0'],
  ['d2801bc8', 'mov x8, #0xde'],
  ['d4000001', 'svc #0x0'],
  // row = arena + 8, behind the number of rows
  ['91002013', 'add x19, x0, #0x8'],
  // 0x24: load the number and the six arguments, and call
  ['f9400268', 'ldr x8, [x19]'],
  ['a9408660', 'ldp x0, x1, [x19, #8]'],
  ['a9418e62', 'ldp x2, x3, [x19, #24]'],
  ['a9429664', 'ldp x4, x5, [x19, #40]'],
  ['d4000001', 'svc #0x0'],
  // the result goes into the row, and to where a later row takes it
  ['f9002a60', 'str x0, [x19, #80]'],
  ['a943aa69', 'ldp x9, x10, [x19, #56]'],
  ['f9000120', 'str x0, [x9]'],
  // not negative: the next row; tolerated: skip as many bytes as the row says, then the next row; otherwise the end
  ['b6f800a0', 'tbz x0, #63, 0x58'],
  ['eb0a001f', 'cmp x0, x10'],
  ['540000a1', 'b.ne 0x60'],
  ['f940266b', 'ldr x11, [x19, #72]'],
  ['8b0b0273', 'add x19, x19, x11'],
  // 0x58
  ['91016273', 'add x19, x19, #0x58'],
  ['17fffff2', 'b 0x24'],
  // 0x60: exit(1)
  ['d2800020', 'mov x0, #0x1'],
  ['d2800ba8', 'mov x8, #0x5d'],
  ['d4000001', 'svc #0x0'],
];

export const STAGES: Readonly<Record<Architecture, readonly Instruction[]>> = { x64: X64, arm64: ARM64 };

export const machineCode = (architecture: Architecture): Buffer => {
  const words = STAGES[architecture].map(([bytes]) => Buffer.from(bytes, 'hex'));
  return Buffer.concat(architecture === 'arm64' ? words.map((word) => word.swap32()) : words);
};
