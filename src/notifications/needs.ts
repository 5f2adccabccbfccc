/** Whose screens are to ring since when. */
export interface LateRing {
  readonly userIds: readonly string[]
  readonly dueAt: Date
}

/** What the jobs of notifications need from the outside world. */
export interface NotificationNeeds {
  readonly spreader: {
    /**
     * Rejects when `signal` aborts; who was told by then is not told again.
     * @throws {PermanentError} when it is for a user whom the tenant does not have
     */
    spread(tenantId: string, notificationId: string, signal: AbortSignal): Promise<{ recipients: number }>
    /**
     * @param late since when their screens were to ring: for those whose quiet hours have begun since, they ring after these
     * @returns how many were told; not those who have seen it meanwhile
     */
    ring(tenantId: string, notificationId: string, late: LateRing): Promise<number>
  }
  readonly digests: {
    /** @returns of how many notices somebody's digest tells; none, and it is not sent */
    send(owner: { tenantId: string; userId: string }): Promise<number>
  }
}
