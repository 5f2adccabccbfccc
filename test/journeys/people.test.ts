import { beforeAll, expect, test } from 'vitest'

import type { Problem } from './caller.js'
import { Caller } from './caller.js'
import { KEY, onEachRunningApp } from './running-app.js'

interface Answer<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

interface SignedIn {
  readonly accessToken: string
  readonly mustChangePassword: boolean
  readonly role: string
}

interface Created {
  readonly user: { readonly id: string; readonly email: string }
  readonly oneTimePassword: string | null
}

onEachRunningApp(
  (running) => {
    const ANN = { email: 'ann@example.com', password: 'a password of her own' }
    const BOSS = { email: 'boss@example.com', password: 'a password of the boss' }
    let ann: Created

    beforeAll(async () => {
      ann = (await running().caller.post<Created>('/api/v1/users', { ...ANN, name: 'Ann', role: 'manager' }))
        .body
    })

    async function auth<Body = SignedIn>(
      what: string,
      body: object | undefined,
      headers: Record<string, string> = {},
    ): Promise<Answer<Body>> {
      const response = await fetch(`${running().url}/api/v1/auth/${what}`, {
        method: 'POST',
        headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
        ...(body && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return {
        status: response.status,
        headers: response.headers,
        body: (text === '' ? undefined : JSON.parse(text)) as Body,
      }
    }

    const cookieOf = ({ headers }: Answer<unknown>) => headers.get('set-cookie') ?? ''
    const as = ({ body }: Answer<SignedIn>) => new Caller(running().url, body.accessToken)

    test('the refresh token is in a cookie for /auth that no script and no other site can use', async () => {
      const signedIn = await auth('sign-in', ANN)
      expect(signedIn).toMatchObject({ status: 200, body: { role: 'manager', mustChangePassword: false } })
      expect(JSON.stringify(signedIn.body)).not.toContain('refresh')
      expect(cookieOf(signedIn)).toMatch(
        /^linehaul_refresh=[\w.-]+; Path=\/api\/v1\/auth; Expires=.*; HttpOnly; SameSite=Strict$/,
      )
      const overHttps = await auth('sign-in', ANN, {
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '192.0.2.1',
      })
      expect(cookieOf(overHttps)).toMatch(/; Secure/)
    })

    test('the cookie alone goes on with a session, and a sign-out ends it', async () => {
      const cookie = cookieOf(await auth('sign-in', ANN)).split(';')[0] ?? ''
      const refreshed = await auth('refresh', undefined, { cookie })
      expect(refreshed.status).toBe(200)
      const next = cookieOf(refreshed).split(';')[0] ?? ''
      expect(next).not.toBe(cookie)
      expect(await as(refreshed).get('/api/v1/me')).toMatchObject({ body: { user: { email: ANN.email } } })
      const signedOut = await auth('sign-out', undefined, { cookie: next })
      expect(signedOut.status).toBe(204)
      expect(cookieOf(signedOut)).toMatch(/^linehaul_refresh=; /)
      expect(await as(refreshed).get('/api/v1/me')).toMatchObject({ status: 401 })
      expect(await auth<Problem>('refresh', undefined, { cookie: next })).toMatchObject({
        status: 401,
        body: { code: 'ACCESS_SESSION_ENDED' },
      })
    })

    test('a token does what the role allows, as it is by now', async () => {
      const { caller } = running()
      const signedIn = await auth('sign-in', ANN)
      expect(await as(signedIn).get('/api/v1/jobs')).toMatchObject({ status: 200 })
      expect(await as(signedIn).get('/api/v1/users')).toMatchObject({ status: 403 })
      await caller.patch(`/api/v1/users/${ann.user.id}`, { role: 'admin' })
      expect(await as(signedIn).get('/api/v1/users')).toMatchObject({ status: 200 })
      const second = await caller.post<Created>('/api/v1/users', {
        email: 'bo@example.com',
        name: 'Bo',
        role: 'admin',
      })
      const demoted = await as(signedIn).patch(`/api/v1/users/${ann.user.id}`, { role: 'manager' })
      expect(demoted).toMatchObject({ status: 200, body: { role: 'manager' } })
      expect(await as(signedIn).get('/api/v1/users')).toMatchObject({ status: 403 })
      expect(await caller.delete(`/api/v1/users/${second.body.user.id}`)).toMatchObject({
        status: 409,
        body: { code: 'ACCESS_LAST_ADMIN' },
      })
    })

    test('a one-time password is in no trail and under no Idempotency-Key, and leads to a new password only', async () => {
      const { caller, url } = running()
      const { body } = await caller.post<Created>('/api/v1/users', {
        email: 'cy@example.com',
        name: 'Cy',
        role: 'viewer',
      })
      const entries = await caller.all<object>(`/api/v1/audit-entries?object=user:${body.user.id}`)
      expect(entries).toHaveLength(1)
      expect(JSON.stringify(entries)).not.toContain(body.oneTimePassword)
      const kept = await fetch(`${url}/api/v1/users`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
          'idempotency-key': 'once',
        },
        body: JSON.stringify({ email: 'dee@example.com', name: 'Dee', role: 'viewer' }),
      })
      expect(await kept.json()).toMatchObject({ code: 'API_SECRET_NOT_KEPT' })
      const signedIn = await auth('sign-in', { email: body.user.email, password: body.oneTimePassword })
      expect(signedIn.body.mustChangePassword).toBe(true)
      expect(await as(signedIn).get('/api/v1/jobs')).toMatchObject({
        body: { code: 'ACCESS_PASSWORD_MUST_CHANGE' },
      })
      const short = { oldPassword: body.oneTimePassword, newPassword: 'short' }
      expect(await as(signedIn).post('/api/v1/auth/password', short)).toMatchObject({
        status: 400,
        body: { code: 'ACCESS_WEAK_PASSWORD' },
      })
      const long = { ...short, newPassword: 'long enough for anybody' }
      expect(await as(signedIn).post('/api/v1/auth/password', long)).toMatchObject({ status: 204 })
      expect(await as(signedIn).get('/api/v1/jobs')).toMatchObject({ status: 200 })
    })

    test('whoever belongs to several tenants is asked which', async () => {
      const { caller } = running()
      await caller.post('/api/v1/tenants', { id: 'acme', name: 'ACME' })
      await caller.post('/api/v1/users', { ...BOSS, name: 'Boss', role: 'admin', isOwner: true })
      const inAcme = as(await auth('sign-in', { ...BOSS, tenantId: 'acme' }))
      const added = await inAcme.post<Created>('/api/v1/users', {
        email: ANN.email,
        name: 'Ann',
        role: 'viewer',
      })
      expect(added).toMatchObject({ status: 201, body: { wasThere: true } })
      expect(await auth('sign-in', ANN)).toMatchObject({ status: 401 })
      const renewed = { email: ANN.email, password: added.body.oneTimePassword }
      expect(await auth<Problem>('sign-in', renewed)).toMatchObject({
        status: 409,
        body: { code: 'ACCESS_CHOOSE_TENANT', errors: [{ field: '/tenantId' }] },
      })
      const chosen = await auth('sign-in', { ...renewed, tenantId: 'acme' })
      expect(chosen.body.role).toBe('viewer')
      expect((await as(chosen).get<{ tenant: object }>('/api/v1/me')).body.tenant).toMatchObject({
        id: 'acme',
      })
    })

    test('what is done to an account is in the trails of all its tenants, what is done to a membership in one', async () => {
      const { caller } = running()
      await caller.patch(`/api/v1/users/${ann.user.id}`, { name: 'Ann Lee', role: 'operator' })
      const acme = as(await auth('sign-in', { ...BOSS, tenantId: 'acme' }))
      const trail = (one: Caller) => one.all<object>(`/api/v1/audit-entries?object=user:${ann.user.id}`)
      expect((await trail(caller))[0]).toMatchObject({ after: { name: 'Ann Lee', role: 'operator' } })
      expect((await trail(acme))[0]).toMatchObject({ action: 'user.update', after: { name: 'Ann Lee' } })
      expect(JSON.stringify((await trail(acme))[0])).not.toContain('role')
      expect((await trail(caller))[1]).toMatchObject({ action: 'user.reset-password' })
    })

    test('too many wrong passwords lock an account, and the answer says for how long', async () => {
      const wrong = { email: 'nobody@example.com', password: 'wrong' }
      for (let attempt = 0; attempt < 5; attempt += 1)
        expect(await auth('sign-in', wrong)).toMatchObject({ status: 401 })
      const locked = await auth<Problem>('sign-in', wrong)
      expect(locked).toMatchObject({ status: 429, body: { code: 'ACCESS_LOCKED_OUT' } })
      expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(890)
    })

    test('a key is no person', async () => {
      const { caller } = running()
      expect(await caller.get('/api/v1/me')).toMatchObject({ body: { user: null, role: 'owner' } })
      expect(await caller.get('/api/v1/auth/sessions')).toMatchObject({
        status: 403,
        body: { code: 'ACCESS_NOT_SIGNED_IN' },
      })
    })
  },
  { TRUST_PROXY: '127.0.0.1' },
)
