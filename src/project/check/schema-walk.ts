import type * as z from 'zod';
import type { Path } from '../tree/path.ts';

/** The schemas that a value at this path may follow: one, or several where there is a choice. */
export function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  return path.reduce<z.ZodType[]>(
    (schemas, step) => schemas.flatMap((each) => below(each, step)),
    branches(schema),
  );
}

/** What messages call a mapping of this schema: `service`. */
export function titleOf(schema: z.ZodType): string | undefined {
  return schema.meta()?.title;
}

/** The keys that a mapping of this schema may have. */
export function keysOf(schema: z.ZodType): string[] {
  const definition = definitionOf(schema);
  return definition.type === 'object' ? Object.keys(definition.shape) : [];
}

/** Whether a mapping at the path above this one is nothing without this key. */
export function isRequired(schema: z.ZodType, path: Path): boolean {
  const key = path.at(-1);
  if (key === undefined) return false;
  return schemasAt(schema, path.slice(0, -1)).some((owner) => {
    const definition = definitionOf(owner);
    if (definition.type !== 'object') return false;
    const value = ownValue(definition.shape, key);
    return value !== undefined && definitionOf(value).type !== 'optional';
  });
}

function below(schema: z.ZodType, step: string | number): z.ZodType[] {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'object': {
      const value = ownValue(definition.shape, step);
      return value ? branches(value) : [];
    }
    case 'record':
      return branches(definition.valueType as z.ZodType);
    case 'array':
      return branches(definition.element as z.ZodType);
    default:
      return [];
  }
}

/** A schema without the choices around it. */
function branches(schema: z.ZodType): z.ZodType[] {
  const definition = definitionOf(schema);
  switch (definition.type) {
    case 'optional':
      return branches(definition.innerType as z.ZodType);
    case 'union':
      return definition.options.flatMap((option) => branches(option as z.ZodType));
    default:
      return [schema];
  }
}

/** Keys of a file may be called as what every object of JavaScript has. */
function ownValue(shape: object, key: string | number): z.ZodType | undefined {
  return Object.hasOwn(shape, key) ? (shape as Readonly<Record<string, z.ZodType>>)[key] : undefined;
}

function definitionOf(schema: z.ZodType) {
  return (schema as unknown as { readonly _zod: { readonly def: Definition } })._zod.def;
}

type Definition =
  | z.core.$ZodObjectDef
  | z.core.$ZodRecordDef
  | z.core.$ZodArrayDef
  | z.core.$ZodOptionalDef
  | z.core.$ZodUnionDef;
