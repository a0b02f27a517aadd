/*
 * What the browser has instead of zod, by the bundler's alias: schemas that know their fields and descriptions, from
 * which forms take their help, and judge nothing. The server judges what it is sent, and its tests every answer.
 */

type Shape = Record<string, unknown>;
type Known = { shape?: Shape; description?: string };

const own = ['shape', 'description', 'describe', 'extend', 'safeParse'];

/** Any other rule put onto a schema leaves what is known of it as it is. */
function schema(known: Known): object {
  const same = () => schema(known);
  const methods = {
    ...known,
    describe: (description: string) => schema({ ...known, description }),
    extend: (more: Shape) => schema({ ...known, shape: { ...known.shape, ...more } }),
    safeParse: (data: unknown) => ({ success: true, data }),
  };
  return new Proxy(methods, {
    get: (target, name) => (own.includes(String(name)) ? Reflect.get(target, name) : same),
  });
}

const withFields = (shape: Shape) => schema({ shape });
const special: Record<string, unknown> = { object: withFields, strictObject: withFields, looseObject: withFields };

/** Every kind of schema by the name zod has for it; `coerce` has them once more. */
export const z: object = new Proxy(special, {
  get: (target, name) => Reflect.get(target, name) ?? (name === 'coerce' ? z : () => schema({})),
});
