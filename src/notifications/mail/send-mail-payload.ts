import { z } from 'zod'

import { Attachments, line, Mail } from './mail.js'
import { MAIL_TYPES, placesOf, renderMail } from './mail-templates.js'

/** Something that was written down to be sent. */
const OfDelivery = z.strictObject({ deliveryId: z.uuid() })

const WEB = /^https?:\/\//
const LONGEST_VALUE = 300

/** A mail of one of the templates. */
const OfTemplate = z
  .strictObject({
    type: z.enum(MAIL_TYPES),
    recipientEmail: z.email().max(254),
    recipientName: line(200).default('Customer'),
    templateData: z.record(z.string().max(50), z.union([line(1_000), z.number()])),
    attachments: Attachments,
  })
  .superRefine(({ type, templateData }, { addIssue }) => {
    const refuse = (place: string, message: string) =>
      addIssue({ code: 'custom', path: ['templateData', place], message })
    for (const place of placesOf(type))
      if (!(place in templateData)) refuse(place, `must be given for ${type}`)
    for (const [place, value] of Object.entries(templateData)) {
      const isLink = place.endsWith('Url')
      if (isLink && !WEB.test(String(value))) refuse(place, 'must begin with https:// or http://')
      // It may stand in the subject, which must stay one that can be sent.
      if (!isLink && String(value).length > LONGEST_VALUE)
        refuse(place, `must have ${LONGEST_VALUE} characters at most`)
    }
  })

interface Nothing {
  readonly [name: string]: never
}

/** All that is kept. */
const OfNothing: z.ZodType<Nothing> = z.strictObject({})

export type SendMailPayload = z.output<typeof OfDelivery> | z.output<typeof OfTemplate> | Nothing | Mail

type Kind = 'delivery' | 'template' | 'kept' | 'mail'

const SCHEMA_OF: Readonly<Record<Kind, z.ZodType<SendMailPayload>>> = {
  delivery: OfDelivery,
  template: OfTemplate,
  kept: OfNothing,
  mail: Mail,
}

export const SendMailPayload = {
  parse(input: unknown): SendMailPayload {
    return SCHEMA_OF[kindOf(input)].parse(input)
  },
}

/** Which of the four it is, is told by what stands in it. */
export function kindOf(input: unknown): Kind {
  const keys = Object.keys(Object(input))
  if (keys.includes('deliveryId')) return 'delivery'
  if (keys.includes('type')) return 'template'
  return keys.length === 0 ? 'kept' : 'mail'
}

/** What a job with such a payload is to do. */
export type MailWish =
  | { readonly kind: 'delivery'; readonly deliveryId: string }
  | { readonly kind: 'mail'; readonly mail: Mail }
  | { readonly kind: 'kept' }

export function wishOf(payload: SendMailPayload): MailWish {
  if ('deliveryId' in payload) return { kind: 'delivery', deliveryId: payload.deliveryId }
  if (isMail(payload)) return { kind: 'mail', mail: payload }
  if (!isOfTemplate(payload)) return { kind: 'kept' }
  const { type, recipientEmail, recipientName, templateData, attachments } = payload
  const rendered = renderMail(type, recipientName, templateData)
  return { kind: 'mail', mail: Mail.parse({ to: recipientEmail, ...rendered, attachments }) }
}

function isMail(payload: SendMailPayload): payload is Mail {
  return 'to' in payload
}

function isOfTemplate(payload: SendMailPayload): payload is z.output<typeof OfTemplate> {
  return 'type' in payload
}
