import { testServiceKey } from '../key-tests.ts';

/** What JSON has for parts that say nothing. */
const blank = { placement: {}, resources: {} };

testServiceKey('deploy', {
  forms: [
    [
      '{replicas: "2", mode: replicated, endpoint_mode: vip, labels: [a=b]}',
      { replicas: 2, mode: 'replicated', endpoint_mode: 'vip', labels: { a: 'b' }, ...blank },
    ],
    [
      '{resources: {limits: {cpus: "0.50", memory: 50M, pids: 10}, reservations: {cpus: 0.25, memory: 20m}}}',
      {
        resources: {
          limits: { cpus: 0.5, memory: '52428800', pids: 10 },
          reservations: { cpus: 0.25, memory: '20971520' },
        },
        placement: {},
      },
    ],
    [
      '{resources: {reservations: {devices: [{capabilities: [gpu], count: all}, {capabilities: [gpu], device_ids: ["0"], driver: nvidia, options: {a: 1}}, {capabilities: [x], count: 2}], generic_resources: [{discrete_resource_spec: {kind: ssd, value: 1}}]}}}',
      {
        resources: {
          reservations: {
            devices: [
              { capabilities: ['gpu'], count: -1 },
              { capabilities: ['gpu'], device_ids: ['0'], driver: 'nvidia', options: { a: '1' } },
              { capabilities: ['x'], count: 2 },
            ],
            generic_resources: [{ discrete_resource_spec: { kind: 'ssd', value: 1 } }],
          },
        },
        placement: {},
      },
    ],
    ...['always', 'unless-stopped'].map(
      (condition) =>
        [
          `{restart_policy: {condition: ${condition}}}`,
          { restart_policy: { condition }, placement: {}, resources: {} },
        ] as const,
    ),
    [
      '{resources: {reservations: {generic_resources: [{discrete_resource_spec: {kind: ssd}}]}}}',
      {
        resources: {
          reservations: { generic_resources: [{ discrete_resource_spec: { kind: 'ssd', value: 0 } }] },
        },
        placement: {},
      },
    ],
    ['{}', blank],
    [
      '{replicas: 0, labels: [], resources: {limits: {cpus: 0, memory: 0, pids: 0}}}',
      { replicas: 0, placement: {}, resources: { limits: {} } },
    ],
    ['{update_config: {delay: 0s, max_failure_ratio: 0}}', { update_config: {}, ...blank }],
    ['{replicas: 2}\nscale: 2', { replicas: 2, ...blank }],
    ['{labels: [a=b]}\nscale: 3', { replicas: 3, labels: { a: 'b' }, ...blank }],
    [
      '{restart_policy: {condition: on-failure, delay: 5s, max_attempts: 3, window: 120s}}',
      { restart_policy: { condition: 'on-failure', delay: '5s', max_attempts: 3, window: '2m0s' }, ...blank },
    ],
    [
      '{update_config: {parallelism: 2, delay: 10s, failure_action: rollback, monitor: 1m, max_failure_ratio: 0.1, order: start-first}, rollback_config: {parallelism: 0}}',
      {
        update_config: {
          parallelism: 2,
          delay: '10s',
          failure_action: 'rollback',
          monitor: '1m0s',
          max_failure_ratio: 0.1,
          order: 'start-first',
        },
        rollback_config: { parallelism: 0 },
        ...blank,
      },
    ],
    [
      '{placement: {constraints: [node.role == manager], preferences: [{spread: node.labels.zone}], max_replicas_per_node: 2}}',
      {
        placement: {
          constraints: ['node.role == manager'],
          preferences: [{ spread: 'node.labels.zone' }],
          max_replicas_per_node: 2,
        },
        resources: {},
      },
    ],
  ],
  faults: [
    ['{replicas: -1}', 'invalid-value 4:24 -1'],
    ['{mode: replicatd}', 'invalid-value 4:20 replicatd'],
    ['{endpoint_mode: dns}', 'invalid-value 4:29 dns'],
    ['{resources: {limits: {memory: lots}}}', 'invalid-value 4:43 lots'],
    ['{resources: {limits: {cpus: x}}}', 'invalid-value 4:41 x'],
    ['{resources: {limit: {}}}', 'unknown-key 4:26 limit'],
    ['{resources: {reservations: {devices: [{count: 1}]}}}', 'missing-key 4:51 {count: 1}'],
    [
      '{resources: {reservations: {devices: [{capabilities: [gpu], count: 1, device_ids: ["0"]}]}}}',
      'conflicting-keys 4:83 device_ids',
    ],
    ['{restart_policy: {condition: never}}', 'invalid-value 4:42 never'],
    ['{restart_policy: {delay: 5}}', 'invalid-value 4:38 5'],
    ['{update_config: {order: start-frist}}', 'invalid-value 4:37 start-frist'],
    ['{update_config: {max_failure_ratio: 2}}', 'invalid-value 4:49 2'],
    ['{placement: {constraints: x}}', 'invalid-type 4:39 x'],
    ['{resources: {limits: {memory: 64m}}}\nmem_limit: 128m', 'conflicting-keys 4:43 64m'],
    ['{resources: {limits: {cpus: 1}}}\ncpus: 0.5', 'conflicting-keys 4:41 1'],
    ['{resources: {limits: {pids: 5}}}\npids_limit: 6', 'conflicting-keys 4:41 5'],
    ['{replicas: 2}\ncontainer_name: one', 'conflicting-keys 5:21 one'],
  ],
});
