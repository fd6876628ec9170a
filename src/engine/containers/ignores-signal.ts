import { constants } from 'node:os';
import { readIfThere } from '../directories/read-if-there.ts';

/**
 * Whether a process ignores a signal. pid_namespaces(7): PID 1 of a namespace receives only signals that it handles,
 * and from its parent namespace also SIGKILL. A blocked signal waits for the process to take it.
 */
export const ignoresSignal = (pid: number, number: number, isInit: boolean): boolean => {
  if (number === constants.signals.SIGKILL) return false;
  const status = readIfThere(`/proc/${pid}/status`);
  if (status === '') return false;
  // proc_pid_status(5): masks in hexadecimal, signal 1 in the lowest bit.
  const has = (mask: 'SigBlk' | 'SigIgn' | 'SigCgt'): boolean => {
    const [, text = '0'] = new RegExp(`^${mask}:\\s*([0-9a-f]+)$`, 'm').exec(status) ?? [];
    return ((BigInt(`0x${text}`) >> BigInt(number - 1)) & 1n) === 1n;
  };
  return isInit ? !has('SigCgt') && !has('SigBlk') : has('SigIgn') && !has('SigBlk');
};
