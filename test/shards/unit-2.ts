import { filesOf, unitFiles } from './files.ts';
import { run } from './run.ts';

await run(filesOf(import.meta.filename, unitFiles()));
