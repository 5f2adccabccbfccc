import { UnknownOptionError } from './errors.js'

/**
 * An option that nobody reads is a mistake, most often in spelling, that would go unnoticed where types are not checked.
 * @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION
 */
export function refuseUnknown(where: string, given: object, known: Readonly<Record<string, true>>): void {
  for (const option in given)
    if (!Object.hasOwn(known, option) && given[option as keyof object] !== undefined)
      throw new UnknownOptionError(where, option, Object.keys(known))
}
