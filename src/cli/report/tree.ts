import {
  DefaultRenderer,
  Listr,
  ListrLogger,
  type ListrTask,
  type ListrTaskObject,
  ListrTaskState,
  ProcessOutput,
} from 'listr2';
import { type Change, followChanges } from './changes.ts';
import type { Reporter } from './reporter.ts';

/** Prints one line for every resource of the plan and redraws it in place during the call. */
export function treeReporter(terminal: NodeJS.WriteStream): Reporter {
  const changesOf = followChanges();
  const latest = new Map<string, Change>();
  const tasks = new Map<string, ListrTaskObject<unknown>>();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let drawn: Promise<unknown> = Promise.resolve();

  const paint = ({ resource, state, text, title = text }: Change) => {
    const task = tasks.get(resource);
    if (!task) return;
    task.title$ = title;
    task.state$ = states[state];
  };

  // A later event may revoke an operation that an earlier one has shown as done, so all tasks end together.
  const taskOf = (change: Change): ListrTask => ({
    title: change.title ?? change.text,
    task: (_, { task }) => {
      tasks.set(change.resource, task);
      paint(latest.get(change.resource) ?? change);
      return ended;
    },
  });

  const draw = (changes: readonly Change[]) =>
    new Listr(changes.map(taskOf), {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      renderer: CalmRenderer,
      rendererOptions: {
        logger: new ListrLogger({ processOutput: new ProcessOutput(standInFor(terminal), silence) }),
        collapseErrors: false,
        formatOutput: 'truncate',
      },
    }).run();

  return {
    event: (event) => {
      const changes = changesOf(event);
      for (const change of changes) {
        latest.set(change.resource, change);
        paint(change);
      }
      if (event.type === 'plan' && changes.length > 0) drawn = draw(changes);
    },
    finish: async () => {
      end();
      await drawn;
    },
  };
}

/** Limits the rate of drawing: each of a hundred containers requests a new picture several times. */
class CalmRenderer extends DefaultRenderer {
  /** listr2 checks stdout for a terminal; this output goes to stderr, for which the reporter was chosen. */
  static override nonTTY = true;

  #drawnAt = 0;

  override update(): void {
    if (Date.now() - this.#drawnAt < 80) return;
    this.#drawnAt = Date.now();
    super.update();
  }
}

/** listr2 replaces the `write` of its streams; this copy keeps other output on stderr out of its reach. */
function standInFor(terminal: NodeJS.WriteStream): NodeJS.WriteStream {
  const { columns, rows } = terminal;
  return { columns, rows, write: (text: string) => terminal.write(text) } as NodeJS.WriteStream;
}

const silence = { write: () => true } as unknown as NodeJS.WriteStream;

const states: { readonly [State in Change['state']]: ListrTaskState } = {
  waiting: ListrTaskState.WAITING,
  busy: ListrTaskState.STARTED,
  done: ListrTaskState.COMPLETED,
  failed: ListrTaskState.FAILED,
  skipped: ListrTaskState.SKIPPED,
  undone: ListrTaskState.ROLLED_BACK,
};
