import type { ToldNotice } from '../store/mail-view.js'
import { escape } from './fill.js'
import type { RenderedMail } from './mail-templates.js'

/** What is told on screens, as a mail. */
export function mailOfNotice({ title, message, relatedEntities }: ToldNotice): RenderedMail {
  const about = relatedEntities.map(({ name, type }) => `${name} (${type})`).join(', ')
  const parts = [message, ...(about === '' ? [] : [`About: ${about}`])]
  return {
    subject: title.replace(/[\r\n]+/g, ' '),
    text: parts.join('\n\n'),
    html: [`<h1>${escape(title)}</h1>`, ...parts.map(toParagraph)].join('\n'),
  }
}

function toParagraph(text: string): string {
  return `<p>${escape(text).replaceAll('\n', '<br>')}</p>`
}
