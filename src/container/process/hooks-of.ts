import type { Container } from '../facts.ts';
import type { OciHook } from '../oci.ts';

/** The hooks `createContainer`. */
export const hooksOf = ({ config }: Pick<Container, 'config'>): readonly OciHook[] =>
  config.hooks?.createContainer ?? [];

export const hasHooks = (container: Pick<Container, 'config'>): boolean => hooksOf(container).length > 0;
