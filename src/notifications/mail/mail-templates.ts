import { fillHtml, fillText, type Template } from './fill.js'

/** A mail that is the same for everybody but for what stands in its places. */
interface MailTemplate {
  readonly subject: Template
  readonly colour: string
  readonly heading: Template
  /** Paragraphs. */
  readonly body: readonly Template[]
  /** Where to go on: what it says, and the place that has the address. */
  readonly link?: { readonly label: string; readonly place: string }
}

export const MAIL_TYPES = ['quote-ready', 'quote-accepted', 'quote-expired', 'order-shipped'] as const
export type MailType = (typeof MAIL_TYPES)[number]

const TEMPLATES: Readonly<Record<MailType, MailTemplate>> = {
  'quote-ready': {
    subject: 'Your Quote #{{quoteNumber}} is Ready!',
    colour: '#4b5563',
    heading: 'Your quote is ready',
    body: [
      'Your quote #{{quoteNumber}} for {{itemCount}} item(s) comes to {{currency}} {{total}}.',
      'It is valid until {{validUntil}}.',
    ],
    link: { label: 'View the quote', place: 'quoteUrl' },
  },
  'quote-accepted': {
    subject: 'Order Confirmed - #{{orderNumber}}',
    colour: '#15803d',
    heading: 'Your order is confirmed',
    body: [
      'Thank you: quote #{{quoteNumber}} is now order #{{orderNumber}}.',
      'Paid: {{currency}} {{totalPaid}}. Expected delivery: {{estimatedDelivery}}.',
    ],
  },
  'quote-expired': {
    subject: 'Quote #{{quoteNumber}} Has Expired',
    colour: '#b45309',
    heading: 'Your quote has expired',
    body: ['Quote #{{quoteNumber}} expired on {{expirationDate}}. Prices may have changed since.'],
    link: { label: 'Ask for a new quote', place: 'newQuoteUrl' },
  },
  'order-shipped': {
    subject: 'Your Order #{{orderNumber}} Has Shipped!',
    colour: '#0f766e',
    heading: 'Your order is on its way',
    body: [
      'Order #{{orderNumber}} left with {{carrier}}, tracking number {{trackingNumber}}.',
      'Expected delivery: {{estimatedDelivery}}.',
    ],
    link: { label: 'Track the shipment', place: 'trackingUrl' },
  },
}

/** The places of each template, all of which have to be filled. */
export function placesOf(type: MailType): readonly string[] {
  const { subject, heading, body, link } = TEMPLATES[type]
  const texts = [subject, heading, ...body].join(' ')
  const places = [...texts.matchAll(/\{\{(\w+)\}\}/g)].map(([, place = '']) => place)
  return [...new Set([...places, ...(link ? [link.place] : [])])]
}

export interface RenderedMail {
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** @param values of the template's places, and optionally `supportEmail` and `websiteUrl` for the last line */
export function renderMail(
  type: MailType,
  recipientName: string,
  values: Readonly<Record<string, unknown>>,
): RenderedMail {
  const { subject, colour, heading, body, link } = TEMPLATES[type]
  const greeting = 'Dear {{recipientName}},'
  const all = { ...values, recipientName }
  const last = LAST_LINES.filter(({ place }) => typeof values[place] === 'string').map(({ line }) => line)
  const paragraphs = [greeting, ...body]
  const goOn = link ? [`${link.label}: {{${link.place}}}`] : []
  const html = [
    `<h1 style="background:${colour};color:#fff;padding:16px;font:600 20px sans-serif">${heading}</h1>`,
    ...paragraphs.map((paragraph) => `<p>${paragraph}</p>`),
    ...(link ? [`<p><a href="{{${link.place}}}">${link.label}</a></p>`] : []),
    ...last.map((line) => `<p><small>${line}</small></p>`),
  ]
  return {
    subject: fillText(subject, all),
    text: fillText([...paragraphs, ...goOn, ...last].join('\n\n'), all),
    html: fillHtml(html.join('\n'), all),
  }
}

const LAST_LINES = [
  { place: 'supportEmail', line: 'Questions? Write to {{supportEmail}}.' },
  { place: 'websiteUrl', line: '{{websiteUrl}}' },
]
