/** An error of the notifications, with a stable code. */
export class NotificationError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The part of what was asked for that is wrong, with dots between its parts. */
    readonly field?: string,
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

export class AcknowledgedError extends NotificationError {
  constructor(id: string) {
    super('NOTIFICATIONS_ACKNOWLEDGED', `The notification "${id}" was acknowledged, and so is read for good.`)
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

export class MailNotFoundError extends NotificationError {
  constructor(id: string) {
    super(
      'NOTIFICATIONS_MAIL_NOT_FOUND',
      `There is no mail "${id}". GET /api/v1/mails lists those that are kept.`,
    )
  }
}

export class WebhookNotFoundError extends NotificationError {
  constructor(id: string) {
    super(
      'NOTIFICATIONS_WEBHOOK_NOT_FOUND',
      `There is no webhook "${id}". GET /api/v1/webhooks lists those there are.`,
    )
  }
}

export class TooManyWebhooksError extends NotificationError {
  constructor(most: number) {
    super(
      'NOTIFICATIONS_TOO_MANY_WEBHOOKS',
      `This tenant has ${most} webhooks, and cannot have more. Remove one, of those that GET /api/v1/webhooks lists, or let one hear of more events.`,
    )
  }
}

/** The refusal that every request there would meet, told when the address is given. */
export class RefusedAddressError extends NotificationError {
  constructor({ code, message }: { code: string; message: string }) {
    super(code, message, 'url')
  }
}

export class UnknownEventTypeError extends NotificationError {
  constructor(
    pattern: string,
    { nearest, listedAt, field }: { nearest: readonly string[]; listedAt: string; field: string },
  ) {
    const meant = nearest.map((name) => `"${name}"`).join(', ')
    super(
      'NOTIFICATIONS_UNKNOWN_EVENT_TYPE',
      `"${pattern}" fits no type of events that can be chosen here.${meant && ` The nearest that are known: ${meant}.`} ${listedAt} lists all types.`,
      field,
    )
  }
}

export class DeliveryNotFoundError extends NotificationError {
  constructor(id: string) {
    super(
      'NOTIFICATIONS_DELIVERY_NOT_FOUND',
      `The webhook has no delivery "${id}". GET /api/v1/webhooks/{id}/deliveries lists those that are kept.`,
    )
  }
}

export class WebhookDisabledError extends NotificationError {
  constructor(id: string) {
    super(
      'NOTIFICATIONS_WEBHOOK_DISABLED',
      `The webhook "${id}" is disabled, and is sent nothing. Enable it first: PATCH /api/v1/webhooks/{id} with { "isEnabled": true }.`,
    )
  }
}

export class IllegalMoveError extends NotificationError {
  constructor(id: string, state: string, verb: string) {
    super('NOTIFICATIONS_ILLEGAL_MOVE', `"${id}" is ${state}, and so cannot be ${verb}. Look at it again.`)
  }
}
