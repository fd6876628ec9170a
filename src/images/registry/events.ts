/** The events of a fetch from a registry that a user may want to know. */
export type RegistryEvent =
  /** As whom the registry is asked; undefined for nobody in particular. */
  | { readonly kind: 'account'; readonly host: string; readonly account: string | undefined }
  /** A request failed in a way that may pass, and is made again after the pause (ms). */
  | { readonly kind: 'retry'; readonly host: string; readonly cause: string; readonly pause: number }
  /** How many images the registry still gives to this account or address within so many seconds. */
  | ({ readonly kind: 'rate-limit'; readonly host: string } & RateLimit)
  /** A mirror could not help, and the next one or the registry itself is asked. */
  | { readonly kind: 'passed-over'; readonly host: string; readonly cause: string };

export type RateLimit = {
  readonly limit: number;
  readonly remaining: number;
  readonly seconds?: number;
};
