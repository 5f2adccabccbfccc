import type { Readable } from 'node:stream'

import type { Keyring } from '../access/index.js'
import {
  EmbeddedDatabase,
  listSteps,
  type Database,
  type MigrationSet,
  type StepStatus,
} from '../database/index.js'
import type { Clock } from '../time/index.js'
import { takeBackup } from './backup/take-backup.js'
import { describeUnreadable } from './describe-unreadable.js'
import type { Setup } from './doctor/facts.js'
import type { Report } from './doctor/finding.js'
import { gather, type Looks } from './doctor/gather.js'
import { judge } from './doctor/judge.js'
import { BackupRunningError, NotEmbeddedError } from './errors.js'
import { findUnreadable } from './find-unreadable.js'
import { readinessOf, type Readiness } from './readiness.js'

export interface InstanceOptions extends Looks {
  readonly database: Database
  readonly schema: readonly MigrationSet[]
  /** Of this Linehaul. */
  readonly version: string
  readonly setup: Setup
  /** What stored secrets are encrypted with. */
  readonly keyring: Keyring
  readonly clock: Clock
  /** Hears why it cannot be said whether requests can be served: once, until it can. */
  onError(error: unknown, where: string): void
}

/** A Linehaul as a whole, as those see it who run it. */
export class Instance {
  /** Whether requests can be served, as of now; told within two seconds or so. Those who ask at the same time share one look. */
  readonly readiness: () => Promise<Readiness>
  #isBackingUp = false

  constructor(private readonly options: InstanceOptions) {
    this.readiness = readinessOf(options.database, options.schema, options)
  }

  /**
   * The whole database as a compressed tar: read it to its end, or destroy it.
   * @throws {NotEmbeddedError} INSTANCE_NOT_EMBEDDED
   * @throws {BackupRunningError} INSTANCE_BACKUP_RUNNING
   */
  async backup(): Promise<Readable> {
    const { database, setup, ...rest } = this.options
    if (!(database instanceof EmbeddedDatabase) || setup.dataDir === undefined) throw new NotEmbeddedError()
    if (this.#isBackingUp) throw new BackupRunningError()
    this.#isBackingUp = true
    const source = { ...rest, database, dataDir: setup.dataDir }
    return takeBackup(source, () => (this.#isBackingUp = false))
  }

  /** What is well and what is not. */
  async diagnose(): Promise<Report> {
    return judge(await gather(this.options))
  }

  /**
   * What does not work because stored secrets cannot be read, and what to do; `undefined`: all can be.
   * @param signsTokens whether this process signs tokens with the secret that is kept in the database
   */
  async findUnreadable(process: { signsTokens: boolean }): Promise<string | undefined> {
    const { database, keyring } = this.options
    const facts = await findUnreadable(database, keyring, process)
    return describeUnreadable(facts, keyring.current !== undefined)
  }

  /** Which steps of the schema are applied. */
  steps(): Promise<readonly StepStatus[]> {
    return listSteps(this.options.database, this.options.schema)
  }
}
