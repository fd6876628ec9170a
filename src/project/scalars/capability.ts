import { didYouMean } from '../../base/text/typo.ts';
import { flaw, type Parsed } from './flaw.ts';

/** `NET_ADMIN`, `cap_net_admin` or `ALL`; the result has the prefix: `CAP_NET_ADMIN`. */
export function readCapability(text: string): Parsed<string> {
  const name = text.toUpperCase().replace(/^CAP_/, '');
  if (name === 'ALL') return { value: name };
  if (capabilities.includes(name)) return { value: `CAP_${name}` };
  const near = didYouMean(name, capabilities);
  return flaw(
    'be a capability',
    `there is no \`CAP_${name}\``,
    near ? `did you mean \`${near}\`?` : undefined,
  );
}

/** capabilities(7), in the order of their bits. */
const capabilities = [
  ...['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER', 'FSETID', 'KILL', 'SETGID', 'SETUID', 'SETPCAP'],
  ...[
    'LINUX_IMMUTABLE',
    'NET_BIND_SERVICE',
    'NET_BROADCAST',
    'NET_ADMIN',
    'NET_RAW',
    'IPC_LOCK',
    'IPC_OWNER',
  ],
  ...[
    'SYS_MODULE',
    'SYS_RAWIO',
    'SYS_CHROOT',
    'SYS_PTRACE',
    'SYS_PACCT',
    'SYS_ADMIN',
    'SYS_BOOT',
    'SYS_NICE',
  ],
  ...[
    'SYS_RESOURCE',
    'SYS_TIME',
    'SYS_TTY_CONFIG',
    'MKNOD',
    'LEASE',
    'AUDIT_WRITE',
    'AUDIT_CONTROL',
    'SETFCAP',
  ],
  ...['MAC_OVERRIDE', 'MAC_ADMIN', 'SYSLOG', 'WAKE_ALARM', 'BLOCK_SUSPEND', 'AUDIT_READ', 'PERFMON', 'BPF'],
  'CHECKPOINT_RESTORE',
];
