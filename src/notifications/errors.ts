/** An error of the notifications, with a stable code. */
export class NotificationError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
    this.name = 'NotificationError'
  }
}

export class NotificationNotFoundError extends NotificationError {
  constructor(id: string) {
    super(
      'NOTIFICATIONS_NOT_FOUND',
      `Your inbox holds no notification "${id}". Only people have an inbox, each in one tenant; a key has none.`,
    )
  }
}

export class NotAcknowledgedError extends NotificationError {
  constructor(id: string) {
    super(
      'NOTIFICATIONS_NOT_ACKNOWLEDGED',
      `Notification "${id}" is critical: it stays until you have acknowledged it. Acknowledge it first, then dismiss it.`,
    )
  }
}
