import { z } from 'zod'

import { DELIVERY_STATES, type Delivery } from '../../notifications/index.js'

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
}

export const Mail = z.object({
  ...common,
  cause: z.string().describe('What it is sent because of; one cause is sent to one recipient once.'),
  recipient: z.string().describe('`user:…`, or an address.'),
  notificationId: z.string().nullable().describe('The notification that it tells, if it tells one.'),
  to: z.array(z.string()).nullable().describe('null: where the recipient has their mails sent.'),
  subject: z.string().nullable(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  messageId: z.string().nullable().describe('The same in every attempt; null before the first.'),
  accepted: z.array(z.string()).describe('Whom the mail server took it for.'),
  rejected: z.array(z.string()).describe('Whom it refused.'),
  response: z.string().nullable().describe('What it said.'),
})

interface MailContent {
  to?: string[]
  subject?: string
  text?: string
  html?: string
}

export function toMail({ content, answer, ...mail }: Delivery): z.output<typeof Mail> {
  const { to, subject, text, html } = (content ?? {}) as MailContent
  const {
    accepted = [],
    rejected = [],
    response,
  } = (answer ?? {}) as {
    accepted?: string[]
    rejected?: string[]
    response?: string
  }
  return {
    ...{ ...mail, to: to ?? null, subject: subject ?? null, text: text ?? null, html: html ?? null },
    ...{ accepted, rejected, response: response ?? null },
  }
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
