import type { Command, Option } from 'commander'

import type { ApiClient } from './api-client.js'
import type { Builders } from './app.js'
import { confirm } from './confirm.js'
import { withApi, type ApiOptions } from './connect.js'

/** A command that asks the API one thing and tells the answer. */
export interface ApiCommand<Options, Answer> {
  /** `retry <id>` */
  readonly usage: string
  readonly summary: string
  readonly options?: readonly Option[]
  /** What to ask before, for what cannot be taken back, or `undefined` where this can; `--yes` answers it. */
  readonly asks?: (options: Options, ...parameters: string[]) => string | undefined
  act(api: ApiClient, options: Options, ...parameters: string[]): Promise<Answer>
  /** For people. */
  describe(answer: Answer): string
  /** For programs; the answer itself if left out. */
  toJson?(answer: Answer): unknown
}

export function addApiCommand<Options extends object, Answer>(
  group: Command,
  builders: Builders,
  { usage, summary, options = [], asks, ...does }: ApiCommand<Options, Answer>,
): void {
  const command = group.command(usage).description(summary)
  for (const option of options) command.addOption(option)
  if (asks) command.option('--yes', 'do it without asking')
  command.action(async (...given: unknown[]) => {
    const parameters = given.slice(0, -2) as string[]
    const chosen = command.optsWithGlobals<Options & ApiOptions & { yes?: true }>()
    const question = chosen.yes ? undefined : asks?.(chosen, ...parameters)
    if (question !== undefined) await confirm(question)
    const answer = await withApi(builders, chosen, (api) => does.act(api, chosen, ...parameters))
    const told = chosen.json ? toText(does.toJson ? does.toJson(answer) : answer) : does.describe(answer)
    process.stdout.write(`${told}\n`)
  })
}

function toText(answer: unknown): string {
  return JSON.stringify(answer ?? null, null, 2)
}
