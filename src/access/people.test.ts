import { beforeAll, expect, test, vi } from 'vitest'

import { newId } from '../database/index.js'
import { onEachDatabase } from '../database/testing/test-database.js'
import { createBusinessUnit, createTenant, removeBusinessUnit } from './index.js'
import { aCaller, FROM, OWNER, peopleOn, type Fixture } from './testing/people-fixture.js'

const ADMIN = aCaller({ role: 'admin', actor: 'user:admin' })

onEachDatabase((database) => {
  let fixture: Fixture
  beforeAll(async () => {
    fixture = peopleOn(database())
    for (const id of ['acme', 'globex', 'lone', 'sole'])
      await createTenant(database(), { id, name: id, timeZone: 'UTC' })
  })

  const signIn = (user: { email: string; password: string }, tenantId?: string, address = FROM.address) =>
    fixture.people.signIn.signIn({ ...user, tenantId }, { ...FROM, address })
  const callerOf = async (token: string) => (await fixture.people.credential(token))?.caller
  const trail = (object: string) =>
    database().query(`SELECT action, actor FROM linehaul.audit_entry WHERE object = $1 ORDER BY id`, [object])

  test('a new user is told a password once, has to change it, and then may do what the role may', async () => {
    const { people } = fixture
    const { user, oneTimePassword } = await people.users.create(
      ADMIN,
      { email: 'New@Example.com', name: 'New', role: 'manager' },
      await people.passwords.oneTime(),
    )
    expect(user).toMatchObject({
      email: 'new@example.com',
      role: 'manager',
      isOwner: false,
      disabledAt: null,
    })
    const first = { email: 'NEW@example.com', password: String(oneTimePassword) }
    const begun = await signIn(first)
    expect(begun).toMatchObject({ mustChangePassword: true, role: 'manager', tenant: { id: 'default' } })
    const caller = await callerOf(begun.accessToken)
    expect(caller).toMatchObject({ scopes: [], session: { userId: user.id, mustChangePassword: true } })

    const passwords = { oldPassword: first.password, newPassword: 'a password of my own' }
    const change = await people.ownPassword.prove(user.id, passwords, FROM)
    await people.ownPassword.change(change, String(caller?.session?.id))
    expect(await callerOf(begun.accessToken)).toMatchObject({ role: 'manager', scopes: null })
    await expect(signIn(first)).rejects.toMatchObject({ code: 'ACCESS_WRONG_PASSWORD' })
    expect(await signIn({ ...first, password: passwords.newPassword })).toMatchObject({
      mustChangePassword: false,
    })
  })

  test('a one-time password works for a week, and no refresh or change goes beyond that', async () => {
    const { people, clock } = fixture
    const made = await people.users.create(
      ADMIN,
      { email: 'week@example.com', name: 'Week', role: 'viewer' },
      await people.passwords.oneTime(),
    )
    const credentials = { email: made.user.email, password: String(made.oneTimePassword) }
    const begun = await signIn(credentials)
    clock.advance('7d')
    const expired = { code: 'ACCESS_ONE_TIME_PASSWORD_EXPIRED' }
    await expect(signIn(credentials)).rejects.toMatchObject(expired)
    await expect(people.sessions.refresh(begun.refreshToken, FROM)).rejects.toMatchObject(expired)
    const passwords = { oldPassword: credentials.password, newPassword: 'a password of my own' }
    await expect(people.ownPassword.prove(made.user.id, passwords, FROM)).rejects.toMatchObject(expired)
  })

  test('an account of another tenant is added by owners only, with a new password that no admin knows, and chooses a tenant', async () => {
    const { people } = fixture
    const user = await fixture.aUser({ tenantId: 'acme' })
    const again = { email: user.email.toUpperCase(), name: 'Again', role: 'admin' } as const
    const byAdmin = people.users.create(
      aCaller({ role: 'admin', tenantId: 'globex' }),
      again,
      await people.passwords.oneTime(),
    )
    await expect(byAdmin).rejects.toMatchObject({ code: 'ACCESS_USER_EXISTS' })
    const inGlobex = aCaller({ tenantId: 'globex' })
    const { accessToken } = await signIn(user)
    const added = await people.users.create(inGlobex, again, await people.passwords.oneTime())
    expect(added).toMatchObject({
      user: { id: user.id, name: user.name, role: 'admin' },
      oneTimePassword: expect.any(String),
      wasThere: true,
    })
    expect(await callerOf(accessToken)).toBeUndefined()
    await expect(signIn(user)).rejects.toMatchObject({ code: 'ACCESS_WRONG_PASSWORD' })
    const renewed = { ...user, password: String(added.oneTimePassword) }
    await expect(
      people.users.create(inGlobex, again, await people.passwords.oneTime()),
    ).rejects.toMatchObject({
      code: 'ACCESS_USER_EXISTS',
    })
    const chosen = await people.passwords.chosen('another password', again.email)
    const withPassword = people.users.create(aCaller({ tenantId: 'lone' }), again, chosen)
    await expect(withPassword).rejects.toMatchObject({ code: 'ACCESS_USER_EXISTS' })
    await expect(signIn(renewed)).rejects.toMatchObject({
      code: 'ACCESS_CHOOSE_TENANT',
      message: expect.stringMatching(/acme, globex/),
    })
    expect(await signIn(renewed, 'acme')).toMatchObject({ role: 'viewer', tenant: { id: 'acme' } })
    expect(await signIn(renewed, 'globex')).toMatchObject({ role: 'admin', mustChangePassword: true })
    await expect(signIn(renewed, 'default')).rejects.toMatchObject({ code: 'ACCESS_NO_MEMBERSHIP' })
  })

  test('only owners choose passwords for others, and make owners, who may enter any tenant', async () => {
    const { people } = fixture
    const wanted = { email: 'boss@example.com', name: 'Boss', role: 'admin' } as const
    const chosen = await people.passwords.chosen('chosen by somebody', wanted.email)
    await expect(people.users.create(ADMIN, wanted, chosen)).rejects.toMatchObject({
      code: 'ACCESS_OWNERS_ONLY',
    })
    const owning = people.users.create(ADMIN, { ...wanted, isOwner: true }, await people.passwords.oneTime())
    await expect(owning).rejects.toMatchObject({ code: 'ACCESS_OWNERS_ONLY' })
    const { user } = await people.users.create(OWNER, { ...wanted, isOwner: true }, chosen)
    const boss = { email: wanted.email, password: 'chosen by somebody' }
    expect(await signIn(boss, 'lone')).toMatchObject({ role: 'owner', tenant: { id: 'lone' } })
    await expect(signIn(boss, 'nowhere')).rejects.toMatchObject({ code: 'ACCESS_TENANT_NOT_FOUND' })
    for (const changes of [{ isOwner: false }, { isDisabled: true }])
      await expect(people.users.change(OWNER, user.id, changes)).rejects.toMatchObject({
        code: 'ACCESS_LAST_OWNER',
      })
    await expect(people.users.remove(ADMIN, user.id)).rejects.toMatchObject({ code: 'ACCESS_GIVES_TOO_MUCH' })
    await fixture.aUser({ role: 'admin' })
    await expect(people.users.remove(OWNER, user.id)).rejects.toMatchObject({ code: 'ACCESS_STILL_OWNER' })
  })

  test('whoever becomes an owner gets a password that no admin knows; an owner keeps it, in whatever tenant', async () => {
    const { people } = fixture
    const user = await fixture.aUser({ role: 'admin' })
    const { accessToken } = await signIn(user)
    const { oneTimePassword } = await people.users.change(OWNER, user.id, { isOwner: true })
    expect(await callerOf(accessToken)).toBeUndefined()
    await expect(signIn(user)).rejects.toMatchObject({ code: 'ACCESS_WRONG_PASSWORD' })
    const promoted = { ...user, password: String(oneTimePassword) }
    expect(await signIn(promoted)).toMatchObject({ role: 'owner', mustChangePassword: true })
    const unchanged = { oneTimePassword: null }
    expect(await people.users.change(OWNER, user.id, { isOwner: true })).toMatchObject(unchanged)
    const inAcme = aCaller({ tenantId: 'acme' })
    const added = await people.users.create(inAcme, user, await people.passwords.oneTime())
    expect(added).toMatchObject({ ...unchanged, wasThere: true })
    expect(await signIn(promoted, 'acme')).toMatchObject({ role: 'owner' })
    await people.users.change(OWNER, user.id, { isOwner: false })
  })

  test('the last admin of a tenant stays, also when two would remove one another at once', async () => {
    const { people } = fixture
    const [one, two] = [
      await fixture.aUser({ tenantId: 'lone', role: 'admin' }),
      await fixture.aUser({ tenantId: 'lone', role: 'admin' }),
    ]
    const caller = aCaller({ tenantId: 'lone', role: 'admin' })
    const both = await Promise.allSettled([
      people.users.remove(caller, one.id),
      people.users.change(caller, two.id, { role: 'viewer' }),
    ])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    await people.users.create(
      caller,
      { email: 'late@example.com', name: 'Late', role: 'admin' },
      await people.passwords.oneTime(),
    )
    fixture.clock.advance('7d')
    const [left] = (await people.users.list('lone', { limit: 9 })).filter(
      ({ role, oneTimeUntil }) => role === 'admin' && oneTimeUntil === null,
    )
    for (const change of [
      () => people.users.remove(caller, String(left?.id)),
      () => people.users.change(caller, String(left?.id), { isDisabled: true }),
      () => people.users.change(caller, String(left?.id), { role: 'operator' }),
    ])
      await expect(change()).rejects.toMatchObject({
        code: 'ACCESS_LAST_ADMIN',
        message: expect.stringMatching(/"lone"/),
      })
  })

  test.each([
    ['gets a new password', 'ACCESS_WRONG_PASSWORD'],
    ['is disabled', 'ACCESS_USER_DISABLED'],
  ])('no session begins for whoever %s while the old password is looked at', async (what, code) => {
    const { people } = fixture
    const user = await fixture.aUser()
    const verify = people.passwords.verify.bind(people.passwords)
    const verifying = vi.spyOn(people.passwords, 'verify').mockImplementationOnce(async (hash, password) => {
      const isRight = await verify(hash, password)
      if (what === 'is disabled') await people.users.change(ADMIN, user.id, { isDisabled: true })
      else await people.users.resetPassword(ADMIN, user.id, await people.passwords.oneTime())
      return isRight
    })
    await expect(signIn(user)).rejects.toMatchObject({ code })
    verifying.mockRestore()
    expect(await people.sessions.list(user.id)).toEqual([])
  })

  test('of two changes of one password, proven by the same old one, one is made', async () => {
    const { people } = fixture
    const user = await fixture.aUser()
    const prove = (newPassword: string) =>
      people.ownPassword.prove(user.id, { oldPassword: user.password, newPassword }, FROM)
    const proven = [await prove('a password of my own'), await prove('another of somebody else')]
    const made = await Promise.allSettled(proven.map((one) => people.ownPassword.change(one, newId())))
    expect(made.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('an admin takes out somebody who is the only admin of another tenant, and hears nothing of that', async () => {
    const { people } = fixture
    const user = await fixture.aUser({ tenantId: 'sole', role: 'admin' })
    await people.users.create(OWNER, user, await people.passwords.oneTime())
    await fixture.aUser({ role: 'admin' })
    await people.users.change(ADMIN, user.id, { role: 'viewer' })
    await people.users.remove(ADMIN, user.id)
    expect(await people.users.get('sole', user.id)).toMatchObject({ role: 'admin' })
  })

  test('whoever is added to one tenant while another takes them out has an account', async () => {
    const { people } = fixture
    const user = await fixture.aUser()
    const password = await people.passwords.oneTime()
    await Promise.all([
      people.users.create(aCaller({ tenantId: 'acme' }), user, password),
      people.users.remove(OWNER, user.id),
    ])
    expect(await people.users.list('acme', { limit: 9, search: user.email })).toHaveLength(1)
  })

  test('what changes in a role counts at once; whoever is disabled or removed is out', async () => {
    const { people } = fixture
    const user = await fixture.aUser({ role: 'viewer' })
    const { accessToken, refreshToken } = await signIn(user)
    const before = fixture.forgotten()
    await people.users.change(ADMIN, user.id, { role: 'manager' })
    expect(fixture.forgotten()).toBe(before + 1)
    expect(await callerOf(accessToken)).toMatchObject({ role: 'manager' })
    await people.users.change(ADMIN, user.id, { isDisabled: true })
    expect(await callerOf(accessToken)).toBeUndefined()
    await expect(people.sessions.refresh(refreshToken, FROM)).rejects.toMatchObject({
      code: 'ACCESS_SESSION_ENDED',
    })
    await expect(signIn(user)).rejects.toMatchObject({ code: 'ACCESS_USER_DISABLED' })
    await people.users.change(ADMIN, user.id, { isDisabled: false })
    const back = await signIn(user)
    await people.users.remove(ADMIN, user.id)
    expect(await callerOf(back.accessToken)).toBeUndefined()
    await expect(people.users.get('default', user.id)).rejects.toMatchObject({
      code: 'ACCESS_USER_NOT_FOUND',
    })
    await expect(signIn(user)).rejects.toMatchObject({ code: 'ACCESS_WRONG_PASSWORD' })
  })

  test('what is of another tenant is not there', async () => {
    const { people } = fixture
    const { id } = await fixture.aUser({ tenantId: 'acme' })
    const notFound = { code: 'ACCESS_USER_NOT_FOUND' }
    await expect(people.users.get('default', id)).rejects.toMatchObject(notFound)
    await expect(people.users.change(OWNER, id, { name: 'X' })).rejects.toMatchObject(notFound)
    await expect(people.users.remove(OWNER, id)).rejects.toMatchObject(notFound)
    await expect(people.users.endSessions(OWNER, id)).rejects.toMatchObject(notFound)
    const unit = await createBusinessUnit(database(), 'acme', { name: 'North' })
    const own = await fixture.aUser()
    const moving = people.users.change(ADMIN, own.id, { businessUnitId: unit.id })
    await expect(moving).rejects.toMatchObject({ code: 'ACCESS_BUSINESS_UNIT_NOT_FOUND' })
  })

  test('a business unit with members stays until they have left', async () => {
    const { people } = fixture
    const unit = await createBusinessUnit(database(), 'default', { name: 'North' })
    const taken = createBusinessUnit(database(), 'default', { name: 'NORTH' })
    await expect(taken).rejects.toMatchObject({ code: 'ACCESS_BUSINESS_UNIT_EXISTS' })
    const { id } = await fixture.aUser({ businessUnitId: unit.id })
    const removing = removeBusinessUnit(database(), 'default', unit.id)
    await expect(removing).rejects.toMatchObject({ code: 'ACCESS_BUSINESS_UNIT_IN_USE' })
    await people.users.change(ADMIN, id, { businessUnitId: null })
    await removeBusinessUnit(database(), 'default', unit.id)
  })

  test('users are listed newest first, in pages, and found by part of name or e-mail', async () => {
    const { people } = fixture
    const [one, two] = [
      await fixture.aUser({ name: 'Ann Findme' }),
      await fixture.aUser({ email: 'findme@x.example' }),
    ]
    const search = 'FindMe'
    const found = await people.users.list('default', { limit: 9, search })
    expect(found.map(({ id }) => id)).toEqual([two.id, one.id])
    const rest = await people.users.list('default', { limit: 9, search, after: two.id })
    expect(rest.map(({ id }) => id)).toEqual([one.id])
  })

  test('a refresh goes on with a session; a lost answer can be fetched again; an old token ends it', async () => {
    const { people, clock } = fixture
    const begun = await signIn(await fixture.aUser())
    clock.advance('15m')
    expect(await callerOf(begun.accessToken)).toBeUndefined()
    const both = await Promise.all([
      people.sessions.refresh(begun.refreshToken, FROM),
      people.sessions.refresh(begun.refreshToken, FROM),
    ])
    expect(both[0]?.refreshToken).toBe(both[1]?.refreshToken)
    expect(both[0]?.refreshToken).not.toBe(begun.refreshToken)
    const caller = await callerOf(String(both[0]?.accessToken))
    expect(caller).toMatchObject({ actor: `user:${begun.user.id}` })
    clock.advance('11s')
    const reusing = people.sessions.refresh(begun.refreshToken, FROM)
    await expect(reusing).rejects.toMatchObject({ code: 'ACCESS_TOKEN_REUSED' })
    expect(await callerOf(String(both[0]?.accessToken))).toBeUndefined()
    const going = people.sessions.refresh(String(both[0]?.refreshToken), FROM)
    await expect(going).rejects.toMatchObject({ code: 'ACCESS_SESSION_ENDED' })
    expect(await trail(`session:${caller?.session?.id}`)).toMatchObject([
      { action: 'session.begin', actor: caller?.actor },
      { action: 'session.end-stolen' },
    ])
  })

  test('a token whose next one was made with another secret is refused, and the next one goes on', async () => {
    const { people, clock } = fixture
    const begun = await signIn(await fixture.aUser())
    const next = await people.sessions.refresh(begun.refreshToken, FROM)
    const { people: restarted } = peopleOn(database(), { clock, secret: 'another secret' })
    const repeating = restarted.sessions.refresh(begun.refreshToken, FROM)
    await expect(repeating).rejects.toMatchObject({ code: 'ACCESS_SESSION_ENDED' })
    expect(await restarted.sessions.refresh(next.refreshToken, FROM)).toMatchObject({ user: begun.user })
  })

  test('a session can be signed out, by itself or with all others, and a new password ends the others', async () => {
    const { people } = fixture
    const user = await fixture.aUser()
    const [one, two, three, four] = [
      await signIn(user),
      await signIn(user),
      await signIn(user),
      await signIn(user),
    ]
    await people.sessions.signOut(one.refreshToken, FROM)
    await people.sessions.signOut('nonsense', FROM)
    expect(await callerOf(one.accessToken)).toBeUndefined()
    expect(await people.sessions.list(user.id)).toHaveLength(3)
    const [, second] = await people.sessions.list(user.id)
    await people.sessions.endOne(user.id, String(second?.id))
    await expect(people.sessions.endOne(user.id, String(second?.id))).rejects.toMatchObject({
      code: 'ACCESS_SESSION_NOT_FOUND',
    })
    const left = (await callerOf(two.accessToken)) ?? (await callerOf(four.accessToken))
    const passwords = { oldPassword: user.password, newPassword: 'quite another password' }
    const change = await people.ownPassword.prove(user.id, passwords, FROM)
    await people.ownPassword.change(change, String(left?.session?.id))
    expect((await people.sessions.list(user.id)).map(({ id }) => id)).toEqual([left?.session?.id])
    await people.sessions.end({ userId: user.id })
    for (const { accessToken } of [two, three, four]) expect(await callerOf(accessToken)).toBeUndefined()
  })

  test.each([true, false])(
    'an account (there: %s) is locked after five wrong passwords, for 15 minutes',
    async (isThere) => {
      const { clock } = fixture
      const address = isThere ? '198.51.100.1' : '198.51.100.2'
      const user = isThere ? await fixture.aUser() : { email: 'nobody@example.com', id: '' }
      const wrong = { email: user.email, password: 'not the password' }
      for (let attempt = 0; attempt < 5; attempt += 1)
        await expect(signIn(wrong, undefined, address)).rejects.toMatchObject({
          code: 'ACCESS_WRONG_PASSWORD',
        })
      const locked = { code: 'ACCESS_LOCKED_OUT', retryAfterSeconds: 900 }
      await expect(signIn(wrong, undefined, address)).rejects.toMatchObject(locked)
      await expect(
        signIn({ ...wrong, ...('password' in user && user) }, undefined, address),
      ).rejects.toMatchObject(locked)
      expect(await trail(`account:${user.email}`)).toEqual([
        { action: 'sign-in.lock', actor: 'system:sign-in' },
      ])
      clock.advance('15m')
      const after = signIn({ ...wrong, ...user }, undefined, address)
      await (isThere ? after : expect(after).rejects.toMatchObject({ code: 'ACCESS_WRONG_PASSWORD' }))
    },
  )

  test('a success or a reset forgets failures', async () => {
    const { people } = fixture
    const user = await fixture.aUser()
    const fail = () =>
      signIn({ ...user, password: 'wrong' }, undefined, '198.51.100.3').catch(() => undefined)
    const failures = async (times: number) => {
      for (let attempt = 0; attempt < times; attempt += 1) await fail()
    }
    await failures(4)
    await signIn(user)
    await failures(4)
    await signIn(user)
    await failures(6)
    await expect(signIn(user)).rejects.toMatchObject({ code: 'ACCESS_LOCKED_OUT' })
    const password = await people.passwords.oneTime()
    await people.users.resetPassword(ADMIN, user.id, password)
    expect(await signIn({ ...user, password: String(password.oneTime) })).toMatchObject({
      mustChangePassword: true,
    })
  })

  test('an address is locked after fifty wrong passwords for whatever accounts; successes do not count', async () => {
    const user = await fixture.aUser()
    const address = '203.0.113.9'
    const fail = (email: string) => signIn({ email, password: 'wrong' }, undefined, address)
    await signIn(user, undefined, address)
    const wrong = await Promise.allSettled(
      Array.from({ length: 50 }, (_, i) => fail(`spray-${i}@example.com`)),
    )
    const codes = wrong.map((one) => (one as PromiseRejectedResult).reason.code as string)
    expect(new Set(codes)).toEqual(new Set(['ACCESS_WRONG_PASSWORD']))
    await expect(signIn(user, undefined, address)).rejects.toMatchObject({ code: 'ACCESS_LOCKED_OUT' })
    expect(await signIn(user)).toMatchObject({ user: { id: user.id } })
  })
})
