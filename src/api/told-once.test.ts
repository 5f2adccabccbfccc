import { expect, test } from 'vitest'

import { SecretUnreadableError } from '../access/index.js'
import { logTo } from '../log.js'
import { createApi } from './create-api.js'
import type { AllServices } from './services.js'

test('a secret that cannot be read is one line of the log however many requests fail for it, and no answer tells which', async () => {
  const lines: string[] = []
  const api = await createApi({
    services: { database: {}, engine: { operator: {} }, freight: {} } as unknown as AllServices,
    version: '0.0.0',
    credentials: {
      find: (name) => Promise.reject(new SecretUnreadableError(name, 'it lies under the key "k1"')),
      isRemembered: () => false,
      onChange: () => () => undefined,
    },
    limits: { perMinute: 1_000, trustProxy: [] },
    logger: logTo({ logLevel: 'info' }, { write: (line) => void lines.push(line) }),
  })
  const ask = (name: string) =>
    api.inject({ url: '/api/v1/jobs', headers: { authorization: `Bearer ${name}` } })
  for (const name of ['first', 'first', 'second']) {
    const { statusCode, headers, body } = await ask(name)
    expect([statusCode, headers['retry-after']]).toEqual([503, '60'])
    expect(JSON.parse(body)).toMatchObject({ code: 'ACCESS_SECRET_UNREADABLE' })
    expect(body).not.toMatch(/k1|first|second/)
  }
  await api.close()
  expect(lines).toHaveLength(2)
  for (const [n, name] of ['first', 'second'].entries())
    expect(JSON.parse(lines[n] ?? '')).toMatchObject({
      level: 50,
      err: { message: expect.stringContaining(`"${name}" cannot be read: it lies under the key "k1"`) },
    })
})
