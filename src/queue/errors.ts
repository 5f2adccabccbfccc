import { nearestName } from './nearest-name.js'
import { inSentences, wrongFieldsOf, type WrongField } from './wrong-fields.js'

/** An error of the engine, with a stable code. */
export class JobsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'JobsError'
  }
}

export class InvalidDefinitionError extends JobsError {
  constructor(name: string, reason: string) {
    super('JOBS_INVALID_DEFINITION', `The job definition "${name}" cannot be used: ${reason}.`)
  }
}

export class UnknownJobError extends JobsError {
  constructor(
    readonly jobName: string,
    readonly nearest: string | undefined,
  ) {
    super(
      'JOBS_UNKNOWN_DEFINITION',
      `No job is defined as "${jobName}".${nearest ? ` Did you mean "${nearest}"?` : ''}`,
    )
  }
}

export class UnknownQueueError extends JobsError {
  constructor(queue: string, known: readonly string[]) {
    const nearest = nearestName(queue, known)
    super(
      'JOBS_UNKNOWN_QUEUE',
      `There is no queue "${queue}". Known: ${[...known].sort().join(', ')}.${nearest ? ` Did you mean "${nearest}"?` : ''}`,
    )
  }
}

export class NotPausedError extends JobsError {
  constructor(target: string, paused: readonly string[]) {
    const others = paused.length > 0 ? `Paused are: ${paused.join('; ')}` : 'Nothing is paused'
    super('JOBS_NOT_PAUSED', `There is no pause on ${target}. ${others}.`)
  }
}

export class InvalidPayloadError extends JobsError {
  readonly fields: readonly WrongField[]

  constructor(jobName: string, cause: unknown) {
    const fields = wrongFieldsOf(cause)
    const why = cause instanceof Error ? cause.message : String(cause)
    super(
      'JOBS_INVALID_PAYLOAD',
      `The payload does not fit ${jobName}: ${fields.length > 0 ? inSentences(fields) : why}`,
      { cause },
    )
    this.fields = fields
  }
}

export class PayloadTooLargeError extends JobsError {
  constructor(jobName: string, bytes: number, limit: number) {
    super(
      'JOBS_PAYLOAD_TOO_LARGE',
      `The payload of ${jobName} has ${bytes} bytes, more than the ${limit} allowed. Store the data and pass its id.`,
    )
  }
}

export class UnknownOptionError extends JobsError {
  constructor(where: string, option: string, known: readonly string[]) {
    const nearest = nearestName(option, known)
    super(
      'JOBS_UNKNOWN_OPTION',
      `There is no option "${option}" ${where}.${nearest ? ` Did you mean "${nearest}"?` : ` Known: ${known.join(', ')}.`}`,
    )
  }
}

export class InvalidOptionError extends JobsError {
  constructor(option: string, reason: string) {
    super('JOBS_INVALID_OPTION', `The option "${option}" ${reason}.`)
  }
}

/** A flow that could never run as it was asked for. */
export class FlowError extends JobsError {
  constructor(
    code:
      | 'JOBS_FLOW_CYCLE'
      | 'JOBS_FLOW_UNKNOWN_KEY'
      | 'JOBS_FLOW_UNKNOWN_PARENT'
      | 'JOBS_FLOW_MANY_TENANTS'
      | 'JOBS_FLOW_SAME_JOB',
    message: string,
  ) {
    super(code, message)
  }
}

export class UnknownZoneError extends JobsError {
  constructor(tenantId: string, timeZone: string) {
    super(
      'JOBS_UNKNOWN_ZONE',
      `The time zone "${timeZone}" of tenant ${tenantId} is not known here, so its schedules do not run. Give it an IANA name such as Europe/Berlin.`,
    )
  }
}

export class InvalidScheduleError extends JobsError {
  constructor(id: string, flaw: string) {
    super('JOBS_INVALID_SCHEDULE', `The schedule ${id} ${flaw}.`)
  }
}

export class ScheduleNotFoundError extends JobsError {
  constructor(id: string) {
    super(
      'JOBS_SCHEDULE_NOT_FOUND',
      `This tenant has no schedule ${id}. Those of the code are entered within a minute of a start.`,
    )
  }
}

