import { run } from './run.ts';

process.env.SCENARIO_RUNNER = 'reexec';
await run(import.meta.filename);
