import { type ListrTask, ListrTaskState } from 'listr2';
import { drawTasks } from './draw-tasks.ts';
import { type Begun, layerText } from './layer-text.ts';
import { pullLine } from './pull-line.ts';
import type { PullReporter } from './pull-reporter.ts';
import { phases } from './transfer.ts';

type Wrapper = Parameters<ListrTask['task']>[1];
type Task = Wrapper['task'];

/**
 * Prints a line for every image, with one for each of its layers while it is fetched or pushed, and redraws them in place.
 * @param now in milliseconds
 */
export const pullTreeReporter = (terminal: NodeJS.WriteStream, now = Date.now): PullReporter => {
  const titles = new Map<string, readonly [text: string, state: ListrTaskState]>();
  const images = new Map<string, Wrapper>();
  const layers = new Map<string, { readonly task: Task; readonly begun: Begun }>();
  /** Events about a registry, and not about an image. */
  const notes: string[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  let drawn: Promise<unknown> | undefined;

  const show = (image: string, text: string, state = ListrTaskState.STARTED): void => {
    titles.set(image, [`${image} ${text}`, state]);
    const task = images.get(image)?.task;
    if (task) [task.title$, task.state$] = [`${image} ${text}`, state];
    // All images are announced before the first one is asked for.
    drawn ??= Promise.resolve().then(() => drawTasks(terminal, [...titles.keys()].map(taskOf)));
  };

  const taskOf = (image: string): ListrTask => ({
    title: titles.get(image)![0],
    task: (_, wrapper) => {
      images.set(image, wrapper);
      [wrapper.task.title$, wrapper.task.state$] = titles.get(image)!;
      return ended;
    },
  });

  const layerOf = (image: string, layer: string, done: number) => {
    const known = layers.get(`${image} ${layer}`);
    const parent = images.get(image);
    if (known || !parent) return known;
    const [task] = parent.newListr([{ title: layer, task: () => ended }]).tasks;
    // Only a task that was checked is drawn.
    void task!.check(undefined);
    parent.task.subtasks = [...(parent.task.subtasks ?? []), task!];
    const begun = { at: now(), done };
    layers.set(`${image} ${layer}`, { task: task!, begun });
    return { task: task!, begun };
  };

  return {
    event: (event) => {
      switch (event.kind) {
        case 'pulling':
          return show(event.image, 'Pulling');
        case 'found':
          return show(event.image, `Pulling (found in ${event.in})`);
        case 'pushing':
          return show(event.image, 'Pushing');
        case 'pushed':
          return show(event.image, 'Pushed', ListrTaskState.COMPLETED);
        case 'pulled':
          return show(event.image, 'Pulled', ListrTaskState.COMPLETED);
        case 'skipped':
          return show(event.subject, `Skipped ${event.because}`, ListrTaskState.COMPLETED);
        case 'failed':
          return show(event.image, 'Error', ListrTaskState.FAILED);
        case 'interrupted':
          return show(event.image, 'Interrupted', ListrTaskState.FAILED);
        case 'layer': {
          const layer = layerOf(event.image, event.layer, event.done);
          if (!layer) return;
          layer.task.title$ = layerText(event, layer.begun, now());
          layer.task.state$ = states[phases[event.phase].is];
          return;
        }
        default: {
          const line = pullLine(event);
          if (line !== undefined) notes.push(line);
        }
      }
    },
    finish: async () => {
      end();
      await drawn;
      for (const note of notes) terminal.write(`${note}\n`);
    },
  };
};

const states = {
  waiting: ListrTaskState.WAITING,
  working: ListrTaskState.STARTED,
  done: ListrTaskState.COMPLETED,
} as const;
