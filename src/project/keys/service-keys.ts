// Written by `npm run generate`: one key for each file in service/.
import { key as annotationsKey } from './service/annotations.ts';
import { key as attachKey } from './service/attach.ts';
import { key as blkioConfigKey } from './service/blkio_config.ts';
import { key as buildKey } from './service/build.ts';
import { key as capAddKey } from './service/cap_add.ts';
import { key as capDropKey } from './service/cap_drop.ts';
import { key as cgroupKey } from './service/cgroup.ts';
import { key as cgroupParentKey } from './service/cgroup_parent.ts';
import { key as commandKey } from './service/command.ts';
import { key as configsKey } from './service/configs.ts';
import { key as containerNameKey } from './service/container_name.ts';
import { key as cpuCountKey } from './service/cpu_count.ts';
import { key as cpuPercentKey } from './service/cpu_percent.ts';
import { key as cpuPeriodKey } from './service/cpu_period.ts';
import { key as cpuQuotaKey } from './service/cpu_quota.ts';
import { key as cpuRtPeriodKey } from './service/cpu_rt_period.ts';
import { key as cpuRtRuntimeKey } from './service/cpu_rt_runtime.ts';
import { key as cpuSharesKey } from './service/cpu_shares.ts';
import { key as cpusKey } from './service/cpus.ts';
import { key as cpusetKey } from './service/cpuset.ts';
import { key as credentialSpecKey } from './service/credential_spec.ts';
import { key as dependsOnKey } from './service/depends_on.ts';
import { key as deployKey } from './service/deploy.ts';
import { key as developKey } from './service/develop.ts';
import { key as deviceCgroupRulesKey } from './service/device_cgroup_rules.ts';
import { key as devicesKey } from './service/devices.ts';
import { key as dnsKey } from './service/dns.ts';
import { key as dnsOptKey } from './service/dns_opt.ts';
import { key as dnsSearchKey } from './service/dns_search.ts';
import { key as domainnameKey } from './service/domainname.ts';
import { key as entrypointKey } from './service/entrypoint.ts';
import { key as envFileKey } from './service/env_file.ts';
import { key as environmentKey } from './service/environment.ts';
import { key as exposeKey } from './service/expose.ts';
import { key as extendsKey } from './service/extends.ts';
import { key as externalLinksKey } from './service/external_links.ts';
import { key as extraHostsKey } from './service/extra_hosts.ts';
import { key as gpusKey } from './service/gpus.ts';
import { key as groupAddKey } from './service/group_add.ts';
import { key as healthcheckKey } from './service/healthcheck.ts';
import { key as hostnameKey } from './service/hostname.ts';
import { key as imageKey } from './service/image.ts';
import { key as initKey } from './service/init.ts';
import { key as ipcKey } from './service/ipc.ts';
import { key as isolationKey } from './service/isolation.ts';
import { key as labelFileKey } from './service/label_file.ts';
import { key as labelsKey } from './service/labels.ts';
import { key as linksKey } from './service/links.ts';
import { key as loggingKey } from './service/logging.ts';
import { key as macAddressKey } from './service/mac_address.ts';
import { key as memLimitKey } from './service/mem_limit.ts';
import { key as memReservationKey } from './service/mem_reservation.ts';
import { key as memSwappinessKey } from './service/mem_swappiness.ts';
import { key as memoryKey } from './service/memory.ts';
import { key as memswapLimitKey } from './service/memswap_limit.ts';
import { key as modelsKey } from './service/models.ts';
import { key as networkModeKey } from './service/network_mode.ts';
import { key as networksKey } from './service/networks.ts';
import { key as oomKillDisableKey } from './service/oom_kill_disable.ts';
import { key as oomScoreAdjKey } from './service/oom_score_adj.ts';
import { key as pidKey } from './service/pid.ts';
import { key as pidsLimitKey } from './service/pids_limit.ts';
import { key as platformKey } from './service/platform.ts';
import { key as portsKey } from './service/ports.ts';
import { key as postStartKey } from './service/post_start.ts';
import { key as preStartKey } from './service/pre_start.ts';
import { key as preStopKey } from './service/pre_stop.ts';
import { key as privilegedKey } from './service/privileged.ts';
import { key as profilesKey } from './service/profiles.ts';
import { key as providerKey } from './service/provider.ts';
import { key as pullPolicyKey } from './service/pull_policy.ts';
import { key as pullRefreshAfterKey } from './service/pull_refresh_after.ts';
import { key as readOnlyKey } from './service/read_only.ts';
import { key as restartKey } from './service/restart.ts';
import { key as rootfsKey } from './service/rootfs.ts';
import { key as runtimeKey } from './service/runtime.ts';
import { key as scaleKey } from './service/scale.ts';
import { key as secretsKey } from './service/secrets.ts';
import { key as securityOptKey } from './service/security_opt.ts';
import { key as shmSizeKey } from './service/shm_size.ts';
import { key as stdinOpenKey } from './service/stdin_open.ts';
import { key as stopGracePeriodKey } from './service/stop_grace_period.ts';
import { key as stopSignalKey } from './service/stop_signal.ts';
import { key as storageOptKey } from './service/storage_opt.ts';
import { key as sysctlsKey } from './service/sysctls.ts';
import { key as tmpfsKey } from './service/tmpfs.ts';
import { key as ttyKey } from './service/tty.ts';
import { key as ulimitsKey } from './service/ulimits.ts';
import { key as useApiSocketKey } from './service/use_api_socket.ts';
import { key as userKey } from './service/user.ts';
import { key as usernsModeKey } from './service/userns_mode.ts';
import { key as utsKey } from './service/uts.ts';
import { key as volumesKey } from './service/volumes.ts';
import { key as volumesFromKey } from './service/volumes_from.ts';
import { key as workingDirKey } from './service/working_dir.ts';
import { key as xTscomposeKey } from './service/x-tscompose.ts';
import type { ServiceKeys } from './service-key.ts';

