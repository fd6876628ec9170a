/** Where the output of a container is kept, and how much of it. */
export type Logging = {
  readonly driver: 'json-file' | 'local' | 'none';
  /** Bytes of a file, after which the next one is begun. */
  readonly maxSize: number;
  readonly maxFiles: number;
};

/** Of a service that says nothing. The driver `local` of Docker has the same. */
export const defaultLogging = { maxSize: 20 << 20, maxFiles: 5 } as const;
