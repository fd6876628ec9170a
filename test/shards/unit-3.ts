import { run } from './run.ts';

await run(import.meta.filename);
