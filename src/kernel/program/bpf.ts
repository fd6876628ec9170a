import { flagBits } from './constants.ts';
import type { Memory } from './memory.ts';
import type { BpfAttribute, Ref } from './program.ts';

/**
 * Writes a union bpf_attr. It always has the full size, because the kernel may read or write more than the fields that
 * a command had at first; bpf(2) accepts zeros beyond the size that it knows.
 */
export const putBpf = (attribute: BpfAttribute, memory: Memory, take: (ref: Ref) => number): number => {
  const bytes = Buffer.alloc(ATTRIBUTE_BYTES);
  if (attribute.type === 'BPF_PROG_TYPE_CGROUP_DEVICE') {
    const { program, log } = attribute;
    bytes.writeUInt32LE(PROGRAM_TYPE_CGROUP_DEVICE, 0);
    bytes.writeUInt32LE(program.bytes.length / INSTRUCTION_BYTES, 4);
    bytes.writeBigUInt64LE(BigInt(memory.put(program.bytes)), 8);
    bytes.writeBigUInt64LE(BigInt(memory.putText(LICENSE)), 16);
    bytes.writeUInt32LE(log ? 1 : 0, 24);
    bytes.writeUInt32LE(log?.length ?? 0, 28);
    bytes.writeBigUInt64LE(BigInt(log?.address ?? 0), 32);
    bytes.write(NAME, 48, NAME_BYTES, 'latin1');
  } else {
    bytes.writeUInt32LE(attribute.target, 0);
    bytes.writeUInt32LE(take(attribute.program), 4);
    bytes.writeUInt32LE(ATTACH_CGROUP_DEVICE, 8);
    bytes.writeUInt32LE(flagBits('BPF_F', attribute.flags), 12);
  }
  return memory.put(bytes);
};

/** `{BPF_PROG_TYPE_CGROUP_DEVICE, "deny all, allow c 1:3 rwm"}`. */
export const bpfText = (attribute: BpfAttribute): string =>
  attribute.type === 'BPF_PROG_TYPE_CGROUP_DEVICE'
    ? `{${attribute.type}, "${attribute.program.text}"}`
    : `{${attribute.type}, cgroup=${attribute.target}, program=${attribute.program}, ${attribute.flags}}`;

/** More than sizeof(union bpf_attr) of any kernel so far. */
const ATTRIBUTE_BYTES = 256;
const INSTRUCTION_BYTES = 8;
const PROGRAM_TYPE_CGROUP_DEVICE = 15;
const ATTACH_CGROUP_DEVICE = 6;
/** Only some functions of the kernel depend on the license; the programs call none. */
const LICENSE = 'MIT';
const NAME = 'tscompose';
/** BPF_OBJ_NAME_LEN without the final NUL. */
const NAME_BYTES = 15;
