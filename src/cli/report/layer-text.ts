import { humanSize } from '../../base/text/human-size.ts';
import { phases, type TransferPhase } from './transfer.ts';

/** When the bytes of a layer began to come, in ms, and how many of them were here before. */
export type Begun = { readonly at: number; readonly done: number };

export type LayerState = {
  /** Digest */
  readonly layer: string;
  readonly phase: TransferPhase;
  readonly done: number;
  readonly total: number;
};

/** `a3ed95caeb02 Downloading 12MB / 48MB, 6MB/s, 6 s left`. */
export const layerText = ({ layer, phase, done, total }: LayerState, begun: Begun, now: number): string => {
  const name = layer.slice('sha256:'.length, 19);
  const { word, moves } = phases[phase];
  if (!moves) return `${name} ${word} ${humanSize(total, 3)}`;
  const rate = ((done - begun.done) * 1000) / (now - begun.at);
  const pace =
    Number.isFinite(rate) && rate > 0
      ? `, ${humanSize(Math.round(rate), 3)}/s, ${Math.ceil((total - done) / rate)} s left`
      : '';
  return `${name} ${word} ${humanSize(done, 3)} / ${humanSize(total, 3)}${pace}`;
};
