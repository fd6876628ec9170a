import type { Canonical, CanonicalService } from '../model/canonical.ts';
import type { Limits, Service } from '../model/project.ts';
import type { SeccompProfile } from '../model/seccomp-profile.ts';
import type { Path } from '../tree/path.ts';
import type { Value } from './value.ts';

/** A key of a service: what may stand behind it, and what that says of the service by its canonical value. */
export type ServiceKey<Canonical = unknown> = Value & {
  /** The part of the model that the key fills in; called when the file has the key. */
  model?(value: Canonical, service: Written): ServicePart;
  /** Its references to things that are declared elsewhere in the project. */
  uses?(value: Canonical): readonly Use[];
};

export type ServiceKeys = Readonly<Record<string, ServiceKey>>;

/** The service that a key is of. */
export type Written = {
  readonly name: string;
  readonly keys: CanonicalService;
  /** Whether the project has a service of this name. */
  readonly hasService: (name: string) => boolean;
  /** The name on this machine of the volume with a key. */
  readonly volumeName: (key: string) => string;
  /** The key of the network that its `network_mode` names. */
  readonly networkOfMode: (mode: string) => string;
  /** The content of the file that its `security_opt` names. */
  readonly seccompProfile: SeccompProfile | undefined;
  /** The configs and secrets of the project. */
  readonly materials: Pick<Canonical, 'configs' | 'secrets'>;
};

/** Some properties of a service; one that is undefined is left out. */
export type ServicePart = Part<Omit<Service, 'limits' | 'namespaces'>> & {
  readonly limits?: Part<Limits>;
  readonly namespaces?: Part<NonNullable<Service['namespaces']>>;
};

export type Part<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

/** Something that a service names, and where, from the service on. */
export type Use = {
  readonly of: 'services' | 'networks' | 'volumes' | 'secrets' | 'configs' | 'models';
  readonly name: string;
  readonly path: Path;
  /** Whether a new container of another service leaves this one with a part of the old. */
  readonly restart?: boolean;
};
