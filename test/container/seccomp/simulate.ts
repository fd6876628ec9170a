import type { Instruction } from '../../../src/container/seccomp/bpf.ts';

/** The kernel's struct seccomp_data; arguments are unsigned 64-bit numbers. */
export type Call = { readonly nr: number; readonly arch: number; readonly args: readonly bigint[] };

/** Runs a filter as the kernel would; checks what the kernel checks before it loads one. */
export const simulate = (filter: readonly Instruction[], call: Call): number => {
  let accumulator = 0;
  for (let at = 0; at < filter.length; at++) {
    const { code, jt, jf, k } = filter[at]!;
    switch (code) {
      case 0x20:
        accumulator = word(call, k);
        break;
      case 0x54:
        accumulator = (accumulator & k) >>> 0;
        break;
      case 0x05:
        at += k;
        break;
      case 0x15:
        at += accumulator === k ? jt : jf;
        break;
      case 0x25:
        at += accumulator > k ? jt : jf;
        break;
      case 0x35:
        at += accumulator >= k ? jt : jf;
        break;
      case 0x45:
        at += (accumulator & k) !== 0 ? jt : jf;
        break;
      case 0x06:
        return k;
      default:
        throw new RangeError(`instruction ${code} at ${at}`);
    }
  }
  throw new RangeError('ran past the end');
};

const word = ({ nr, arch, args }: Call, offset: number): number => {
  if (offset === 0) return nr >>> 0;
  if (offset === 4) return arch >>> 0;
  if (offset < 16 || offset > 60 || offset % 4 !== 0) throw new RangeError(`offset ${offset}`);
  const value = args[(offset - 16) >> 3] ?? 0n;
  return Number(BigInt.asUintN(32, offset % 8 === 4 ? value >> 32n : value));
};

/** The instructions in an array of struct sock_filter. */
export const instructionsIn = (bytes: Uint8Array): readonly Instruction[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({
    code: view.getUint16(index * 8, true),
    jt: view.getUint8(index * 8 + 2),
    jf: view.getUint8(index * 8 + 3),
    k: view.getUint32(index * 8 + 4, true),
  }));
};
