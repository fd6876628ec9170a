import { writeSync } from 'node:fs';
import { missingLibrary } from './base/native-library.ts';

/** Runs one command line. */
export type Main = (words: readonly string[]) => Promise<Ended>;

/** Which command it was, and its exit status. */
export type Ended = { readonly name: string; readonly exitCode?: number };

// The two hidden commands come first and load nothing of the command line: `init` is on every container's way to
// its execve(2), `supervise` stays for as long as the project runs.
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
    default: {
      const { run } = await import('./cli/command-line.ts');
      return run(words);
    }
  }
};

/** As a supervisor says why it cannot start: in a line, to whoever has started it. */
const sayWhatIsMissing = (error: unknown): never => {
  const missing = missingLibrary(error);
  if (missing === undefined) throw error;
  writeSync(1, `${missing.message}; ${missing.help}\n`);
  process.exit(1);
};
