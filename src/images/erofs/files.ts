/** The files of an image root beside the archives of its layers. */
export const META_FILE = 'meta.erofs';
/** Only there if a layer has sparse files. */
export const SPARSE_FILE = 'sparse.data';
