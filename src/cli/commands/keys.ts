import { Option, type Command } from 'commander'

import { addApiCommand } from '../api-command.js'
import { at } from '../api-client.js'
import type { Builders } from '../app.js'
import { instantFrom } from '../instant-from.js'
import { listCommand } from '../list-command.js'

/** As the API tells it. */
interface ToldKey {
  readonly id: string
  readonly name: string
  readonly role: string
  readonly scopes: readonly string[] | null
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

interface NewKey {
  readonly role: string
  readonly scopes?: string
  readonly expires?: string
}

const list = listCommand<object, ToldKey>({
  things: 'API keys',
  summary: 'List API keys, the revoked ones too, newest first.',
  path: '/api-keys',
  columns: {
    ID: ({ id }) => id,
    NAME: ({ name }) => name,
    ROLE: ({ role }) => role,
    SCOPES: ({ scopes }) => scopes?.join(' '),
    EXPIRES: ({ expiresAt }) => expiresAt,
    'LAST USED': ({ lastUsedAt }) => lastUsedAt,
    REVOKED: ({ revokedAt }) => revokedAt,
  },
})

export function addKeys(program: Command, builders: Builders): void {
  const keys = program.command('keys').description('Look at API keys, make and revoke them.')
  addApiCommand(keys, builders, list)
  addApiCommand(keys, builders, {
    usage: 'create <name>',
    summary: 'Make an API key; it is shown this once.',
    options: [
      new Option('--role <role>', 'viewer, operator, manager, admin or owner').makeOptionMandatory(),
      new Option(
        '--scopes <actions>',
        'only for these, with commas between them, such as jobs.read,jobs.create',
      ),
      new Option(
        '--expires <when>',
        'in a time such as 90d, or at an instant such as 2030-01-01T00:00:00Z',
      ).argParser(instantFrom),
    ],
    act: (api, { role, scopes, expires }: NewKey, name: string) =>
      api.post<ToldKey & { secret: string }>('/api-keys', {
        name,
        role,
        ...(scopes !== undefined && { scopes: scopes.split(',').map((scope) => scope.trim()) }),
        ...(expires !== undefined && { expiresAt: expires }),
      }),
    describe: ({ id, secret }) => `The key ${id}, shown only this once: ${secret}`,
  })
  addApiCommand(keys, builders, {
    usage: 'revoke <id>',
    summary: 'Let a key work no more, at once and for good.',
    asks: (_options, id) => `Revoke the key ${id} for good?`,
    act: (api, _options, id: string) => api.delete<ToldKey>(at`/api-keys/${id}`),
    describe: ({ id, name }) => `The key ${id} (${name}) is revoked.`,
  })
}
