/** As the API tells it. */
export interface ToldProblem {
  readonly code?: string
  readonly detail: string
  /** Every field that is wrong, by its JSON pointer. */
  readonly errors?: readonly { readonly field: string; readonly message: string }[]
}

/** The commands that do what the API's sentences tell to ask it. */
const COMMANDS: Readonly<Record<string, string>> = {
  'GET /api/v1/api-keys': 'keys list',
  'GET /api/v1/mails': 'mails list',
  'GET /api/v1/rules': 'rules list',
  'GET /api/v1/rules/declared': 'rules declared',
  'GET /api/v1/users': 'users list',
  'GET /api/v1/webhooks': 'webhooks list',
  'GET /api/v1/webhooks/event-types': 'webhooks event-types',
  'GET /api/v1/webhooks/{id}/deliveries': 'webhooks deliveries <id>',
  'PATCH /api/v1/webhooks/{id} with { "isEnabled": true }': 'webhooks enable <id>',
}

/** What the API says, for somebody who types commands instead of requests. What no command does stays as it is. */
export function inCliWords({ code, detail, errors = [] }: ToldProblem): string {
  if (code === 'API_INVALID_INPUT' && errors.length > 0)
    return `${errors.map(({ field, message }) => `${nameOf(field)} ${message}`).join('; ')}.`
  return detail.replaceAll(REQUEST, (request) => {
    const command = COMMANDS[request]
    return command === undefined ? request : `\`linehaul ${command}\``
  })
}

const REQUEST = /(GET|POST|PUT|PATCH|DELETE) \/api\/v1\/[\w{}/-]+( with \{[^}]*\})?/g

/** Without the slash of a pointer: `/id` is what the help calls `<id>`. */
function nameOf(field: string): string {
  return field.replace(/^\//, '') || 'what was sent'
}
