/** A fault of the database or of how it was called. `retryable`: the same call may succeed later. */
export class DatabaseError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly retryable: boolean,
    cause?: unknown,
  ) {
    super(message, { cause })
    this.name = 'DatabaseError'
  }
}

export class DatabaseClosedError extends DatabaseError {
  constructor(cause?: unknown) {
    super('DATABASE_CLOSED', 'The database was closed by this process.', false, cause)
  }
}

export class NestedCallError extends DatabaseError {
  constructor(call: string) {
    super(
      'DATABASE_NESTED',
      `database.${call}() was called inside a transaction: it would wait for that transaction for ever. Use the transaction's own tx.query().`,
      false,
    )
  }
}

export class DatabaseUnavailableError extends DatabaseError {
  constructor(where: string, cause: unknown) {
    super(
      'DATABASE_UNAVAILABLE',
      `The database at ${where} does not answer. Is it running, and is the address right?`,
      true,
      cause,
    )
  }
}

/** The server answers, but not to these credentials, or has no such database. */
export class DatabaseRefusedError extends DatabaseError {
  constructor(where: string, cause: unknown) {
    const said = cause instanceof Error ? cause.message : String(cause)
    super(
      'DATABASE_REFUSED',
      `The server refuses ${where}: ${said}. Check user, password and name in DATABASE_URL; \`createdb\` makes a database.`,
      false,
      cause,
    )
  }
}

/** The thread that an embedded database lives in has ended by itself. */
export class DatabaseBrokenError extends DatabaseError {
  constructor(folder: string, cause: unknown) {
    const { message } = (cause ?? {}) as { message?: string }
    const said = message === undefined ? '' : ` (${message})`
    super(
      'DATABASE_BROKEN',
      `The embedded database in ${folder} has ended${said}. What was committed is safe. Start the process again; if that does not help, look whether the disk is full.`,
      false,
      cause,
    )
  }
}

export class FolderNotWritableError extends DatabaseError {
  constructor(folder: string, cause: unknown) {
    super(
      'DATABASE_FOLDER_NOT_WRITABLE',
      `The data folder ${folder} cannot be written. Give this user the right to, or choose another one with LINEHAUL_DATA_DIR.`,
      false,
      cause,
    )
  }
}

/** What both drivers' errors carry: the SQLSTATE, and the constraint where one was violated. */
interface PostgresFault {
  code: string
  constraint?: string
}

function faultOf(error: unknown): PostgresFault | undefined {
  const fault = error as Partial<PostgresFault> | null | undefined
  return typeof fault?.code === 'string' ? (fault as PostgresFault) : undefined
}

/** Whether `error` is a violation of the unique index or constraint `name` (any, when left out). */
export function isUniqueViolation(error: unknown, name?: string): boolean {
  const fault = faultOf(error)
  return fault?.code === '23505' && (name === undefined || fault.constraint === name)
}

/** Whether a statement was refused because a row refers to one that is not there, or is referred to by one that is. */
export function isForeignKeyViolation(error: unknown, name?: string): boolean {
  const fault = faultOf(error)
  return fault?.code === '23503' && (name === undefined || fault.constraint === name)
}

/** Whether the values themselves were refused (SQLSTATE classes 22 and 23), so that the same row fails again. */
export function isDataError(error: unknown): boolean {
  return /^2[23][0-9A-Z]{3}$/.test(faultOf(error)?.code ?? '')
}

/** Whether a statement named a table that is not there. */
export function isUndefinedTable(error: unknown): boolean {
  return faultOf(error)?.code === '42P01'
}

/** Whether a statement gave up waiting for a lock, after its `lock_timeout`. */
export function isLockTimeout(error: unknown): boolean {
  return faultOf(error)?.code === '55P03'
}

/** Whether the server refused the connection itself: unknown user or database, wrong password, no right to connect. */
export function isRefused(error: unknown): boolean {
  return /^(28\w{3}|3D000)$/.test(faultOf(error)?.code ?? '')
}

/** SQLSTATE classes and system errors that mean: no server, or not this moment (a standby, one without room or memory). */
const UNAVAILABLE =
  /^(08\w{3}|57P0[1-3]|53\w{3}|25006|ECONN\w+|EPIPE|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/

/** Whether the same statement may succeed later: the database was away, or what others did just then was in its way. */
export function mayPass(error: unknown): boolean {
  return isUnavailable(error) || /^(40001|40P01|55P03|57014)$/.test(faultOf(error)?.code ?? '')
}

/** Whether the database could not be reached, so that the same call may succeed later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof DatabaseUnavailableError) return true
  if (error instanceof AggregateError) return error.errors.every(isUnavailable)
  const fault = faultOf(error)
  if (fault) return UNAVAILABLE.test(fault.code)
  return (
    error instanceof Error &&
    /Connection terminated|timeout exceeded when trying to connect|Query read timeout|not queryable/.test(
      error.message,
    )
  )
}
