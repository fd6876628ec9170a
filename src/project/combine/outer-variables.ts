import type { Canonical, CanonicalService } from '../model/canonical.ts';

type Variables = Readonly<Record<string, string | null>>;

/** Gives variables that the files name without a value, of services and of builds, that of the environment. */
export function withOuterVariables(project: Canonical, outer: ReadonlyMap<string, string>): Canonical {
  const services = Object.entries(project.services).map(([name, service]) => [name, filled(service, outer)]);
  return { ...project, services: Object.fromEntries(services) };
}

function filled(service: CanonicalService, outer: ReadonlyMap<string, string>): CanonicalService {
  const { environment, build } = service;
  const args = build?.args as Variables | undefined;
  return {
    ...service,
    ...(environment && { environment: resolved(environment, outer) }),
    ...(build && args && { build: { ...build, args: withoutUnset(resolved(args, outer)) } }),
  };
}

/** An argument without a value is that of the Dockerfile. */
function withoutUnset(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== null));
}

function resolved(variables: Variables, outer: ReadonlyMap<string, string>): Variables {
  const entries = Object.entries(variables).map(([key, value]) => [key, value ?? outer.get(key) ?? null]);
  return Object.fromEntries(entries);
}
