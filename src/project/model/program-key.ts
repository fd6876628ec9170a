import type { Service } from './project.ts';

/** The key of a service that names its program. */
export const programKey = ({ entrypoint }: Pick<Service, 'entrypoint'>): 'entrypoint' | 'command' =>
  (entrypoint ?? []).length > 0 ? 'entrypoint' : 'command';
