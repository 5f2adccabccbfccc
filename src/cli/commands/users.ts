import { Option, type Command } from 'commander'

import { addApiCommand } from '../api-command.js'
import { at, type ApiClient } from '../api-client.js'
import type { Builders } from '../app.js'
import { CliError } from '../cli-error.js'
import { listCommand } from '../list-command.js'

/** As the API tells it. */
interface ToldUser {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly role: string
  readonly isOwner: boolean
  readonly disabledAt: string | null
  readonly createdAt: string
}

interface NewUser {
  readonly name: string
  readonly role: string
  readonly owner?: true
}

interface Made {
  readonly user: ToldUser
  readonly oneTimePassword: string | null
  readonly wasThere: boolean
}

const list = listCommand<{ search?: string }, ToldUser>({
  things: 'users',
  summary: 'List the users of the tenant, newest first.',
  filters: [new Option('--search <text>', 'only those whose name or e-mail contains this')],
  path: '/users',
  query: ({ search }) => ({ search }),
  columns: {
    ID: ({ id }) => id,
    EMAIL: ({ email }) => email,
    NAME: ({ name }) => name,
    ROLE: ({ role, isOwner }) => (isOwner ? 'owner' : role),
    DISABLED: ({ disabledAt }) => disabledAt,
  },
})

export function addUsers(program: Command, builders: Builders): void {
  const users = program.command('users').description('Look at users, add them, give them new passwords.')
  addApiCommand(users, builders, list)
  addApiCommand(users, builders, {
    usage: 'create <email>',
    summary: 'Add a user; the one-time password is shown this once.',
    options: [
      new Option('--name <name>', 'how they are called').makeOptionMandatory(),
      new Option('--role <role>', 'viewer, operator, manager or admin').makeOptionMandatory(),
      new Option('--owner', 'an owner of the whole instance as well'),
    ],
    act: (api, { name, role, owner }: NewUser, email: string) =>
      api.post<Made>('/users', { email, name, role, ...(owner && { isOwner: true }) }),
    describe: ({ user, oneTimePassword, wasThere }) =>
      `${user.email} is added${wasThere ? ', whose account was there' : ''}.\n${describePassword(oneTimePassword)}`,
  })
  addApiCommand(users, builders, {
    usage: 'reset-password <user>',
    summary: 'Give a user, by id or e-mail, a new one-time password; signs them out everywhere.',
    act: async (api, _options, user: string) =>
      api.post<Pick<Made, 'oneTimePassword'>>(at`/users/${await findId(api, user)}/reset-password`),
    describe: ({ oneTimePassword }) => describePassword(oneTimePassword),
  })
}

async function findId(api: ApiClient, user: string): Promise<string> {
  if (!user.includes('@')) return user
  const { items } = await api.list<ToldUser>('/users', { search: user }, { limit: 1, all: true })
  const found = items.find(({ email }) => email === user.toLowerCase())
  if (!found) throw new CliError('CLI_NO_SUCH_USER', `No user of this tenant has the e-mail ${user}.`)
  return found.id
}

function describePassword(password: string | null): string {
  if (password === null) return 'It keeps its password.'
  return `One-time password, shown only this once, to be changed within a week: ${password}`
}
