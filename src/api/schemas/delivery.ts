import { z } from 'zod'

import { DELIVERY_STATES, type Delivery, type ShownMail } from '../../notifications/index.js'

export const DeliveryState = z.enum(DELIVERY_STATES)
export type DeliveryState = z.output<typeof DeliveryState>

const common = {
  id: z.string(),
  state: DeliveryState,
  attempts: z.int().describe('How often it was tried.'),
  error: z.string().nullable().describe('Why the last attempt failed, or why it is in doubt.'),
  createdAt: z.date(),
  changedAt: z.date(),
  sentAt: z.date().nullable(),
  dueAt: z
    .date()
    .nullable()
    .describe(
      'Of one that is pending: when it is tried next, or goes out first, as after quiet hours. null: no job is known that will send it.',
    ),
}

export const Mail = z.object({
  ...common,
  cause: z.string().describe('What it is sent because of; one cause is sent to one recipient once.'),
  recipient: z.string().describe('`user:…`, or an address.'),
  notificationId: z.string().nullable().describe('The notification that it tells, if it tells one.'),
  to: z
    .array(z.string())
    .nullable()
    .describe(
      'Where it was sent, or would be at present. null: nowhere, for the account of its recipient is gone or disabled, or not of the tenant any more.',
    ),
  subject: z.string().nullable().describe('null: the notification that it tells is gone.'),
  text: z.string().nullable(),
  html: z.string().nullable(),
  messageId: z.string().nullable().describe('The same in every attempt; null before the first.'),
  accepted: z.array(z.string()).describe('Whom the mail server took it for.'),
  rejected: z.array(z.string()).describe('Whom it refused, or put off in every attempt.'),
  response: z.string().nullable().describe('What it said.'),
})

export function toMail({ answer, to, ...mail }: ShownMail): z.output<typeof Mail> {
  const { accepted = [], rejected = [], response = null } = (answer ?? {}) as MailAnswer
  return { ...mail, to: to && [...to], accepted, rejected, response }
}

interface MailAnswer {
  accepted?: string[]
  rejected?: string[]
  response?: string
}

export const WebhookDelivery = z.object({
  ...common,
  type: z.string(),
  data: z.unknown(),
  status: z.int().nullable().describe('What the receiver answered the last time; null: nothing.'),
})

export function toWebhookDelivery({
  content,
  answer,
  ...delivery
}: Delivery): z.output<typeof WebhookDelivery> {
  const { type = '', data } = (content ?? {}) as { type?: string; data?: unknown }
  const { status = null } = (answer ?? {}) as { status?: number }
  return { ...delivery, type, data: data ?? null, status }
}
