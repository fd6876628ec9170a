import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import test from 'ava';
import { member } from '../tar/archives.ts';

const ENTRIES = 1_000_000;
const BUILD = resolve(import.meta.dirname, '../../../src/images/root/build.ts');

/** In a process of its own, whose memory is that of the building alone. */
const PROGRAM = `
const { buildRoot } = await import('${BUILD}');
const [directory] = process.argv.slice(-1);
await buildRoot('erofs', [directory + '/layer.tar'], directory);
console.log(process.resourceUsage().maxRSS / 1024);
`;

const nightly = process.env.TEST_NIGHTLY === undefined ? test.skip : test;

nightly('a million entries are merged and written in 300 MB of memory', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'many-entries-'));
  try {
    const file = openSync(join(directory, 'layer.tar'), 'w');
    for (let begin = 0; begin < ENTRIES; begin += 1000) {
      const names = Array.from({ length: 1000 }, (_, index) => `usr/share/of-${index}/file-${begin + index}`);
      writeSync(file, Buffer.concat(names.map((name) => member({ name, content: 'x' }))));
    }
    writeSync(file, Buffer.alloc(1024));
    closeSync(file);
    const program = join(directory, 'build.mts');
    writeFileSync(program, PROGRAM);
    const memory = execFileSync(process.execPath, ['--import=tsx', program, directory], { encoding: 'utf8' });
    t.log(`${Math.round(Number(memory))} MB`);
    t.true(Number(memory) <= 300);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
