import { type ListrTask, type ListrTaskObject, ListrTaskState } from 'listr2';
import { type Change, followChanges } from './changes.ts';
import { drawTasks } from './draw-tasks.ts';
import { linesReporter } from './lines.ts';
import type { Reporter } from './reporter.ts';

/**
 * Prints one line for every resource of the plan and redraws it in place during the call. Between other output it cannot
 * be redrawn: from `share` on, every result is a line of its own.
 */
export function treeReporter(terminal: NodeJS.WriteStream): Reporter {
  const changesOf = followChanges();
  const latest = new Map<string, Change>();
  const tasks = new Map<string, ListrTaskObject<unknown>>();
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let drawn: Promise<unknown> = Promise.resolve();
  let isShared = false;
  const lines = linesReporter((line) => {
    if (isShared) terminal.write(line);
  });

  const paint = ({ resource, state, text, title = text }: Change) => {
    const task = tasks.get(resource);
    if (!task) return;
    task.title$ = title;
    // listr2 ticks off what is in progress when its task ends.
    task.state$ =
      isShared && states[state] === ListrTaskState.STARTED ? ListrTaskState.WAITING : states[state];
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

  return {
    event: (event) => {
      lines.event(event);
      const changes = changesOf(event);
      // A change of a task is a new picture, even after the last one.
      for (const change of isShared ? [] : changes) {
        latest.set(change.resource, change);
        paint(change);
      }
      if (event.type === 'plan' && changes.length > 0) drawn = drawTasks(terminal, changes.map(taskOf));
    },
    share: async () => {
      isShared = true;
      for (const change of latest.values()) paint(change);
      end();
      await drawn;
    },
    finish: async () => {
      end();
      await drawn;
    },
  };
}

const states: { readonly [State in Change['state']]: ListrTaskState } = {
  waiting: ListrTaskState.WAITING,
  busy: ListrTaskState.STARTED,
  held: ListrTaskState.STARTED,
  done: ListrTaskState.COMPLETED,
  failed: ListrTaskState.FAILED,
  skipped: ListrTaskState.SKIPPED,
  undone: ListrTaskState.ROLLED_BACK,
};
