import { familiarText, type Reference, referenceText } from '../../base/images/reference.ts';

/**
 * The meaning of a name without a registry, for the error that there is no such image; undefined for other names. Docker
 * Hub alone is asked: a name that another registry answers in its place would be another image.
 * @param searched registries in which Podman would look for it as well
 */
export const shortNameHint = (reference: Reference, searched: readonly string[]): string | undefined => {
  if (reference.host !== 'docker.io') return undefined;
  const [short, full] = [familiarText(reference), referenceText(reference)];
  const elsewhere = searched.filter((host) => host !== 'docker.io').map((host) => `\`${host}/${short}\``);
  if (elsewhere.length > 0)
    return `\`${short}\` stands for \`${full}\`; if you mean what Podman finds in other registries, write ${elsewhere.join(' or ')}`;
  return reference.path.startsWith('library/')
    ? `\`${short}\` stands for \`${full}\``
    : `\`${short}\` stands for \`${full}\`: the name of a registry has a dot or a port`;
};
