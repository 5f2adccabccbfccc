import type { FastifyReply, FastifyRequest } from 'fastify'

/** Holds the refresh token: scripts cannot read it, and other sites cannot have it sent. */
const NAME = 'linehaul_refresh'
const PATH = '/api/v1/auth'

export function refreshTokenOf({ cookies }: FastifyRequest): string {
  return cookies[NAME] ?? ''
}

export function keepRefreshToken(
  request: FastifyRequest,
  reply: FastifyReply,
  { refreshToken, sessionExpiresAt }: { refreshToken: string; sessionExpiresAt: Date },
): void {
  reply.setCookie(NAME, refreshToken, {
    path: PATH,
    httpOnly: true,
    sameSite: 'strict',
    secure: request.protocol === 'https',
    expires: sessionExpiresAt,
  })
}

export function dropRefreshToken(reply: FastifyReply): void {
  reply.clearCookie(NAME, { path: PATH })
}

/** From where a request comes, for the record. */
export function originOf({ ip, headers, id }: FastifyRequest): {
  address: string
  userAgent: string | null
  requestId: string
} {
  return { address: ip, userAgent: headers['user-agent']?.slice(0, 300) ?? null, requestId: id }
}
