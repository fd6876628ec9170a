import type { ProgressLine } from './json.ts';
import { pullLine } from './pull-line.ts';
import type { PullReporter } from './pull-reporter.ts';
import { phases, type TransferEvent } from './transfer.ts';

/** Lines of `--progress json`, in the format of Docker Compose; of a layer, one for each percent. */
export const pullJsonReporter = (write: (text: string) => void): PullReporter => {
  const last = new Map<string | undefined, string>();
  return {
    event: (event) => {
      const line = lineOf(event);
      if (!line) return;
      const news = JSON.stringify([line.status, line.text, line.percent]);
      if (event.kind === 'layer' && last.get(event.layer) === news) return;
      if (event.kind === 'layer') last.set(event.layer, news);
      write(`${JSON.stringify(line)}\n`);
    },
    finish: async () => {},
  };
};

const lineOf = (event: TransferEvent): ProgressLine | undefined => {
  switch (event.kind) {
    case 'pulling':
      return { id: `Image ${event.image}`, status: 'Working', text: 'Pulling' };
    case 'found':
      return {
        id: `Image ${event.image}`,
        status: 'Working',
        text: 'Pulling',
        details: `found in ${event.in}`,
      };
    case 'pushing':
      return { id: `Image ${event.image}`, status: 'Working', text: 'Pushing' };
    case 'pushed':
      return { id: `Image ${event.image}`, status: 'Done', text: 'Pushed', details: event.digest };
    case 'pulled':
      return { id: `Image ${event.image}`, status: 'Done', text: 'Pulled', details: event.digest };
    case 'skipped':
      return { id: event.subject, status: 'Done', text: 'Skipped', details: event.because };
    case 'failed':
      return {
        id: `Image ${event.image}`,
        ...{ status: 'Error', text: 'Error', details: event.diagnostics[0]?.message ?? '' },
      };
    case 'interrupted':
      return { id: `Image ${event.image}`, status: 'Warning', text: 'Interrupted' };
    case 'layer': {
      const { layer, image, phase, done: current, total } = event;
      const { word: text, is } = phases[phase];
      const status = is === 'done' ? 'Done' : 'Working';
      const percent = total === 0 ? 100 : Math.floor((100 * current) / total);
      return {
        ...{ id: layer.slice('sha256:'.length, 19), parent_id: `Image ${image}` },
        ...{ status, text, current, total, percent },
      };
    }
    case 'warning':
      return undefined;
    default: {
      const text = pullLine(event);
      return text === undefined ? undefined : { status: 'Working', text };
    }
  }
};
