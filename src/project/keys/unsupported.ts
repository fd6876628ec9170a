/**
 * Keys of the Compose specification that are not honoured yet, with what each would do. From these tables
 * come the warning, the error under --strict, the description in the JSON schema and the tables of the README.
 */
export type UnsupportedKeys = Readonly<Record<string, string>>;

export const unsupportedTopLevel: UnsupportedKeys = {
  volumes: 'named volumes that services share and that outlive them',
  secrets: 'sensitive files that services are given',
  configs: 'configuration files that services are given',
  models: 'AI models that services use',
};

export const unsupportedServiceKeys: UnsupportedKeys = {
  annotations: 'annotations of the container for other tools',
  attach: 'whether `up` shows what the service prints',
  configs: 'configuration files to mount',
  develop: 'what to do when source files change',
  device_cgroup_rules: 'rules for access to devices',
  devices: 'devices of the host to make available',
  dns: 'name servers to ask',
  dns_opt: 'options of the resolver',
  dns_search: 'domains to search',
  external_links: 'containers outside the project to reach by name',
  extra_hosts: 'further lines of /etc/hosts',
  gpus: 'graphics processors to make available',
  healthcheck: 'how to find out whether the service is healthy',
  links: 'other names for services',
  logging: 'where the output of the service goes',
  mac_address: 'the hardware address of the default network',
  models: 'AI models that the service uses',
  network_mode: 'the network namespace to use',
  platform: 'the operating system and architecture',
  ports: 'ports to publish on the host',
  post_start: 'commands to run after the start',
  pre_start: 'containers to run before the start',
  pre_stop: 'commands to run before the stop',
  provider: 'a program that provides the service',
  pull_policy: 'when to fetch the image',
  pull_refresh_after: 'the age at which an image is fetched again',
  restart: 'what to do when the service ends',
  runtime: 'the OCI runtime',
  scale: 'how many containers to run',
  secrets: 'sensitive files to mount',
  storage_opt: 'options of the storage driver',
  use_api_socket: 'access to the API of the engine',
  userns_mode: 'the user namespace to use',
  volumes_from: 'services whose mounts to take over',
};

/** Keys inside of keys that are honoured otherwise. */
export const unsupportedServiceParts: UnsupportedKeys = {
  'security_opt[]': 'options of the security modules',
  'depends_on.*.condition': 'waiting until the other service is healthy, or has done its work',
  'deploy.mode': 'one container on each machine, or containers that end',
  'deploy.replicas': 'how many containers to run',
  'deploy.endpoint_mode': 'how clients find one of several containers',
  'deploy.labels': 'labels of the service rather than of its containers',
  'deploy.resources.reservations': 'resources that are promised',
  'deploy.restart_policy': 'what to do when a container ends',
  'deploy.update_config': 'how containers are replaced',
  'deploy.rollback_config': 'how containers are put back when that failed',
  'deploy.placement': 'where containers run',
  'volumes[].bind.recursive': 'whether mounts below the source come along',
  'volumes[].bind.selinux': 'a label for SELinux',
  'volumes[].volume': 'options of a named volume',
  'volumes[].image': 'options of an image mount',
};

export const unsupportedNetworkKeys: UnsupportedKeys = {
  driver: 'another driver than `bridge`',
  driver_opts: 'options of the driver',
  external: 'a network that exists already',
  internal: 'a network without a way out',
  enable_ipv4: 'whether the network has IPv4',
  enable_ipv6: 'whether the network has IPv6',
  attachable: 'whether other containers may join',
  labels: 'labels of the network',
  'ipam.driver': 'another driver than `default`',
  'ipam.options': 'options of the driver',
  'ipam.config[].ip_range': 'the part of the block that services get addresses from',
  'ipam.config[].aux_addresses': 'addresses that are taken already',
};

export const unsupportedAttachmentKeys: UnsupportedKeys = {
  ipv4_address: 'a fixed IPv4 address',
  ipv6_address: 'a fixed IPv6 address',
  link_local_ips: 'link-local addresses',
  mac_address: 'the hardware address',
  interface_name: 'the name of the interface',
  driver_opts: 'options of the driver',
  priority: 'the order in which networks are joined',
  gw_priority: 'which network has the default route',
};

/** Keys that other systems have a use for; they will not be honoured. */
export const foreignServiceKeys: UnsupportedKeys = {
  cpu_count: 'the number of usable CPUs, on Windows',
  cpu_percent: 'the usable share of all CPUs, on Windows',
  credential_spec: 'credentials of a managed account, on Windows',
  isolation: 'the isolation technology, on Windows',
  'volumes[].consistency': 'how fast changes of shared files are seen, on a Mac',
};

export const foreignKeys: UnsupportedKeys = under('services.*', foreignServiceKeys);

/** Every key that is not honoured, by its path. */
export const unsupportedKeys: UnsupportedKeys = {
  ...unsupportedTopLevel,
  ...under('services.*', { ...unsupportedServiceKeys, ...unsupportedServiceParts }),
  ...foreignKeys,
  ...under('services.*.networks.*', unsupportedAttachmentKeys),
  ...under('networks.*', unsupportedNetworkKeys),
};

/** What such a key may say all the same, for it is what happens anyway. */
export const honouredValues: Readonly<Record<string, readonly (string | number | boolean)[]>> = {
  'services.*.attach': [true],
  'services.*.restart': ['no'],
  'services.*.scale': [1],
  // What there is no filter or profile for is unconfined.
  'services.*.security_opt[]': [
    ...['', ':true', ':false', '=true', '=false'].map((value) => `no-new-privileges${value}`),
    ...['seccomp', 'apparmor'].flatMap((module) => [`${module}:unconfined`, `${module}=unconfined`]),
    ...['label:disable', 'label=disable'],
  ],
  'services.*.use_api_socket': [false],
  'services.*.userns_mode': ['host'],
  'services.*.depends_on.*.condition': ['service_started'],
  'services.*.deploy.mode': ['replicated'],
  'services.*.deploy.replicas': [1],
  'networks.*.driver': ['bridge', 'default', ''],
  'networks.*.external': [false],
  'networks.*.internal': [false],
  'networks.*.attachable': [false],
  'networks.*.enable_ipv4': [true],
  'networks.*.enable_ipv6': [false],
  'networks.*.ipam.driver': ['default', ''],
};

function under(path: string, keys: UnsupportedKeys): UnsupportedKeys {
  return Object.fromEntries(Object.entries(keys).map(([key, what]) => [`${path}.${key}`, what]));
}
