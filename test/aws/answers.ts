/** Answers of AWS services for tests. */

/** An error as a service answers it: blamed on the caller, unless said otherwise. */
export function refusal(
  name: string,
  message = `${name} was answered`,
  fault: 'client' | 'server' = 'client',
): Error {
  return Object.assign(new Error(message), { name, $fault: fault });
}

/** An answer whose parts a test has only the used half of. */
export function answered(parts: object): never {
  return parts as never;
}
