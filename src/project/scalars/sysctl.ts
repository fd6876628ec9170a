import { flaw, type Parsed } from './flaw.ts';

/**
 * The name of a kernel setting that a namespace has for itself, in its dotted form. As for sysctl(8) the first
 * separator decides: after a slash, slashes separate and dots belong to names (`net/ipv4/conf/eth0.1/mtu`).
 */
export function readSysctlName(text: string): Parsed<string> {
  const name = dotted(text);
  if (!/^[a-z0-9_./-]+$/i.test(text) || /^[./]|[./]$|\.\.|\/\//.test(text))
    return flaw('be the name of a kernel parameter');
  if (name === 'kernel.hostname')
    return flaw('not be set here', 'this parameter has its own key', 'use `hostname:`');
  if (namespaced.some((prefix) => name === prefix || (prefix.endsWith('.') && name.startsWith(prefix)))) {
    return { value: name };
  }
  return flaw(
    'be a kernel parameter of a namespace',
    'this parameter is shared by the whole machine',
    'use `net.*`, `fs.mqueue.*`, `kernel.domainname` or `kernel.{msg…,sem,shm…}`',
  );
}

function dotted(text: string): string {
  const separator = /[./]/.exec(text)?.[0];
  if (separator !== '/') return text;
  return text.replaceAll(/[./]/g, (character) => (character === '/' ? '.' : '/'));
}

/** namespaces(7): the network namespace has net.*, the IPC one System V and POSIX queues, UTS the domain name. */
const namespaced = [
  'net.',
  'fs.mqueue.',
  'kernel.domainname',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.msg_next_id',
  'kernel.sem',
  'kernel.sem_next_id',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_next_id',
  'kernel.shm_rmid_forced',
];
