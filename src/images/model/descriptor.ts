import type { Platform } from '../../base/images/platform.ts';

/** The name of a blob: the descriptor of the OCI image specification. */
export type Descriptor = {
  readonly mediaType: string;
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Where the layer lies if no registry may distribute it. */
  readonly urls?: readonly string[];
};
