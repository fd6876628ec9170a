import { writeSync } from 'node:fs';
import { missingLibrary } from './base/node/native-library.ts';
import { asAtTheStart } from './kernel/reexec/flags.ts';
import type { Main } from './program.ts';

/**
 * The hidden commands: `supervise` runs as long as the project does, `init` in every container before execve(2), `fill`
 * copies into a volume, `mount` mounts one, and `free` frees removed images. None of them loads code of the CLI.
 */
export const main: Main = async (words, keep) => {
  switch (words[0]) {
    case 'init': {
      const { init } = await import('./kernel/reexec/init.ts');
      return init();
    }
    case 'fill': {
      const { fillAndReport } = await import('./engine/volumes/fill-process.ts');
      return { name: 'fill', exitCode: fillAndReport(words.slice(1)) };
    }
    case 'mount': {
      const { mountAndReport } = await import('./engine/volumes/mount-process.ts');
      return { name: 'mount', exitCode: mountAndReport(words.slice(1)) };
    }
    case 'free': {
      const { free } = await import('./engine/images/free-later.ts');
      return { name: 'free', exitCode: await free(words.slice(1)) };
    }
    default: {
      const { supervise } = await import('./engine/supervisor/supervise.ts').catch(sayWhatIsMissing);
      const name = 'supervise';
      // The end of most is a signal, when the machine is shut down.
      await supervise(words.slice(1), () => asAtTheStart(() => keep(name, true)));
      return { name };
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
