import { humanSize } from '../../base/human-size.ts';
import type { FetchPhase } from '../../engine/pull-images.ts';

/** When the bytes of a layer began to come, in ms, and how many of them were here before. */
export type Begun = { readonly at: number; readonly done: number };

export type LayerState = {
  /** Digest */
  readonly layer: string;
  readonly phase: FetchPhase;
  readonly done: number;
  readonly total: number;
};

/** `a3ed95caeb02 Downloading 12MB / 48MB, 6MB/s, 6 s left`. */
export const layerText = ({ layer, phase, done, total }: LayerState, begun: Begun, now: number): string => {
  const name = layer.slice('sha256:'.length, 19);
  if (phase !== 'downloading') return `${name} ${words[phase]} ${humanSize(total, 3)}`;
  const rate = ((done - begun.done) * 1000) / (now - begun.at);
  const pace =
    Number.isFinite(rate) && rate > 0
      ? `, ${humanSize(Math.round(rate), 3)}/s, ${Math.ceil((total - done) / rate)} s left`
      : '';
  return `${name} ${words[phase]} ${humanSize(done, 3)} / ${humanSize(total, 3)}${pace}`;
};

/** In the words of Docker. */
const words: { readonly [Phase in FetchPhase]: string } = {
  waiting: 'Waiting',
  downloading: 'Downloading',
  extracting: 'Extracting',
  exists: 'Already exists',
  complete: 'Pull complete',
};
