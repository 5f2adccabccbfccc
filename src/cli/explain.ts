interface Fault {
  code?: string
  message?: string
  address?: string
  port?: number
  syscall?: string
}

/** What to tell a person about an error that ended a command. */
export function explain(error: unknown): string {
  const { code, message, address, port, syscall } = (error ?? {}) as Fault
  if (syscall === 'listen' && code === 'EADDRINUSE') {
    return `Port ${port} on ${address} is in use. Stop what listens there, or choose another one with PORT.`
  }
  if (syscall === 'listen' && code === 'EACCES') {
    return `This user may not listen on port ${port}. Choose one above 1023 with PORT.`
  }
  if (syscall === 'listen' || syscall === 'getaddrinfo') {
    return `Cannot listen on ${address ?? 'that host'}: ${message}. Choose an address of this machine with HOST.`
  }
  return message ?? String(error)
}
