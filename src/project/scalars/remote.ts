/** Whether a path is one that Docker Compose would fetch: an OCI artefact, an address, or a Git repository. */
export function isRemote(path: string): boolean {
  return /^([a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/.test(path);
}
