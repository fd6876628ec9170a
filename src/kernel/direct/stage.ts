import type { Architecture } from '../program/syscalls.ts';

/**
 * The stage: a minimal program that makes the calls of an arena. It maps descriptor 3 at ARENA_ADDRESS, executes the
 * rows (see `arena/layout.ts`) and ends at the first error that is not tolerated, or in execve(2). It has no library
 * and no data: these lines are the whole program.
 *
 * After a row with clone(2), the child continues with the next row. The parent unmaps the arena, closes all other
 * descriptors, forwards signals to the child and reaps orphans until the child ends: the PID 1 of `init: true`.
 *
 * One line for each instruction: its bytes and its disassembly. The tests compare the two.
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
  ['4895', 'xchg rbp,rax'],
  // continue after the row in the first word
  ['488b5d00', 'mov rbx,QWORD PTR [rbp+0x0]'],
  ['eb44', 'jmp 0x6b'],
  // 0x27: store this row in the first word; load its number and six arguments; call
  ['48895d00', 'mov QWORD PTR [rbp+0x0],rbx'],
  ['488b03', 'mov rax,QWORD PTR [rbx]'],
  ['488b7b08', 'mov rdi,QWORD PTR [rbx+0x8]'],
  ['488b7310', 'mov rsi,QWORD PTR [rbx+0x10]'],
  ['488b5318', 'mov rdx,QWORD PTR [rbx+0x18]'],
  ['4c8b5320', 'mov r10,QWORD PTR [rbx+0x20]'],
  ['4c8b4328', 'mov r8,QWORD PTR [rbx+0x28]'],
  ['4c8b4b30', 'mov r9,QWORD PTR [rbx+0x30]'],
  ['4989c4', 'mov r12,rax'],
  ['0f05', 'syscall'],
  // store the result in the row, and at the address for its copy
  ['48894350', 'mov QWORD PTR [rbx+0x50],rax'],
  ['488b4b38', 'mov rcx,QWORD PTR [rbx+0x38]'],
  ['488901', 'mov QWORD PTR [rcx],rax'],
  // zero or more: next row; tolerated error: skip the row's number of bytes, then next row; other error: exit
  ['4885c0', 'test rax,rax'],
  ['7f16', 'jg 0x71'],
  ['740e', 'je 0x6b'],
  ['483b4340', 'cmp rax,QWORD PTR [rbx+0x40]'],
  ['0f8596000000', 'jne 0xfd'],
  ['48035b48', 'add rbx,QWORD PTR [rbx+0x48]'],
  // 0x6b: next row
  ['4883c358', 'add rbx,0x58'],
  ['ebb6', 'jmp 0x27'],
  // 0x71: more than zero: next row, except in the parent after clone(2). With CLONE_PARENT the parent exits, otherwise
  // it is init from here on. Number and flags come from registers, because a tracer of the child could change the row
  ['4183fc38', 'cmp r12d,0x38'],
  ['75f4', 'jne 0x6b'],
  ['f7c700800000', 'test edi,0x8000'],
  ['757e', 'jne 0xfd'],
  ['93', 'xchg ebx,eax'],
  // munmap(arena, 1 << 24)
  ['55', 'push rbp'],
  ['5f', 'pop rdi'],
  ['be00000001', 'mov esi,0x1000000'],
  ['6a0b', 'push 0xb'],
  ['58', 'pop rax'],
  ['0f05', 'syscall'],
  // close_range(3, ~0, 0)
  ['6a03', 'push 0x3'],
  ['5f', 'pop rdi'],
  ['6aff', 'push 0xffffffffffffffff'],
  ['5e', 'pop rsi'],
  ['31d2', 'xor edx,edx'],
  ['b8b4010000', 'mov eax,0x1b4'],
  ['0f05', 'syscall'],
  // prctl(PR_SET_DUMPABLE, 1): everything left belongs to the container
  ['6a04', 'push 0x4'],
  ['5f', 'pop rdi'],
  ['6a01', 'push 0x1'],
  ['5e', 'pop rsi'],
  ['b89d000000', 'mov eax,0x9d'],
  ['0f05', 'syscall'],
  // on the stack: the set of all signals, and space for a wait status; SIGCONT releases the child
  ['6aff', 'push 0xffffffffffffffff'],
  ['50', 'push rax'],
  ['6a12', 'push 0x12'],
  ['5e', 'pop rsi'],
  // 0xae: kill(child, signal)
  ['89df', 'mov edi,ebx'],
  ['6a3e', 'push 0x3e'],
  ['58', 'pop rax'],
  ['0f05', 'syscall'],
  // 0xb5: signal = rt_sigtimedwait(every, NULL, NULL, 8)
  ['488d7c2408', 'lea rdi,[rsp+0x8]'],
  ['31f6', 'xor esi,esi'],
  ['31d2', 'xor edx,edx'],
  ['6a08', 'push 0x8'],
  ['415a', 'pop r10'],
  ['b880000000', 'mov eax,0x80'],
  ['0f05', 'syscall'],
  // forward every signal except SIGCHLD
  ['96', 'xchg esi,eax'],
  ['83fe11', 'cmp esi,0x11'],
  ['75df', 'jne 0xae'],
  // 0xcf: pid = wait4(-1, &status, WNOHANG, NULL), until no zombie is left
  ['6aff', 'push 0xffffffffffffffff'],
  ['5f', 'pop rdi'],
  ['54', 'push rsp'],
  ['5e', 'pop rsi'],
  ['6a01', 'push 0x1'],
  ['5a', 'pop rdx'],
  ['4531d2', 'xor r10d,r10d'],
  ['6a3d', 'push 0x3d'],
  ['58', 'pop rax'],
  ['0f05', 'syscall'],
  // an orphan: wait again; the child: exit with its exit code, or with 128 + signal
  ['85c0', 'test eax,eax'],
  ['7ed2', 'jle 0xb5'],
  ['39d8', 'cmp eax,ebx'],
  ['75e8', 'jne 0xcf'],
  ['0fb67c2401', 'movzx edi,BYTE PTR [rsp+0x1]'],
  ['0fb60424', 'movzx eax,BYTE PTR [rsp]'],
  ['83e07f', 'and eax,0x7f'],
  ['740b', 'je 0x100'],
  ['8db880000000', 'lea edi,[rax+0x80]'],
  ['eb03', 'jmp 0x100'],
  // 0xfd: exit(1)
  ['6a01', 'push 0x1'],
  ['5f', 'pop rdi'],
  // 0x100: exit(status)
  ['6a3c', 'push 0x3c'],
  ['58', 'pop rax'],
  ['0f05', 'syscall'],
];

// arm64 instructions are 32-bit words, written here highest byte first, as in a disassembly.
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
  ['aa0003f4', 'mov x20, x0'],
  // continue after the row in the first word
  ['f9400293', 'ldr x19, [x20]'],
  ['14000012', 'b 0x70'],
  // 0x2c: store this row in the first word; load its number and six arguments; call
  ['f9000293', 'str x19, [x20]'],
  ['f9400268', 'ldr x8, [x19]'],
  ['a9408660', 'ldp x0, x1, [x19, #8]'],
  ['a9418e62', 'ldp x2, x3, [x19, #24]'],
  ['a9429664', 'ldp x4, x5, [x19, #40]'],
  ['aa0003ec', 'mov x12, x0'],
  ['d4000001', 'svc #0x0'],
  // store the result in the row, and at the address for its copy
  ['f9002a60', 'str x0, [x19, #80]'],
  ['a943aa69', 'ldp x9, x10, [x19, #56]'],
  ['f9000120', 'str x0, [x9]'],
  // zero or more: next row; tolerated error: skip the row's number of bytes, then next row; other error: exit
  ['f100001f', 'cmp x0, #0x0'],
  ['5400010c', 'b.gt 0x78'],
  ['540000a0', 'b.eq 0x70'],
  ['eb0a001f', 'cmp x0, x10'],
  ['540006a1', 'b.ne 0x138'],
  ['f940266b', 'ldr x11, [x19, #72]'],
  ['8b0b0273', 'add x19, x19, x11'],
  // 0x70: next row
  ['91016273', 'add x19, x19, #0x58'],
  ['17ffffee', 'b 0x2c'],
  // 0x78: more than zero: next row, except in the parent after clone(2). With CLONE_PARENT the parent exits, otherwise
  // it is init from here on. Number and flags come from registers, because a tracer of the child could change the row
  ['f103711f', 'cmp x8, #0xdc'],
  ['54ffffa1', 'b.ne 0x70'],
  ['377805cc', 'tbnz w12, #15, 0x138'],
  ['aa0003f5', 'mov x21, x0'],
  // munmap(arena, 1 << 24)
  ['aa1403e0', 'mov x0, x20'],
  ['d2a02001', 'mov x1, #0x1000000'],
  ['d2801ae8', 'mov x8, #0xd7'],
  ['d4000001', 'svc #0x0'],
  // close_range(3, ~0, 0)
  ['d2800060', 'mov x0, #0x3'],
  ['12800001', 'mov w1, #0xffffffff'],
  ['d2800002', 'mov x2, #0x0'],
  ['d2803688', 'mov x8, #0x1b4'],
  ['d4000001', 'svc #0x0'],
  // prctl(PR_SET_DUMPABLE, 1): everything left belongs to the container
  ['d2800080', 'mov x0, #0x4'],
  ['d2800021', 'mov x1, #0x1'],
  ['d28014e8', 'mov x8, #0xa7'],
  ['d4000001', 'svc #0x0'],
  // on the stack: the set of all signals, and space for a wait status; SIGCONT releases the child
  ['92800009', 'mov x9, #0xffffffffffffffff'],
  ['f81f0fe9', 'str x9, [sp, #-16]!'],
  ['d2800240', 'mov x0, #0x12'],
  // 0xc8: kill(child, signal)
  ['aa0003e1', 'mov x1, x0'],
  ['aa1503e0', 'mov x0, x21'],
  ['d2801028', 'mov x8, #0x81'],
  ['d4000001', 'svc #0x0'],
  // 0xd8: signal = rt_sigtimedwait(every, NULL, NULL, 8)
  ['910003e0', 'mov x0, sp'],
  ['d2800001', 'mov x1, #0x0'],
  ['d2800002', 'mov x2, #0x0'],
  ['d2800103', 'mov x3, #0x8'],
  ['d2801128', 'mov x8, #0x89'],
  ['d4000001', 'svc #0x0'],
  // forward every signal except SIGCHLD
  ['f100441f', 'cmp x0, #0x11'],
  ['54fffea1', 'b.ne 0xc8'],
  // 0xf8: pid = wait4(-1, &status, WNOHANG, NULL), until no zombie is left
  ['92800000', 'mov x0, #0xffffffffffffffff'],
  ['910023e1', 'add x1, sp, #0x8'],
  ['d2800022', 'mov x2, #0x1'],
  ['d2800003', 'mov x3, #0x0'],
  ['d2802088', 'mov x8, #0x104'],
  ['d4000001', 'svc #0x0'],
  // an orphan: wait again; the child: exit with its exit code, or with 128 + signal
  ['f100001f', 'cmp x0, #0x0'],
  ['54fffe2d', 'b.le 0xd8'],
  ['eb15001f', 'cmp x0, x21'],
  ['54fffee1', 'b.ne 0xf8'],
  ['b9400be9', 'ldr w9, [sp, #8]'],
  ['72001920', 'ands w0, w9, #0x7f'],
  ['11020000', 'add w0, w0, #0x80'],
  ['54000081', 'b.ne 0x13c'],
  ['53083d20', 'ubfx w0, w9, #8, #8'],
  ['14000002', 'b 0x13c'],
  // 0x138: exit(1)
  ['d2800020', 'mov x0, #0x1'],
  // 0x13c: exit(status)
  ['d2800ba8', 'mov x8, #0x5d'],
  ['d4000001', 'svc #0x0'],
];

export const STAGES: Readonly<Record<Architecture, readonly Instruction[]>> = { x64: X64, arm64: ARM64 };

export const machineCode = (architecture: Architecture): Buffer =>
  bytesOf(STAGES[architecture], architecture);

export const bytesOf = (instructions: readonly Instruction[], architecture: Architecture): Buffer => {
  const words = instructions.map(([bytes]) => Buffer.from(bytes, 'hex'));
  return Buffer.concat(architecture === 'arm64' ? words.map((word) => word.swap32()) : words);
};
