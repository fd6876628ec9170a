/** A requirement of containers, and its result on this host. */
export type Finding = {
  readonly what: string;
  /** `limited`: containers run, with a feature missing. */
  readonly verdict: 'good' | 'limited' | 'missing';
  readonly found: string;
  readonly help?: string;
};
