import type { Diagnostic } from '../../base/diagnostic.ts';
import { withOrigin } from '../../project/check/diagnostic-list.ts';
import type { Places } from '../../project/model/project.ts';
import type { Progress } from '../command-context.ts';
import { errorsFirst } from '../show/diagnostics/arrange-diagnostics.ts';
import { renderDiagnostics } from '../show/diagnostics/render-diagnostics.ts';
import { diagnosticLine, noteLine } from './json.ts';

/** Prints diagnostics, with the place in the file once `learn` has received the files. */
export type Messages = {
  readonly learn: (files: { readonly sources: ReadonlyMap<string, string>; readonly places: Places }) => void;
  readonly show: (diagnostics: readonly Diagnostic[]) => void;
  /** Prints a line about progress, unless `--progress quiet` is set. */
  readonly say: (text: string) => void;
};

export function createMessages(options: {
  readonly progress: Progress;
  readonly color: boolean;
  readonly cwd: string;
}): Messages {
  let sources: ReadonlyMap<string, string> = new Map();
  let places: Places = () => undefined;

  const located = (diagnostic: Diagnostic): Diagnostic => {
    if (diagnostic.at || diagnostic.from === undefined) return diagnostic;
    const at = places(diagnostic.from);
    return at ? withOrigin({ ...diagnostic, at }) : diagnostic;
  };

  return {
    learn: (files) => {
      ({ sources, places } = files);
    },
    show: (diagnostics) => {
      if (diagnostics.length === 0) return;
      const all = diagnostics.map(located);
      const width = process.stderr.columns ?? 100;
      process.stderr.write(
        options.progress === 'json'
          ? errorsFirst(all).map(diagnosticLine).join('')
          : renderDiagnostics(all, { sources, color: options.color, width, cwd: options.cwd }),
      );
    },
    say: (text) => {
      if (options.progress === 'quiet') return;
      process.stderr.write(options.progress === 'json' ? noteLine(text) : `${text}\n`);
    },
  };
}
