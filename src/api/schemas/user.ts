import { z } from 'zod'

import { PASSWORD_LENGTH, ROLES, TENANT_ROLES } from '../../access/index.js'
import { NAME_LENGTH, text } from '../../directory/index.js'

const Role = z.enum(TENANT_ROLES)

export const Email = text(254).refine(
  (email) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email),
  'must be an e-mail address',
)

/** Also of a password that is none of ours: it is compared, and long ones take long. */
export const Password = z.string().min(1).max(PASSWORD_LENGTH.most)

export const User = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: Role.describe('In this tenant.'),
  businessUnitId: z.string().nullable(),
  isOwner: z.boolean().describe('Whether it is an owner of the whole instance, who may do everything.'),
  disabledAt: z.date().nullable(),
  oneTimeUntil: z
    .date()
    .nullable()
    .describe('Until when its one-time password can be used; null once the person has chosen one.'),
  createdAt: z.date(),
})

const Unit = z.uuid().nullable().describe('Of this tenant; null for none.')

export const NewUser = z.strictObject({
  email: Email,
  name: text(NAME_LENGTH),
  role: Role,
  businessUnitId: Unit.optional(),
  isOwner: z.boolean().optional().describe('Only for owners to give.'),
  password: Password.optional().describe('Only for owners to choose; else one is drawn, for one sign-in.'),
})

export const UserChanges = z
  .strictObject({
    name: text(NAME_LENGTH),
    role: Role,
    businessUnitId: Unit,
    isOwner: z.boolean().describe('Only for owners to change.'),
    isDisabled: z.boolean().describe('Whoever is disabled is signed out and cannot sign in.'),
  })
  .partial()

/** A password that is shown this once. */
export const OneTimePassword = z
  .string()
  .nullable()
  .describe('Shown this once. It works for a week, and has to be changed at the first sign-in.')

export const AddedUser = z.object({
  user: User,
  oneTimePassword: OneTimePassword,
  wasThere: z.boolean().describe('Whether the account was in another tenant already.'),
})

export const ChangedUser = User.extend({
  oneTimePassword: OneTimePassword.describe('Of whoever has just become an owner; else null.'),
})

export const SignedIn = z.object({
  accessToken: z.string().describe('To be sent as `Authorization: Bearer …`.'),
  expiresAt: z.date().describe('When it ends; refresh it before.'),
  user: z.object({ id: z.string(), email: z.string(), name: z.string() }),
  tenant: z.object({ id: z.string(), name: z.string(), timeZone: z.string() }),
  role: z.enum(ROLES),
  mustChangePassword: z.boolean().describe('Until then nothing else can be done.'),
})
