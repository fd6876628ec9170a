import { defaultLogging, type Logging } from '../../project/model/logging.ts';

/** When a log is rotated, and how many files are kept. */
export type LogLimits = Pick<Logging, 'maxSize' | 'maxFiles'>;

/** The limits where nothing is kept: what is in memory for those who are attached. */
const UNKEPT: LogLimits = { maxSize: 64 << 10, maxFiles: 2 };

export const isKept = (logging: Logging | undefined): boolean => logging?.driver !== 'none';

export const limitsOf = (logging: Logging | undefined): LogLimits =>
  isKept(logging) ? (logging ?? defaultLogging) : UNKEPT;
