import { writeSync } from 'node:fs';
import { missingLibrary } from './base/native-library.ts';

/** Runs one command line. */
export type Main = (words: readonly string[]) => Promise<Ended>;

/** The name of the command, and its exit status. */
export type Ended = { readonly name: string; readonly exitCode?: number };

// The hidden commands come first and load no code of the CLI: `init` runs in every container before execve(2),
// `supervise` runs as long as the project does, `fill` copies into a volume for it, and `mount` mounts one.
export const main: Main = async (words) => {
  switch (words[0]) {
    case 'init': {
      const { init } = await import('./kernel/reexec/init.ts');
      return init();
    }
    case 'supervise': {
      const { supervise } = await import('./engine/supervisor/supervise.ts').catch(sayWhatIsMissing);
      await supervise(words.slice(1));
      return { name: 'supervise' };
    }
    case 'fill': {
      const { fillAndReport } = await import('./engine/volumes/fill-process.ts');
      return { name: 'fill', exitCode: fillAndReport(words.slice(1)) };
    }
    case 'mount': {
      const { mountAndReport } = await import('./engine/volumes/mount-process.ts');
      return { name: 'mount', exitCode: mountAndReport(words.slice(1)) };
    }
    default: {
      const { run } = await import('./cli/command-line.ts');
      return run(words);
    }
  }
};

/** Reports the missing library in one line on stdout, which the starting command reads. */
const sayWhatIsMissing = (error: unknown): never => {
  const missing = missingLibrary(error);
  if (missing === undefined) throw error;
  writeSync(1, `${missing.message}; ${missing.help}\n`);
  process.exit(1);
};
