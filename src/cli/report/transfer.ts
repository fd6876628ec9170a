import type { FetchPhase, PullEvent } from '../../engine/doors/images/pull-images.ts';
import type { PushEvent, PushPhase } from '../../engine/doors/images/push-images.ts';

/** The events while images come from registries or go there. */
export type TransferEvent = PullEvent | PushEvent;

/** An event of a layer. */
export type TransferPhase = FetchPhase | PushPhase;

type Phase = {
  /** In the words of Docker. */
  readonly word: string;
  readonly is: 'waiting' | 'working' | 'done';
  /** Its bytes are on their way. */
  readonly moves?: true;
};

export const phases: { readonly [Name in TransferPhase]: Phase } = {
  waiting: { word: 'Waiting', is: 'waiting' },
  downloading: { word: 'Downloading', is: 'working', moves: true },
  extracting: { word: 'Extracting', is: 'working' },
  exists: { word: 'Already exists', is: 'done' },
  complete: { word: 'Pull complete', is: 'done' },
  preparing: { word: 'Preparing', is: 'working' },
  pushing: { word: 'Pushing', is: 'working', moves: true },
  present: { word: 'Layer already exists', is: 'done' },
  mounted: { word: 'Mounted', is: 'done' },
  pushed: { word: 'Pushed', is: 'done' },
};
