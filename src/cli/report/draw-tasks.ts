import { DefaultRenderer, Listr, ListrLogger, type ListrTask, ProcessOutput } from 'listr2';

/** Draws one line for every task and redraws it in place, until all of them have ended. */
export const drawTasks = (terminal: NodeJS.WriteStream, tasks: ListrTask[]): Promise<unknown> =>
  new Listr(tasks, {
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
