/**
 * An error or a warning as data. Diagnostics are collected, sorted and rendered once, never thrown as prose.
 * Codes are a closed union; tests assert the code and the place, not the wording.
 */
export type Diagnostic = {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  /** One sentence, lower case, no full stop, literals in backticks. */
  readonly message: string;
  readonly at?: Place;
  /** The text beside the caret: the reason that points to this place. */
  readonly label?: string;
  /** Further places in the same or other files. */
  readonly labels?: readonly { readonly at: Place; readonly text: string }[];
  /** The path of the value in the model; the loader of the files turns it into `at`. */
  readonly from?: ModelPath;
  /** Facts in two columns, such as `call` and the system call that failed. */
  readonly facts?: readonly (readonly [name: string, text: string])[];
  readonly notes?: readonly string[];
  /** The remedy, as an imperative. */
  readonly help?: string;
  /** The name that the message is about, where one warning can say the same of many names. */
  readonly subject?: string;
  /** The exit status, if it is not 1: 125, 126 or 127 as in Docker. */
  readonly exitCode?: number;
};

/** A diagnostic without its place: the part that outlives the files. */
export type Reason = Pick<Diagnostic, 'message' | 'facts' | 'notes' | 'help'>;

/** A path into the model as a user would write it: `services.web.volumes[0]`. */
export type ModelPath = string;

/** A range of one file: offsets in UTF-16 units, line and column counted from 1. */
export type Place = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
  /** The `include` or `extends` that brought the value in, if it comes from another place than its use. */
  readonly via?: Via;
};

export type Via = { readonly text: string; readonly at: Place };

export type DiagnosticCode =
  // reading and checking files
  | 'no-file'
  | 'unreadable-file'
  | 'yaml-syntax'
  | 'duplicate-key'
  | 'unknown-key'
  | 'unsupported-key'
  | 'invalid-type'
  | 'invalid-value'
  | 'missing-key'
  | 'missing-variable'
  | 'unset-variable'
  | 'invalid-interpolation'
  | 'conflicting-keys'
  | 'unknown-service'
  | 'unknown-profile'
  | 'unknown-network'
  | 'unknown-volume'
  | 'unknown-secret'
  | 'unknown-config'
  | 'unknown-model'
  | 'dependency-cycle'
  | 'extends-cycle'
  | 'include-cycle'
  | 'duplicate-mount'
  | 'duplicate-address'
  | 'duplicate-name'
  | 'duplicate-port'
  | 'invalid-project-name'
  | 'no-rootfs'
  | 'no-command'
  | 'rootfs-missing'
  | 'bind-source-missing'
  | 'subnet-overlap'
  | 'obsolete-key'
  | 'machine-exposed'
  // this machine and its state
  | 'not-root'
  | 'foreign-proc'
  | 'not-permitted'
  | 'no-controller'
  | 'unsupported-kernel'
  | 'no-native-library'
  | 'overlay-on-tmpfs'
  | 'runner-fallback'
  | 'bundle-root'
  | 'bundle-image'
  | 'bundle-grant'
  | 'bundle-init'
  | 'bundle-namespace'
  | 'unwritable-output'
  | 'refused-path'
  | 'project-elsewhere'
  | 'name-in-use'
  | 'orphan-containers'
  | 'no-project'
  | 'damaged-record'
  | 'no-space'
  | 'log-rotated'
  | 'not-kept'
  | 'volume-not-filled'
  | 'no-container'
  | 'no-volume'
  | 'no-network'
  | 'network-in-use'
  | 'address-in-use'
  | 'invalid-network-name'
  | 'foreign-volume'
  | 'changed-volume'
  | 'volume-not-mounted'
  | 'volume-in-use'
  | 'invalid-volume-name'
  // images
  | 'invalid-image-name'
  | 'no-image'
  | 'no-platform'
  | 'other-platform'
  | 'unsupported-image'
  | 'damaged-image'
  | 'bad-archive'
  | 'registry-unreachable'
  | 'registry-untrusted'
  | 'registry-denied'
  | 'registry-failed'
  | 'registry-blocked'
  | 'rate-limited'
  | 'image-in-use'
  | 'ambiguous-image'
  | 'no-exec'
  | 'not-running'
  | 'not-restarted'
  | 'not-at-boot'
  | 'paused'
  | 'not-paused'
  | 'exec-started'
  | 'nothing-to-remove'
  | 'not-removed'
  | 'subnet-exhausted'
  | 'no-packet-filter'
  | 'no-forwarding'
  | 'foreign-firewall'
  | 'no-ipv6'
  | 'too-many-attachments'
  | 'port-in-use'
  | 'not-published'
  // running
  | 'step-failed'
  | 'out-of-memory'
  | 'too-many-descriptors'
  | 'command-not-found'
  | 'command-not-executable'
  | 'dependency-failed'
  | 'cancelled'
  | 'supervisor-lost'
  | 'events-cut-off'
  | 'supervisor-error'
  | 'not-supported'
  | 'usage';

/** Carries diagnostics through code that cannot continue. Every other error is a bug. */
export class Problem extends Error {
  readonly diagnostics: readonly Diagnostic[];

  /** Takes lists as well: a file may have more diagnostics than a call can have arguments. */
  constructor(...diagnostics: readonly (Diagnostic | readonly Diagnostic[])[]) {
    const all = (diagnostics as readonly Diagnostic[]).flat();
    super(all.map(({ message }) => message).join('; '));
    this.name = 'Problem';
    this.diagnostics = all;
  }
}
