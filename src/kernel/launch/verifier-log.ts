import { closeSync } from 'node:fs';
import { addressOf } from '../ffi/libc.ts';
import type { BpfAttribute, Step } from '../program/program.ts';
import { execute } from './execute.ts';

/** The reason of the kernel's verifier for refusing a program: its messages, from a second attempt to load it. */
export const verifierLog = (step: Step): string => {
  if (step.call !== 'bpf' || step.args[0] !== 'BPF_PROG_LOAD') return '';
  const log = Buffer.alloc(LOG_BYTES);
  const [command, attribute] = step.args as [string, BpfAttribute];
  const fd = execute({
    call: 'bpf',
    args: [command, { ...attribute, log: { address: addressOf(log), length: log.length } } as BpfAttribute],
  });
  if (fd >= 0) closeSync(fd);
  return log.subarray(0, log.indexOf(0)).toString().trim();
};

const LOG_BYTES = 1 << 16;
