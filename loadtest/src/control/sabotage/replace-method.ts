import 'reflect-metadata';

type Method = (this: unknown, ...args: never[]) => unknown;

/** The name of the script that this process runs: each sabotage is loaded into all of them. */
export const runs = (script: 'main.js' | 'worker.js') => process.argv[1]?.endsWith(`/${script}`) ?? false;

/**
 * Replaces one method of a class of the built API.
 * @param file below apps/api/dist
 * @throws Error when it is not there any more: a sabotage that does nothing would prove nothing
 */
export async function replaceMethod<Wanted extends Method>(
  file: string,
  className: string,
  method: string,
  replacement: (original: Wanted) => Wanted,
): Promise<void> {
  const url = new URL(`../../../../apps/api/dist/${file}`, import.meta.url);
  const module = (await import(url.href)) as Partial<Record<string, { prototype: Record<string, Method> }>>;
  const prototype = module[className]?.prototype;
  const original = prototype?.[method];
  if (!prototype || !original)
    throw new Error(`${className}.${method} is not in ${file} any more: correct the control`);
  prototype[method] = replacement(original as Wanted);
}