export const serviceKeys: ServiceKeys = {
  annotations: annotationsKey,
  attach: attachKey,
  blkio_config: blkioConfigKey,
  build: buildKey,
  cap_add: capAddKey,
  cap_drop: capDropKey,
  cgroup: cgroupKey,
  cgroup_parent: cgroupParentKey,
  command: commandKey,
  configs: configsKey,
  container_name: containerNameKey,
  cpu_count: cpuCountKey,
  cpu_percent: cpuPercentKey,
  cpu_period: cpuPeriodKey,
  cpu_quota: cpuQuotaKey,
  cpu_rt_period: cpuRtPeriodKey,
  cpu_rt_runtime: cpuRtRuntimeKey,
  cpu_shares: cpuSharesKey,
  cpus: cpusKey,
  cpuset: cpusetKey,
  credential_spec: credentialSpecKey,
  depends_on: dependsOnKey,
  deploy: deployKey,
  develop: developKey,
  device_cgroup_rules: deviceCgroupRulesKey,
  devices: devicesKey,
  dns: dnsKey,
  dns_opt: dnsOptKey,
  dns_search: dnsSearchKey,
  domainname: domainnameKey,
  entrypoint: entrypointKey,
  env_file: envFileKey,
  environment: environmentKey,
  expose: exposeKey,
  extends: extendsKey,
  external_links: externalLinksKey,
  extra_hosts: extraHostsKey,
  gpus: gpusKey,
  group_add: groupAddKey,
  healthcheck: healthcheckKey,
  hostname: hostnameKey,
  image: imageKey,
  init: initKey,
  ipc: ipcKey,
  isolation: isolationKey,
  label_file: labelFileKey,
  labels: labelsKey,
  links: linksKey,
  logging: loggingKey,
  mac_address: macAddressKey,
  mem_limit: memLimitKey,
  mem_reservation: memReservationKey,
  mem_swappiness: memSwappinessKey,
  memory: memoryKey,
  memswap_limit: memswapLimitKey,
  models: modelsKey,
  network_mode: networkModeKey,
  networks: networksKey,
  oom_kill_disable: oomKillDisableKey,
  oom_score_adj: oomScoreAdjKey,
  pid: pidKey,
  pids_limit: pidsLimitKey,
  platform: platformKey,
  ports: portsKey,
  post_start: postStartKey,
  pre_start: preStartKey,
  pre_stop: preStopKey,
  privileged: privilegedKey,
  profiles: profilesKey,
  provider: providerKey,
  pull_policy: pullPolicyKey,
  pull_refresh_after: pullRefreshAfterKey,
  read_only: readOnlyKey,
  restart: restartKey,
  rootfs: rootfsKey,
  runtime: runtimeKey,
  scale: scaleKey,
  secrets: secretsKey,
  security_opt: securityOptKey,
  shm_size: shmSizeKey,
  stdin_open: stdinOpenKey,
  stop_grace_period: stopGracePeriodKey,
  stop_signal: stopSignalKey,
  storage_opt: storageOptKey,
  sysctls: sysctlsKey,
  tmpfs: tmpfsKey,
  tty: ttyKey,
  ulimits: ulimitsKey,
  use_api_socket: useApiSocketKey,
  user: userKey,
  userns_mode: usernsModeKey,
  uts: utsKey,
  volumes: volumesKey,
  volumes_from: volumesFromKey,
  working_dir: workingDirKey,
  'x-tscompose': xTscomposeKey,
};
