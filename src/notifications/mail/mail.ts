import { z } from 'zod'

/** Most addresses of one mail. */
const MOST_ADDRESSES = 50

/** Most of the files of one mail together, as base64: a job's payload takes 256 KiB. */
const MOST_CONTENT = 200_000

const address = z.email().max(254)
const addresses = z
  .union([address.transform((one) => [one]), z.array(address).max(MOST_ADDRESSES)], {
    error: `must be an e-mail address such as jo@example.com, or a list of up to ${MOST_ADDRESSES}`,
  })
  .default([])

export const line = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\r\n\0]*$/, 'must be one line')

/** A file that comes with a mail. Its content is given: nothing is read from this machine, or fetched, for a mail. */
const Attachment = z
  .strictObject({
    filename: line(200).min(1),
    content: z.string().max(MOST_CONTENT),
    encoding: z.enum(['utf8', 'base64']).default('utf8'),
    contentType: line(200).optional(),
  })
  .refine(({ content, encoding }) => encoding !== 'base64' || isBase64(content), {
    path: ['content'],
    message: 'must be base64, as its encoding says',
  })

/** Lines may be broken, as tools and mails do. */
function isBase64(content: string): boolean {
  return z.base64().safeParse(content.replaceAll(/\s/g, '')).success
}

export const Attachments = z.array(Attachment).max(10).default([])

/** A mail given whole. */
export const Mail = z
  .strictObject({
    to: addresses.refine((to) => to.length > 0, 'must have an address'),
    cc: addresses,
    bcc: addresses,
    replyTo: address.optional(),
    subject: line(500).min(1),
    text: z.string().max(MOST_CONTENT).optional(),
    html: z.string().max(MOST_CONTENT).optional(),
    attachments: Attachments,
  })
  .refine(({ text, html }) => text !== undefined || html !== undefined, {
    path: ['text'],
    message: 'must be given, or html',
  })

export type Mail = z.output<typeof Mail>
