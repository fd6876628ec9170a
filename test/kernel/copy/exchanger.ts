// Exchanges entries of a root with links to the host, a FIFO and a device, as fast as it can, until it is killed.
import { writeSync } from 'node:fs';
import { cString, fileCall } from '../../../src/kernel/ffi/files.ts';

const AT_FDCWD = -100;
const RENAME_EXCHANGE = 2;

const root = process.argv[2]!;
const path = (name: string) => cString(`${root}/${name}`);

const pairs = Array.from({ length: 40 }, (_, number) => [
  [path('directory'), path(`target/${number}`)] as const,
  [path('directory'), path(`target/${number}/inner`)] as const,
  [path('file'), path(`target/${number}/file`)] as const,
  [path('fifo'), path(`target/${number}/inner/file`)] as const,
  [path('zero'), path(`target/${number}/inner/file`)] as const,
]).flat();

for (let round = 0; ; round++) {
  for (const [one, other] of pairs)
    for (let turn = 0; turn < 2; turn++)
      fileCall('renameat2', AT_FDCWD, one.address, AT_FDCWD, other.address, RENAME_EXCHANGE);
  if (round === 0) writeSync(1, 'begun\n');
}
