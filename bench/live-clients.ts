import { io, type Socket } from 'socket.io-client'

import { answerQuestions } from './hosts/child.js'

/** What the parent asks of this process of clients. */
export type ClientsQuestion = { readonly url: string; readonly tokens: readonly string[] } | 'report'

/** Milliseconds since 1970 at which each client got each event, by the event's title. */
export interface ClientsReport {
  readonly gotAtMs: Readonly<Record<string, readonly number[]>>
  /** Counts of jobs that came besides. */
  readonly counted: number
}

const sockets: Socket[] = []
let gotAtMs: Record<string, number[]> = {}
let counted = 0

async function connect(url: string, token: string): Promise<void> {
  const socket = io(url, {
    path: '/api/v1/live',
    transports: ['websocket'],
    forceNew: true,
    auth: { token },
  })
  sockets.push(socket)
  for (const type of ['notification.created', 'suggestion.created'])
    socket.on(type, ({ title }: { title: string }) => (gotAtMs[title] ??= []).push(nowMs()))
  socket.on('jobs.counted', () => (counted += 1))
  await new Promise<void>((resolve, reject) => {
    socket.once('welcome', () => resolve())
    socket.once('connect_error', reject)
  })
}

function nowMs(): number {
  return performance.timeOrigin + performance.now()
}

async function answer(question: ClientsQuestion): Promise<ClientsReport | undefined> {
  if (question === 'report') {
    const report = { gotAtMs, counted }
    ;[gotAtMs, counted] = [{}, 0]
    return report
  }
  const { url, tokens } = question
  for (const token of tokens) await connect(url, token)
  return undefined
}

answerQuestions(answer)
