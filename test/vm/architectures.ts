export type Architecture = 'x64' | 'arm64';

/** The names of one architecture in its different parts. */
export const ARCHITECTURES = {
  x64: {
    debian: 'amd64',
    qemu: 'qemu-system-x86_64',
    install: 'qemu-system-x86',
    // Newer processors cost more to emulate: wider registers, and page tables of five levels.
    machine: ['-M', 'pc', '-cpu', 'Nehalem'],
    console: 'ttyS0',
  },
  arm64: {
    debian: 'arm64',
    qemu: 'qemu-system-aarch64',
    install: 'qemu-system-arm',
    // The emulation of newer processors signs pointers, which takes a third of its time.
    machine: ['-M', 'virt', '-cpu', 'cortex-a72'],
    console: 'ttyAMA0',
  },
} as const satisfies Record<Architecture, object>;
