import type { Database } from '../../database/index.js'
import type { Clock } from '../../time/index.js'
import { UnknownQueueError } from '../errors.js'
import { refuseUnknown } from '../refuse-unknown.js'
import { listAlerts, type Alert } from '../store/alert.js'
import { deleteThresholds, listThresholdRows, saveThresholds } from '../store/alert-threshold.js'
import { describeAlert } from './describe-alert.js'
import { checkThresholds, settleThresholds, type ThresholdChanges, type Thresholds } from './thresholds.js'

/** An alert, and one sentence on what was found. */
export type AlertView = Alert & { readonly message: string }

/** Which alerts are meant; everything given must hold. */
export interface AlertFilter {
  readonly state?: 'open' | 'past' | undefined
  readonly queue?: string | undefined
}

/** From when on a queue's alerts are raised, and who decided that. */
export interface ThresholdsView {
  readonly queue: string
  readonly thresholds: Thresholds
  /** `null`: nobody, these are the defaults. */
  readonly changed: { readonly by: string; readonly at: Date } | null
}

export interface AlertsOptions {
  readonly database: Database
  readonly clock: Clock
  /** Every queue there is. */
  readonly queues: readonly string[]
}

/** What is wrong with a tenant's queues, and from when on it is. */
export class Alerts {
  constructor(private readonly on: AlertsOptions) {}

  /**
   * The last raised first.
   * @param page begins after the alert with that id
   * @throws {UnknownOptionError} JOBS_UNKNOWN_OPTION
   */
  async list(
    tenantId: string,
    { limit, after, ...filter }: AlertFilter & { limit: number; after?: string | undefined },
  ): Promise<readonly AlertView[]> {
    refuseUnknown('of a list of alerts', filter, { state: true, queue: true, limit: true, after: true })
    const { state, queue } = filter
    const isOpen = state && state === 'open'
    const alerts = await listAlerts(this.on.database, tenantId, { isOpen, queue, after, limit })
    return alerts.map((alert) => ({ ...alert, message: describeAlert(alert) }))
  }

  /** Those of every queue there is, by its name. */
  async thresholds(tenantId: string): Promise<readonly ThresholdsView[]> {
    const rows = await listThresholdRows(this.on.database, tenantId)
    return this.on.queues.toSorted().map((queue) => {
      const row = rows.find((one) => one.queue === queue)
      return {
        queue,
        thresholds: settleThresholds(row?.changes ?? null),
        changed: row ? { by: row.changedBy, at: row.changedAt } : null,
      }
    })
  }

  /** @throws {UnknownQueueError} JOBS_UNKNOWN_QUEUE */
  async thresholdsOf(tenantId: string, queue: string): Promise<ThresholdsView> {
    const view = (await this.thresholds(tenantId)).find((one) => one.queue === queue)
    if (!view) throw new UnknownQueueError(queue, this.on.queues)
    return view
  }

  /**
   * Decides about one queue anew: what is not given is as by default.
   * @throws {JobsError} JOBS_UNKNOWN_QUEUE, JOBS_UNKNOWN_OPTION, JOBS_INVALID_OPTION
   */
  async setThresholds(
    tenantId: string,
    queue: string,
    { by, ...given }: ThresholdChanges & { by: string },
  ): Promise<ThresholdsView> {
    const changes = checkThresholds(given)
    await this.thresholdsOf(tenantId, queue)
    const { database, clock } = this.on
    await saveThresholds(database, { tenantId, queue, changes, by, now: clock.statementTime() })
    return this.thresholdsOf(tenantId, queue)
  }

  /** @throws {UnknownQueueError} JOBS_UNKNOWN_QUEUE */
  async resetThresholds(tenantId: string, queue: string): Promise<ThresholdsView> {
    await this.thresholdsOf(tenantId, queue)
    await deleteThresholds(this.on.database, tenantId, queue)
    return this.thresholdsOf(tenantId, queue)
  }
}