export class ScheduleExistsError extends JobsError {
  constructor(id: string) {
    super(
      'JOBS_SCHEDULE_EXISTS',
      `There is a schedule ${id} already. Change that one, or choose another name.`,
    )
  }
}

/** Several schedules go by the name that was given. */
export class ScheduleAmbiguousError extends JobsError {
  constructor(name: string, ids: readonly string[]) {
    super('JOBS_SCHEDULE_AMBIGUOUS', `"${name}" may be any of ${ids.join(', ')}: give one of these ids.`)
  }
}

/** What belongs to the engine is out of a tenant's hands. */
export class EngineOwnedError extends JobsError {
  constructor(what: string) {
    super(
      'JOBS_ENGINE_OWNED',
      `${what} is the engine's own, and serves all tenants: only an owner of the instance can change it.`,
    )
  }
}

export class JobNotFoundError extends JobsError {
  constructor(readonly jobId: string) {
    super('JOBS_NOT_FOUND', `There is no job ${jobId}. Finished jobs are kept for a while only.`)
  }
}

export class IllegalMoveError extends JobsError {
  constructor(jobId: string, state: string, wish: string) {
    super('JOBS_ILLEGAL_MOVE', `Job ${jobId} is ${state}: ${wish}.`)
  }
}

/** Thrown by a handler: trying again cannot help, the job is dead at once. */
export class PermanentError extends JobsError {
  constructor(message: string, options?: ErrorOptions) {
    super('JOBS_PERMANENT', message, options)
  }
}

/** Thrown by a handler: try again, and not before `retryAfterMs` where the other side said so. */
export class RetryableError extends JobsError {
  constructor(
    message: string,
    readonly retryAfterMs?: number,
    options?: ErrorOptions,
  ) {
    super('JOBS_RETRYABLE', message, options)
  }
}

export class EngineStoppedError extends JobsError {
  constructor() {
    super(
      'JOBS_ENGINE_STOPPED',
      'This engine was stopped, and does not start again. Create a new one: new Engine({ … }).',
    )
  }
}

/** The event loop stood still for so long that others take this process for dead. */
export class LoopBlockedError extends JobsError {
  constructor(blockedMs: number, running: readonly string[]) {
    const during = running.length > 0 ? `while running ${running.join(', ')}` : 'while no job ran'
    super(
      'JOBS_LOOP_BLOCKED',
      `The event loop stood still for ${Math.round(blockedMs / 1000)} s ${during}, or the process was suspended. Other processes take one that is silent for so long for dead, and run its jobs again. Give a definition that computes for long runIn: 'thread', or let it pause now and then.`,
    )
  }
}

export class StopUnfinishedError extends JobsError {
  constructor(within: string) {
    super(
      'JOBS_STOP_UNFINISHED',
      `The engine could not end within ${within} after its grace, as when the database does not answer. What it leaves behind, running jobs included, others take over once its lease is over.`,
    )
  }
}

export class ResultNotJsonError extends JobsError {
  constructor(reason: string, options?: ErrorOptions) {
    super('JOBS_RESULT_NOT_JSON', `The handler's result is no JSON: ${reason}.`, options)
  }
}

export class ResultTooLargeError extends JobsError {
  constructor(bytes: number, limit: number) {
    super(
      'JOBS_RESULT_TOO_LARGE',
      `The handler's result has ${bytes} bytes, more than the ${limit} allowed. Store the data and return its id.`,
    )
  }
}

/** The attempt's job is another worker's by now, so nothing that this attempt does counts any more. */
export class LeaseLostError extends JobsError {
  constructor(jobId: string) {
    super(
      'JOBS_LEASE_LOST',
      `Job ${jobId} was given to another worker: this attempt cannot finish it, and its transaction is rolled back.`,
    )
  }
}

export class CancelRequestedError extends JobsError {
  constructor(jobId: string) {
    super(
      'JOBS_CANCELLED',
      `Job ${jobId} was cancelled: this attempt cannot finish it, and its transaction is rolled back.`,
    )
  }
}

export class AlreadyFinishedError extends JobsError {
  constructor(jobId: string) {
    super('JOBS_ALREADY_FINISHED', `This attempt of job ${jobId} has finished it already: once is enough.`)
  }
}
