/**
 * The functions of zod for the schemas of bodies. Only the supervisor loads them, to check bodies; a client imports
 * types alone, because loading zod takes longer than most commands.
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
