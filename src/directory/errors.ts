type Kind = 'driver' | 'equipment'

/** An error of the directory, with a stable code. */
export class DirectoryError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'DirectoryError'
  }
}

const NOT_FOUND = { driver: 'DIRECTORY_DRIVER_NOT_FOUND', equipment: 'DIRECTORY_EQUIPMENT_NOT_FOUND' }
const EXISTS = { driver: 'DIRECTORY_DRIVER_EXISTS', equipment: 'DIRECTORY_EQUIPMENT_EXISTS' }

export class RecordNotFoundError extends DirectoryError {
  constructor(
    readonly kind: Kind,
    readonly idOrName: string,
  ) {
    super(
      NOT_FOUND[kind],
      `There is no ${kind} with the id or name "${idOrName}". Add it first (POST /api/v1/${kind === 'driver' ? 'drivers' : 'equipment'}).`,
    )
  }
}

export class RecordExistsError extends DirectoryError {
  constructor(
    readonly kind: Kind,
    readonly recordName: string,
    cause: unknown,
  ) {
    super(EXISTS[kind], `There is already a ${kind} named "${recordName}". Use it, or choose another name.`, {
      cause,
    })
  }
}
