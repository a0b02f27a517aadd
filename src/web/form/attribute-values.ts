import type { Values } from './use-record-form.ts';

/** The attributes of a record as fields of their own, `attributes.NAME`. */
export function spreadAttributes(attributes: Record<string, unknown>): Values {
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`attributes.${name}`, value]));
}

/** Changed fields as the API takes them: `attributes.NAME` together under `attributes`. */
export function gatherAttributes(changed: Values): Values {
  const plain = Object.entries(changed).filter(([field]) => !field.startsWith('attributes.'));
  const attributes = Object.entries(changed).flatMap(([field, value]) =>
    field.startsWith('attributes.') ? [[field.slice('attributes.'.length), value] as const] : [],
  );
  return { ...Object.fromEntries(plain), ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }) };
}
