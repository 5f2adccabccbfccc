/** A text with places such as `{{total}}`. */
export type Template = string

type Values = Readonly<Record<string, unknown>>

/** What stands in a place is text: in HTML it stays text. What nobody gives is left empty. */
export function fillHtml(template: Template, values: Values): string {
  return fill(template, (name) => escape(asText(values[name])))
}

/** The same where there is no markup: a subject, a mail as plain text. */
export function fillText(template: Template, values: Values): string {
  return fill(template, (name) => asText(values[name]))
}

function fill(template: Template, valueOf: (name: string) => string): string {
  return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => valueOf(name))
}

function asText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
