import { readFileSync } from 'node:fs';
import { cpio, directory, file } from './cpio.ts';
import { inOrder, moduleBytes, moduleName } from './modules.ts';

/** The first root: it loads modules and gives way to the disk, because no pivot_root(2) leads out of it. */
export function initramfs(busybox: Buffer, modules: string, more: readonly string[]): Buffer {
  const files = inOrder(modules, [...MODULES, ...more]);
  const nameOf = (path: string): string => `${moduleName(path)}.ko`;
  return cpio([
    ...['bin', 'dev', 'proc', 'sys', 'modules', 'root'].map(directory),
    file('bin/busybox', busybox),
    file('init', readFileSync(new URL('../guest/boot.sh', import.meta.url))),
    file('modules/order', files.map((path) => `${nameOf(path)}\n`).join('')),
    ...files.map((path) => file(`modules/${nameOf(path)}`, moduleBytes(path))),
  ]);
}

/** The modules of Debian's kernel for virtual machines: for the disk, for containers and for their networks. */
const MODULES = [
  ...['virtio_pci', 'virtio_blk', 'ext4', 'overlay', 'bridge', 'veth'],
  // Where the kernel may not run modprobe(8), nf_tables does not get these by itself.
  ...['nf_tables', 'nft_chain_nat', 'nft_nat', 'nft_masq', 'nft_fib_inet', 'nft_ct', 'nf_conntrack_netlink'],
  // The modules for the rules of ufw and firewalld.
  ...[
    'ip_tables',
    'ip6_tables',
    'iptable_filter',
    'ip6table_filter',
    'nft_compat',
    'nft_limit',
    'nft_log',
    'nft_reject_inet',
    'nft_reject_ipv4',
    'nft_reject_ipv6',
    'nf_log_syslog',
  ],
  ...[
    'xt_LOG',
    'xt_addrtype',
    'xt_conntrack',
    'xt_hl',
    'xt_limit',
    'xt_recent',
    'xt_tcpudp',
    'ipt_REJECT',
    'ip6t_REJECT',
    'ip6t_rt',
  ],
  // A server of volumes, and its client.
  ...['nfsd', 'nfsv4'],
];
