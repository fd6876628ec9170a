import { filesOf } from './files.ts';
import { run } from './run.ts';

process.env.SCENARIO_RUNNER = 'reexec';
await run(filesOf(import.meta.filename));
