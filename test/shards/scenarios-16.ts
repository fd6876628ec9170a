import { filesOf } from './files.ts';
import { run } from './run.ts';

await run(filesOf(import.meta.filename));
