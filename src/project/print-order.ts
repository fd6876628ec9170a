/**
 * Compares keys of a mapping in the order in which Docker Compose prints them. `pattern` is the place of the mapping,
 * such as `services.*.ports[]`. Keys that Docker Compose does not have follow by name, then those that begin with `x-`.
 */
export function printOrder(pattern: string): (a: string, b: string) => number {
  const rank = ranks(ORDERS[pattern] ?? '');
  const rankOf = (key: string): number => rank.get(key) ?? (key.startsWith('x-') ? Infinity : rank.size);
  return (a, b) => {
    const [first, second] = [rankOf(a), rankOf(b)];
    return first === second ? byName(a, b) : first - second;
  };
}

export const byName = (a: string, b: string): number => (a < b ? -1 : 1);

const rankings = new Map<string, ReadonlyMap<string, number>>();

function ranks(order: string): ReadonlyMap<string, number> {
  const known = rankings.get(order) ?? new Map(order.split(/\s+/).map((key, index) => [key, index]));
  rankings.set(order, known);
  return known;
}

const HOOK = 'command image user privileged working_dir environment per_replica';
const REFERENCE = 'source target uid gid mode';
const UPDATE = 'parallelism delay failure_action monitor max_failure_ratio order';
const FILE = 'name file environment content external labels driver driver_opts template_driver';
const DEVICE = 'capabilities driver count device_ids options';

/** Of compose-go 2.14.0; mappings that are not here have their keys by name. */
export const ORDERS: Readonly<Record<string, string>> = {
  '': 'name services networks volumes secrets configs models',
  'services.*': `profiles annotations attach build develop blkio_config cap_add cap_drop cgroup_parent cgroup cpu_count
    cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpus cpuset cpu_shares command configs container_name
    credential_spec depends_on deploy device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint provider
    environment env_file expose extends external_links extra_hosts group_add gpus hostname healthcheck image init ipc
    isolation labels label_file links logging mem_limit mem_reservation memswap_limit mem_swappiness mac_address models
    network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports privileged pull_policy
    pull_refresh_after read_only restart runtime scale secrets security_opt shm_size stdin_open stop_grace_period
    stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode uts volumes volumes_from
    working_dir pre_start post_start pre_stop rootfs`,
  'services.*.build': `context dockerfile dockerfile_inline entitlements args provenance sbom ssh labels cache_from
    cache_to no_cache no_cache_filter additional_contexts pull extra_hosts isolation network target secrets shm_size tags
    ulimits platforms privileged`,
  'services.*.build.secrets[]': REFERENCE,
  'services.*.build.ulimits.*': 'soft hard',
  'services.*.blkio_config': `weight weight_device device_read_bps device_read_iops device_write_bps
    device_write_iops`,
  'services.*.configs[]': REFERENCE,
  'services.*.credential_spec': 'config file registry',
  'services.*.depends_on.*': 'condition restart required',
  'services.*.deploy': `mode replicas labels update_config rollback_config resources restart_policy placement
    endpoint_mode`,
  'services.*.deploy.update_config': UPDATE,
  'services.*.deploy.rollback_config': UPDATE,
  'services.*.deploy.resources': 'limits reservations',
  'services.*.deploy.resources.limits': 'cpus memory pids',
  'services.*.deploy.resources.reservations': 'cpus memory pids devices generic_resources',
  'services.*.deploy.resources.reservations.devices[]': DEVICE,
  'services.*.deploy.restart_policy': 'condition delay max_attempts window',
  'services.*.deploy.placement': 'constraints preferences max_replicas_per_node',
  'services.*.develop.watch[]': 'path action target exec include ignore initial_sync',
  'services.*.develop.watch[].exec': HOOK,
  'services.*.devices[]': 'source target permissions',
  'services.*.env_file[]': 'path required format',
  'services.*.extends': 'file service',
  'services.*.gpus[]': DEVICE,
  'services.*.healthcheck': 'test timeout interval retries start_period start_interval disable',
  'services.*.networks.*': `aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips
    mac_address priority`,
  'services.*.ports[]': 'name mode host_ip target published protocol app_protocol',
  'services.*.post_start[]': HOOK,
  'services.*.pre_start[]': HOOK,
  'services.*.pre_stop[]': HOOK,
  'services.*.provider': 'type options',
  'services.*.secrets[]': REFERENCE,
  'services.*.ulimits.*': 'soft hard',
  'services.*.volumes[]': 'type source target read_only consistency bind volume tmpfs image',
  'services.*.volumes[].bind': 'selinux propagation create_host_path recursive',
  'services.*.volumes[].volume': 'labels nocopy subpath',
  'services.*.volumes[].tmpfs': 'size mode',
  'networks.*': 'name driver driver_opts ipam external internal attachable labels enable_ipv4 enable_ipv6',
  'networks.*.ipam': 'driver config options',
  'networks.*.ipam.config[]': 'subnet gateway ip_range aux_addresses',
  'volumes.*': 'name driver driver_opts external labels',
  'secrets.*': FILE,
  'configs.*': FILE,
  'models.*': 'name model context_size runtime_flags',
};
