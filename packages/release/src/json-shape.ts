/** Turns an unknown value of parsed JSON into what it should be, or throws a ShapeError. */
export type Shape<T> = (value: unknown) => T;

export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

const longestText = 1024 * 1024;

/** A text without NUL, which no file name, argument or variable can hold. */
export function text(pattern: RegExp = /^/, longest = longestText): Shape<string> {
  return (value) => {
    if (typeof value === 'string' && value.length <= longest && !value.includes('\0') && pattern.test(value))
      return value;
    throw new ShapeError('not such a text');
  };
}

/** What a person reads and nothing is run with: whatever is in it, it is no damage. Control characters become spaces. */
export const prose: Shape<string> = (value) => {
  if (typeof value === 'string' && value.length <= longestText)
    return /\p{Cc}/u.test(value) ? value.replaceAll(/\p{Cc}+/gu, ' ') : value;
  throw new ShapeError('not a text');
};

export function number(range: { min: number; max: number; whole?: boolean }): Shape<number> {
  return (value) => {
    const isFit = typeof value === 'number' && value >= range.min && value <= range.max;
    if (isFit && (range.whole !== true || Number.isInteger(value))) return value;
    throw new ShapeError('not such a number');
  };
}

export const flag: Shape<boolean> = (value) => {
  if (typeof value === 'boolean') return value;
  throw new ShapeError('neither true nor false');
};

export function oneOf<const T>(...choices: readonly T[]): Shape<T> {
  return (value) => {
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    throw new ShapeError('none of the choices');
  };
}

/** JSON leaves out what is undefined. */
export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return (value) => (value === undefined ? undefined : shape(value));
}

export function list<T>(shape: Shape<T>, { min = 0, max = 100_000 } = {}): Shape<T[]> {
  return (value) => {
    if (Array.isArray(value) && value.length >= min && value.length <= max)
      return value.map((item) => shape(item));
    throw new ShapeError('not such a list');
  };
}

export function textMap(name: RegExp): Shape<Record<string, string>> {
  const content = text();
  return (value) => {
    const entries = Object.entries(plainObject(value)).map(([key, item]): [string, string] => {
      if (!name.test(key)) throw new ShapeError('not such a name');
      return [key, content(item)];
    });
    return Object.fromEntries(entries);
  };
}

/** An object with these members; whatever else it has is left out. */
export function object<T extends object>(members: { readonly [Key in keyof T]-?: Shape<T[Key]> }): Shape<T> {
  return (value) => {
    const given = plainObject(value);
    const entries = Object.entries(members).map(([key, shape]): [string, unknown] => [
      key,
      (shape as Shape<unknown>)(Object.hasOwn(given, key) ? given[key] : undefined),
    ]);
    return Object.fromEntries(entries) as T;
  };
}

function plainObject(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new ShapeError('not an object');
}
