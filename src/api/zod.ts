/**
 * The words of zod that bodies are described in. Loaded where bodies are checked, which is in the supervisor: a client
 * has them as types alone, for to load zod takes longer than most commands do.
 */
export {
  array,
  boolean,
  custom,
  exactOptional,
  extend,
  int,
  literal,
  maximum,
  minLength,
  nonnegative,
  nullable,
  number,
  object,
  record,
  safeParse,
  string,
  tuple,
} from 'zod/mini';
